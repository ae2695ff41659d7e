"""What every channel says of itself in words: since when, until when, what comes next. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from participa.channels.phases import Phase
from participa.core import spanish
from participa.core.spanish import moment, weekday

Record = TypeVar("Record")


def when(channel: Any) -> str:
    """Since or until when it takes answers."""
    match channel.phase:
        case Phase.DRAFT:
            return "Todavía no está publicado."
        case Phase.SCHEDULED:
            return ended(f"Abre el {moment(channel.opens_at)}")
        case Phase.OPEN if channel.closes_at:
            return ended(f"Abierto hasta el {moment(channel.closes_at)}")
        case Phase.OPEN:
            return "Abierto, sin fecha de cierre."
        case _:
            return ended(f"Cerró el {moment(channel.ended_at)}")


def closing(what: str, closes_at: datetime) -> str:
    """El formulario cierra el viernes 20 de marzo, a las 5:00 p. m."""
    return ended(f"{what} cierra el {weekday(closes_at)}, a las {hour(closes_at)}")


def ended(sentence: str) -> str:
    """With its full stop, unless an abbreviation like «p. m.» brought one."""
    return sentence if sentence.endswith(".") else f"{sentence}."


def hour(value: datetime) -> str:
    """8:05 p. m."""
    return spanish.moment(value).rpartition(", ")[2]


def grouped(
    records: Iterable[Record], headings: Mapping[Any, str], attribute: str = "phase"
) -> list[tuple[str, list[Record]]]:
    """The records under the heading of their phase, in the order of the headings; no empty group.

    `attribute` is what the headings are keyed by; two keys may share a heading.
    """
    groups: dict[str, list[Record]] = {heading: [] for heading in headings.values()}
    for record in records:
        groups[headings[getattr(record, attribute)]].append(record)
    return [(heading, group) for heading, group in groups.items() if group]
