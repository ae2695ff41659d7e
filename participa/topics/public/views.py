"""The public pages of the topic calls."""

from urllib.parse import quote

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from participa.channels.flow import Stage
from participa.channels.wording import beside_state, early_closing, ended, grouped
from participa.core import codes, links, spanish, submissions
from participa.core.db import db
from participa.core.tables import tables
from participa.core.web import limits
from participa.core.web.responses import for_back, shared
from participa.plan import queries as plans
from participa.topics import agenda, queries, submit_answer, wording
from participa.topics import results as rankings
from participa.topics.models import TopicAnswer
from participa.topics.public import pages
from participa.topics.public.forms import TopicAnswerForm
from participa.topics.snapshots import SNAPSHOTS, CallSnapshot

FILES = ("csv", "xlsx", "json")

bp = Blueprint("topics", __name__, url_prefix="/temas")


@bp.get("")
def index():
    calls = queries.published_calls()
    page = render_template(
        "topics/index.html",
        groups=grouped(calls, queries.HEADINGS),
        when={call.id: beside_state(call) for call in calls},
    )
    return shared(page)


@bp.route("/<code>", methods=["GET", "POST"])
@limits.limited("topics.answer")
def answer(code):
    if SNAPSHOTS.leads_to_showing(code):
        return for_back("")
    call = SNAPSHOTS.find(code) or abort(404)
    if not call.is_open:
        return shut(call)
    if request.method == "GET":
        return for_back(pages.fresh(call))
    form = TopicAnswerForm(call)
    match form.stage():
        case Stage.FORM:
            return for_back(pages.filled(call, form), form.status)
        case Stage.REVIEW:
            return for_back(pages.review(call, form), form.status)
        case Stage.SEND:
            return send(call, form)


def send(call: CallSnapshot, form: TopicAnswerForm):
    try:
        receipt = submit_answer.answer(call, form.submission_id, form.filled)
    except submissions.AlreadySent as sent:
        return already_sent(call, sent)
    db.session.commit()
    return redirect(url_for("topics.receipt", code=call.code, receipt=receipt), 303)


def already_sent(call: CallSnapshot, sent: submissions.AlreadySent) -> tuple[str, int]:
    page = render_template(
        "topics/answer.html",
        part="topics/_already.html",
        heading=str(sent).rstrip("."),
        sent=sent,
        received=sent.received_at and ended(f"La recibimos el {spanish.moment(sent.received_at)}"),
        **pages.about(call),
    )
    return page, sent.status


def shut(call: CallSnapshot) -> Response | tuple[str, int]:
    """Say when the call opens or that it closed; redirect a resent answer to its receipt."""
    if request.method == "POST":
        token = request.form.get("submission", "")
        if receipt := submissions.receipt_of(TopicAnswer, token, call.purpose):
            return redirect(url_for("topics.receipt", code=call.code, receipt=receipt), 303)
    page = render_template(
        "topics/answer.html",
        part="topics/_shut.html",
        heading=wording.shut(call),
        after_closing=wording.after_closing(call),
        early_closing=early_closing(call),
        **pages.about(call),
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
        fulfils=plans.references(call.tasks),
        next_steps=list(wording.next_steps(call)),
        whatsapp=invitation(call),
    )
    return page, {"X-Robots-Tag": "noindex"}


def invitation(call) -> str:
    """A WhatsApp link that shares the public address of the call, never the receipt."""
    path = url_for("topics.answer", code=call.code, canal="whatsapp")
    return f"https://wa.me/?text={quote(f'{call.title} {links.absolute(path)}', safe='')}"


@bp.get("/<code>/resultados")
def results(code):
    call = queries.published_call(code) or abort(404)
    page = render_template(
        "topics/results.html",
        call=call,
        when=beside_state(call),
        early_closing=early_closing(call),
        results=rankings.results_of(call),
        agendas=agenda.public_links(call.topics),
        proposals=queries.published_proposals(call.id) if call.is_closed else [],
        questions=queries.public_questions(call.id),
        variables=rankings.respondent_counts(call),
        fulfils=plans.references(call.tasks),
        small_cell=rankings.small_cell(),
    )
    return shared(page)


@bp.get("/<code>/resultados.<format>")
def download(code, format):
    """The rankings, from which anybody can recompute the order."""
    call = queries.published_call(code) or abort(404)
    if format not in FILES:
        abort(404)
    return tables.download(rankings.rankings_table(call), format, f"temas-{call.code}")
