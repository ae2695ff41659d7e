"""The texts that people wrote: reading, tagging, publishing."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Text, cast, select

from participa.channels import access
from participa.channels.access import may_write
from participa.channels.moderation import ReviewState
from participa.core.db import db
from participa.core.web import lists
from participa.core.web.lists import LETTERS, MOMENTS, Filter, ListRules, Order, one_of
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says
from participa.surveys import queries
from participa.surveys.counting import reading
from participa.surveys.models import Survey, WrittenAnswer
from participa.surveys.questionnaire.questions import OTHER
from participa.surveys.texts import reviewing as texts
from participa.surveys.texts.staff_forms import TextForm, TextsForm

Id = "int(max=9223372036854775807)"
VERDICTS = {ReviewState.PUBLISHED: "publish", ReviewState.REJECTED: "reject"}
PLAIN_OTHER = ".otra"  # in addresses, instead of what stands in the keys

bp = guard(
    Blueprint("surveys_texts", __name__, url_prefix="/gestion/encuestas/<code>/textos"),
    "una-encuesta",
)


def question_words() -> Mapping[str, str]:
    """The questions of this survey with texts, by their key."""
    code = (request.view_args or {}).get("code", "")
    survey = db.session.scalar(select(Survey).filter_by(code=code))
    return words_of(survey.id) if survey else {}


def words_of(survey_id: int) -> dict[str, str]:
    words: dict[str, str] = {}
    for one in reading.questions_of(reading.versions_of(survey_id)):
        question = one.question
        if question.type.is_text and not question.is_personal:
            words.setdefault(question.key, question.label)
        if question.has_other:
            words.setdefault(f"{question.key}{PLAIN_OTHER}", f"{question.label} (otra)")
    return words


def key_of(value: str) -> str:
    """The key under which a text is stored."""
    is_other = value.endswith(PLAIN_OTHER)
    return f"{value.removesuffix(PLAIN_OTHER)}.{OTHER}" if is_other else value


def has_tag(tag: str) -> Any:
    return cast(WrittenAnswer.tags, Text).contains(json.dumps(tag), autoescape=True)


def tag_words() -> Mapping[str, str]:
    code = (request.view_args or {}).get("code", "")
    survey = db.session.scalar(select(Survey.id).filter_by(code=code))
    found = texts.tags_of(survey) if survey else []
    return {tag: f"{tag} ({count})" for tag, count in found}


IS_REVIEWED = WrittenAnswer.state != ReviewState.PENDING
STATES = {
    state.value: WrittenAnswer.state == state
    for state in ReviewState
    if state is not ReviewState.MERGED
}
LIST = ListRules(
    search=lambda word: lists.contains(word, WrittenAnswer.text, WrittenAnswer.public_text),
    orders={
        "estado": Order("Estado", IS_REVIEWED, ("por revisar primero", "revisados primero")),
        "texto": Order("Texto", lists.plain(WrittenAnswer.text), LETTERS),
        "llegada": Order("Llegó", WrittenAnswer.received_on, MOMENTS),
    },
    first="estado",
    unique=WrittenAnswer.id,
    filters=(
        one_of("estado", "Estado", STATES),
        Filter(
            "pregunta",
            "Pregunta",
            lambda value: WrittenAnswer.question == key_of(value),
            question_words,
        ),
        Filter("etiqueta", "Etiqueta", has_tag, tag_words),
    ),
)


@bp.route("", methods=["GET", "POST"])
@allows(READERS)
@says("Guardó la revisión de los textos.")
def index(code):
    """The texts of a survey; a POST reviews the ticked ones."""
    survey = access.own(Survey, code=code)
    form = TextsForm()
    if request.method == "POST" and not may_write():
        abort(403)
    form.offer(texts.ids_of(survey.id) if request.method == "POST" else [])
    if form.validate_on_submit() and form.carries_out(review_ticked, form, survey):
        db.session.commit()
        return redirect(url_for("surveys_texts.index", code=code))
    listing = LIST.listing(select(WrittenAnswer).where(WrittenAnswer.survey_id == survey.id))
    chosen = {one.filter.name: one.value for one in listing.filters}["pregunta"]
    labels = words_of(survey.id)
    return render_template(
        "surveys_texts/index.html",
        form=form,
        survey=survey,
        listing=listing,
        labels={key_of(key): label for key, label in labels.items()},
        words=texts.words_of(survey.id, key_of(chosen)),
        has_pending=any(text.is_pending for text in listing.rows),
        may_write=may_write(),
        people=queries.people(survey.id),
    ), form.status


def review_ticked(form: TextsForm, survey: Survey) -> None:
    reason = form.reason.data or ""
    texts.review_together(survey, current_account(), form.ids, form.state, reason)


@bp.route(f"/<{Id}:id>", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó el texto.")
def change(code, id):
    survey = access.own(Survey, code=code)
    text = db.get_or_404(WrittenAnswer, id)
    if text.survey_id != survey.id:
        abort(404)
    form = TextForm.changing(text, values_of)
    if form.validate_on_submit() and form.carries_out(change_from, form, text):
        db.session.commit()
        return redirect(url_for("surveys_texts.index", code=code))
    labels = {key_of(key): label for key, label in words_of(survey.id).items()}
    return render_template(
        "surveys_texts/change.html",
        form=form,
        survey=survey,
        text=text,
        label=labels.get(text.question, ""),
        tags=texts.tags_of(survey.id),
    ), form.status


def values_of(text: WrittenAnswer) -> dict[str, Any]:
    return {
        "tags": ", ".join(text.tags or ()),
        "verdict": VERDICTS.get(text.state, ""),
        "public_text": text.public_text or text.text,
        "reason": text.reason,
    }


def change_from(form: TextForm, text: WrittenAnswer) -> None:
    by, tags = current_account(), texts.read_tags(form.tags.data or "")
    words = form.public_words(text.public_text or text.text)
    if tags != list(text.tags or ()):
        texts.tag(text, by, tags)
    match form.verdict.data:
        case "publish":
            texts.publish(text, by, words)
        case "reject":
            texts.reject(text, by, form.reason.data or "")
