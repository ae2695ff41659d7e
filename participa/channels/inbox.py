"""Entries of a channel on other pages: open now and recent results.

Each kind of channel returns each list with one SELECT, however many records it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from participa.channels.wording import ended


@dataclass(frozen=True, slots=True)
class Card:
    """A link to a record on the home page and in the official menu."""

    title: str
    url: str
    note: str  # "Abierto hasta el viernes 20 de marzo."
    verb: str = ""  # overrides the verb of the channel's door
    prefix: str = ""  # "Urna: ", in lists with cards of several kinds
    state: str = "Abierto"
    ended_at: datetime | None = None  # of a result

    @property
    def sentence(self) -> str:
        return f"{ended(self.title)} {self.note}"

    @property
    def name(self) -> str:
        return f"{self.prefix}{self.title}"


@dataclass(frozen=True, slots=True)
class OpenChannel:
    """A record that takes answers now, with its counts; `today` is None where days are secret."""

    title: str
    staff_url: str
    public_url: str
    count: int
    closes_at: datetime | None
    today: int | None = None
    door_url: str = ""  # where the role Puerta attends it, if not at its public page


@dataclass(frozen=True, slots=True)
class OpenList:
    """The open records of one kind, with the labels of their table."""

    label: str
    count_label: str
    rows: Sequence[OpenChannel]

    @property
    def has_today(self) -> bool:
        return any(row.today is not None for row in self.rows)
