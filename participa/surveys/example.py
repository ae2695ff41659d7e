"""The surveys in the story of a demonstration, made with the same services as real ones.

One of 2024, answered and closed; one of this year under way, on the web and on paper; one with
single-use codes; and one that the people at the fair of these days answer today.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from participa.channels.example import days_ago
from participa.citizens.fields import CONSENT
from participa.citizens.territories import CITY
from participa.core import clock
from participa.core.db import db
from participa.formats import queries as formats
from participa.formats.example import SURVEY as SURVEY_FORMAT
from participa.plan import queries as plans
from participa.staff.models import Account
from participa.surveys import access_codes, respond, service, snapshots
from participa.surveys.models import Survey, SurveyAccess
from participa.surveys.office.starts import start
from participa.surveys.paper import sheets
from participa.surveys.questionnaire.answering import read
from participa.surveys.questionnaire.conditions import Answers, Value
from participa.surveys.questionnaire.questions import (
    NONE,
    OTHER,
    Questionnaire,
    QuestionType,
    SurveyQuestion,
)
from participa.surveys.questionnaire.saying import sent_of
from participa.surveys.respond import FilledSurvey

PAST = 2024
TASK = "3.5"  # evaluation with the Comité Territorial
OF_THE_YEAR = "¿Qué tan clara fue la rendición de cuentas de {year}?"
UNDER_WAY = "¿Cómo le cuenta la ciudad lo que hace?"
OF_THE_COMMITTEE = "Evaluación de los instrumentos por el Comité Territorial"
OF_THE_FAIR = "¿Qué le pareció la feria?"
VARIABLES = ("curso_vida", "territorio", "sexo_nacer", "pertenencia_etnica")
WAYS = ("qr", "qr", "qr", "web", "web", "whatsapp", "kiosk")
BUSY = ("01", "03", "08", "10", "16", "60")
MISSING = (
    "Cuánto costó cada obra y quién la hizo.",
    "Qué pasó con lo que se dijo el año pasado.",
    "Los datos de mi comuna, no solo los de toda la ciudad.",
    "Más ejemplos y menos siglas.",
)
BETTER = (
    "Más tiempo para preguntar.",
    "Que empiece a la hora que dice la invitación.",
    "Un letrero grande a la entrada: costó encontrar el salón.",
    "Que repitan las preguntas con micrófono.",
    "Hacerlo también un sábado.",
    "Más sillas y sombra.",
    "Todo bien, gracias.",
)
ANOTHER = ("En la iglesia", "En el bus", "Por mi hija")
PEOPLE_OF_THE_YEAR, PEOPLE_UNDER_WAY, PEOPLE_AT_THE_FAIR = 240, 84, 37
CODES, CODES_USED = 40, 17
SHEETS, TYPED = 12, 5
MADE_BEFORE_THE_FAIR = timedelta(days=6)  # on whose first day people begin to answer


def strands(by: Account, second: Account) -> list[Iterator[datetime]]:
    """The surveys of the story; `second` has no part in it."""
    found = [of_the_year(by)]
    if clock.today().year > PAST:
        found += [under_way(by), of_the_committee(by), of_the_fair(by)]
    return found


def of_the_year(by: Account) -> Iterator[datetime]:
    """Open for three weeks after the hearing of 2024; closed at its date."""
    yield clock.at_city(date(PAST, 10, 7), 8)
    closes_at = clock.at_city(date(PAST, 10, 28), 18)
    survey = published(by, OF_THE_YEAR.format(year=PAST), "rendicion", closes_at)
    chance = random.Random(PAST)  # noqa: S311 - an example has to be the same each time
    days = (7, 9, 12, 15, 19, 24, 27)
    each = PEOPLE_OF_THE_YEAR // len(days)
    for place, day in enumerate(days):
        yield clock.at_city(date(PAST, 10, day), 17)
        extra = PEOPLE_OF_THE_YEAR % len(days) if place == 0 else 0
        answer(survey, each + extra, chance)


def under_way(by: Account) -> Iterator[datetime]:
    """Everybody may answer it until the end of the month after this one; some did so on paper."""
    now, later, printed_at = clock.now(), days_ago(7), days_ago(12)
    yield days_ago(16)
    closes_at = clock.at_city(clock.today() + timedelta(days=40), 17)
    resume_until_on = clock.today() + timedelta(days=35)
    survey = published(by, UNDER_WAY, "rendicion", closes_at, resume_until_on=resume_until_on)
    chance = random.Random(UNDER_WAY)  # noqa: S311 - an example has to be the same each time
    yield printed_at
    batch = sheets.make(survey, by, "Vereda El Llano", SHEETS)
    answer(survey, PEOPLE_UNDER_WAY // 2, chance)
    yield later
    sheets.count(batch, by, TYPED + 2, SHEETS - TYPED - 3, 1)
    questionnaire = survey.newest.questionnaire
    for number in range(1, TYPED + 1):
        sheets.key(batch, by, number, typed(questionnaire, chance))
    yield now
    answer(survey, PEOPLE_UNDER_WAY // 2, chance)


def of_the_committee(by: Account) -> Iterator[datetime]:
    """Only who received a code answers it, once."""
    now, later = clock.now(), days_ago(4)
    yield days_ago(9)
    closes_at = clock.at_city(clock.today() + timedelta(days=20), 17)
    survey = published(
        by, OF_THE_COMMITTEE, "encuentro", closes_at, access=SurveyAccess.CODE, variables=[]
    )
    batch = access_codes.make_batch(survey, by, "Comité Territorial", CODES)
    access_codes.note_printed(batch, by)
    codes = list(access_codes.codes_of(batch))[:CODES_USED]
    chance = random.Random(OF_THE_COMMITTEE)  # noqa: S311 - the same each time
    yield later
    for code in codes[:10]:
        answer(survey, 1, chance, code=code)
    yield now
    for code in codes[10:]:
        answer(survey, 1, chance, code=code)


def of_the_fair(by: Account) -> Iterator[datetime]:
    """The evaluation of the fair that is open today; the fair itself is put to it by its story."""
    begins = clock.at_city(clock.today() - timedelta(days=1), 9)
    now, closes_at = clock.now(), clock.at_city(clock.today() + timedelta(days=4), 20)
    yield begins - MADE_BEFORE_THE_FAIR
    survey = published(by, OF_THE_FAIR, "encuentro", closes_at, is_official=True)
    chance = random.Random(OF_THE_FAIR)  # noqa: S311 - an example has to be the same each time
    yield begins + timedelta(hours=8)
    answer(survey, PEOPLE_AT_THE_FAIR - 15, chance, use_id=use_of(survey))
    yield now
    answer(survey, 15, chance, use_id=use_of(survey))


def of_title(title: str) -> Survey | None:
    """The survey of the story with this title, once it is published."""
    rows = select(Survey).where(Survey.title == title, Survey.is_example)
    return db.session.scalar(rows.where(Survey.published_at.is_not(None)))


def use_of(survey: Survey) -> int | None:
    return survey.uses[0].id if survey.uses else None


def published(
    by: Account,
    title: str,
    template: str,
    closes_at: datetime,
    is_official: bool = False,
    **facts: Any,
) -> Survey:
    """A survey that people can answer from now on."""
    plan = plans.current_plan()
    task = plans.task_of(plan, TASK) if plan else None
    official = formats.format_of(SURVEY_FORMAT) if is_official else None
    values = {
        "title": title,
        "why": "Con lo que responda cambiamos cómo se prepara la próxima rendición de cuentas.",
        "opens_at": clock.now().replace(second=0, microsecond=0),
        "closes_at": closes_at,
        "results_on": clock.local(closes_at).date() + timedelta(days=3),
        "variables": list(VARIABLES),
        "is_example": True,
    }
    survey = service.create(
        by,
        start(template).questionnaire,
        [task] if task else [],
        official if official and official.current else None,
        **(values | facts),
    )
    db.session.flush()
    service.publish(survey, by)
    db.session.flush()
    return survey


def answer(survey: Survey, people: int, chance: random.Random, **facts: Any) -> None:
    """So many invented people answer it."""
    snapshot = snapshots.snapshot_of(survey)
    for _ in range(people):
        found = read(snapshot.questionnaire, MultiDict(said(snapshot.questionnaire, chance)))
        about = person(chance) if survey.variables and chance.random() < 0.8 else None
        values = {"channel": chance.choice(WAYS), "population": about} | facts
        filled = FilledSurvey(answers=found.answers, texts=found.texts, **values)
        respond.respond(snapshot, f"{chance.getrandbits(128):032x}", filled)


def person(chance: random.Random) -> dict[str, list[str]]:
    """What an invented person says about themselves."""
    place = chance.choices(CITY, [20 if one.code in BUSY else 1 for one in CITY])[0]
    return {
        "curso_vida": [chance.choice(("AD", "JU", "JU", "AU", "AU", "AU", "PM"))],
        "territorio": [place.code],
        "sexo_nacer": [chance.choice(("1", "2", "2"))],
        CONSENT: ["y"],
    }


def said(questionnaire: Questionnaire, chance: random.Random) -> list[tuple[str, str]]:
    """The fields that a browser would send for invented answers."""
    answers: dict[str, Value] = {}
    fields: list[tuple[str, str]] = []
    for question in questionnaire.asked:
        if question.shown_if is not None and not question.shown_if.holds(answers):
            continue
        value, texts = chosen(question, answers, chance)
        if value is not None:
            answers[question.key] = value
            fields += sent_of(question, value, texts)
    return fields


def typed(questionnaire: Questionnaire, chance: random.Random) -> list[tuple[str, str]]:
    """The same as somebody types it from paper: numbers of options."""
    pairs = []
    for name, value in said(questionnaire, chance):
        question = questionnaire.by_key[name.removeprefix("q_").partition(".")[0]]
        codes = list(question.labels)
        is_numbered = question.type is QuestionType.ONE and value in codes
        pairs.append((name, str(codes.index(value) + 1) if is_numbered else value))
    return [(name, "N" if value == NONE else value) for name, value in pairs]


def chosen(
    question: SurveyQuestion, answers: Answers, chance: random.Random
) -> tuple[Value | None, dict[str, str]]:
    """An answer of somebody who is rather content, and what they write."""
    if chance.random() < 0.06:
        return (NONE if question.has_none and not question.type.is_text else None), {}
    codes = [choice.code for choice in question.choices]
    match question.type:
        case QuestionType.SCALE:
            steps = list(question.steps)
            return str(chance.choices(steps, [1 + 3 * n for n in range(len(steps))])[0]), {}
        case QuestionType.ONE:
            return chance.choices(codes, range(len(codes) + 1, 1, -1))[0], {}
        case QuestionType.SEVERAL:
            return several(question, codes, chance)
        case QuestionType.SHORT | QuestionType.LONG:
            return written(question, chance)
    return None, {}  # the templates of the story ask nothing else


def several(
    question: SurveyQuestion, codes: Sequence[str], chance: random.Random
) -> tuple[Value, dict[str, str]]:
    picked = set(chance.sample(list(codes), chance.choice((1, 1, 2))))
    in_order = [code for code in codes if code in picked]
    if question.has_other and chance.random() < 0.1:
        return [*in_order, OTHER], {f"{question.key}.{OTHER}": chance.choice(ANOTHER)}
    return in_order, {}


def written(question: SurveyQuestion, chance: random.Random) -> tuple[Value | None, dict[str, str]]:
    """Most people write nothing."""
    if chance.random() < 0.65:
        return None, {}
    texts = MISSING if question.key == "falto_saber" else BETTER
    return "1", {question.key: chance.choice(texts)}
