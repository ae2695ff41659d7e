"""The public pages of the surveys."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from participa.channels.flow import Stage
from participa.channels.wording import beside_state, grouped
from participa.core import codes, submissions
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files import files, oversized
from participa.core.forms import PublicForm
from participa.core.web import limits, security
from participa.core.web.kiosks import is_kiosk
from participa.core.web.responses import for_back, for_one_person, shared
from participa.surveys import consents, queries, respond, saving
from participa.surveys.access_codes import CodeRefused
from participa.surveys.public import pages, receipts, uploads
from participa.surveys.public.forms import BACK, PAGE, SurveyForm, sent_before
from participa.surveys.public.resume_form import ResumeForm
from participa.surveys.snapshots import SNAPSHOTS, SurveySnapshot

CORRECT, SAVE = "surveys/correct.html", "surveys/save.html"
SAVED = "seguir"  # in the address of the form that opens with what was saved

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
@files.takes_bytes(uploads.MOST_BYTES)
@limits.limited("surveys.answer")
def answer(code):
    if SNAPSHOTS.leads_to_showing(code):
        return for_back("")
    survey = SNAPSHOTS.find(code) or abort(404)
    if request.method == "POST" and oversized.rescued() is not None:
        return too_large(survey, "surveys.answer")
    if not survey.is_open:
        return shut(survey)
    return opened(survey) if request.method == "GET" else answered(survey, SurveyForm(survey))


def opened(survey: SurveySnapshot) -> Response:
    """The form as a visitor finds it: whole, its first page, or with what they saved."""
    if not is_kiosk() and (fields := saving.opened(survey, request.args.get(SAVED, ""))):
        return for_one_person(gone_on(survey, MultiDict(fields)))
    if PAGE in request.args:
        return for_back(pages.one_page(survey, SurveyForm(survey), 0))
    response = for_back(pages.fresh(survey))
    response.headers.update(security.WITH_ICON)
    return response


def gone_on(survey: SurveySnapshot, fields: MultiDict[str, str]) -> str:
    form = SurveyForm(survey, opened_with=fields)
    return pages.one_page(survey, form, 0) if form.is_paged else pages.whole(survey, form)


def answered(survey: SurveySnapshot, form: SurveyForm) -> AnyResponse | tuple[str, int]:
    """What follows from what was sent: the next page, the review, the receipt, or what is wrong.

    At a tablet, Back shows nobody what the person before has sent.
    """
    if is_kiosk() and not form.is_confirmed and sent_before(survey):
        return redirect(pages.start(survey), 303)
    if form.is_paged and form.moves:
        page = turned(survey, form)
    else:
        match form.stage():
            case Stage.FORM:
                page = shown_again(survey, form)
            case Stage.REVIEW:
                page = pages.review(survey, form)
            case Stage.SEND:
                return send(survey, form)
    db.session.commit()  # what was attached
    return for_back(page, form.status)


def turned(survey: SurveySnapshot, form: SurveyForm) -> str:
    """The page after the one that was sent, or before it; the same one while it has problems."""
    if form.moves == BACK:
        before = form.page_beside(-1)
        return pages.one_page(survey, form, form.page if before is None else before)
    if not form.validate() and form.has_problems_here:
        form.is_rejected = True
        return pages.one_page(survey, form, form.page)
    following = form.page_beside(1)
    if form.is_changing or following is None:
        return reviewed(survey, form)
    form.is_checked = False
    return pages.one_page(survey, form, following)


def reviewed(survey: SurveySnapshot, form: SurveyForm) -> str:
    """The review, or the first page where something is missing."""
    form.check_all_pages()
    if form.validate():
        return pages.review(survey, form)
    form.is_rejected = True
    return pages.one_page(survey, form, form.first_wrong_page)


def shown_again(survey: SurveySnapshot, form: SurveyForm, template: str = pages.TEMPLATE) -> str:
    """The form with what was sent, where there is something to change or to repair."""
    if not form.is_paged:
        return pages.whole(survey, form, template)
    page = form.page if form.wants_to_change else form.first_wrong_page
    return pages.one_page(survey, form, page, template)


def send(survey: SurveySnapshot, form: SurveyForm) -> AnyResponse | tuple[str, int]:
    try:
        receipt = respond.respond(survey, form.submission_id, form.filled)
    except submissions.AlreadySent as sent:
        return receipts.already_sent(survey, sent)
    except CodeRefused as refusal:  # used by somebody else a moment ago
        return refused(survey, form, refusal)
    saving.forget(survey, form.resume.data or "")
    db.session.commit()
    return redirect(receipts.address(survey, receipt), 303)


def refused(
    survey: SurveySnapshot, form: SurveyForm, refusal: Refused, template: str = pages.TEMPLATE
) -> Response:
    """The form again, with the reason."""
    db.session.rollback()
    form.reject(str(refusal), refusal.field)
    form.is_rejected = True
    return for_back(shown_again(survey, form, template), form.status)


def too_large(
    survey: SurveySnapshot, endpoint: str, template: str = pages.TEMPLATE
) -> tuple[str, int]:
    page = pages.too_large(survey, endpoint, template)
    return page, HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def shut(survey: SurveySnapshot, template: str = pages.TEMPLATE) -> AnyResponse | tuple[str, int]:
    """Say when it opens or that it closed; redirect a resent answer to its receipt."""
    if request.method == "POST" and (receipt := sent_before(survey)):
        return redirect(receipts.address(survey, receipt), 303)
    return pages.shut(survey, template), 409 if request.method == "POST" else 200


@bp.post("/<code>/guardar")
@files.takes_bytes(uploads.MOST_BYTES)
@limits.limited("surveys.save")
def save(code):
    """Keep what was answered so far, and show the code with which to go on."""
    survey = SNAPSHOTS.find(code) or abort(404)
    if oversized.rescued() is not None:
        return too_large(survey, "surveys.answer", SAVE)
    if not survey.is_open:
        return shut(survey, SAVE)
    form = SurveyForm(survey)
    form.lead_to(url_for("surveys.answer", code=survey.code, **pages.kept(survey)))
    try:
        word = saving.save(survey, list(form.carried), form.resume.data or "")
    except Refused as refusal:
        return refused(survey, form, refusal, SAVE)
    page = render_template(
        SAVE,
        part="surveys/_saved.html",
        heading="Quedó guardado",
        word=codes.show(word),
        until=survey.resume_until_on,
        opening=saving.opening(survey, word),
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
        return shut(survey, "surveys/resume.html")
    form = ResumeForm(f"surveys.resume:{survey.code}")
    if form.validate_on_submit():
        word = form.word.data or ""
        limits.before_guess("surveys.resume", survey.code)
        try:
            saving.load(survey, word)
        except saving.NotSaved as refusal:
            limits.wrong_guess("surveys.resume", survey.code)
            form.reject(str(refusal), "word")
        else:
            opening = saving.opening(survey, word)
            return redirect(url_for("surveys.answer", code=survey.code, seguir=opening), 303)
    page = render_template(
        "surveys/resume.html",
        part="surveys/_resume.html",
        heading="Seguir con lo que guardé",
        form=form,
        **pages.about(survey),
    )
    return for_one_person(page, form.status)


@bp.get("/<code>/comprobante/<receipt>")
def receipt(code, receipt):
    survey = queries.published_survey(code) or abort(404)
    stored = queries.response_of(survey.id, receipt) or abort(404)
    if receipts.is_over(stored.receipt):
        return redirect(pages.start(survey), 303)
    return for_one_person(receipts.page(survey, stored))


@bp.route("/<code>/comprobante/<receipt>/corregir", methods=["GET", "POST"])
@files.takes_bytes(uploads.MOST_BYTES)
@limits.limited("surveys.correct")
def correct(code, receipt):
    """The form with one's own answers, which replaces them until the survey closes."""
    survey = SNAPSHOTS.find(code) or abort(404)
    stored = queries.response_of(survey.id, receipt) or abort(404)
    own = url_for("surveys.receipt", code=survey.code, receipt=stored.receipt)
    if not (survey.allows_correction and survey.is_open):
        return redirect(own, 303)
    if request.method == "POST" and oversized.rescued() is not None:
        return too_large(survey, "surveys.correct", CORRECT)
    fields = receipts.stored_fields(survey, stored) if request.method == "GET" else None
    form = SurveyForm(survey, f"surveys.correct:{stored.id}", fields, only_answers=True)
    match form.stage():
        case Stage.FORM:
            page = pages.whole(survey, form, CORRECT, corrects=own)
        case Stage.REVIEW:
            page = pages.review(survey, form, CORRECT, corrects=own)
        case Stage.SEND:
            respond.correct(survey, stored, form.filled)
            db.session.commit()
            return redirect(own, 303)
    db.session.commit()  # what was attached
    return for_one_person(page, form.status)


@bp.route("/<code>/comprobante/<receipt>/borrar-mis-datos", methods=["GET", "POST"])
@limits.limited("surveys.take_back")
def take_back(code, receipt):
    """Erase what one wrote of oneself, whether or not the survey is still open."""
    survey = queries.published_survey(code) or abort(404)
    stored = queries.response_of(survey.id, receipt) or abort(404)
    own = url_for("surveys.receipt", code=survey.code, receipt=stored.receipt)
    form = PublicForm(f"surveys.take_back:{stored.receipt}")
    if form.validate_on_submit():
        consents.take_back(stored)
        db.session.commit()
        return redirect(own, 303)
    files = consents.files_of(stored)
    page = render_template(
        "surveys/take_back.html", survey=survey, form=form, own=own, has_files=bool(files)
    )
    return for_one_person(page, form.status)
