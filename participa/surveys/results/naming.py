"""How cells, groups and dimensions are called where people read them."""

from collections.abc import Iterable, Mapping

from participa.citizens import territories
from participa.citizens.variables import PREFER_NOT, VARIABLES
from participa.core import spanish
from participa.surveys.counting.days import DayGroup
from participa.surveys.counting.items import ANSWERED, NOT_ANSWERED, NOT_ASKED
from participa.surveys.models import SurveyUse
from participa.surveys.questionnaire.questions import (
    NONE,
    NONE_LABEL,
    QuestionType,
    SurveyQuestion,
)
from participa.surveys.respond import AGE, PLAIN_SEXES, SEX

DIMENSION_LABELS = {
    "comuna": "Comuna o corregimiento",
    "sexo": "Sexo",
    "edad": "Edad",
    "evento": "Evento o escuchadero",
    "canal": "Cómo respondió",
}
CHANNEL_LABELS = {
    "web": "Enlace",
    "qr": "Código QR",
    "whatsapp": "WhatsApp",
    "kiosk": "Tableta",
    "paper": "Papel",
    "verbal": "Con ayuda de un funcionario",
    "assisted": "Con ayuda de un funcionario",
}
UNSAID = "No lo dijo"
NO_USE = "En otra parte"
SEX_LABELS = {option.code: option.label for option in VARIABLES[SEX].options}
AGE_LABELS = {option.code: option.label for option in VARIABLES[AGE].options}
APART_LABELS = {
    NONE: NONE_LABEL,
    NOT_ANSWERED: "Sin respuesta",
    NOT_ASKED: "No se le preguntó",
    ANSWERED: "Respondió",
}


def cell_label(question: SurveyQuestion, cell: str) -> str:
    """The words of a cell of a question."""
    if cell in APART_LABELS:
        return APART_LABELS[cell]
    if question.type is QuestionType.TERRITORY:
        return territories.label(cell)
    return question.labels.get(cell, cell)


def group_label(dimension: str, group: str, uses: Mapping[str, str]) -> str:
    """The words of a group; `uses` are the titles of the events by their id."""
    match dimension:
        case "comuna":
            return territories.label(group) if group else UNSAID
        case "sexo":
            return SEX_LABELS.get(group, UNSAID)
        case "edad":
            return AGE_LABELS.get(group, UNSAID)
        case "evento":
            return uses.get(group, NO_USE)
    return CHANNEL_LABELS.get(group, group)


def in_order(dimension: str, groups: Iterable[str]) -> list[str]:
    """The groups as one looks for them: by code, by age; those who did not say it last."""
    known = {"sexo": list(SEX_LABELS), "edad": list(AGE_LABELS), "canal": list(CHANNEL_LABELS)}
    order = known.get(dimension, list(territories.TERRITORIES))
    place = {code: number for number, code in enumerate(order)}
    return sorted(groups, key=lambda one: (not one, place.get(one, len(place)), one))


def known_groups(dimension: str, uses: Mapping[str, str]) -> list[str]:
    """Every group that there may be, whether or not anybody is in it; "" for those of none.

    A list of groups that somebody is in would tell of each hidden one that it is not empty.
    """
    known: dict[str, Iterable[str]] = {
        "comuna": (code for code in territories.TERRITORIES if code != PREFER_NOT),
        "sexo": (code for code in SEX_LABELS if code in PLAIN_SEXES),
        "edad": (code for code in AGE_LABELS if code != PREFER_NOT),
        "evento": uses,
        "canal": CHANNEL_LABELS,
    }
    return [*known[dimension], *([] if dimension == "canal" else [""])]


def titles_of(uses: Iterable[SurveyUse]) -> dict[str, str]:
    return {str(use.id): use.title for use in uses}


def days_label(group: DayGroup) -> str:
    """ "3/11/2026", or "3/11/2026 a 5/11/2026"."""
    first = spanish.short_day(group.first)
    return first if group.first == group.last else f"{first} a {spanish.short_day(group.last)}"
