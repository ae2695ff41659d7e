"""The answers of a survey as a file, one row per response.

The row of an anonymous response has no code, no hour and no order of arrival: its key is random,
and its day stands as a group of days in which enough people answered. While the survey is open
only such groups leave, so that two files never differ by one person. Names and telephones leave
only when they are asked for, by who may see them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response
from sqlalchemy import Select, func, select

from participa.channels import exports
from participa.channels.wording import early_closing
from participa.citizens import territories
from participa.core import clock
from participa.core.db import db
from participa.core.jobs import jobs
from participa.core.tables import tables
from participa.core.tables.cells import Column, Table
from participa.staff.models import Account
from participa.staff.signing_in import second_factor
from participa.surveys.counting import days, published, reading
from participa.surveys.counting.items import CountedQuestion
from participa.surveys.models import (
    Anonymity,
    PersonalAnswer,
    Survey,
    SurveyResponse,
    SurveyVersion,
    WrittenAnswer,
)
from participa.surveys.questionnaire.questions import SurveyQuestion
from participa.surveys.results import naming
from participa.surveys.results.answer_columns import AnswerColumn, columns_of, values_of

LABELS, CODES = "labels", "codes"
DAYS = Column("days", "Días", "Cuándo respondió, en grupos de días con varias personas")
DAY = Column("day", "Día", "El día de la respuesta", "date")
RECEIVED = Column("received_at", "Recibida", "El momento en que llegó", "moment")
FACTS = (
    Column("version", "Versión", "La versión de las preguntas que respondió", "number"),
    Column("channel", "Cómo respondió", "Enlace, código QR, tableta, papel o con ayuda"),
    Column(
        "event",
        "Evento o escuchadero",
        "Donde se usó la encuesta: un evento o un escuchadero; vacío si fue en otra parte",
    ),
    Column("territory", "Comuna o corregimiento", "Donde vive; vacío si no lo dijo"),
    Column("sex", "Sexo", "Hombre o mujer; vacío si no lo dijo"),
    Column("age", "Edad", "Curso de vida; vacío si no lo dijo"),
)
Plan = list[tuple[str, bool, Sequence[AnswerColumn]]]


def deliver(
    survey: Survey, by: Account, format: str, how: str, reason: str, personal: bool = False
) -> Response:
    """The file, or a redirect to the job that makes a long one. The caller commits.

    Raises Needed where personal data are asked for by an account without a second factor.
    """
    if personal:
        second_factor.require(by)
    rows = number_of(survey)
    details = {"rows": rows, "reason": reason, "how": how, "personal": personal}
    exports.note(survey, by, format, what="answers", **details)
    if rows > exports.LONG:
        title = f"Respuestas de «{survey.title}»"
        asked = {"survey_id": survey.id, "format": format, "how": how, "personal": personal}
        return exports.start_job("surveys.export", title, by, **asked)
    return exports.deliver(table_of(survey, how, personal), format, filename(survey))


@jobs.work("surveys.export")
def export(job: jobs.Progress, survey_id: int, format: str, how: str, personal: bool) -> None:
    survey = db.session.get_one(Survey, survey_id)
    total = number_of(survey)
    path = job.new_result(tables.FORMATS[format].extension)
    table = table_of(survey, how, personal)
    tables.write(table, format, path, lambda done: job.advance(done, total))


def filename(survey: Survey) -> str:
    return f"respuestas-encuesta-{survey.code}-{clock.today().isoformat()}"


def number_of(survey: Survey) -> int:
    """How many rows the file has now."""
    rows = _visible(survey, select(func.count()).select_from(SurveyResponse))
    return db.session.scalar(rows) or 0


def has_personal(survey: Survey) -> bool:
    """Whether some answers are personal data."""
    return any(
        one.is_personal
        for version in reading.versions_of(survey.id)
        for one in version.questionnaire.questions
    )


def table_of(survey: Survey, how: str = LABELS, personal: bool = False) -> Table:
    """All answers; with codes, the dictionary says what each means."""
    versions = reading.versions_of(survey.id)
    questions = [
        one for one in reading.questions_of(versions) if personal or not one.question.is_personal
    ]
    made = [columns_of(one, how == CODES) for one in questions]
    is_anonymous = survey.anonymity is Anonymity.ANONYMOUS
    when = (DAYS,) if is_anonymous else (DAY, RECEIVED)
    asked = tuple(one.column for columns in made for one in columns)
    plans = {version.id: _plan(version, questions, made) for version in versions}
    secret = {one.question.key for one in questions if one.question.is_personal}
    rows = _rows(survey, versions, plans, how == CODES, bool(secret))
    title = survey.title
    return Table("respuestas", title, (*when, *FACTS, *asked), rows, early_closing(survey))


def _plan(
    version: SurveyVersion,
    questions: Sequence[CountedQuestion],
    made: Sequence[Sequence[AnswerColumn]],
) -> Plan:
    return [
        (counted.question.key, version.number in counted.numbers, columns)
        for counted, columns in zip(questions, made, strict=True)
    ]


def _visible(survey: Survey, rows: Select) -> Select:
    """The responses that may leave now."""
    rows = rows.where(SurveyResponse.survey_id == survey.id)
    until = published.last_day_for_staff(survey)
    return rows if until is None else rows.where(SurveyResponse.received_on <= until)


def _rows(
    survey: Survey,
    versions: Sequence[SurveyVersion],
    plans: Mapping[int, Plan],
    coded: bool,
    with_personal: bool,
) -> Iterator[list[Any]]:
    selected = select(
        SurveyResponse.id,
        SurveyResponse.version_id,
        SurveyResponse.answers,
        SurveyResponse.territory,
        SurveyResponse.sex,
        SurveyResponse.age,
        SurveyResponse.use_id,
        SurveyResponse.channel,
        SurveyResponse.received_on,
        SurveyResponse.received_at,
    )
    numbers = {version.id: version.number for version in versions}
    uses, grouped = naming.titles_of(survey.uses), _days(survey)
    is_anonymous = survey.anonymity is Anonymity.ANONYMOUS
    for piece in exports.pieces_by_id(_visible(survey, selected), SurveyResponse.id):
        texts = _texts([row.id for row in piece], with_personal)
        for row in piece:
            when: tuple[Any, ...] = (row.received_on, row.received_at)
            if is_anonymous:
                when = (grouped.get(row.received_on),)
            facts = _facts(row, numbers, uses, coded)
            answers = values_of(plans[row.version_id], row.answers, texts.get(row.id, {}))
            yield [*when, *facts, *answers]


def _facts(
    row: Any, numbers: Mapping[int, int], uses: Mapping[str, str], coded: bool
) -> tuple[Any, ...]:
    where = (numbers[row.version_id], _channel(row.channel, coded), uses.get(str(row.use_id)))
    if coded:
        return (*where, row.territory or None, row.sex or None, row.age or None)
    place = territories.label(row.territory) if row.territory else None
    return (*where, place, naming.SEX_LABELS.get(row.sex), naming.AGE_LABELS.get(row.age))


def _channel(channel: str, coded: bool) -> str:
    return channel if coded else naming.CHANNEL_LABELS.get(channel, channel)


def _texts(ids: Sequence[int], with_personal: bool) -> dict[int, dict[str, str]]:
    """What was written in these responses, by their id and the key of the question."""
    texts: dict[int, dict[str, str]] = {}
    if not ids:
        return texts
    written = (WrittenAnswer.response_id, WrittenAnswer.question, WrittenAnswer.text)
    for id, key, text in db.session.execute(
        select(*written).where(WrittenAnswer.response_id.in_(ids))
    ):
        texts.setdefault(id, {})[key] = text
    if with_personal:
        sealed = (PersonalAnswer.response_id, PersonalAnswer.question, PersonalAnswer.value)
        for id, key, text in db.session.execute(
            select(*sealed).where(PersonalAnswer.response_id.in_(ids))
        ):
            texts.setdefault(id, {})[key] = text
    return texts


def _days(survey: Survey) -> dict[date, str]:
    """The words of the group of each day."""
    until = published.last_day_for_staff(survey)
    counted = reading.days_of(survey.id)
    told = {day: n for day, n in counted.items() if until is None or day <= until}
    return {
        day: naming.days_label(group)
        for group in days.together(told, published.small_cell())
        for day in told
        if group.first <= day <= group.last
    }


def personal_questions(survey: Survey) -> list[SurveyQuestion]:
    """The questions whose answers are personal data, for the page that asks why they leave."""
    questions = reading.questions_of(reading.versions_of(survey.id))
    return [one.question for one in questions if one.question.is_personal]
