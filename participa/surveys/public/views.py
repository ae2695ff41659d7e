"""The public pages of the surveys."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from participa.channels.flow import Stage
from participa.channels.wording import beside_state, ended, grouped
from participa.core import codes, spanish, submissions
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.web import limits
from participa.core.web.responses import for_back, for_one_person, shared
from participa.plan import queries as plans
from participa.surveys import queries, respond, saving, wording
from participa.surveys.access_codes import CodeRefused
from participa.surveys.models import SurveyResponse
from participa.surveys.public import pages
from participa.surveys.public.forms import BACK, SurveyForm
from participa.surveys.public.resume_form import ResumeForm
from participa.surveys.questionnaire import saying
from participa.surveys.snapshots import SNAPSHOTS, SurveySnapshot

bp = Blueprint("surveys", __name__, url_prefix="/encuestas")


@bp.get("")
def index():
    surveys = queries.published_surveys()
    page = render_template(
        "surveys/index.html",
        groups=grouped(surveys, queries.HEADINGS),
        when={survey.id: beside_state(survey) for survey in surveys},
    )
    return shared(page)


@bp.route("/<code>", methods=["GET", "POST"])
@limits.limited("surveys.answer")
def answer(code):
    if SNAPSHOTS.leads_to_showing(code):
        return for_back("")
    survey = SNAPSHOTS.find(code) or abort(404)
    if not survey.is_open:
        return shut(survey)
    if request.method == "GET":
        return for_back(opened(survey))
    form = SurveyForm(survey)
    if form.is_paged and form.moves:
        return for_back(turned(survey, form), form.status)
    match form.stage():
        case Stage.FORM:
            return for_back(shown_again(survey, form), form.status)
        case Stage.REVIEW:
            return for_back(pages.review(survey, form), form.status)
        case Stage.SEND:
            return send(survey, form)


def opened(survey: SurveySnapshot) -> Response | str:
    """The form as a visitor finds it: whole, or its first page."""
    if "pagina" in request.args:
        return pages.one_page(survey, SurveyForm(survey), 0)
    return pages.fresh(survey)


def turned(survey: SurveySnapshot, form: SurveyForm) -> str:
    """The page after the one that was sent, or before it; the same one while it has problems."""
    if form.moves == BACK:
        page = form.page_beside(-1)
        return pages.one_page(survey, form, form.page if page is None else page)
    form.validate()
    here = {f"q_{one.key}" for one in survey.questionnaire.pages[form.page].questions}
    if any(id in here or not id for id, _ in form.problems):
        form.is_rejected = True
        return pages.one_page(survey, form, form.page)
    following = form.page_beside(1)
    if following is None:
        return pages.review(survey, form)
    form.is_checked = False
    return pages.one_page(survey, form, following)


def shown_again(survey: SurveySnapshot, form: SurveyForm) -> str:
    """The form with what was sent, where there is something to change or to repair."""
    if not form.is_paged:
        return pages.whole(survey, form)
    page = form.page if form.wants_to_change else form.first_wrong_page
    return pages.one_page(survey, form, page)


def send(survey: SurveySnapshot, form: SurveyForm):
    try:
        receipt = respond.respond(survey, form.submission_id, form.filled)
    except submissions.AlreadySent as sent:
        return already_sent(survey, sent)
    except CodeRefused as refusal:
        return refused(survey, form, refusal)
    saving.forget(survey, form.resume.data or "")
    db.session.commit()
    return redirect(url_for("surveys.receipt", code=survey.code, receipt=receipt), 303)


def refused(survey: SurveySnapshot, form: SurveyForm, refusal: Refused) -> Response:
    """The form again, with what is wrong with the code."""
    db.session.rollback()
    form.reject(str(refusal), refusal.field)
    form.is_rejected = True
    return for_back(shown_again(survey, form), form.status)


def already_sent(survey: SurveySnapshot, sent: submissions.AlreadySent) -> tuple[str, int]:
    page = render_template(
        pages.TEMPLATE,
        part="surveys/_already.html",
        heading=str(sent).rstrip("."),
        sent=sent,
        received=sent.received_at and ended(f"La recibimos el {spanish.moment(sent.received_at)}"),
        **pages.about(survey),
    )
    return page, sent.status


def shut(survey: SurveySnapshot) -> Response | tuple[str, int]:
    """Say when it opens or that it closed; redirect a resent answer to its receipt."""
    if request.method == "POST":
        token = request.form.get("submission", "")
        if receipt := submissions.receipt_of(SurveyResponse, token, survey.purpose):
            return redirect(url_for("surveys.receipt", code=survey.code, receipt=receipt), 303)
    return pages.shut(survey), 409 if request.method == "POST" else 200


@bp.post("/<code>/guardar")
@limits.limited("surveys.save")
def save(code):
    """Keep what was answered so far, and show the code with which to go on."""
    survey = SNAPSHOTS.find(code) or abort(404)
    if not survey.is_open:
        return shut(survey)
    form = SurveyForm(survey)
    try:
        word = saving.save(survey, list(form.carried), form.resume.data or "")
    except Refused as refusal:
        return refused(survey, form, refusal)
    page = render_template(
        pages.TEMPLATE,
        part="surveys/_saved.html",
        heading="Quedó guardado",
        word=codes.show(word),
        until=survey.resume_until_on,
        **pages.about(survey),
    )
    db.session.commit()
    return for_one_person(page)


@bp.route("/<code>/seguir", methods=["GET", "POST"])
@limits.limited("surveys.resume")
def resume(code):
    """Go on with what was saved, from any device."""
    survey = SNAPSHOTS.find(code) or abort(404)
    if not survey.is_open:
        return shut(survey)
    form = ResumeForm(f"surveys.resume:{survey.code}")
    if form.validate_on_submit():
        limits.before_guess("surveys.resume", survey.code)
        try:
            fields = saving.load(survey, form.code.data or "")
        except saving.NotSaved as refusal:
            limits.wrong_guess("surveys.resume", survey.code)
            form.reject(str(refusal), refusal.field)
        else:
            return for_one_person(gone_on(survey, fields, codes.read(form.code.data or "")))
    page = render_template(
        pages.TEMPLATE,
        part="surveys/_resume.html",
        heading="Seguir con lo que guardé",
        form=form,
        **pages.about(survey),
    )
    return for_one_person(page, form.status)


def gone_on(survey: SurveySnapshot, fields: list[tuple[str, str]], word: str) -> str:
    prefilled = MultiDict([*fields, ("resume", word)])
    form = SurveyForm(survey, prefilled=prefilled)
    form.go_on(prefilled)
    return pages.whole(survey, form)


@bp.get("/<code>/comprobante/<receipt>")
def receipt(code, receipt):
    survey = queries.published_survey(code) or abort(404)
    stored = queries.response_of(survey.id, receipt) or abort(404)
    page = render_template(
        "surveys/receipt.html",
        survey=survey,
        response=stored,
        reference=codes.show(stored.receipt),
        moment=spanish.moment(stored.received_at) if stored.received_at else "",
        fulfils=plans.references(survey.tasks),
        next_steps=list(wording.next_steps(survey)),
        may_correct=survey.allows_correction and survey.is_open,
    )
    return page, {"X-Robots-Tag": "noindex"}


@bp.route("/<code>/comprobante/<receipt>/corregir", methods=["GET", "POST"])
@limits.limited("surveys.correct")
def correct(code, receipt):
    """The form with one's own answers, which replaces them until the survey closes."""
    survey = SNAPSHOTS.find(code) or abort(404)
    stored = queries.response_of(survey.id, receipt) or abort(404)
    if not (survey.allows_correction and survey.is_open):
        return redirect(url_for("surveys.receipt", code=survey.code, receipt=receipt), 303)
    purpose = f"surveys.correct:{stored.id}"
    form = SurveyForm(survey, purpose, prefilled=stored_fields(survey, stored))
    form.ask_no_more_than_answers()
    if request.method == "GET":
        return for_one_person(pages.whole(survey, form, corrects=True))
    match form.stage():
        case Stage.FORM:
            return for_one_person(pages.whole(survey, form, corrects=True), form.status)
        case Stage.REVIEW:
            return for_one_person(pages.review(survey, form, corrects=True), form.status)
    respond.correct(survey, stored, form.filled)
    db.session.commit()
    return redirect(url_for("surveys.receipt", code=survey.code, receipt=receipt), 303)


def stored_fields(survey: SurveySnapshot, stored: SurveyResponse) -> MultiDict[str, str]:
    """The fields that would send what is stored."""
    texts = {text.question: text.text for text in stored.texts} | queries.personal_of(stored.id)
    known = survey.questionnaire.by_key
    return MultiDict(
        pair
        for key, value in stored.answers.items()
        if key in known
        for pair in saying.sent_of(known[key], value, texts)
    )
