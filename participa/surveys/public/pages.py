"""The pages of a survey's form: whole, page by page, the review, and what stands around them."""

import json
import random
from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, url_for

from participa.channels.flow import own_values
from participa.channels.wording import beside_state, early_closing
from participa.core import links
from participa.core.installation import installation
from participa.core.web import showings
from participa.core.web.precompressed_page import SEAM, Pieces, cut
from participa.surveys import wording
from participa.surveys.public import promises
from participa.surveys.public.forms import PAGE, SurveyForm, is_kiosk
from participa.surveys.questionnaire import saying
from participa.surveys.questionnaire.questions import NONE, OTHER, SurveyQuestion
from participa.surveys.snapshots import SurveySnapshot

TEMPLATE = "surveys/answer.html"


def fresh(survey: SurveySnapshot) -> Response | str:
    """The empty form; rendered once for all where nothing in it is a person's own."""
    if survey.needs_code or is_kiosk() or is_shuffled(survey):
        return whole(survey, SurveyForm(survey))
    pieces: Pieces | None = survey.rendered.get("pieces")
    if pieces is None:
        form = SurveyForm(survey)
        form.leave_places()
        pieces = survey.rendered["pieces"] = cut(whole(survey, form, seam=SEAM))
    return pieces.page(own_values(survey.purpose), list)


def is_shuffled(survey: SurveySnapshot) -> bool:
    return any(question.is_shuffled for question in survey.questionnaire.questions)


def whole(survey: SurveySnapshot, form: SurveyForm, template: str = TEMPLATE, **more: Any) -> str:
    """All questions, which a script cuts into steps; without one it is a plain page."""
    is_long = len(survey.questionnaire.pages) > 1 or survey.questionnaire.has_conditions
    return render_template(
        template,
        part="surveys/_form.html",
        form=form,
        pages=survey.questionnaire.pages,
        offered=lambda question: offered(question, form.order),
        paged_address=f"{showings.address(showings.current())}&{PAGE}=1" if is_long else "",
        **facts(survey),
        **more,
    )


def one_page(
    survey: SurveySnapshot, form: SurveyForm, page: int, template: str = TEMPLATE, **more: Any
) -> str:
    """One page of the questions, with the others' answers in hidden fields."""
    questions = form.questions_of(page)
    return render_template(
        template,
        part="surveys/_page.html",
        form=form,
        page=page,
        number=page + 1,
        count=len(survey.questionnaire.pages),
        title=survey.questionnaire.pages[page].title,
        questions=questions,
        carried=list(form.carried_beside(survey.questionnaire.pages[page].questions)),
        offered=lambda question: offered(question, form.order),
        is_last=page == len(survey.questionnaire.pages) - 1,
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


def shut(survey: SurveySnapshot) -> str:
    return render_template(
        TEMPLATE,
        part="surveys/_shut.html",
        heading=wording.shut(survey),
        early_closing=early_closing(survey),
        **about(survey),
    )


def facts(survey: SurveySnapshot) -> dict[str, Any]:
    """Template values of every page with questions."""
    return {
        "promises": promises.promises_of(survey, installation().settings.small_cell),
        "open_until": beside_state(survey),
        "length": wording.length(survey.questionnaire),
        "condition_of": condition_of,
        "is_kiosk": is_kiosk(),
        **about(survey),
    }


def about(survey: SurveySnapshot) -> dict[str, Any]:
    """Template values of every page of a survey; the summary describes shared links (NET-04)."""
    path = url_for("surveys.answer", code=survey.code)
    return {
        "survey": survey,
        "summary": wording.summary(survey),
        "address": links.absolute(path),
        "has_conditions": survey.questionnaire.has_conditions,
    }


def answered(survey: SurveySnapshot, form: SurveyForm) -> Iterator[tuple[str, str, str, int]]:
    """Label, answer, field id and page of each question that was shown, for the review."""
    found = form.answered
    for page, group in enumerate(survey.questionnaire.pages):
        for question in group.questions:
            if question.key in found.shown and question.type.is_answered:
                words = saying.in_words(question, found.answers.get(question.key), found.texts)
                yield question.label, words or "Sin respuesta", f"q_{question.key}", page
    last = len(survey.questionnaire.pages) - 1
    yield from ((label, words, id, last) for label, words, id in form.detail_answers)


def offered(question: SurveyQuestion, order: str) -> list[tuple[str, str]]:
    """Code and label of each option, in the order of this showing; the last ones stay last."""
    options = [pair for pair in question.labels.items() if pair[0] not in {OTHER, NONE}]
    if question.is_shuffled:
        random.Random(f"{order} {question.key}").shuffle(options)  # noqa: S311 - an order, no secret
    return [*options, *(pair for pair in question.labels.items() if pair[0] in {OTHER, NONE})]


def condition_of(question: SurveyQuestion) -> str:
    """The condition of a question as the script reads it; "" for none."""
    if question.shown_if is None:
        return ""
    groups = [
        [[one.question, one.operator.value, one.value, one.row] for one in group]
        for group in question.shown_if.groups
    ]
    return json.dumps(groups, ensure_ascii=False, separators=(",", ":"))
