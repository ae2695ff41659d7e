"""The row of a channel: everything that the rest of participa asks of it, in one visible place.

participa/app.py lists the rows in CHANNELS; navigation, home pages, measures, notices, audit
words, sharing and the server's settings are computed from them. Nothing is discovered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint

from participa.cases.follow import Follow
from participa.cases.sources import CaseSource
from participa.channels.inbox import Card, OpenChannel, Pending
from participa.channels.models import Channel
from participa.channels.sharing import Share
from participa.channels.snapshots import SnapshotCache
from participa.citizens.notices import NoticeKind
from participa.core.installation import installation
from participa.plan.measures import Measure
from participa.staff.audit_words import AuditWords
from participa.staff.models import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The entry of a channel on the home page; `closed` is said while nothing is open."""

    verb: str
    icon: str  # of templates/pages/_icons.html
    closed: str


def nothing(account: Account) -> Sequence[Any]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelType:
    """One kind of channel. What a kind does not have stays at its default."""

    name: str  # "topics": the first part of audit verbs, measures and its privacy notice
    section: str  # "temas": the word of its addresses, also under /gestion
    label: str  # "Temas": in the header of everybody
    model: type[Channel]
    address: str  # the column that addresses a record: "code" or "uuid"
    snapshots: SnapshotCache[Any]
    blueprints: tuple[Blueprint, ...]
    door: Door
    row_label: str  # "Formulario": what a row of the staff's lists is
    count_label: str  # "Respuestas": what is counted in it
    share: Callable[[Any], Share]
    open_now: Callable[[], Sequence[Card]]  # for everybody, the first to close on top
    words: AuditWords  # of its acts in the audit trail
    recent: Callable[[], Sequence[Card]] = list  # results, the newest first
    open_for: Callable[[Account], Sequence[OpenChannel]] = nothing  # for the staff's home
    pending: Callable[[Account], Sequence[Pending]] = nothing  # what waits for somebody
    plural: str = ""  # "Urnas": in the header of the staff, when it is not the label
    menu_items: tuple[int, ...] = (5,)  # of the official menu, where its cards are listed
    answers: Callable[[], int] | None = None  # how many answers of residents it stores
    cases: CaseSource | None = None  # where the questions come from that it files
    follow: tuple[Follow, ...] = ()  # what it knows of a code that it handed out
    measures: tuple[Measure, ...] = ()
    notice: NoticeKind | None = None
    commands: tuple[Any, ...] = ()
    example: Callable[..., Any] | None = None
    demo_note: Callable[[str], str] | None = None  # what `demo` prints, for a base address
    untimed: tuple[str, ...] = ()  # beginnings of routes whose requests are logged without time
    slow: tuple[str, ...] = ()  # endings of paths whose POST takes a processor for a while

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
    """The rows of this application."""
    rows: tuple[ChannelType, ...] = installation().channels
    return rows


def of_section(section: str) -> ChannelType | None:
    return next((row for row in channels() if row.section == section), None)
