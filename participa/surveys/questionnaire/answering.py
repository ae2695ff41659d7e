"""What a form sent becomes the answers to a questionnaire, or sentences that say what to repair.

Questions are read in order, so that a condition sees only the answers before it. The answer to a
question that is not shown is dropped, whatever was sent; nothing else that is valid is lost.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from participa.citizens import territories
from participa.core import spanish
from participa.core.forms import clean
from participa.surveys.questionnaire.conditions import Value
from participa.surveys.questionnaire.questions import (
    NONE,
    OTHER,
    Questionnaire,
    QuestionType,
    SurveyQuestion,
)

PREFIX = "q_"  # of every field of a question
PLACE = "barrio"  # second field of a territory
NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,6})?")
# With its thousands apart, as people write it here: 1.500.000 or 1.500,25.
GROUPED = re.compile(r"-?\d{1,3}(?:[. ']\d{3})+(?:,\d{1,6})?")
BETWEEN_THOUSANDS = re.compile(r"[. ']")
DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")  # where a browser picks no date
DAMAGED = re.compile("\N{REPLACEMENT CHARACTER}|\x00")
UNKNOWN = (
    "Llegó una respuesta a una pregunta que esta encuesta no tiene. Revise las respuestas y "
    "envíela otra vez."
)


class Sent(Protocol):
    """The values of a form: a MultiDict of werkzeug."""

    def getlist(self, key: str) -> list[str]: ...
    def keys(self) -> Iterable[str]: ...


class Wrong(ValueError):
    """A value that cannot be the answer; the message says how to repair it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers to the questions that were shown, and what has to be repaired.

    `texts` are what people wrote, by question, with `<key>.<OTHER>` for an option of their own.
    `shown` are the keys of all questions that these answers lead to. `problems` are pairs of the
    id of a field and a sentence.
    """

    answers: dict[str, Value] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def is_valid(self) -> bool:
        return not self.problems


def field_name(question: SurveyQuestion | str, part: str = "") -> str:
    """Name and id of the field of a question, or of a row, an option or a place in it."""
    key = question if isinstance(question, str) else question.key
    return f"{PREFIX}{key}.{part}" if part else f"{PREFIX}{key}"


def text_key(question: SurveyQuestion) -> str:
    """The key of the option that a person wrote."""
    return f"{question.key}.{OTHER}"


def read(
    questionnaire: Questionnaire,
    sent: Sent,
    files: Mapping[str, str] | None = None,
    pages: Sequence[int] | None = None,
) -> Answered:
    """Read a form. `files` holds what was attached, by key of the question.

    With `pages` only the answers on these are missed; the others may still be empty.
    """
    answers: dict[str, Value] = {}
    texts: dict[str, str] = {}
    shown: list[str] = []
    problems = [("", UNKNOWN)] if _has_unknown_fields(questionnaire, sent) else []
    for number, page in enumerate(questionnaire.pages):
        for question in page.questions:
            if question.shown_if is not None and not question.shown_if.holds(answers):
                continue
            shown.append(question.key)
            if not question.type.is_answered:
                continue
            is_due = pages is None or number in pages
            try:
                value, written = READERS[question.type](question, sent)
                value = (files or {}).get(question.key, value)
                if value is None and question.is_required and is_due:
                    raise Wrong(missing(question))
            except Wrong as wrong:
                problems.append((field_name(question), str(wrong)))
                continue
            if value is not None:
                answers[question.key] = value
            texts.update(written)
    return Answered(answers, texts, tuple(shown), tuple(problems))


def missing(question: SurveyQuestion) -> str:
    """The sentence for a required question without an answer."""
    if question.type.is_text:
        return f"Escriba su respuesta a «{question.label}»."
    if question.type is QuestionType.FILE:
        return f"Adjunte un archivo en «{question.label}»."
    return f"Responda «{question.label}»."


def fields_of(question: SurveyQuestion) -> Iterator[str]:
    """The names of all fields that the form shows for a question."""
    yield field_name(question)
    if question.has_other:
        yield field_name(question, OTHER)
    match question.type:
        case QuestionType.MATRIX:
            yield from (field_name(question, row.code) for row in question.rows)
        case QuestionType.ORDER:
            yield from (field_name(question, code) for code in question.labels)
        case QuestionType.TERRITORY:
            yield field_name(question, PLACE)


def _has_unknown_fields(questionnaire: Questionnaire, sent: Sent) -> bool:
    known = {name for question in questionnaire.asked for name in fields_of(question)}
    return any(name.startswith(PREFIX) and name not in known for name in sent.keys())  # noqa: SIM118


Read = tuple[Value | None, dict[str, str]]  # None for no answer, and what was written in it
Reader = Callable[[SurveyQuestion, Sent], Read]  # raises Wrong


def _given(sent: Sent, name: str) -> list[str]:
    """What was sent under a name, cleaned, without blanks and repetitions."""
    values = (clean(value) for value in sent.getlist(name))
    given = list(dict.fromkeys(value for value in values if value))
    if any(DAMAGED.search(value) for value in given):
        raise Wrong("Algunas letras llegaron dañadas. Escríbalas otra vez.")
    return given


def _single(question: SurveyQuestion, sent: Sent, name: str) -> str:
    given = _given(sent, name)
    if len(given) > 1:
        raise Wrong(f"Llegaron dos respuestas a «{question.label}». Deje una sola.")
    return given[0] if given else ""


def _offered(question: SurveyQuestion, code: str) -> str:
    if code not in question.labels:
        raise Wrong(f"Elija una de las opciones de «{question.label}».")
    return code


def _one(question: SurveyQuestion, sent: Sent) -> Read:
    code = _single(question, sent, field_name(question))
    if not code:
        return None, {}
    return _offered(question, code), _other(question, sent, [code])


def _other(question: SurveyQuestion, sent: Sent, chosen: Sequence[str]) -> dict[str, str]:
    """What was written beside «Otra», by its key; without choosing it nothing is."""
    if OTHER not in chosen:
        return {}
    text = _single(question, sent, field_name(question, OTHER))
    if not text:
        raise Wrong(f"Escriba cuál, en «{question.label}».")
    return {text_key(question): _short_enough(text, 200)}


def _several(question: SurveyQuestion, sent: Sent) -> Read:
    given = {_offered(question, code) for code in _given(sent, field_name(question))}
    chosen = [code for code in question.labels if code in given]  # in one order, whatever was sent
    if not chosen:
        return None, {}
    if NONE in chosen:
        if len(chosen) > 1:
            raise Wrong(f"Marque «{question.labels[NONE]}» sola, o quítela y deje las otras.")
        return chosen, {}
    least, most = int(question.least or 1), int(question.most or len(question.labels))
    if not least <= len(chosen) <= most:
        raise Wrong(f"{how_many(question)} en «{question.label}». Ahora hay {len(chosen)}.")
    return chosen, _other(question, sent, chosen)


def how_many(question: SurveyQuestion) -> str:
    """ "Marque de 2 a 3 opciones", "Marque hasta 3 opciones", or "" where any number will do."""
    least, most = int(question.least or 1), int(question.most or 0)
    verb = "Ponga en orden" if question.type is QuestionType.ORDER else "Marque"
    if most and least == most:
        return f"{verb} {spanish.several(most, 'opción', 'opciones')}"
    if most and least > 1:
        return f"{verb} de {least} a {most} opciones"
    if most:
        return f"{verb} hasta {spanish.several(most, 'opción', 'opciones')}"
    return f"{verb} por lo menos {least} opciones" if least > 1 else ""


def _matrix(question: SurveyQuestion, sent: Sent) -> Value | None:
    chosen = {
        row.code: _single(question, sent, field_name(question, row.code)) for row in question.rows
    }
    answered = {row: _offered(question, code) for row, code in chosen.items() if code}
    if answered and question.is_required and len(answered) < len(question.rows):
        unanswered = next(row.label for row in question.rows if row.code not in answered)
        raise Wrong(f"Falta responder «{unanswered}» en «{question.label}».")
    return answered or None


def _order(question: SurveyQuestion, sent: Sent) -> Value | None:
    """Codes, best first, from a place for each; or NONE alone."""
    if NONE in _given(sent, field_name(question)):
        return [_offered(question, NONE)]
    places: dict[str, str] = {}
    for choice in question.choices:
        place = _single(question, sent, field_name(question, choice.code))
        if place in places:
            raise Wrong(f"En «{question.label}» dos opciones tienen el lugar {place}. Cambie una.")
        if place:
            places[place] = choice.code
    if not places:
        return None
    order = [places.get(str(number), "") for number in range(1, len(places) + 1)]
    if "" in order:
        raise Wrong(f"En «{question.label}» falta el lugar {order.index('') + 1}.")
    least, most = int(question.least or 1), int(question.most or len(question.choices))
    if not least <= len(order) <= most:
        raise Wrong(f"{how_many(question)} en «{question.label}». Ahora hay {len(order)}.")
    return order


def _written(question: SurveyQuestion, sent: Sent) -> Read:
    """A text, stored apart from the other answers; its question is marked as answered."""
    text = _single(question, sent, field_name(question))
    if text == NONE and question.has_none:
        return NONE, {}
    if not text:
        return None, {}
    least = int(question.least or 0)
    if len(text) < least:
        raise Wrong(f"Escriba por lo menos {least} letras en «{question.label}».")
    return "1", {question.key: _short_enough(text, question.longest)}


def _short_enough(text: str, most: int) -> str:
    if len(text) > most:
        letters, typed = spanish.number(most), spanish.number(len(text))
        raise Wrong(f"Use hasta {letters} letras. Ahora hay {typed}.")
    return text


def _number(question: SurveyQuestion, sent: Sent) -> Value | None:
    text = _single(question, sent, field_name(question))
    if not text or (text == NONE and question.has_none):
        return text or None
    if GROUPED.fullmatch(text):
        text = BETWEEN_THOUSANDS.sub("", text)
    if not NUMBER.fullmatch(text):
        example = "3 o 2,5" if question.decimals else "3"
        raise Wrong(f"Escriba un número en «{question.label}», como {example}.")
    number = Decimal(text.replace(",", "."))
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > question.decimals:
        raise Wrong(_decimals(question))
    _check_bounds(question, number)
    return format(number.normalize(), "f")


def _decimals(question: SurveyQuestion) -> str:
    if not question.decimals:
        return f"Escriba un número sin decimales en «{question.label}»."
    several = spanish.several(question.decimals, "decimal", "decimales")
    return f"Escriba un número con hasta {several} en «{question.label}»."


def _check_bounds(question: SurveyQuestion, number: Decimal) -> None:
    unit = f" {question.unit}" if question.unit else ""
    if question.least is not None and number < question.least:
        raise Wrong(
            f"Escriba {spanish.number(question.least, 6)}{unit} o más en «{question.label}»."
        )
    if question.most is not None and number > question.most:
        raise Wrong(
            f"Escriba {spanish.number(question.most, 6)}{unit} o menos en «{question.label}»."
        )


def _date(question: SurveyQuestion, sent: Sent) -> Value | None:
    text = _single(question, sent, field_name(question))
    if not text or (text == NONE and question.has_none):
        return text or None
    try:
        day_first = DAY_FIRST.fullmatch(text)
        day = (
            date(*map(int, reversed(day_first.groups()))) if day_first else date.fromisoformat(text)
        )
    except ValueError:
        raise Wrong(f"Escriba la fecha de «{question.label}» así: 30/11/2026.") from None
    if question.first_on and day < question.first_on:
        raise Wrong(f"Ponga una fecha desde el {spanish.day(question.first_on)}.")
    if question.last_on and day > question.last_on:
        raise Wrong(f"Ponga una fecha hasta el {spanish.day(question.last_on)}.")
    return day.isoformat()


def _territory(question: SurveyQuestion, sent: Sent) -> Value | None:
    code = _single(question, sent, field_name(question))
    place = _single(question, sent, field_name(question, PLACE))
    if not code:
        if place:
            raise Wrong(f"Elija la comuna del barrio en «{question.label}».")
        return None
    if territories.territory(code) is None:
        raise Wrong(f"Elija una comuna o un corregimiento de la lista en «{question.label}».")
    if not place:
        return [code]
    found = territories.place_named(place, code)
    if found is None:
        raise Wrong(
            f"«{place}» no es un barrio de {territories.label(code)}. Elija los dos otra vez."
        )
    return [code, found.code]


def _alone(reader: Callable[[SurveyQuestion, Sent], Value | None]) -> Reader:
    """A reader of what has no text of the person's own."""
    return lambda question, sent: (reader(question, sent), {})


def _nothing(question: SurveyQuestion, sent: Sent) -> Value | None:
    """A statement asks nothing, and a file does not come among the values of a form."""
    return None


READERS: dict[QuestionType, Reader] = {
    QuestionType.ONE: _one,
    QuestionType.SCALE: _one,
    QuestionType.SEVERAL: _several,
    QuestionType.MATRIX: _alone(_matrix),
    QuestionType.ORDER: _alone(_order),
    QuestionType.SHORT: _written,
    QuestionType.LONG: _written,
    QuestionType.NUMBER: _alone(_number),
    QuestionType.DATE: _alone(_date),
    QuestionType.TERRITORY: _alone(_territory),
    QuestionType.FILE: _alone(_nothing),
    QuestionType.STATEMENT: _alone(_nothing),
}
