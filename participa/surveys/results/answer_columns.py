"""The columns of a file with one row per response, and the values of each in a response.

An option that can be chosen with others has a column of its own, as statistics programs want it;
so has each statement of a table, and each option that was put in order.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from participa.citizens import territories
from participa.core.tables.cells import Column
from participa.surveys.counting.items import CountedQuestion
from participa.surveys.questionnaire.answering import text_key
from participa.surveys.questionnaire.conditions import Value
from participa.surveys.questionnaire.questions import (
    NONE,
    OTHER,
    QuestionType,
    SurveyQuestion,
)

YES, NO = "Sí", "No"
BLANK = "Vacío si no respondió o no se le preguntó"
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """A column, and its value in a response: None for no answer."""

    column: Column
    value: Callable[[Value | None, Texts], Any]


def columns_of(counted: CountedQuestion, coded: bool) -> list[AnswerColumn]:
    """The columns of a question, with its codes or with its words."""
    made = list(MAKERS[counted.question.type](counted, coded))
    if counted.question.has_other:
        made.append(_other(counted))
    return made


def _column(
    counted: CountedQuestion,
    part: str = "",
    label: str = "",
    values: Mapping[str, str] | None = None,
    kind: Any = "text",
) -> Column:
    question = counted.question
    title = f"{question.label} [{label}]" if label else question.label
    key = f"{counted.id}.{part}" if part else counted.id
    description = f"{question.type.label}. {BLANK}"
    return Column(key, title, description, kind, tuple((values or {}).items()))


def _one(counted: CountedQuestion, coded: bool) -> Iterator[AnswerColumn]:
    labels = counted.question.labels

    def value(answer: Value | None, texts: Texts) -> Any:
        return answer if coded or not isinstance(answer, str) else labels.get(answer, answer)

    yield AnswerColumn(_column(counted, values=labels if coded else None), value)


def _scale(counted: CountedQuestion, coded: bool) -> Iterator[AnswerColumn]:
    (column,) = _one(counted, coded)

    def number(answer: Value | None, texts: Texts) -> Any:
        is_step = isinstance(answer, str) and answer.removeprefix("-").isdecimal()
        return int(answer) if is_step else answer  # type: ignore[arg-type]

    yield (
        replace(column, column=replace(column.column, kind="number"), value=number)
        if coded
        else column
    )


def _several(counted: CountedQuestion, coded: bool) -> Iterator[AnswerColumn]:
    for code, label in counted.question.labels.items():
        values = {"1": YES, "0": NO} if coded else None
        kind = "number" if coded else "text"
        column = _column(counted, code, label, values, kind)
        yield AnswerColumn(column, _is_chosen(code, (1, 0) if coded else (YES, NO)))


def _is_chosen(code: str, words: tuple[Any, Any]) -> Callable[[Value | None, Texts], Any]:
    def value(answer: Value | None, texts: Texts) -> Any:
        return None if not answer else words[code not in answer]

    return value


def _matrix(counted: CountedQuestion, coded: bool) -> Iterator[AnswerColumn]:
    question = counted.question
    for code, label in question.row_labels.items():
        column = _column(counted, code, label, question.labels if coded else None)
        yield AnswerColumn(column, _in_row(code, {} if coded else question.labels))


def _in_row(row: str, labels: Mapping[str, str]) -> Callable[[Value | None, Texts], Any]:
    def value(answer: Value | None, texts: Texts) -> Any:
        chosen = answer.get(row) if isinstance(answer, dict) else None
        return chosen and labels.get(chosen, chosen)

    return value


def _order(counted: CountedQuestion, coded: bool) -> Iterator[AnswerColumn]:
    for choice in counted.question.choices:
        column = _column(counted, choice.code, choice.label, kind="number")
        yield AnswerColumn(column, _place_of(choice.code))


def _place_of(code: str) -> Callable[[Value | None, Texts], Any]:
    def value(answer: Value | None, texts: Texts) -> Any:
        return answer.index(code) + 1 if isinstance(answer, list) and code in answer else None

    return value


def _text(counted: CountedQuestion, coded: bool) -> Iterator[AnswerColumn]:
    key, none = counted.question.key, _none_words(counted.question, coded)

    def value(answer: Value | None, texts: Texts) -> Any:
        return none if answer == NONE else texts.get(key)

    yield AnswerColumn(_column(counted), value)


def _number(counted: CountedQuestion, coded: bool) -> Iterator[AnswerColumn]:
    none = _none_words(counted.question, coded)

    def value(answer: Value | None, texts: Texts) -> Any:
        if not isinstance(answer, str):
            return None
        return none if answer == NONE else Decimal(answer)

    yield AnswerColumn(_column(counted, kind="number"), value)


def _date(counted: CountedQuestion, coded: bool) -> Iterator[AnswerColumn]:
    none = _none_words(counted.question, coded)

    def value(answer: Value | None, texts: Texts) -> Any:
        if not isinstance(answer, str):
            return None
        return none if answer == NONE else date.fromisoformat(answer)

    yield AnswerColumn(_column(counted, kind="date"), value)


def _territory(counted: CountedQuestion, coded: bool) -> Iterator[AnswerColumn]:
    names = {code: one.label for code, one in territories.TERRITORIES.items()}
    barrios = {code: one.name for code, one in territories.NEIGHBOURHOODS.items()}
    column = _column(counted, "comuna", "comuna o corregimiento", names if coded else None)
    yield AnswerColumn(column, _part(0, {} if coded else names))
    column = _column(counted, "barrio", "barrio o vereda")
    yield AnswerColumn(column, _part(1, {} if coded else barrios))


def _part(place: int, names: Mapping[str, str]) -> Callable[[Value | None, Texts], Any]:
    def value(answer: Value | None, texts: Texts) -> Any:
        if not isinstance(answer, list) or len(answer) <= place:
            return None
        return names.get(answer[place], answer[place])

    return value


def _file(counted: CountedQuestion, coded: bool) -> Iterator[AnswerColumn]:
    yield AnswerColumn(_column(counted, kind="yes_no"), lambda answer, texts: bool(answer) or None)


def _other(counted: CountedQuestion) -> AnswerColumn:
    """What was written beside «Otra»."""
    key = text_key(counted.question)
    column = _column(counted, OTHER.removeprefix("_"), "¿cuál otra?")
    return AnswerColumn(column, lambda answer, texts: texts.get(key))


def _none_words(question: SurveyQuestion, coded: bool) -> str:
    return NONE if coded else question.labels.get(NONE, NONE)


Maker = Callable[[CountedQuestion, bool], Iterator[AnswerColumn]]
MAKERS: dict[QuestionType, Maker] = {
    QuestionType.ONE: _one,
    QuestionType.SCALE: _scale,
    QuestionType.SEVERAL: _several,
    QuestionType.MATRIX: _matrix,
    QuestionType.ORDER: _order,
    QuestionType.SHORT: _text,
    QuestionType.LONG: _text,
    QuestionType.NUMBER: _number,
    QuestionType.DATE: _date,
    QuestionType.TERRITORY: _territory,
    QuestionType.FILE: _file,
}


def values_of(
    plan: Sequence[tuple[str, bool, Sequence[AnswerColumn]]],
    answers: Mapping[str, Value],
    texts: Texts,
) -> list[Any]:
    """The values of a response. `plan` has the key of each question, whether the version of the
    response asks it so, and its columns.
    """
    row: list[Any] = []
    for key, is_asked, columns in plan:
        answer = answers.get(key) if is_asked else None
        known = texts if is_asked else {}
        row += [one.value(answer, known) for one in columns]
    return row
