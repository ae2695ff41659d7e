"""What of a channel stands on other pages: open now, recent results, and what waits for somebody.

Each kind of channel answers each of these with one SELECT, however many records it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Card:
    """A channel as residents find it on the home page and in the official menu."""

    title: str
    url: str
    note: str  # "Abierto hasta el viernes 20 de marzo."
    verb: str = ""  # when it is not the verb of the channel's door
    prefix: str = ""  # "Urna: ", where cards of several kinds stand in one list
    state: str = "Abierto"

    @property
    def name(self) -> str:
        return f"{self.prefix}{self.title}"


@dataclass(frozen=True, slots=True)
class OpenChannel:
    """A channel that takes answers now, with its figures; `today` is None where days are secret."""

    title: str
    staff_url: str
    public_url: str
    count: int
    closes_at: datetime | None
    today: int | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that does not go on by itself: what it is, where to act, until when."""

    what: str
    url: str
    where: str = ""  # what it belongs to, or what it waits for
    since: date | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class OpenList:
    """The open channels of one kind, under their own words."""

    label: str
    count_label: str
    rows: Sequence[OpenChannel]

    @property
    def has_today(self) -> bool:
        return any(row.today is not None for row in self.rows)
