"""What a typist types from a sheet, as the fields that a browser would send.

On paper every option has a number and «No sabe / No aplica» an N. Typed are numbers; stored and
read are the codes of `answering`, under the same names. What paper cannot hold is not asked: files
are left out, and nothing is required, since whoever types cannot ask the person again.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from werkzeug.datastructures import MultiDict

from participa.citizens.territories import TERRITORIES
from participa.core.forms import clean
from participa.surveys.questionnaire.answering import (
    PREFIX,
    Answered,
    field_name,
    fields_of,
    read,
)
from participa.surveys.questionnaire.questions import (
    NONE,
    OTHER,
    Page,
    Questionnaire,
    QuestionType,
    SurveyQuestion,
)

SCALES = (QuestionType.SCALE, QuestionType.MATRIX)
NONE_SIGN = "N"
UNSAID = "(no dice cuál)"
WRONG = "?"  # before a typed number that is of no option, so that it never equals a code
BETWEEN = re.compile(r"[\s,;.+]+")
DAY = re.compile(r"(\d{1,2})[\s/.-]+(\d{1,2})[\s/.-]+(\d{4})")
Pair = tuple[str, str]


def on_paper(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire as sheets ask it."""
    return Questionnaire(
        tuple(
            Page(tuple(as_printed(one) for one in page.questions if is_printed(one)), page.title)
            for page in questionnaire.pages
        )
    )


def is_printed(question: SurveyQuestion) -> bool:
    return question.type is not QuestionType.FILE


def as_printed(question: SurveyQuestion) -> SurveyQuestion:
    return replace(question, is_required=False, is_shuffled=False)


def numbered(question: SurveyQuestion) -> list[tuple[str, str, str]]:
    """Sign, code and label of everything that can be marked, as the sheet prints it."""
    if question.type is QuestionType.SCALE:
        steps = [
            (str(step), str(step), question.step_word(step) or str(step)) for step in question.steps
        ]
        return [*steps, *_none(question)]
    codes = [code for code in question.labels if code != NONE]
    return [
        *((str(number), code, question.labels[code]) for number, code in enumerate(codes, 1)),
        *_none(question),
    ]


def _none(question: SurveyQuestion) -> list[tuple[str, str, str]]:
    return [(NONE_SIGN, NONE, question.labels[NONE])] if question.has_none else []


def code_of(question: SurveyQuestion, typed: str) -> str:
    """The code of a typed sign."""
    signs = {sign: code for sign, code, _ in numbered(question)}
    sign = typed.upper().lstrip("0") or typed
    return signs.get(sign) or signs.get(typed.upper()) or f"{WRONG}{typed}"


def codes_by_sign(question: SurveyQuestion) -> dict[str, str]:
    """The code of each sign, for the script that passes over questions; empty where what is typed
    is the answer itself.
    """
    if question.type is QuestionType.TERRITORY:
        return {place.lstrip("0"): place for place in TERRITORIES}
    if question.type in {QuestionType.ONE, QuestionType.SEVERAL, *SCALES}:
        return {sign: code for sign, code, _ in numbered(question)}
    return {}


def as_sent(questionnaire: Questionnaire, typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """The fields that a browser would send for what was typed."""
    known = {name for question in questionnaire.asked for name in fields_of(question)}
    foreign = [
        (name, value)
        for name, value in typed.items(multi=True)
        if name.startswith(PREFIX) and name not in known
    ]
    pairs = (pair for question in questionnaire.asked for pair in _pairs(question, typed))
    return MultiDict([*pairs, *foreign])


def read_typed(questionnaire: Questionnaire, typed: MultiDict[str, str]) -> Answered:
    """The answers of a sheet to the questionnaire as it is printed."""
    return read(questionnaire, as_sent(questionnaire, typed))


def _pairs(question: SurveyQuestion, typed: MultiDict[str, str]) -> Iterator[Pair]:
    name = field_name(question)
    for value in typed.getlist(name):
        yield from ((name, code) for code in _codes(question, clean(value)))
    for part in list(fields_of(question))[1:]:
        for value in typed.getlist(part):
            yield from _part(question, part, clean(value))
    if question.has_other and not typed.get(field_name(question, OTHER), "").strip():
        yield field_name(question, OTHER), UNSAID


def _codes(question: SurveyQuestion, value: str) -> list[str]:
    """The values of the first field of a question."""
    if not value:
        return []
    if question.has_none and value.upper() == NONE_SIGN:
        return [NONE]
    match question.type:
        case QuestionType.ONE | QuestionType.SCALE:
            return [code_of(question, value)]
        case QuestionType.SEVERAL:
            return [code_of(question, one) for one in BETWEEN.split(value) if one]
        case QuestionType.TERRITORY:
            return [value.upper().zfill(2)]
    return [_day(value) if question.type is QuestionType.DATE else value]


def _part(question: SurveyQuestion, name: str, value: str) -> Iterator[Pair]:
    """The values of the field of a row, an option or a place."""
    if not value:
        return
    if question.type is QuestionType.MATRIX:
        yield name, NONE if value.upper() == NONE_SIGN else code_of(question, value)
    else:
        yield name, value


def _day(value: str) -> str:
    """A day as it is written by hand, 3/12/2026; anything else stays as it is."""
    if (found := DAY.fullmatch(value)) is None:
        return value
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return value
