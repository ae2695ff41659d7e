"""What one row of an XLSForm says of its question: codes, parameters, facts of participa."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from participa.surveys.exchange.xlsform_rows import SheetRow
from participa.surveys.questionnaire import documents, editing
from participa.surveys.questionnaire.conditions import Condition
from participa.surveys.questionnaire.questions import (
    NONE,
    Choice,
    QuestionType,
    Showing,
    SurveyQuestion,
)

OWN = "participa"  # the column with what XLSForm has no words for


def code_of(name: str, taken: set[str]) -> str:
    """The code of an option: its name if participa allows it."""
    if name == NONE or (documents.CODE.fullmatch(name) and name not in taken):
        return name
    base = editing.slug(name) or "opcion"
    code, number = base, 2
    while code in taken:
        code, number = f"{base[:26]}_{number}", number + 1
    return code


def text_type(row: SheetRow) -> QuestionType:
    return QuestionType.LONG if "multiline" in row["appearance"] else QuestionType.SHORT


def with_parameters(question: SurveyQuestion, parameters: str) -> SurveyQuestion:
    """`start=0 end=10 step=1` of a range, `randomize=true` of options."""
    pairs = _pairs(parameters)
    if question.type is QuestionType.SCALE:
        least, most = (
            _decimal(pairs.get(name, usual)) for name, usual in (("start", "1"), ("end", "5"))
        )
        return replace(question, least=least, most=most)
    return replace(question, is_shuffled=pairs.get("randomize") == "true")


def step_of(parameters: str) -> Decimal | None:
    """The step of a range."""
    return _decimal(_pairs(parameters).get("step", "1"))


def _pairs(parameters: str) -> dict[str, str]:
    parts = re.split(r"[\s,;]+", parameters)
    return dict(part.split("=", 1) for part in parts if "=" in part)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def both(first: Condition, second: Condition) -> Condition:
    return Condition(tuple((*one, *other) for one in first.groups for other in second.groups))


# ---- what XLSForm has no words for

OWN_FACTS: Mapping[str, Callable[[Any], Any]] = {
    "type": QuestionType,
    "has_none": bool,
    "has_other": bool,
    "is_shuffled": bool,
    "has_faces": bool,
    "is_personal": bool,
    "is_required": bool,
    "decimals": int,
    "unit": str,
    "low_label": str,
    "high_label": str,
    "least": Decimal,
    "most": Decimal,
    "first_on": date.fromisoformat,
    "last_on": date.fromisoformat,
    "shows": Showing,
    "choices": lambda pairs: tuple(Choice(str(code), str(label)) for code, label in pairs),
}


def own_facts(row: SheetRow) -> dict[str, Any]:
    """What the column of participa says; nothing for what no participa wrote."""
    try:
        facts = json.loads(row[OWN] or "{}")
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def with_own(question: SurveyQuestion, facts: Mapping[str, Any]) -> SurveyQuestion:
    return replace(question, **dict(_known(facts)))


def settled(question: SurveyQuestion) -> SurveyQuestion:
    """A question that came as another type, without what that type has besides."""
    if question.type is QuestionType.TERRITORY:
        return replace(question, choices=(), has_other=False)
    return question


def _known(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, read in OWN_FACTS.items():
        if name in facts:
            try:
                yield name, read(facts[name])
            except (ValueError, TypeError, InvalidOperation):
                continue
