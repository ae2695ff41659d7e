"""The registry of features: one row for each; that of a way to take part is a `ChannelType`.

participa/app.py lists the rows in CHANNELS and FEATURES; navigation, home pages, measures,
notices, audit words, sharing and the server's settings are computed from them. There is no
auto-discovery.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint

from participa.cases.follow import Follow
from participa.cases.sources import CaseSource
from participa.channels.example import Strand
from participa.channels.inbox import Card, OpenChannel
from participa.channels.mentions import Mention
from participa.channels.models import Channel
from participa.channels.sharing import Share
from participa.citizens.notices import NoticeKind
from participa.core.installation import Rekey, Step, installation
from participa.core.web.kiosks import KioskPlace
from participa.plan.measures import Measure
from participa.staff.audit_words import AuditWords
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending

MenuCard = tuple[int, Card]  # the number of an item of the official menu, and an entry of it
MentionsOf = Callable[[Any], Sequence[Mention]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The entry of a channel on the home page; `closed` is its text while nothing is open."""

    verb: str
    icon: str  # of templates/pages/_icons.html
    closed: str


def nothing(account: Account) -> Sequence[Any]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """What a package hands up to the roof. One without an optional part leaves its default."""

    name: str  # "topics": the first part of audit verbs, measures and its privacy notice
    label: str  # "Temas": in the public header
    blueprints: tuple[Blueprint, ...]
    words: AuditWords  # of its acts in the audit trail
    plural: str = ""  # "Urnas": in the header of the staff, when it is not the label
    is_in_header: bool = False  # whether the public header has its list
    menu: Callable[[], Sequence[MenuCard]] = list  # its entries in the official menu
    pending: Callable[[Account], Sequence[Pending]] = nothing  # tasks that wait for the staff
    mentions: Mapping[str, MentionsOf] = field(
        default_factory=dict
    )  # what it says about other records
    form: str = ""  # endpoint of the form that a printed code opens, if its showings have addresses
    cases: CaseSource | None = None  # origins of the cases that it files
    follow: tuple[Follow, ...] = ()  # look-ups of the codes that it gives
    measures: tuple[Measure, ...] = ()
    notice: NoticeKind | None = None
    commands: tuple[Any, ...] = ()
    seeds: tuple[Step, ...] = ()  # rows that `migrate` inserts
    purges: tuple[Step, ...] = ()  # rows that `purge` erases
    rekeys: tuple[Rekey, ...] = ()  # what `rotate-personal-keys` computes again
    # Its part in the story of a demonstration, from two accounts (channels/example.py).
    example: Callable[[Account, Account], Sequence[Strand]] | None = None
    # A line that `demo` prints, from the base address.
    demo_note: Callable[[str], str] | None = None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelType(Feature):
    """One kind of channel: a feature whose records open, close, and are shared by QR."""

    is_in_header: bool = True
    section: str  # "temas": the word of its addresses, also under /gestion
    model: type[Channel]
    address: str  # the column that addresses a record: "code" or "uuid"
    door: Door
    row_label: str  # "Formulario": the name of a row in the staff's lists
    count_label: str  # "Respuestas": the name of its count
    share: Callable[[Any], Share]
    open_now: Callable[[], Sequence[Card]]  # public, the first to close on top
    recent: Callable[[], Sequence[Card]] = list  # results, the newest first
    open_for: Callable[[Account], Sequence[OpenChannel]] = nothing  # for the staff's home
    menu_items: tuple[int, ...] = (5,)  # of the official menu, where its cards are listed
    answers: Callable[[int], int] | None = None  # how many residents answered in a year
    # Where a tablet stays with a record, which is used where the code says ("" for anywhere).
    kiosk: Callable[[Any, str], KioskPlace | None] | None = None


def features() -> tuple[Feature, ...]:
    """The features of this application: first the channels, in the order of the navigation."""
    rows: tuple[Feature, ...] = installation().features
    return rows


def channels() -> tuple[ChannelType, ...]:
    """The channels of this application."""
    return tuple(row for row in features() if isinstance(row, ChannelType))


def mentions_of(record: Channel | Any, kind: str) -> list[Mention]:
    """What every feature says about this record; `kind` is the name of the record's feature."""
    return [
        mention
        for row in features()
        if kind in row.mentions
        for mention in row.mentions[kind](record)
    ]


def of_section(section: str) -> ChannelType | None:
    return next((row for row in channels() if row.section == section), None)
