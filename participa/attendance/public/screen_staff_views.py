"""The page for the projector with the code that changes, which proves that somebody is there."""

from flask import Blueprint, abort, render_template, request, url_for

from participa.attendance.models import AttendanceList
from participa.attendance.public import screen
from participa.channels import access
from participa.core import links
from participa.staff.access import EVERYONE, allows, guard

bp = guard(
    Blueprint("attendance_screen", __name__, url_prefix="/gestion/asistencia"),
    "un-listado-de-asistencia-de-principio-a-fin",
)


@bp.get("/<code>/proyectar-codigo")
@allows(EVERYONE)
def show(code):
    """It changes by a script, or else by loading the page again, which extends the session.

    ?puerta=2 is the page for the projector at that door.
    """
    record: AttendanceList = access.own(AttendanceList, code=code)
    if not record.has_rotating_code or not record.is_published:
        abort(404)
    number, token = request.args.get(links.PLACE), screen.token(record.code)
    doors = {str(number): door for number, door in enumerate(record.poster_doors, 1)}
    if number is not None and number not in doors:
        abort(404)
    return render_template(
        "attendance_screen/show.html",
        record=record,
        short=links.readable(screen.code_here(record.code)),
        door=doors.get(number or "", ""),
        next_code=url_for("attendance.screen_code", code=record.code, token=token, puerta=number),
        **screen.shown(record.id, record.code, record.event.title),
    )
