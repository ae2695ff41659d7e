"""The people on a list as the desk sees them: name, masked document, and when they came."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import load_only

from participa.attendance import documents, queries
from participa.attendance.models import Attendee, Presence
from participa.core import clock, codes, submissions
from participa.core.db import db
from participa.core.spanish import hour

UNDO_LASTS = timedelta(minutes=10)
MOST = 12  # results on a screen
LEAST_LETTERS = 2
LONGEST = 200  # letters of a search or of a scan
# Nothing else of a person is read from the database: no contact, no organisation.
SEEN = (Attendee.id, Attendee.list_id, Attendee.name, Attendee.is_minor, Attendee.erased_at)
SEEN_TOO = (Attendee.document_type, Attendee.document, Attendee.search_name, Attendee.received_at)
NAMELESS = "Persona sin nombre en la lista"
MINOR = "Menor de 18 años"


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A person on the list, for one session of the event."""

    id: int
    name: str
    document: str  # "CC •••• 4321"; empty without one
    entered_at: datetime | None
    left_at: datetime | None
    door: str

    @property
    def is_there(self) -> bool:
        return self.entered_at is not None

    @property
    def has_left(self) -> bool:
        return self.left_at is not None

    @property
    def can_be_undone(self) -> bool:
        """Whether the note that they came is so recent that the desk may take it back."""
        return self.entered_at is not None and clock.now() - self.entered_at < UNDO_LASTS

    @property
    def words(self) -> str:
        """6:12 p. m., puerta norte"""
        if self.entered_at is None:
            return ""
        return ", ".join(filter(None, [hour(self.entered_at), at_door(self.door)]))

    @property
    def exit_words(self) -> str:
        return hour(self.left_at) if self.left_at is not None else ""


def at_door(door: str) -> str:
    """The name of a door inside a sentence: puerta norte."""
    return door[:1].lower() + door[1:]


def too_short(typed: str) -> str:
    """Why this cannot be searched yet; "" if it can."""
    plain = documents.SEPARATORS.sub("", typed)
    if plain.isdigit() and len(plain) < documents.SHOWN_DIGITS:
        return f"Escriba los {documents.SHOWN_DIGITS} últimos números del documento."
    return "Escriba al menos dos letras." if len(plain) < LEAST_LETTERS else ""


def found(list_id: int, typed: str, session_id: int | None) -> list[DeskLine]:
    """The people whose name begins so, whose number ends so, or whose ticket has this code."""
    if too_short(typed):
        return []
    if (entry := with_ticket(list_id, typed)) is not None:
        return _lines([entry], session_id)
    rows = queries.matching_rows(list_id, typed)
    if rows is None:
        return []
    entries = db.session.scalars(
        rows.options(load_only(*SEEN, *SEEN_TOO, raiseload=True)).limit(MOST)
    )
    return _lines(list(entries), session_id)


def line(list_id: int, attendee_id: int, session_id: int | None) -> DeskLine | None:
    rows = select(Attendee).where(Attendee.list_id == list_id, Attendee.id == attendee_id)
    rows = rows.where(queries.counts()).options(load_only(*SEEN, *SEEN_TOO, raiseload=True))
    return next(iter(_lines(list(db.session.scalars(rows)), session_id)), None)


def ticket_code(scanned: str) -> str:
    """The code of a ticket from what a scanner typed: the code alone, or the ticket's address."""
    path = scanned.strip().partition("?")[0].partition("#")[0].rstrip("/")
    code = codes.read(path.rpartition("/")[2])
    return code if submissions.is_receipt(code) else ""


def with_ticket(list_id: int, scanned: str) -> Attendee | None:
    """The person on this list whose ticket was scanned."""
    entry = of_any_list(scanned)
    return entry if entry is not None and entry.list_id == list_id else None


def of_any_list(scanned: str) -> Attendee | None:
    """The same on whatever list, to say that a ticket is of another event."""
    if not (code := ticket_code(scanned)):
        return None
    rows = select(Attendee).where(Attendee.receipt == code, queries.counts())
    return db.session.scalar(rows.options(load_only(*SEEN, *SEEN_TOO, raiseload=True)))


def _lines(entries: list[Attendee], session_id: int | None) -> list[DeskLine]:
    rows = select(Presence).where(Presence.attendee_id.in_([one.id for one in entries]))
    rows = rows.where(Presence.session_id.is_not_distinct_from(session_id))
    there = {one.attendee_id: one for one in db.session.scalars(rows)} if entries else {}
    return [_line(entry, there.get(entry.id)) for entry in entries]


def _line(entry: Attendee, presence: Presence | None) -> DeskLine:
    number = documents.masked(entry.document)
    return DeskLine(
        entry.id,
        MINOR if entry.is_minor else entry.name or NAMELESS,
        f"{entry.document_type} {number}" if number else "",
        presence.entered_at if presence else None,
        presence.left_at if presence else None,
        presence.door if presence else "",
    )
