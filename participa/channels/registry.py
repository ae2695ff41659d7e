"""The registry of channels: one row, a `ChannelType`, for each kind.

participa/app.py lists the rows in CHANNELS; navigation, home pages, measures, notices, audit
words, sharing and the server's settings are computed from them. There is no auto-discovery.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint

from participa.cases.follow import Follow
from participa.cases.sources import CaseSource
from participa.channels.example import Strand
from participa.channels.inbox import Card, OpenChannel
from participa.channels.models import Channel
from participa.channels.sharing import Share
from participa.channels.snapshots import SnapshotCache
from participa.citizens.notices import NoticeKind
from participa.core.installation import installation
from participa.plan.measures import Measure
from participa.staff.audit_words import AuditWords
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The entry of a channel on the home page; `closed` is its text while nothing is open."""

    verb: str
    icon: str  # of templates/pages/_icons.html
    closed: str


def nothing(account: Account) -> Sequence[Any]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelType:
    """One kind of channel. A kind without an optional feature leaves its default."""

    name: str  # "topics": the first part of audit verbs, measures and its privacy notice
    section: str  # "temas": the word of its addresses, also under /gestion
    label: str  # "Temas": in the public header
    model: type[Channel]
    address: str  # the column that addresses a record: "code" or "uuid"
    snapshots: SnapshotCache[Any]
    blueprints: tuple[Blueprint, ...]
    door: Door
    row_label: str  # "Formulario": the name of a row in the staff's lists
    count_label: str  # "Respuestas": the name of its count
    share: Callable[[Any], Share]
    open_now: Callable[[], Sequence[Card]]  # public, the first to close on top
    words: AuditWords  # of its acts in the audit trail
    recent: Callable[[], Sequence[Card]] = list  # results, the newest first
    open_for: Callable[[Account], Sequence[OpenChannel]] = nothing  # for the staff's home
    pending: Callable[[Account], Sequence[Pending]] = nothing  # tasks that wait for the staff
    plural: str = ""  # "Urnas": in the header of the staff, when it is not the label
    menu_items: tuple[int, ...] = (5,)  # of the official menu, where its cards are listed
    answers: Callable[[int], int] | None = None  # how many residents answered in a year
    cases: CaseSource | None = None  # origins of the cases that it files
    follow: tuple[Follow, ...] = ()  # look-ups of the codes that it gives
    measures: tuple[Measure, ...] = ()
    notice: NoticeKind | None = None
    commands: tuple[Any, ...] = ()
    # Its part in the story of a demonstration, from two accounts (channels/example.py).
    example: Callable[[Account, Account], Sequence[Strand]] | None = None
    demo_note: Callable[[str], str] | None = (
        None  # a line that `demo` prints, from the base address
    )
    untimed: tuple[str, ...] = ()  # beginnings of routes whose requests are logged without time
    slow: tuple[str, ...] = ()  # endings of paths whose POST is CPU-bound

    @property
    def index(self) -> str:
        """The endpoint of the public list."""
        return f"{self.name}.index"

    @property
    def staff_index(self) -> str:
        """The endpoint of the staff's list."""
        return f"{self.name}_staff.index"

    @property
    def staff_label(self) -> str:
        """The word in the header of the staff."""
        return self.plural or self.label


def channels() -> tuple[ChannelType, ...]:
    """The channels of this application."""
    rows: tuple[ChannelType, ...] = installation().channels
    return rows


def of_section(section: str) -> ChannelType | None:
    return next((row for row in channels() if row.section == section), None)
