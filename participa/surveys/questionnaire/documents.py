"""A questionnaire as JSON, as its version stores it, and the rules that every one keeps."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from participa.core.errors import Refused
from participa.surveys.questionnaire.conditions import Clause, Condition, Operator, sizes
from participa.surveys.questionnaire.questions import (
    FACE_WORDS,
    LONGEST_HINT,
    LONGEST_LABEL,
    MOST_CHOICES,
    MOST_QUESTIONS,
    WITH_BOUNDS,
    WITH_OTHER,
    Choice,
    Page,
    Questionnaire,
    QuestionType,
    Showing,
    SurveyQuestion,
)

KEY = re.compile(r"[a-z][a-z0-9_]{0,30}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")
LEAST_CHOICES = 2
MOST_DIGITS = 12  # of a bound, before its decimals
STEPS = range(2, 12)  # of a scale: from two steps to 0-10


class BrokenQuestionnaire(Refused):
    """The questionnaire breaks a rule; `key` is the question that does, "" for the whole."""

    def __init__(self, sentence: str, key: str = ""):
        super().__init__(sentence)
        self.key = key


# ---- to JSON


def dump(questionnaire: Questionnaire) -> str:
    """The JSON text of a questionnaire: the same text for equal ones."""
    document = {
        "pages": [
            {"title": page.title, "questions": [facts_of(question) for question in page.questions]}
            for page in questionnaire.pages
        ]
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def facts_of(question: SurveyQuestion) -> dict[str, Any]:
    """The facts that differ from the defaults, so that old documents stay readable."""
    facts: dict[str, Any] = {
        "key": question.key,
        "type": question.type.value,
        "label": question.label,
        "hint": question.hint,
        "is_required": question.is_required,
        "has_none": question.has_none,
        "has_other": question.has_other,
        "is_shuffled": question.is_shuffled,
        "has_faces": question.has_faces,
        "is_personal": question.is_personal,
        "choices": [[choice.code, choice.label] for choice in question.choices],
        "rows": [[row.code, row.label] for row in question.rows],
        "least": _number(question.least),
        "most": _number(question.most),
        "decimals": question.decimals,
        "unit": question.unit,
        "low_label": question.low_label,
        "high_label": question.high_label,
        "first_on": question.first_on and question.first_on.isoformat(),
        "last_on": question.last_on and question.last_on.isoformat(),
        "shown_if": question.shown_if and _condition(question.shown_if),
        "shows": "" if question.shows is Showing.AT_CLOSING else question.shows.value,
    }
    return {
        name: value
        for name, value in facts.items()
        if value or (name in {"least", "most"} and value is not None)
    }


def number(value: Decimal) -> str:
    """ "3", "2.5"."""
    return format(value.normalize(), "f")


def _number(value: Decimal | None) -> str | None:
    return None if value is None else number(value)


def _condition(condition: Condition) -> list[list[list[str]]]:
    return [
        [[one.question, one.operator.value, one.value, one.row] for one in group]
        for group in condition.groups
    ]


# ---- from JSON


def load(text: str) -> Questionnaire:
    """The questionnaire of a stored text; it was checked before it was stored."""
    return Questionnaire(
        tuple(
            Page(tuple(_question(one) for one in page["questions"]), page["title"])
            for page in json.loads(text)["pages"]
        )
    )


def _question(facts: Mapping[str, Any]) -> SurveyQuestion:
    values = dict(facts)
    for name in ("choices", "rows"):
        values[name] = tuple(Choice(code, label) for code, label in facts.get(name, ()))
    for name in ("least", "most"):
        values[name] = Decimal(facts[name]) if name in facts else None
    for name in ("first_on", "last_on"):
        values[name] = date.fromisoformat(facts[name]) if name in facts else None
    values["type"] = QuestionType(facts["type"])
    values["shows"] = Showing(facts.get("shows", Showing.AT_CLOSING.value))
    values["shown_if"] = _loaded_condition(facts["shown_if"]) if "shown_if" in facts else None
    return SurveyQuestion(**values)


def _loaded_condition(groups: Sequence[Sequence[Sequence[str]]]) -> Condition:
    return Condition(
        tuple(
            tuple(
                Clause(key, Operator(operator), value, row) for key, operator, value, row in group
            )
            for group in groups
        )
    )


# ---- rules


def check(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire itself. Raises BrokenQuestionnaire with the first rule that it breaks."""
    for key, sentence in broken_rules(questionnaire):
        raise BrokenQuestionnaire(sentence, key)
    return questionnaire


def broken_rules(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    """Key of the question and sentence of every rule that it breaks."""
    if len(questionnaire.questions) > MOST_QUESTIONS:
        yield "", f"Una encuesta tiene hasta {MOST_QUESTIONS} preguntas. Haga dos."
        return
    before: dict[str, SurveyQuestion] = {}
    for question in questionnaire.questions:
        if question.key in before:
            yield question.key, f"Dos preguntas se llaman «{question.key}» en los archivos."
        yield from ((question.key, sentence) for sentence in _broken(question))
        yield from ((question.key, sentence) for sentence in _broken_condition(question, before))
        before[question.key] = question


def _broken(question: SurveyQuestion) -> Iterator[str]:
    if not KEY.fullmatch(question.key):
        yield "El nombre en los archivos va en minúsculas, sin espacios ni tildes."
    if not question.label:
        yield "Escriba la pregunta."
    if len(question.label) > LONGEST_LABEL:
        yield f"Use hasta {LONGEST_LABEL} letras en la pregunta."
    if len(question.hint) > LONGEST_HINT:
        yield f"Use hasta {LONGEST_HINT} letras en la ayuda."
    yield from _broken_choices(question)
    yield from _broken_bounds(question)
    if question.has_other and question.type not in WITH_OTHER:
        yield "«Otra, ¿cuál?» es solo de preguntas con opciones."
    if question.is_personal and question.type is not QuestionType.SHORT:
        yield "Solo un texto corto puede ser un dato personal."
    if question.first_on and question.last_on and question.last_on < question.first_on:
        yield "La última fecha va después de la primera."


def _broken_choices(question: SurveyQuestion) -> Iterator[str]:
    offered = len(question.choices) + question.has_other
    if question.type.has_choices and offered < LEAST_CHOICES:
        yield "Escriba por lo menos dos opciones."
    if question.type is QuestionType.MATRIX and not question.rows:
        yield "Escriba por lo menos una afirmación."
    for choices in (question.choices, question.rows):
        yield from _broken_list(choices)


def _broken_list(choices: Sequence[Choice]) -> Iterator[str]:
    codes = [choice.code for choice in choices]
    rules = (
        (len(codes) > MOST_CHOICES, f"Escriba hasta {MOST_CHOICES} opciones."),
        (len(set(codes)) < len(codes), "Dos opciones tienen el mismo código."),
        (len({choice.label for choice in choices}) < len(codes), "Dos opciones dicen lo mismo."),
        (any(not choice.label for choice in choices), "Escriba qué dice cada opción."),
        (
            not all(CODE.fullmatch(code) for code in codes),
            "El código de una opción va sin espacios ni tildes.",
        ),
    )
    yield from (sentence for is_broken, sentence in rules if is_broken)


def _broken_bounds(question: SurveyQuestion) -> Iterator[str]:
    least, most = question.least, question.most
    if not all(is_usable(bound) for bound in (least, most) if bound is not None):
        yield "El mínimo y el máximo tienen hasta doce cifras y seis decimales."
        return
    if (least is not None or most is not None) and question.type not in WITH_BOUNDS:
        yield "Este tipo de pregunta no tiene mínimo ni máximo."
        return
    if least is not None and most is not None and most < least:
        yield "El máximo va después del mínimo."
        return
    if question.type is QuestionType.NUMBER:
        return
    if any(bound is not None and bound != int(bound) for bound in (least, most)):
        yield "El mínimo y el máximo van sin decimales."
        return
    yield from _broken_counts(question, int(least or 0), int(most or 0))


def is_usable(bound: Decimal) -> bool:
    """Whether a number can be shown: "1e400000000" has as many digits."""
    exponent = bound.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -6 and bound.adjusted() < MOST_DIGITS


def has_broken_bounds(question: SurveyQuestion) -> bool:
    """Whether least and most of a question make no sense for its type."""
    return any(True for _ in _broken_bounds(question))


def _broken_counts(question: SurveyQuestion, least: int, most: int) -> Iterator[str]:
    """Rules of bounds that count something."""
    offered = len(question.choices) + question.has_other
    if question.type is QuestionType.SCALE:
        if question.least is None or question.most is None or len(question.steps) not in STEPS:
            yield "Una escala va de un número a otro, con 2 a 11 pasos: de 1 a 5, o de 0 a 10."
        elif question.has_faces and len(question.steps) != len(FACE_WORDS):
            yield "Las caras son cinco: la escala va de 1 a 5."
    elif least < 0 or most < 0:
        yield "El mínimo y el máximo no pueden ser negativos."
    elif question.type in {QuestionType.SEVERAL, QuestionType.ORDER} and max(least, most) > offered:
        yield f"Hay {offered} opciones: el mínimo y el máximo no pueden pasar de ahí."


def _broken_condition(
    question: SurveyQuestion, before: Mapping[str, SurveyQuestion]
) -> Iterator[str]:
    """A condition looks back only, so it cannot go in a circle."""
    for clause in question.shown_if.clauses if question.shown_if else ():
        other = before.get(clause.question)
        if other is None:
            yield "«Mostrar si» mira solo preguntas anteriores. Mueva esta o cambie la regla."
        elif (clause.row or other.rows) and clause.row not in other.row_labels:
            yield f"Elija en «Mostrar si» una de las afirmaciones de «{other.label}»."
        elif clause.operator.needs_value and other.type.is_text:
            yield f"De «{other.label}» solo se puede saber si tiene respuesta."
        elif clause.operator in {Operator.IS, Operator.IS_NOT} and not _can_be(other, clause.value):
            yield f"«{other.label}» ya no tiene una de las opciones de «Mostrar si»."
        elif clause.operator in {Operator.AT_LEAST, Operator.AT_MOST} and not _is_size(clause):
            yield f"Compare «{other.label}» con un número."


def _is_size(clause: Clause) -> bool:
    return next(sizes([clause.value]), None) is not None


def _can_be(question: SurveyQuestion, value: str) -> bool:
    """Whether a question may have this answer."""
    chooses = question.type.has_choices or question.type is QuestionType.SCALE
    return value in question.labels if chooses else bool(value)
