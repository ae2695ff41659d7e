"""An official brings in the file of a device that never got a signal."""

from collections import Counter
from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from participa.attendance.models import AttendanceList
from participa.attendance.offline import receiving
from participa.attendance.offline.receiving import EntryState
from participa.attendance.offline.staff_forms import QueueFileForm
from participa.attendance.snapshots import snapshot_of
from participa.attendance.wording import arrived
from participa.channels import access
from participa.core.db import db
from participa.core.files import files
from participa.staff.access import WRITERS, allows, current_account, guard, say, says

bp = guard(
    Blueprint("attendance_offline_staff", __name__, url_prefix="/gestion/asistencia/<code>"),
    "sin-senal-en-el-sitio",
)


@bp.route("/importar", methods=["GET", "POST"])
@allows(WRITERS)
@files.takes_files
@says("Recibió el archivo.")
def bring(code):
    """Import each entry of the file once, however often it is uploaded, and report on each."""
    record = access.own(AttendanceList, code=code)
    form, answers = QueueFileForm(), None
    if not receiving.why_no_file(record) and form.validate_on_submit():
        answers = form.carries_out(
            receiving.receive_file, snapshot_of(record), form.entries, current_account()
        )
    if answers is None:
        return page(record, form, why_not=receiving.why_no_file(record)), form.status
    counts = Counter(answer.state for answer in answers)
    told = arrived(*(counts[state] for state in EntryState))
    say(told)
    db.session.commit()
    if counts[EntryState.REFUSED]:
        return page(record, form, told=told, refused=receiving.refused(answers))
    return redirect(url_for("attendance_offline_staff.bring", code=code))


def page(record: AttendanceList, form: QueueFileForm, **more: Any) -> str:
    values = {"told": "", "refused": (), "why_not": ""} | more
    return render_template(
        "attendance_offline_staff/bring.html", record=record, form=form, **values
    )
