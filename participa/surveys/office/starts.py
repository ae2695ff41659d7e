"""With which questions a new survey begins: none, or those of a template, which the bank has."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from participa.surveys.builder import bank
from participa.surveys.questionnaire.conditions import Clause, Condition, Operator
from participa.surveys.questionnaire.questions import Page, Questionnaire, SurveyQuestion

SEED = Path(__file__).parent / "seed" / "starts.json"
BLANK = "blanco"


@dataclass(frozen=True, slots=True)
class Start:
    """A template of a survey, or the blank one."""

    name: str
    label: str
    about: str
    questionnaire: Questionnaire


@cache
def all_starts() -> tuple[Start, ...]:
    templates = json.loads(SEED.read_text(encoding="utf-8"))
    blank = Start(BLANK, "En blanco", "Usted escribe cada pregunta.", Questionnaire())
    return (blank, *(_start(facts) for facts in templates))


def start(name: str) -> Start:
    """The template with this name; the blank one for another word."""
    return next((one for one in all_starts() if one.name == name), all_starts()[0])


def _start(facts: Mapping[str, Any]) -> Start:
    known = {entry.name: entry.question for entry in bank.seeded()}
    only_if = facts["only_if"]
    pages = tuple(
        Page(tuple(_shown(known[name], only_if) for name in page["questions"]), page["title"])
        for page in facts["pages"]
    )
    return Start(facts["name"], facts["label"], facts["about"], Questionnaire(pages))


def _shown(question: SurveyQuestion, only_if: Mapping[str, Any]) -> SurveyQuestion:
    """The question, with its condition if the template gives it one."""
    if question.key not in only_if:
        return question
    other, codes = only_if[question.key]
    groups = tuple((Clause(other, Operator.IS, code),) for code in codes)
    return replace(question, shown_if=Condition(groups))
