"""The staff's pages of the questions: the builder, and the preview of the form."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from participa.channels import access
from participa.channels.access import may_write
from participa.channels.flow import Stage
from participa.channels.forms import ActForm
from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import files
from participa.formats.header import printed_header
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says
from participa.surveys import queries, wording
from participa.surveys.builder import acts, kinds
from participa.surveys.builder.preview_forms import SurveyPreviewForm
from participa.surveys.builder.question_forms import (
    PageForm,
    PlaceForm,
    SurveyQuestionForm,
    values_of,
)
from participa.surveys.models import Survey
from participa.surveys.public import pages, uploads
from participa.surveys.questionnaire import editing, rule_words
from participa.surveys.questionnaire.drawing import Drawing
from participa.surveys.questionnaire.questions import SurveyQuestion
from participa.surveys.snapshots import of_version

PREVIEW = "surveys_builder/preview.html"
PAGE, NEW = "pagina", "nueva"
Number = "int"

bp = guard(
    Blueprint("surveys_builder", __name__, url_prefix="/gestion/encuestas/<code>/preguntas"),
    "una-encuesta",
)


def own_question(code: str, key: str) -> tuple[Survey, SurveyQuestion]:
    """A survey and a question of its newest version; 404 without it."""
    survey = access.own(Survey, code=code)
    return survey, survey.newest.questionnaire.by_key.get(key) or abort(404)


def back_to(survey: Survey, key: str = ""):
    """The builder, at a question."""
    address = url_for("surveys_builder.index", code=survey.code)
    return redirect(f"{address}#de-{key}" if key else address)


@bp.get("")
@allows(READERS)
def index(code):
    survey = access.own(Survey, code=code)
    questionnaire = survey.newest.questionnaire
    return render_template(
        "surveys_builder/index.html",
        survey=survey,
        questionnaire=questionnaire,
        length=wording.length(questionnaire),
        movable=acts.movable(questionnaire),
        page_name=acts.page_name,
        rule=lambda one: rule_words.in_words(one.shown_if, questionnaire.by_key),
        has_answers=queries.has_answers(survey.id),
        may_change=may_write() and not survey.is_closed,
        drawing=Drawing(),
    )


@bp.get("/agregar")
@allows(WRITERS)
def choose(code):
    """Choose what kind of question to add."""
    survey = access.own(Survey, code=code)
    return render_template(
        "surveys_builder/choose.html",
        survey=survey,
        kinds=kinds.KINDS,
        **places_of(survey),
    )


def places_of(survey: Survey) -> dict[str, Any]:
    """The words for the page on which something is added."""
    page, all_pages = asked_page(survey), survey.newest.questionnaire.pages
    if page >= len(all_pages):
        return {"where": "En una página nueva.", "page_word": NEW}
    title = f", «{all_pages[page].title}»" if all_pages[page].title else ""
    return {"where": f"Al final de la página {page + 1}{title}.", "page_word": page + 1}


def asked_page(survey: Survey) -> int:
    """The page that the address names, from 1; without one the last, `nueva` is after it."""
    count = len(survey.newest.questionnaire.pages)
    word = request.args.get(PAGE, "")
    if word == NEW:
        return count
    asked = int(word) - 1 if word.isascii() and word.isdigit() and len(word) < 5 else count - 1
    return max(0, min(asked, count - 1))


@bp.route(f"/agregar/<any({kinds.SLUGS}):kind>", methods=["GET", "POST"])
@allows(WRITERS)
@says("Agregó la pregunta.")
def add(code, kind):
    survey = access.own(Survey, code=code)
    type, page = kinds.BY_SLUG[kind].type, asked_page(survey)
    form = SurveyQuestionForm.creating(
        lambda made: url_for("surveys_builder.index", code=code), type=type
    )
    if form.validate_on_submit() and form.creates(add_from, form, survey, page):
        db.session.commit()
        return redirect(f"{url_for('surveys_builder.index', code=code)}#pagina-{page + 1}")
    drawn = render_template(
        "surveys_builder/add.html",
        survey=survey,
        form=form,
        kind=kinds.BY_SLUG[kind],
        **places_of(survey),
    )
    return drawn, form.status


def add_from(form: SurveyQuestionForm, survey: Survey, page: int) -> Survey:
    versions.lock(survey)
    taken = survey.newest.questionnaire.by_key
    question = form.question(editing.new_key(form.label.data or "", taken))
    acts.add(survey, current_account(), question, page)
    return survey


@bp.route("/<key>/cambiar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la pregunta.")
def change(code, key):
    survey, question = own_question(code, key)
    earlier = answered_as(survey, key)
    form = SurveyQuestionForm.changing(
        survey,
        lambda one: stored_values(one, key),
        type=question.type,
        earlier=question,
        is_public=earlier is not None,
    )
    if form.validate_on_submit() and form.carries_out(change_from, form, survey):
        db.session.commit()
        return back_to(survey, key)
    drawn = render_template(
        "surveys_builder/change.html",
        survey=survey,
        form=form,
        question=question,
        is_answered=earlier is not None and queries.has_answers(survey.id),
    )
    return drawn, form.status


def answered_as(survey: Survey, key: str) -> SurveyQuestion | None:
    """The question as people answer it now; None if they do not."""
    return survey.current.questionnaire.by_key.get(key) if survey.current else None


def stored_values(survey: Survey, key: str) -> dict[str, Any]:
    question = survey.newest.questionnaire.by_key.get(key)
    if question is None:  # taken out meanwhile
        return {}
    return values_of(question, answered_as(survey, key) is not None)


def change_from(form: SurveyQuestionForm, survey: Survey) -> None:
    acts.change(survey, current_account(), form.question())


@bp.route("/<key>/quitar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Quitó la pregunta.")
def remove(code, key):
    survey, question = own_question(code, key)
    form = ActForm.changing(survey, versions.as_version)
    if form.validate_on_submit() and form.carries_out(acts.remove, survey, current_account(), key):
        db.session.commit()
        return back_to(survey)
    others = acts.dependents(survey.newest.questionnaire, key)
    drawn = render_template(
        "surveys_builder/remove.html",
        survey=survey,
        form=form,
        question=question,
        others=others,
        is_answered=answered_as(survey, key) is not None and queries.has_answers(survey.id),
    )
    return drawn, form.status


@bp.post("/<key>/<any(subir, bajar):way>")
@allows(WRITERS)
@says("Movió la pregunta.")
def move(code, key, way):
    survey, _ = own_question(code, key)
    step = -1 if way == "subir" else 1
    acts.move(versions.as_seen(survey), current_account(), key, step)
    db.session.commit()
    return back_to(survey, key)


@bp.post("/<key>/duplicar")
@allows(WRITERS)
@says("Duplicó la pregunta.")
def duplicate(code, key):
    survey, _ = own_question(code, key)
    acts.duplicate(versions.as_seen(survey), current_account(), key)
    db.session.commit()
    return back_to(survey, key)


@bp.route("/<key>/mover", methods=["GET", "POST"])
@allows(WRITERS)
@says("Movió la pregunta.")
def place(code, key):
    """Put a question anywhere, also on another page."""
    survey, question = own_question(code, key)
    form = PlaceForm.changing(survey, versions.as_version)
    form.place.choices = grouped_places(survey, key)
    if form.validate_on_submit() and form.carries_out(
        acts.place, survey, current_account(), key, form.page, form.after
    ):
        db.session.commit()
        return back_to(survey, key)
    drawn = render_template(
        "surveys_builder/place.html", survey=survey, form=form, question=question
    )
    return drawn, form.status


def grouped_places(survey: Survey, key: str) -> dict[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for group, value, words in acts.places(survey.newest.questionnaire, key):
        groups.setdefault(group, []).append((value, words))
    return groups


@bp.post("/<key>/partir")
@allows(WRITERS)
@says("Empezó una página nueva en esa pregunta.")
def split(code, key):
    survey, question = own_question(code, key)
    acts.split(versions.as_seen(survey), current_account(), question)
    db.session.commit()
    return back_to(survey, key)


@bp.post(f"/paginas/<{Number}:number>/unir")
@allows(WRITERS)
@says("Unió la página con la anterior.")
def join(code, number):
    """Join a page, counted from 1, to the one before."""
    survey = access.own(Survey, code=code)
    acts.join(versions.as_seen(survey), current_account(), number - 1)
    db.session.commit()
    return redirect(f"{url_for('surveys_builder.index', code=code)}#pagina-{number - 1}")


@bp.route(f"/paginas/<{Number}:number>", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó el título de la página.")
def rename(code, number):
    survey = access.own(Survey, code=code)
    if not 0 < number <= len(survey.newest.questionnaire.pages):
        abort(404)
    form = PageForm.changing(survey, lambda one: title_of(one, number))
    if form.validate_on_submit() and form.carries_out(
        acts.rename, survey, current_account(), number - 1, form.title.data or ""
    ):
        db.session.commit()
        return redirect(f"{url_for('surveys_builder.index', code=code)}#pagina-{number}")
    drawn = render_template("surveys_builder/rename.html", survey=survey, form=form, number=number)
    return drawn, form.status


def title_of(survey: Survey, number: int) -> dict[str, Any]:
    pages_of = survey.newest.questionnaire.pages
    return {"title": pages_of[number - 1].title} if number <= len(pages_of) else {}


@bp.route("/vista", methods=["GET", "POST"])
@allows(READERS)
@files.takes_bytes(uploads.MOST_BYTES)
def preview(code):
    """The form as people see it, with its review; nothing is stored."""
    own = access.own(Survey, code=code)
    survey, header = of_version(own, own.newest), printed_header(own.channel, own.id)
    form = SurveyPreviewForm(survey)
    drawn: dict[str, Any] = {"template": PREVIEW, "preview": True, "header": header}
    match form.stage():
        case Stage.FORM:
            return pages.whole(survey, form, **drawn), form.status
        case Stage.REVIEW:
            return pages.review(survey, form, **drawn), form.status
        case Stage.SEND:
            return render_template(
                PREVIEW,
                part="surveys_builder/_end.html",
                heading="Aquí terminaría la encuesta",
                header=header,
                **pages.about(survey),
            )
