"""The staff's pages of an attendance list: create, publish, close, the roster."""

from flask import Blueprint, render_template
from sqlalchemy.orm import contains_eager, joinedload

from participa.attendance import queries, service
from participa.attendance.models import AttendanceList
from participa.channels import access
from participa.channels.access import may_write
from participa.channels.listing import rules, visible_rows
from participa.channels.wording import beside_state
from participa.staff.access import READERS, allows, current_account, guard

LIST = rules(AttendanceList, "Listado")

bp = guard(
    Blueprint("attendance_staff", __name__, url_prefix="/gestion/asistencia"),
    "un-listado-de-asistencia-de-principio-a-fin",
)


@bp.get("")
@allows(READERS)
def index():
    listing = LIST.listing(
        visible_rows(AttendanceList, current_account()),
        contains_eager(AttendanceList.office),
        joinedload(AttendanceList.event),
    )
    return render_template(
        "attendance_staff/index.html",
        listing=listing,
        came=queries.attended_by_list([record.id for record in listing.rows]),
        when={record.id: beside_state(record) for record in listing.rows},
        may_write=may_write(),
    )


@bp.get("/<code>")
@allows(READERS)
def show(code):
    record = access.own(AttendanceList, code=code)
    return render_template(
        "attendance_staff/show.html",
        record=record,
        when=beside_state(record),
        missing=[] if record.is_published else service.missing_requirements(record),
        came=queries.attended(record.id),
        may_write=may_write(),
    )
