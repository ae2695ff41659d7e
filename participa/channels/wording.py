"""Sentences that all channels share: opening, closing, groups of a list, typed paper. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from participa.channels.phases import Phase
from participa.core.spanish import as_end, moment, number, percent, several, the_hour, weekday

Record = TypeVar("Record")


def when(channel: Any) -> str:
    """A sentence about the phase, with the date of opening or closing."""
    match channel.phase:
        case Phase.DRAFT:
            return "Todavía no está publicado."
        case Phase.SCHEDULED:
            return ended(f"Abre el {moment(channel.opens_at)}")
        case Phase.OPEN if channel.closes_at:
            return ended(f"Abierto hasta el {moment(as_end(channel.closes_at))}")
        case Phase.OPEN:
            return "Abierto, sin fecha de cierre."
        case _:
            return ended(f"Cerró el {moment(as_end(channel.ended_at))}")


def beside_state(channel: Any) -> str:
    """The sentence of `when` for a place where the word of the phase stands just before it."""
    if channel.phase is Phase.OPEN and channel.closes_at:
        return ended(f"Hasta el {moment(as_end(channel.closes_at))}")
    return "Sin fecha de cierre." if channel.phase is Phase.OPEN else when(channel)


def early_closing(channel: Any) -> str:
    """A sentence about a closing before the announced date, with its reason; else empty."""
    if not channel.closed_early:
        return ""
    sentence = ended(
        f"Cerró antes de la fecha anunciada, que era el {moment(as_end(channel.announced_end))}"
    )
    because = channel.closed_because
    return f"{sentence} Motivo: {ended(because)}" if because else sentence


def closing(what: str, closes_at: datetime) -> str:
    """El formulario cierra el viernes 20 de marzo, a las 5:00 p. m."""
    end = as_end(closes_at)
    return ended(f"{what} cierra el {weekday(end)}, a {the_hour(end)}")


def ended(sentence: str) -> str:
    """Add the full stop, unless the sentence ends in a sign or an abbreviation like «p. m.»."""
    return sentence if sentence.endswith((".", "?", "!", "…")) else f"{sentence}."


def grouped(
    records: Iterable[Record], headings: Mapping[Any, str], attribute: str = "phase"
) -> list[tuple[str, list[Record]]]:
    """The records grouped under the heading of their phase, in the order of `headings`.

    `attribute` names the key of `headings`; two keys may share one. Empty groups are left out.
    """
    groups: dict[str, list[Record]] = {heading: [] for heading in headings.values()}
    for record in records:
        groups[headings[getattr(record, attribute)]].append(record)
    return [(heading, group) for heading, group in groups.items() if group]


@dataclass(frozen=True, slots=True)
class SampleResult:
    """A second typing from paper (NET-06): how many were to be typed again, were, and differed.

    `one` and `many` name them.
    """

    drawn: int
    typed: int
    different: int
    one: str = "fila"
    many: str = "filas"

    @property
    def sentence(self) -> str:
        if not self.typed:
            return f"Todavía no se ha digitado ninguna {self.one} por segunda vez."
        share = percent(100 * self.different / self.typed)
        rows = several(self.typed, f"{self.one} repetida", f"{self.many} repetidas")
        verb = "coincide" if self.different == 1 else "coinciden"
        return f"De {rows}, {number(self.different)} no {verb}: {share}."
