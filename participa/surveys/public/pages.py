"""The pages of a survey's form: whole, page by page, the review, and what stands around them."""

from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, request, url_for

from participa.channels.flow import own_values
from participa.channels.wording import beside_state, early_closing
from participa.core import links
from participa.core.installation import installation
from participa.core.web import assets, showings
from participa.core.web.kiosks import is_kiosk
from participa.core.web.precompressed_page import SEAM, Pieces, cut
from participa.surveys import wording
from participa.surveys.models import Survey
from participa.surveys.public import promises
from participa.surveys.public.forms import CHANNELS, PAGE, SurveyForm
from participa.surveys.questionnaire import saying
from participa.surveys.questionnaire.answering import field_name
from participa.surveys.questionnaire.questions import QuestionType, SurveyQuestion
from participa.surveys.snapshots import SurveySnapshot

TEMPLATE = "surveys/answer.html"
SHORT = 4  # questions on one page that need no review where a script runs
PAGED_PLACE = "\x1b"  # beside those of channels.flow


def fresh(survey: SurveySnapshot) -> Response | str:
    """The empty form; rendered once for all where nothing in it is a person's own."""
    if survey.needs_code or is_shuffled(survey):
        return whole(survey, SurveyForm(survey), site_icon=assets.inline_icon())
    key = f"form {kept(survey)}"
    pieces: Pieces | None = survey.rendered.get(key)
    if pieces is None:
        form = SurveyForm(survey)
        form.leave_places()
        page = whole(survey, form, seam=SEAM, paged=PAGED_PLACE, site_icon=assets.inline_icon())
        pieces = survey.rendered[key] = cut(page)
    return pieces.page({**own_values(survey.purpose), PAGED_PLACE: paged_address()}, list)


def paged_address() -> str:
    """Where the questions come page by page."""
    return f"{showings.address(showings.current())}&{PAGE}=1"


def is_shuffled(survey: SurveySnapshot) -> bool:
    return any(question.is_shuffled for question in survey.questionnaire.questions)


def is_long(survey: SurveySnapshot) -> bool:
    """Whether it is more than one small page: then it has a review, and comes page by page."""
    few = len(survey.questionnaire.pages) == 1 and len(list(survey.questionnaire.asked)) <= SHORT
    return not few or survey.questionnaire.has_conditions or bool(survey.variables)


def whole(survey: SurveySnapshot, form: SurveyForm, template: str = TEMPLATE, **more: Any) -> str:
    """All questions, which a script cuts into steps; without one it is a plain page."""
    types = {question.type for question in survey.questionnaire.questions}
    values = {"paged": paged_address()} if request.endpoint == "surveys.answer" else {}
    return render_template(
        template,
        part="surveys/_form.html",
        form=form,
        pages=survey.questionnaire.pages,
        is_long=is_long(survey),
        asks_place=QuestionType.TERRITORY in types,
        **facts(survey),
        **(values | more),
    )


def one_page(
    survey: SurveySnapshot, form: SurveyForm, page: int, template: str = TEMPLATE, **more: Any
) -> str:
    """One page of the questions, with the others' answers in hidden fields."""
    shown = [number for number in range(form.last_page + 1) if form.has_something(number)]
    questions = [one for one in form.questions_of(page) if form.is_shown(one)]
    is_about = form.is_about_the_person(page)
    number = shown.index(page) + 1 if page in shown else 1
    return render_template(
        template,
        part="surveys/_page.html",
        form=form,
        page=page,
        where=f"Página {number} de {len(shown)}",
        title="" if is_about else survey.questionnaire.pages[page].title,
        questions=questions,
        is_about=is_about,
        is_first=number == 1,
        carried=list(form.carried_beside(page)),
        asks_place=any(one.type is QuestionType.TERRITORY for one in questions),
        **facts(survey),
        **more,
    )


def review(survey: SurveySnapshot, form: SurveyForm, template: str = TEMPLATE, **more: Any) -> str:
    """The answers, to be confirmed. Nothing is stored yet."""
    return render_template(
        template,
        part="surveys/_review.html",
        heading="Revise sus respuestas",
        form=form,
        answered=list(answered(survey, form)),
        **about(survey),
        **more,
    )


def shut(survey: SurveySnapshot, template: str = TEMPLATE) -> str:
    return render_template(
        template,
        part="surveys/_shut.html",
        heading=wording.shut(survey),
        early_closing=early_closing(survey),
        length=wording.length(survey.questionnaire),
        **about(survey),
    )


def too_large(survey: SurveySnapshot, endpoint: str, template: str = TEMPLATE) -> str:
    return render_template(
        template,
        part="surveys/_too_large.html",
        heading="No cabe todo lo que envió",
        start=url_for(endpoint, **(request.view_args or {})),
        **about(survey),
    )


def facts(survey: SurveySnapshot) -> dict[str, Any]:
    """Template values of every page with questions."""
    return {
        "promises": promises.promises_of(survey, installation().settings.small_cell),
        "open_until": beside_state(survey),
        "length": wording.length(survey.questionnaire),
        **about(survey),
    }


def about(survey: SurveySnapshot) -> dict[str, Any]:
    """Template values of every page of a survey; the summary describes shared links (NET-04)."""
    path = url_for("surveys.answer", code=survey.code)
    return {
        "survey": survey,
        "summary": wording.summary(survey),
        "address": links.absolute(path),
        "needs_script": any(needs_script(one) for one in survey.questionnaire.questions),
        "is_kiosk": is_kiosk(),
        "again": kept(survey),
        "kiosk_start": start(survey),
    }


def start(survey: SurveySnapshot | Survey) -> str:
    """Where the next person begins."""
    return url_for("surveys.answer", code=survey.code, **kept(survey))


def needs_script(question: SurveyQuestion) -> bool:
    """Whether `static/js/survey.js` has something to do for a question."""
    is_typed = question.type in {QuestionType.SHORT, QuestionType.LONG, QuestionType.NUMBER}
    is_typed |= question.type is QuestionType.DATE
    is_place = question.type is QuestionType.TERRITORY
    has_box = question.has_other or (question.has_none and is_typed)
    return question.shown_if is not None or is_place or has_box


def kept(survey: SurveySnapshot | Survey) -> dict[str, Any]:
    """What the address of the next page keeps: how people came, and where this is used. Only words
    that are known, because pages are cached by them.
    """
    known = {"canal": set(CHANNELS), "en": {use.code for use in survey.uses}}
    words = {name: request.args.get(name, "") for name in known}
    return {name: word for name, word in words.items() if word in known[name]}


def answered(survey: SurveySnapshot, form: SurveyForm) -> Iterator[tuple[str, str, str, int]]:
    """Label, answer, field id and page of each question that was shown, for the review."""
    found, files = form.answered, form.uploads.attached
    for page, group in enumerate(survey.questionnaire.pages):
        for question in group.questions:
            if question.key not in found.shown or not question.type.is_answered:
                continue
            words = saying.in_words(question, found.answers.get(question.key), found.texts)
            if question.key in files:
                words = f"Adjunto: {files[question.key].words}"
            yield question.label, words or "Sin respuesta", field_name(question), page
        personal = any(one.is_personal and form.is_shown(one) for one in group.questions)
        if personal and form.asks_consent(page):
            yield from (
                (words, "Sí" if ticked else "No", form.consent_id(page), page)
                for _, words, ticked in form.consent_ticks
            )
    last = len(survey.questionnaire.pages)
    yield from ((label, words, id, last) for label, words, id in form.detail_answers)
