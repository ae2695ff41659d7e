"""The surveys with which people evaluate an event: attach one, see its link, take it off."""

from flask import Blueprint, abort, redirect, render_template, url_for

from participa.channels import access
from participa.channels.access import may_write
from participa.core import links
from participa.core.db import db
from participa.core.editing import versions
from participa.events.models import Event
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says
from participa.surveys import queries, service
from participa.surveys.attaching import AttachSurveyForm
from participa.surveys.models import Survey, SurveyUse

SOURCE = "events"

bp = guard(
    Blueprint("events_evaluation", __name__, url_prefix="/gestion/eventos/<code>/evaluacion"),
    "la-evaluacion-de-un-evento",
)


@bp.route("", methods=["GET", "POST"])
@allows(READERS)
@says("Puso la encuesta en el evento.")
def show(code):
    event = access.own(Event, code=code)
    uses = queries.attached_to(SOURCE, event.id)
    form = AttachSurveyForm.creating(lambda made: url_for("events_evaluation.show", code=code))
    form.offer(queries.attachable_to(SOURCE, event.id, current_account()), uses)
    if may_write() and form.validate_on_submit() and form.creates(attach, event, form.chosen):
        db.session.commit()
        return redirect(url_for("events_evaluation.show", code=code))
    return render_template(
        "events_evaluation/show.html",
        event=event,
        form=form,
        uses=uses,
        people=queries.people_of_uses(uses),
        address=lambda use: links.absolute(
            url_for("surveys.answer", code=use.survey.code, en=use.code)
        ),
        may_write=may_write(),
    ), form.status


def attach(event: Event, survey: Survey) -> SurveyUse:
    return service.attach(survey, current_account(), SOURCE, event.id, event.code, event.title)


@bp.post("/<int(max=2147483647):id>/quitar")
@allows(WRITERS)
@says("Quitó la encuesta del evento.")
def detach(code, id):
    event = access.own(Event, code=code)
    use = queries.attached_use(SOURCE, event.id, id) or abort(404)
    service.detach(versions.as_seen(use), current_account())
    db.session.commit()
    return redirect(url_for("events_evaluation.show", code=code))
