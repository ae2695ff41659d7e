"""A questionnaire as JSON, as its version stores it, and the rules that every one keeps."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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

    def __init__(self, sentence: str, key: str = "", field: str = ""):
        super().__init__(sentence, field)
        self.key = key


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that a question breaks; `field` is the name of what has to be corrected in it."""

    sentence: str
    field: str = ""


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
    for key, rule in broken_rules(questionnaire):
        raise BrokenQuestionnaire(rule.sentence, key, rule.field)
    return questionnaire


def broken_rules(questionnaire: Questionnaire) -> Iterator[tuple[str, BrokenRule]]:
    """Key of the question and every rule that it breaks."""
    if len(questionnaire.questions) > MOST_QUESTIONS:
        yield "", BrokenRule(f"Una encuesta tiene hasta {MOST_QUESTIONS} preguntas. Haga dos.")
        return
    before: dict[str, SurveyQuestion] = {}
    for question in questionnaire.questions:
        if question.key in before:
            same = f"Dos preguntas se llaman «{question.key}» en los archivos."
            yield question.key, BrokenRule(same)
        yield from ((question.key, rule) for rule in _broken(question))
        yield from ((question.key, rule) for rule in _broken_condition(question, before))
        before[question.key] = question


def _broken(question: SurveyQuestion) -> Iterator[BrokenRule]:
    if not KEY.fullmatch(question.key):
        yield BrokenRule("El nombre en los archivos va en minúsculas, sin espacios ni tildes.")
    if not question.label:
        yield BrokenRule("Escriba la pregunta.", "label")
    if len(question.label) > LONGEST_LABEL:
        yield BrokenRule(f"Use hasta {LONGEST_LABEL} letras en la pregunta.", "label")
    if len(question.hint) > LONGEST_HINT:
        yield BrokenRule(f"Use hasta {LONGEST_HINT} letras en la ayuda.", "hint")
    yield from _broken_choices(question)
    yield from _broken_bounds(question)
    if question.has_other and question.type not in WITH_OTHER:
        yield BrokenRule("«Otra, ¿cuál?» es solo de preguntas con opciones.", "has_other")
    if question.is_personal and question.type is not QuestionType.SHORT:
        yield BrokenRule("Solo un texto corto puede ser un dato personal.", "is_personal")
    if question.first_on and question.last_on and question.last_on < question.first_on:
        yield BrokenRule("La última fecha va después de la primera.", "last_on")


def _broken_choices(question: SurveyQuestion) -> Iterator[BrokenRule]:
    offered = len(question.choices) + question.has_other
    if question.type.has_choices and offered < LEAST_CHOICES:
        yield BrokenRule("Escriba por lo menos dos opciones.", "choices")
    if question.type is QuestionType.MATRIX and not question.rows:
        yield BrokenRule("Escriba por lo menos una afirmación.", "rows")
    yield from _broken_list(question.choices, "choices")
    yield from _broken_list(question.rows, "rows")


def _broken_list(choices: Sequence[Choice], field: str) -> Iterator[BrokenRule]:
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
    yield from (BrokenRule(sentence, field) for is_broken, sentence in rules if is_broken)


def _broken_bounds(question: SurveyQuestion) -> Iterator[BrokenRule]:
    least, most = question.least, question.most
    if not all(is_usable(bound) for bound in (least, most) if bound is not None):
        sentence = "El mínimo y el máximo tienen hasta doce cifras y seis decimales."
        yield BrokenRule(sentence, "least" if least and not is_usable(least) else "most")
        return
    if (least is not None or most is not None) and question.type not in WITH_BOUNDS:
        yield BrokenRule("Este tipo de pregunta no tiene mínimo ni máximo.")
        return
    if least is not None and most is not None and most < least:
        yield BrokenRule("El máximo va después del mínimo.", "most")
        return
    if question.type is QuestionType.NUMBER:
        return
    for field, bound in (("least", least), ("most", most)):
        if bound is not None and bound != int(bound):
            yield BrokenRule("El mínimo y el máximo van sin decimales.", field)
            return
    yield from _broken_counts(question, int(least or 0), int(most or 0))


def is_usable(bound: Decimal) -> bool:
    """Whether a number can be shown: "1e400000000" has as many digits."""
    exponent = bound.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -6 and bound.adjusted() < MOST_DIGITS


def has_broken_bounds(question: SurveyQuestion) -> bool:
    """Whether least and most of a question make no sense for its type."""
    return any(True for _ in _broken_bounds(question))


def _broken_counts(question: SurveyQuestion, least: int, most: int) -> Iterator[BrokenRule]:
    """Rules of bounds that count something."""
    offered = len(question.choices) + question.has_other
    if question.type is QuestionType.SCALE:
        if question.least is None or question.most is None or len(question.steps) not in STEPS:
            sentence = "Una escala va de un número a otro, con 2 a 11 pasos: de 1 a 5, o de 0 a 10."
            yield BrokenRule(sentence, "most")
        elif question.has_faces and len(question.steps) != len(FACE_WORDS):
            yield BrokenRule("Las caras son cinco: la escala va de 1 a 5.", "has_faces")
    elif least < 0 or most < 0:
        sentence = "El mínimo y el máximo no pueden ser negativos."
        yield BrokenRule(sentence, "least" if least < 0 else "most")
    elif question.type in {QuestionType.SEVERAL, QuestionType.ORDER} and max(least, most) > offered:
        sentence = f"Hay {offered} opciones: el mínimo y el máximo no pueden pasar de ahí."
        yield BrokenRule(sentence, "least" if least > offered else "most")


def _broken_condition(
    question: SurveyQuestion, before: Mapping[str, SurveyQuestion]
) -> Iterator[BrokenRule]:
    """A condition looks back only, so it cannot go in a circle."""
    for clause in question.shown_if.clauses if question.shown_if else ():
        other = before.get(clause.question)
        if other is None:
            yield BrokenRule(
                "«Mostrar si» mira solo preguntas anteriores. Mueva esta o cambie la regla."
            )
        elif (clause.row or other.rows) and clause.row not in other.row_labels:
            yield BrokenRule(f"Elija en «Mostrar si» una de las afirmaciones de «{other.label}».")
        elif clause.operator.needs_value and other.type.is_text:
            yield BrokenRule(f"De «{other.label}» solo se puede saber si tiene respuesta.")
        elif clause.operator in {Operator.IS, Operator.IS_NOT} and not _can_be(other, clause.value):
            yield BrokenRule(f"«{other.label}» ya no tiene una de las opciones de «Mostrar si».")
        elif clause.operator in {Operator.AT_LEAST, Operator.AT_MOST} and not _is_size(clause):
            yield BrokenRule(f"Compare «{other.label}» con un número.")


def _is_size(clause: Clause) -> bool:
    return next(sizes([clause.value]), None) is not None


def _can_be(question: SurveyQuestion, value: str) -> bool:
    """Whether a question may have this answer."""
    chooses = question.type.has_choices or question.type is QuestionType.SCALE
    return value in question.labels if chooses else bool(value)
