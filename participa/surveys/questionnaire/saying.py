"""Answers as people read them again, and as the fields that would send them."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from participa.citizens import territories
from participa.core import spanish
from participa.surveys.questionnaire.answering import PLACE, field_name, text_key
from participa.surveys.questionnaire.conditions import Value
from participa.surveys.questionnaire.questions import (
    NONE,
    OTHER,
    QuestionType,
    SurveyQuestion,
)

Texts = Mapping[str, str]


def in_words(question: SurveyQuestion, value: Value | None, texts: Texts) -> str:
    """An answer as the person reads it again; "" for none."""
    if value is None:
        return ""
    if value in (NONE, [NONE]):
        return question.labels[NONE]
    if question.type.is_text:
        return texts.get(question.key, "")
    if isinstance(value, dict):
        pairs = ((question.row_labels[row], question.labels[code]) for row, code in value.items())
        return "; ".join(f"{row}: {label}" for row, label in pairs)
    return (
        _listed(question, value, texts) if isinstance(value, list) else _one(question, value, texts)
    )


def _listed(question: SurveyQuestion, value: list[str], texts: Texts) -> str:
    if question.type is QuestionType.TERRITORY:
        return ", ".join(_place_name(code) for code in value)
    labels = [_label(question, code, texts) for code in value]
    if question.type is QuestionType.ORDER:
        labels = [f"{place}. {label}" for place, label in enumerate(labels, 1)]
    return "; ".join(labels)


def _one(question: SurveyQuestion, value: str, texts: Texts) -> str:
    if question.type is QuestionType.DATE:
        return spanish.day(date.fromisoformat(value))
    if question.type is QuestionType.NUMBER:
        return f"{spanish.number(Decimal(value), question.decimals)} {question.unit}".strip()
    if question.type is QuestionType.FILE:
        return "Archivo adjunto"
    return _label(question, value, texts)


def _place_name(code: str) -> str:
    found = territories.NEIGHBOURHOODS.get(code)
    return found.name if found else territories.label(code)


def _label(question: SurveyQuestion, code: str, texts: Texts) -> str:
    if code == OTHER:
        return f"Otra: {texts.get(text_key(question), '')}".removesuffix(": ")
    return question.labels.get(code, code)


def sent_of(question: SurveyQuestion, value: Value, texts: Texts) -> Iterator[tuple[str, str]]:
    """The fields that would send this answer: names and values. The inverse of `read`."""
    name = field_name(question)
    if question.type.is_text:
        yield name, texts.get(question.key, "") if value != NONE else NONE
    elif isinstance(value, dict):
        yield from ((field_name(question, row), code) for row, code in value.items())
    elif question.type is QuestionType.ORDER and value != [NONE]:
        yield from ((field_name(question, code), str(place)) for place, code in enumerate(value, 1))
    elif question.type is QuestionType.TERRITORY:
        yield from zip((name, field_name(question, PLACE)), value, strict=False)
    elif isinstance(value, list):
        yield from ((name, code) for code in value)
    elif question.type is not QuestionType.FILE:
        # A point would stand between thousands.
        yield name, value.replace(".", ",") if question.type is QuestionType.NUMBER else value
    if text_key(question) in texts:
        yield field_name(question, OTHER), texts[text_key(question)]
