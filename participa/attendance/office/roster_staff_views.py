"""The people on a list, for the accounts that may see names: search, reveal, take off, undo."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import selectinload

from participa.attendance import claims, queries, withdrawals
from participa.attendance.models import AttendanceList, Attendee, Presence
from participa.attendance.office import roster
from participa.attendance.office.staff_forms import WithdrawForm
from participa.channels import access
from participa.core.db import db
from participa.core.editing import versions
from participa.staff.access import (
    WRITERS,
    allows,
    current_account,
    guard,
    says,
    with_second_factor,
)
from participa.staff.signing_in import second_factor

ID = "<int(max=2147483647):id>"

bp = guard(
    Blueprint("attendance_roster", __name__, url_prefix="/gestion/asistencia/<code>/personas"),
    "las-personas-del-listado",
)


@bp.get("")
@allows(WRITERS)
@with_second_factor
def index(code):
    record = access.own(AttendanceList, code=code)
    listing = roster.LIST.listing(roster.people_of(record), selectinload(Attendee.presences))
    return render_template(
        "attendance_roster/index.html",
        record=record,
        listing=listing,
        name_of=roster.name_of,
        document_of=roster.document_of,
        arrival=roster.arrival,
        pending=claims.pending_by_entry([entry.id for entry in listing.rows]),
        legend=claims.legend,
        came=queries.attended(record.id),
        listed=queries.on_list(record.id),
        withdrawn=queries.withdrawn(record.id),
    )


@bp.route(f"/{ID}", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
def show(code, id):
    """One person. A look at the whole document and the contact leaves a trace, so it is a POST."""
    record, entry = own_entry(code, id)
    is_revealed = request.method == "POST"
    if is_revealed:
        roster.reveal(entry, current_account())
        db.session.commit()
    sessions = {session.id: session.title for session in record.event.sessions}
    page = render_template(
        "attendance_roster/show.html",
        record=record,
        entry=entry,
        is_revealed=is_revealed,
        name=roster.name_of(entry),
        document=roster.document_of(entry, masked=not is_revealed),
        arrival=roster.arrival,
        sessions=sessions,
        claim=claims.pending_on(entry),
        legend=claims.legend,
        why_not=withdrawals.why_not_changed(record),
        why_not_withdrawn=withdrawals.why_not_withdrawn(entry),
    )
    return page, {"Cache-Control": "no-store"}


@bp.route(f"/{ID}/quitar", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@says("Quitó la firma del listado.")
def withdraw(code, id):
    record, entry = own_entry(code, id)
    versions.lock_first(record.event)
    form = WithdrawForm.changing(entry, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        withdrawals.withdraw, entry, current_account(), form.reason.data
    ):
        db.session.commit()
        return redirect(url_for("attendance_roster.index", code=code))
    page = render_template(
        "attendance_roster/withdraw.html",
        form=form,
        record=record,
        entry=entry,
        name=roster.name_of(entry),
        why_not=withdrawals.why_not_withdrawn(entry),
    )
    return page, form.status


@bp.post(f"/{ID}/llegadas/<int(max=2147483647):presence>/deshacer")
@allows(WRITERS)
@with_second_factor
@says("Deshizo la llegada.")
def take_back(code, id, presence):
    record, entry = own_entry(code, id)
    versions.lock_first(record.event)
    of_entry = db.session.get(Presence, presence)
    if of_entry is None or of_entry.attendee_id != entry.id:
        abort(404)
    withdrawals.take_back(versions.as_seen(of_entry), current_account(), entry)
    db.session.commit()
    return redirect(url_for("attendance_roster.show", code=code, id=id))


def own_entry(code: str, id: int) -> tuple[AttendanceList, Attendee]:
    """The list and one of its entries; 404 when it is missing, a mistake, or another office's.

    Raises Needed for an account without a second factor.
    """
    second_factor.require(current_account())
    record = access.own(AttendanceList, code=code)
    return record, queries.attendee(record.id, id) or abort(404)
