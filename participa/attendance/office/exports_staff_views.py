"""The export of the list with names: a confirmed password, a reason, and a trace (DAT-13)."""

from flask import Blueprint, render_template

from participa.attendance import queries
from participa.attendance.models import AttendanceList
from participa.attendance.office import official_export
from participa.attendance.office.official_list import (
    OfficialList,
    official_list,
    short_moment,
    signed_by,
)
from participa.attendance.office.staff_forms import ExportForm
from participa.channels import access
from participa.core.db import db
from participa.staff.access import (
    WRITERS,
    allows,
    current_account,
    fresh,
    guard,
    with_second_factor,
)

MOST_PRINTED = 2000  # rows of a page that a browser can print

bp = guard(
    Blueprint("attendance_exports", __name__, url_prefix="/gestion/asistencia/<code>/exportar"),
    "exportar-el-listado",
)


@bp.route("", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@fresh
def official(code):
    record = access.own(AttendanceList, code=code)
    people = queries.attended(record.id)
    form = ExportForm()
    if (
        form.validate_on_submit()
        and is_possible(form, people)
        and (answer := form.carries_out(made_from, form, record))
    ):
        db.session.commit()
        return answer
    return page_of(form, record), form.status


def page_of(form: ExportForm, record: AttendanceList, made: OfficialList | None = None) -> str:
    """The form; or the list itself, to print."""
    people = queries.attended(record.id)
    return render_template(
        "attendance_exports/official.html",
        form=form,
        record=record,
        people=people,
        made=made,
        arrived=short_moment,
    )


def is_possible(form: ExportForm, people: int) -> bool:
    """Whether there is something to export, in the chosen kind of file."""
    if people and (form.kind.data != "print" or people <= MOST_PRINTED):
        return True
    form.reject(
        "Son demasiadas personas para imprimir de una vez. Elija Excel o CSV."
        if people
        else "Todavía no ha firmado nadie: no hay qué exportar.",
        "kind",
    )
    return False


def made_from(form: ExportForm, record: AttendanceList):
    by = current_account()
    asked = (record, by, form.kind.data, form.reason.data, form.with_organisation.data)
    official_export.note(*asked)
    if official_export.is_long(record):
        return official_export.start(*asked)
    if form.kind.data == "print":
        made = official_list(record, signed_by(by), form.reason.data, form.with_organisation.data)
        return page_of(form, record, made), {"Cache-Control": "no-store"}
    return official_export.deliver(*asked)
