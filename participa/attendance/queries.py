"""Attendance lists, the people on them, and how many came."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from participa.attendance import documents
from participa.attendance.models import AttendanceList, Attendee, Presence
from participa.channels.phases import Phase
from participa.core import codes
from participa.core.db import db
from participa.core.personal import sealing
from participa.core.web.lists import folded

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


# ---- people


def counts() -> ColumnElement[bool]:
    """SQL: an entry that was no mistake."""
    return Attendee.withdrawn_at.is_(None)


def has_come() -> ColumnElement[bool]:
    """SQL: an entry that counts, of somebody who came."""
    return and_(counts(), exists().where(Presence.attendee_id == Attendee.id))


def attended(list_id: int) -> int:
    """The number of people who came."""
    rows = select(func.count(Attendee.id)).where(Attendee.list_id == list_id, has_come())
    return db.session.scalar(rows) or 0


def attended_by_list(list_ids: Collection[int]) -> dict[int, int]:
    """The number of people who came to each of these lists."""
    rows = select(Attendee.list_id, func.count(Attendee.id))
    rows = rows.where(Attendee.list_id.in_(list_ids), has_come()).group_by(Attendee.list_id)
    came: dict[int, int] = dict(db.session.execute(rows).all())
    return dict.fromkeys(list_ids, 0) | came


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
    words = folded(typed).split()
    if not words:
        return []
    return db.session.scalars(_matching(list_id, typed, words).limit(most)).all()


def _matching(list_id: int, typed: str, words: list[str]) -> Select[Attendee]:
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
