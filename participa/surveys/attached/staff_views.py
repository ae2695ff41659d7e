"""The photos and documents that people attached to their answers."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy import or_, select

from participa.channels import access
from participa.channels.access import may_write
from participa.core.db import db
from participa.core.files import file_checks
from participa.core.forms import Form
from participa.core.web import lists
from participa.core.web.lists import LETTERS, NUMBERS, Filter, ListRules, Order, one_of
from participa.staff.access import (
    READERS,
    WRITERS,
    allows,
    current_account,
    fresh,
    guard,
    with_second_factor,
)
from participa.surveys import queries
from participa.surveys.attached import opening
from participa.surveys.models import AnsweredFile, Survey, SurveyResponse

Id = "int(max=9223372036854775807)"

bp = guard(
    Blueprint("surveys_files", __name__, url_prefix="/gestion/encuestas/<code>/archivos"),
    "una-encuesta",
)


def question_words() -> Mapping[str, str]:
    """The questions of this survey that take files, by their key."""
    code = (request.view_args or {}).get("code", "")
    survey = db.session.scalar(select(Survey).filter_by(code=code))
    return opening.words_of(survey.id) if survey else {}


def asks(word: str) -> Any:
    """Whether the question of a file has this word."""
    keys = [
        key for key, label in question_words().items() if lists.folded(word) in lists.folded(label)
    ]
    return or_(lists.contains(word, AnsweredFile.question), AnsweredFile.question.in_(keys))


IS_DOCUMENT = AnsweredFile.media_type == file_checks.MEDIA_TYPES["pdf"]
# Neither a day nor the answer it came with: a photo must not say more of a person than it shows.
LIST = ListRules(
    search=asks,
    orders={
        "pregunta": Order("Pregunta", AnsweredFile.question, LETTERS),
        "tamano": Order("Tamaño", AnsweredFile.size, NUMBERS),
    },
    first="pregunta",
    unique=AnsweredFile.id,
    filters=(
        Filter(
            "pregunta",
            "Pregunta",
            lambda value: AnsweredFile.question == value,
            question_words,
        ),
        one_of("tipo", "Tipo", {"Fotos": ~IS_DOCUMENT, "Documentos": IS_DOCUMENT}),
    ),
)


@bp.get("")
@allows(READERS)
def index(code):
    survey = access.own(Survey, code=code)
    is_personal = opening.is_personal(survey)
    return render_template(
        "surveys_files/index.html",
        survey=survey,
        listing=LIST.listing(of(survey)),
        labels=opening.words_of(survey.id),
        is_picture=opening.is_picture,
        is_personal=is_personal,
        may_open=may_write() or not is_personal,
        people=queries.people(survey.id),
        form=Form(),
    )


@bp.get(f"/<{Id}:id>")
@allows(READERS)
def show(code, id):
    """One photo, drawn small."""
    survey, file = own_file(code, id, is_personal=False)
    return page_of("surveys_files/show.html", survey, file)


@bp.get(f"/<{Id}:id>/pequena")
@allows(READERS)
def small(code, id):
    """The photo inside the page."""
    _, file = own_file(code, id, is_personal=False)
    return opening.small(file) if opening.is_picture(file) else abort(404)


@bp.post(f"/<{Id}:id>/descargar")
@allows(READERS)
def download(code, id):
    """The whole file. It writes an audit entry, so it is a POST."""
    survey, file = own_file(code, id, is_personal=False)
    answer = opening.download(file, survey, current_account(), label_of(survey, file))
    db.session.commit()
    return answer


@bp.route(f"/<{Id}:id>/personal", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
@fresh
def open_personal(code, id):
    """A file of an identified survey: a confirmed password besides, and a trace before it shows."""
    survey, file = own_file(code, id, is_personal=True)
    if request.method == "GET":
        return page_of("surveys_files/open_personal.html", survey, file)
    answer = opening.download(file, survey, current_account(), label_of(survey, file))
    db.session.commit()
    return answer


def of(survey: Survey) -> Any:
    rows = select(AnsweredFile).join(SurveyResponse, SurveyResponse.id == AnsweredFile.response_id)
    return rows.where(SurveyResponse.survey_id == survey.id)


def own_file(code: str, id: int, *, is_personal: bool) -> tuple[Survey, AnsweredFile]:
    """A survey whose files open in this way, and one of them; else 404."""
    survey = access.own(Survey, code=code)
    file = db.first_or_404(of(survey).where(AnsweredFile.id == id))
    return (survey, file) if opening.is_personal(survey) == is_personal else abort(404)


def label_of(survey: Survey, file: AnsweredFile) -> str:
    return opening.words_of(survey.id).get(file.question, file.question)


def page_of(template: str, survey: Survey, file: AnsweredFile) -> str:
    return render_template(
        template,
        survey=survey,
        file=file,
        label=label_of(survey, file),
        is_picture=opening.is_picture(file),
        form=Form(),
    )
