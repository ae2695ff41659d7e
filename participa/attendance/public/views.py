"""The public pages of the attendance lists."""

from flask import Blueprint, abort, render_template

from participa.attendance import queries, wording
from participa.attendance.snapshots import SNAPSHOTS
from participa.channels.wording import beside_state, grouped
from participa.core.web.responses import shared

bp = Blueprint("attendance", __name__, url_prefix="/asistencia")


@bp.get("")
def index():
    records = queries.published_lists()
    page = render_template(
        "attendance/index.html",
        groups=grouped(records, queries.HEADINGS),
        when={record.id: beside_state(record) for record in records},
    )
    return shared(page)


@bp.get("/<code>")
def sign(code):
    listed = SNAPSHOTS.find(code) or abort(404)
    return render_template("attendance/sign.html", listed=listed, heading=wording.shut(listed))
