"""Choices that forms of the staff share: a topic of the city, and a place in it."""

from functools import cache
from typing import Any

from wtforms.validators import ValidationError

from participa.cases import themes
from participa.citizens import territories

ANY_TOPIC, ANYWHERE = "Cualquier tema", "Toda la ciudad"


@cache
def topic_choices() -> dict[str, list[tuple[str, str]]]:
    """Grouped choices: the topics by their theme. Cached: read-only."""
    return {theme: [(one, one) for one in topics] for theme, topics in themes.themes().items()}


@cache
def place_choices() -> list[tuple[str, str]]:
    """The comunas and corregimientos. Cached: read-only."""
    return [(territory.code, territory.label) for territory in territories.CITY]


def known_topic(form: Any, field: Any) -> None:
    if field.data not in themes.topics():
        raise ValidationError("Elija un tema de la lista.")


def known_place(form: Any, field: Any) -> None:
    if field.data not in dict(place_choices()):
        raise ValidationError("Elija una comuna o un corregimiento de la lista.")


def place_in_words(territory: str) -> str:
    return territories.label(territory) if territory else ANYWHERE
