"""What residents see of the topic calls."""

from urllib.parse import quote

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from participa.core import codes, limits, links, submissions, tables
from participa.core.db import db
from participa.core.responses import shared
from participa.plan import queries as plans
from participa.topics import answering, definitions, drawing, moderation, outcome, queries, telling
from participa.topics.definitions import Definition
from participa.topics.forms import AnswerForm

FILES = ("csv", "xlsx", "json")

bp = Blueprint("topics", __name__, url_prefix="/temas")


@bp.get("")
def index():
    calls = queries.published_calls()
    page = render_template(
        "topics/index.html",
        groups=queries.by_state(calls),
        when={call.id: telling.when(call) for call in calls},
    )
    return shared(page)


@bp.route("/<code>", methods=["GET", "POST"])
@limits.limited("topics.answer")
def answer(code):
    call = definitions.published(code) or abort(404)
    if not call.is_open:
        return shut(call)
    if request.method == "GET":
        return drawing.fresh(call)
    form = AnswerForm(call)
    if form.wants_to_change:
        form.remember()
        return drawing.filled(call, form)
    if not form.validate():
        draw = drawing.review if form.only_the_order_is_wrong else drawing.filled
        return draw(call, form), form.status
    if not form.is_confirmed:
        return drawing.review(call, form)
    return send(call, form)


def send(call: Definition, form: AnswerForm):
    try:
        receipt = answering.answer(call, form.submission_id, form.sheet)
    except answering.AlreadySent as sent:
        return already(call, sent)
    db.session.commit()
    return redirect(url_for("topics.receipt", code=call.code, receipt=receipt), 303)


def already(call: Definition, sent: answering.AlreadySent) -> tuple[str, int]:
    page = render_template(
        "topics/answer.html",
        part="topics/_already.html",
        heading=str(sent).rstrip("."),
        sent=sent,
        **drawing.about(call),
    )
    return page, sent.status


def shut(call: Definition) -> Response | tuple[str, int]:
    """Since or until when; but what had arrived before the closing still has its receipt."""
    if request.method == "POST":
        try:
            submission_id = submissions.read(request.form.get("submission", ""), call.purpose)
        except submissions.Stale:
            submission_id = ""
        if receipt := answering.stored_receipt(submission_id):
            return redirect(url_for("topics.receipt", code=call.code, receipt=receipt), 303)
    page = render_template(
        "topics/answer.html",
        part="topics/_shut.html",
        heading=telling.shut(call),
        after_closing=telling.after_closing(call),
        **drawing.about(call),
    )
    return page, 409 if request.method == "POST" else 200


@bp.get("/<code>/comprobante/<receipt>")
def receipt(code, receipt):
    call = queries.published_call(code) or abort(404)
    stored = queries.answer_of(call, receipt) or abort(404)
    question = queries.question_of(stored)
    page = render_template(
        "topics/receipt.html",
        call=call,
        answer=stored,
        reference=codes.show(stored.receipt),
        question=question,
        question_due=question and moderation.due(question),
        fulfils=plans.references(call.tasks),
        next_steps=list(telling.next_steps(call)),
        whatsapp=invitation(call),
    )
    return page, {"X-Robots-Tag": "noindex"}


def invitation(call) -> str:
    """A message that invites a neighbour: the public address of the call, never the receipt."""
    path = url_for("topics.answer", code=call.code, canal="whatsapp")
    return f"https://wa.me/?text={quote(f'{call.title} {links.absolute(path)}', safe='')}"


@bp.get("/<code>/resultados")
def results(code):
    call = queries.published_call(code) or abort(404)
    page = render_template(
        "topics/results.html",
        call=call,
        when=telling.when(call),
        told=outcome.of(call),
        proposals=queries.published_proposals(call.id) if call.is_closed else [],
        questions=queries.public_questions(call.id),
        variables=outcome.who_answered(call),
        fulfils=plans.references(call.tasks),
        small_cell=outcome.small_cell(),
    )
    return shared(page)


@bp.get("/<code>/resultados.<format>")
def download(code, format):
    """The rankings, from which anybody can recompute the order."""
    call = queries.published_call(code) or abort(404)
    if format not in FILES:
        abort(404)
    return tables.download(outcome.rankings_table(call), format, f"temas-{call.code}")
