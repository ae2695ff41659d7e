"""The public pages of a question for an event: ask it, and its receipt."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from participa.cases.models import CaseKind
from participa.core import codes, submissions
from participa.core.db import db
from participa.core.web import limits
from participa.core.web.responses import for_back
from participa.events.models import Event
from participa.events.questions import asking, queries
from participa.events.questions.forms import QuestionForm, purpose_of, way
from participa.events.record_models import QuestionSent

bp = Blueprint("events_questions", __name__, url_prefix="/eventos")


@bp.route("/<code>/preguntar", methods=["GET", "POST"])
@limits.limited("events.ask")
def ask(code):
    event = queries.called_event(code) or abort(404)
    if why_not := asking.why_not(event):
        return shut(event, why_not)
    form = QuestionForm(purpose_of(event.code))
    if form.validate_on_submit():
        return send(event, form)
    return for_back(page("form", "Pregunte a la ciudad", event, form=form), form.status)


def send(event: Event, form: QuestionForm) -> Response | tuple[str, HTTPStatus]:
    try:
        receipt = asking.ask(event, form.submission_id, form.text.data, way())
    except submissions.AlreadySent as sent:
        return page("already", "Esta pregunta ya se envió", event, sent=sent), sent.status
    db.session.commit()
    return redirect(url_for("events_questions.receipt", code=event.code, receipt=receipt), 303)


def shut(event: Event, why_not: str) -> Response | tuple[str, int]:
    """Say since when it takes no questions; redirect a question sent again to its receipt."""
    if request.method == "POST":
        token = request.form.get("submission", "")
        if receipt := submissions.receipt_of(QuestionSent, token, purpose_of(event.code)):
            address = url_for("events_questions.receipt", code=event.code, receipt=receipt)
            return redirect(address, 303)
    told = page("shut", "Aquí ya no se reciben preguntas", event, why_not=why_not)
    return told, 409 if request.method == "POST" else 200


def page(part: str, heading: str, event: Event, **values: Any) -> str:
    part = f"events_questions/_{part}.html"
    values |= {"term": CaseKind.QUESTION.term, "event": event}
    return render_template("events_questions/ask.html", part=part, heading=heading, **values)


@bp.get("/<code>/preguntas/<receipt>")
def receipt(code, receipt):
    event = queries.called_event(code) or abort(404)
    case = queries.question_at(event, receipt) or abort(404)
    page = render_template(
        "events_questions/receipt.html",
        event=event,
        case=case,
        reference=codes.show(case.code),
        takes_more=not asking.why_not(event),
    )
    return page, {"X-Robots-Tag": "noindex"}
