"""The staff's page of the certificates of a list: how many wait for a letter, and send them."""

from flask import Blueprint, redirect, render_template, url_for

from participa.attendance import queries
from participa.attendance.certificates import mailing
from participa.attendance.models import AttendanceList
from participa.channels import access, registry
from participa.channels.access import may_write
from participa.channels.forms import ActForm
from participa.channels.mentions import EVALUATION
from participa.core.db import db
from participa.core.editing import versions
from participa.core.jobs import mail
from participa.events.models import Event
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says

bp = guard(
    Blueprint("attendance_certificates_staff", __name__, url_prefix="/gestion/asistencia"),
    "constancias-de-asistencia",
)


@bp.get("/<code>/constancias")
@allows(READERS)
def show(code):
    record = access.own(AttendanceList, code=code)
    return render_template(
        "attendance_certificates_staff/show.html",
        record=record,
        came=queries.attended(record.id),
        waiting=len(mailing.waiting(record)),
        mailings=mailing.mailings(record),
        why_not=mailing.why_not(record),
        evaluation=evaluation_of(record.event),
        lacks_mail=not mail.is_configured(),
        may_write=may_write(),
        form=ActForm.creating(endpoint="attendance_certificates_staff.send"),
    )


@bp.post("/<code>/constancias/enviar")
@allows(WRITERS)
@says("Empezó a enviar las constancias. El envío sigue solo.")
def send(code):
    record = access.own(AttendanceList, code=code)
    form = ActForm.creating()
    versions.as_seen(record)
    form.created(mailing.send, record, current_account(), evaluation_of(record.event))
    db.session.commit()
    return redirect(url_for("attendance_certificates_staff.show", code=code))


def evaluation_of(event: Event) -> str:
    """The path of the evaluation of an event that other features mention; "" without one."""
    mentions = registry.mentions_of(event, Event.channel)
    return next((one.url for one in mentions if one.fills == EVALUATION and one.url), "")
