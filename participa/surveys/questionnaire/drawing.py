"""What the fields of a questionnaire show: what was chosen, what to repair, in which order."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from werkzeug.datastructures import MultiDict

from participa.citizens import territories
from participa.core import spanish
from participa.surveys.questionnaire.answering import PLACE, field_name, how_many, missing
from participa.surveys.questionnaire.questions import NONE, OTHER, QuestionType, SurveyQuestion

LAST = {OTHER, NONE}  # stay at the end of the options


@dataclass(frozen=True)
class AttachedFile:
    """A file that was sent before: the token that carries it, and its name for the person."""

    token: str
    words: str


@dataclass(frozen=True)
class Drawing:
    """The state of the fields, for the macros of `templates/surveys/_questions.html`.

    `sent` are the values that the fields show, `problems` those of `answering.read`. `order` is the
    seed of the order of shuffled options; "" leaves them as they were written.
    """

    sent: MultiDict[str, str] = field(default_factory=MultiDict)
    problems: Sequence[tuple[str, str]] = ()
    order: str = ""
    files: Mapping[str, AttachedFile] = field(default_factory=dict)

    @cached_property
    def sentences(self) -> dict[str, str]:
        return dict(reversed(self.problems))

    def sentence(self, question: SurveyQuestion) -> str:
        """What has to be repaired; "" for nothing."""
        return self.sentences.get(field_name(question), "")

    def described(self, question: SurveyQuestion) -> str:
        """The ids of what is said beside the field: its help, its unit, what to repair."""
        id = field_name(question)
        parts = {
            "hint": question.hint or self.bounds(question),
            "unit": question.unit,
            "error": self.sentence(question),
        }
        return " ".join(f"{id}-{part}" for part, words in parts.items() if words)

    def chosen(self, question: SurveyQuestion, part: str = "") -> list[str]:
        return self.sent.getlist(field_name(question, part))

    def typed(self, question: SurveyQuestion, part: str = "") -> str:
        """The text in a field; «No sabe / No aplica» has a box of its own."""
        return next((one for one in self.chosen(question, part) if one != NONE), "")

    def place(self, question: SurveyQuestion) -> str:
        """The barrio as a person reads it: what is stored is its code."""
        typed = self.typed(question, PLACE)
        found = territories.NEIGHBOURHOODS.get(typed)
        return found.name if found else typed

    def offered(self, question: SurveyQuestion) -> list[tuple[str, str]]:
        """Code and label of each option, in the order of this person."""
        options = [pair for pair in question.labels.items() if pair[0] not in LAST]
        if question.is_shuffled and self.order:
            random.Random(f"{self.order} {question.key}").shuffle(options)  # noqa: S311 - no secret
        return [*options, *(pair for pair in question.labels.items() if pair[0] in LAST)]

    def places(self, question: SurveyQuestion) -> list[str]:
        """The places that options can be put in."""
        return [str(place) for place in range(1, int(question.most or len(question.choices)) + 1)]

    def rows(self, question: SurveyQuestion) -> list[tuple[str, str]]:
        """Code and text of each statement of a table."""
        return list(question.row_labels.items())

    def comunas(self) -> tuple[tuple[str, str], ...]:
        return territories.choices()

    def city(self) -> tuple[territories.Territory, ...]:
        """The comunas and corregimientos with their barrios."""
        return territories.CITY

    def need(self, question: SurveyQuestion) -> str:
        """The sentence for a required question without an answer; "" for an optional one."""
        return missing(question) if question.is_required and question.type.is_answered else ""

    def condition(self, question: SurveyQuestion) -> str:
        return condition_of(question)

    def bounds(self, question: SurveyQuestion) -> str:
        """What an answer may be, in words; "" where anything may."""
        match question.type:
            case QuestionType.SEVERAL | QuestionType.ORDER:
                words = how_many(question)
                return f"{words}." if words else "Puede marcar varias." * _is_several(question)
            case QuestionType.NUMBER:
                return _numbers(question)
            case QuestionType.DATE:
                return _days(question)
            case _:
                return ""


def _is_several(question: SurveyQuestion) -> bool:
    return question.type is QuestionType.SEVERAL


def _numbers(question: SurveyQuestion) -> str:
    least, most = question.least, question.most
    if least is not None and most is not None:
        return f"De {spanish.number(least, 6)} a {spanish.number(most, 6)}."
    if least is not None:
        return f"{spanish.number(least, 6)} o más." if least else ""
    return f"Hasta {spanish.number(most, 6)}." if most is not None else ""


def _days(question: SurveyQuestion) -> str:
    first, last = question.first_on, question.last_on
    if first and last:
        return f"Del {spanish.day(first)} al {spanish.day(last)}."
    if first:
        return f"Desde el {spanish.day(first)}."
    return f"Hasta el {spanish.day(last)}." if last else ""


def condition_of(question: SurveyQuestion) -> str:
    """The condition as `static/js/survey.js` reads it; "" for none."""
    if question.shown_if is None:
        return ""
    groups = [
        [[one.question, one.operator.value, one.value, one.row] for one in group]
        for group in question.shown_if.groups
    ]
    return json.dumps(groups, ensure_ascii=False, separators=(",", ":"))
