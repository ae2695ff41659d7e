"""Attendance lists, the people on them, and how many came."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from participa.attendance import documents
from participa.attendance.models import AttendanceList, Attendee, Presence
from participa.channels.phases import Phase
from participa.core import codes
from participa.core.db import db
from participa.core.personal import sealing
from participa.core.web.lists import folded
from participa.events.models import Event
from participa.events.queries import is_on, is_public

DOCUMENT, END = "attendance.document", "attendance.end"  # purposes of the keyed digests
MANY = 200
HEADINGS = {Phase.OPEN: "Abiertos", Phase.SCHEDULED: "Próximos", Phase.CLOSED: "Cerrados"}


# ---- lists


def published_list(code: str) -> AttendanceList | None:
    rows = select(AttendanceList).where(AttendanceList.code == codes.read(code))
    return db.session.scalar(rows.where(AttendanceList.published_at.is_not(None)))


def published_lists() -> list[AttendanceList]:
    """The lists that anybody may see, the latest to close first."""
    rows = select(AttendanceList).where(AttendanceList.published_at.is_not(None))
    rows = rows.order_by(AttendanceList.closes_at.desc(), AttendanceList.id)
    return list(db.session.scalars(rows.limit(MANY)))


def list_of_event(event_id: int) -> AttendanceList | None:
    return db.session.scalar(select(AttendanceList).filter_by(event_id=event_id))


def events_without_list(visible: ColumnElement[bool], most: int = MANY) -> list[Event]:
    """The called events that can get a list, the latest first; `visible` narrows them."""
    has_list = exists().where(AttendanceList.event_id == Event.id)
    rows = select(Event).where(is_public(), is_on(), Event.closed_at.is_(None), ~has_list, visible)
    rows = rows.order_by(Event.opens_at.desc(), Event.id)
    return list(db.session.scalars(rows.limit(most)))


# ---- people


def counts() -> ColumnElement[bool]:
    """SQL: an entry that was no mistake."""
    return Attendee.withdrawn_at.is_(None)


def has_come() -> ColumnElement[bool]:
    """SQL: an entry that counts, of somebody who came."""
    return and_(counts(), exists().where(Presence.attendee_id == Attendee.id))


def is_first_arrival() -> ColumnElement[bool]:
    """SQL: a presence before which the same person has none."""
    earlier = aliased(Presence)
    is_earlier = and_(earlier.attendee_id == Presence.attendee_id, earlier.id < Presence.id)
    return ~exists().where(is_earlier).correlate(Presence)


# SQL: the number of people who came to a list, for an order of the lists.
ATTENDED = (
    select(func.count(Attendee.id))
    .where(Attendee.list_id == AttendanceList.id, has_come())
    .correlate(AttendanceList)
    .scalar_subquery()
)


def withdrawn(list_id: int) -> int:
    """The number of entries that were mistakes."""
    rows = select(func.count(Attendee.id)).where(Attendee.list_id == list_id)
    return db.session.scalar(rows.where(Attendee.withdrawn_at.is_not(None))) or 0


def attended(list_id: int) -> int:
    """The number of people who came."""
    rows = select(func.count(Attendee.id)).where(Attendee.list_id == list_id, has_come())
    return db.session.scalar(rows) or 0


def attended_by_list(list_ids: Collection[int]) -> dict[int, int]:
    """The number of people who came to each of these lists."""
    rows = select(Attendee.list_id, func.count(Attendee.id))
    rows = rows.where(Attendee.list_id.in_(list_ids), has_come()).group_by(Attendee.list_id)
    found = dict.fromkeys(list_ids, 0)
    for list_id, people in db.session.execute(rows):
        found[list_id] = people
    return found


def attended_since(list_id: int, moment: datetime) -> int:
    """How many people came since then: their first entrance is what counts."""
    first = select(func.min(Presence.entered_at)).where(Presence.attendee_id == Attendee.id)
    rows = select(func.count(Attendee.id)).where(
        Attendee.list_id == list_id, counts(), first.scalar_subquery() >= moment
    )
    return db.session.scalar(rows) or 0


def on_list(list_id: int) -> int:
    """The number of people on the list, also those who have not come yet."""
    rows = select(func.count(Attendee.id)).where(Attendee.list_id == list_id, counts())
    return db.session.scalar(rows) or 0


def attendee(list_id: int, attendee_id: int) -> Attendee | None:
    rows = select(Attendee).where(Attendee.list_id == list_id, Attendee.id == attendee_id)
    return db.session.scalar(rows)


def attendee_with(receipt: str) -> Attendee | None:
    """The entry with this receipt, unless it was a mistake."""
    rows = select(Attendee).where(Attendee.receipt == codes.read(receipt), counts())
    return db.session.scalar(rows)


def was_withdrawn(list_id: int, receipt: str) -> bool:
    """Whether this receipt of the list is of an entry that was a mistake."""
    rows = select(Attendee.id).where(
        Attendee.receipt == codes.read(receipt),
        Attendee.list_id == list_id,
        Attendee.withdrawn_at.is_not(None),
    )
    return db.session.scalar(rows) is not None


def certified(certificate: str) -> Attendee | None:
    """The entry that this code of a certificate proves; None for somebody who never came."""
    rows = select(Attendee).where(Attendee.certificate == codes.read(certificate), has_come())
    return db.session.scalar(rows)


def with_document(type_code: str, number: str) -> list[Attendee]:
    """Every entry of the person with this document, on any list, the newest first (DAT-08)."""
    rows = select(Attendee).where(document_is(type_code, number), counts())
    return list(db.session.scalars(rows.order_by(Attendee.signed_at.desc(), Attendee.id)))


def document_is(type_code: str, number: str) -> ColumnElement[bool]:
    """SQL: an entry with this document."""
    digests = sealing.digests(DOCUMENT, documents.identity(type_code, number))
    return Attendee.document_digest.in_(digests)


def matching(list_id: int, typed: str, most: int = 20) -> Sequence[Attendee]:
    """The people on a list whose name begins so, word by word, or whose number ends so.

    Letters look in the names; at least `documents.SHOWN_DIGITS` digits look at the end of the
    document, or for a whole number.
    """
    rows = matching_rows(list_id, typed)
    return [] if rows is None else db.session.scalars(rows.limit(most)).all()


def matching_rows(list_id: int, typed: str) -> Select[Attendee] | None:
    """The SELECT of `matching`; None when nothing was typed."""
    words = folded(typed).split()
    if not words:
        return None
    rows = select(Attendee).where(Attendee.list_id == list_id, counts())
    rows = rows.order_by(Attendee.search_name, Attendee.id)
    number = documents.SEPARATORS.sub("", typed).upper()
    if any(sign.isdigit() for sign in number):
        return rows.where(Attendee.document_end.in_(ends_of(number)))
    # Names are stored with a space before each word.
    return rows.where(
        *(Attendee.search_name.contains(f" {word}", autoescape=True) for word in words)
    )


def ends_of(number: str) -> list[str]:
    """The digests of the last digits of a number, under every key."""
    return sealing.digests(END, number[-documents.SHOWN_DIGITS :])


def search_text(name: str) -> str:
    """A name as it is searched: small letters without accents, a space before each word."""
    return "".join(f" {word}" for word in folded(name).split())
