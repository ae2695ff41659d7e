"""When the data of those who signed are erased (DAT-10). Rows stay as totals; people do not.

The notice of the lists (channel.py) says these terms to everybody: whoever changes one changes
the sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update

from participa.attendance import claims, queries, withdrawals
from participa.attendance.models import AttendanceList, Attendee, DoorPass, Presence
from participa.citizens import notices
from participa.citizens.models import Consent, Notice
from participa.citizens.service import months_after, months_before
from participa.core import audit, clock
from participa.core.db import db
from participa.events.models import Event

MONTHS_OF_NAMES = 24
DAYS_OF_ABSENT, DAYS_OF_PASSES = 30, 30
BATCH = 500
# What is erased first: it serves to tell what came of the event, and not as proof of attendance.
EARLIER = ("email", "phone", "organisation", "position", "signature")


@dataclass(frozen=True, slots=True)
class Terms:
    """The days from which the data of an entry are erased."""

    contact_on: date
    name_on: date


def terms_of(record: AttendanceList, consent: Consent | None) -> Terms | None:
    """When the data of an entry are erased; None while the event has no end."""
    ended_at = record.event.closes_at or record.closed_at or record.closes_at
    if ended_at is None:
        return None
    day = clock.local(ended_at).date()
    months = consent.notice.months if consent else months_of_contact()
    return Terms(months_after(day, months), months_after(day, MONTHS_OF_NAMES))


def months_of_contact() -> int:
    """The term in the notice of the lists, for an entry without a consent."""
    return notices.kinds()[AttendanceList.channel].months


def erase_contacts() -> int:
    """Empty contact, organisation, position and signature; returns the number of entries."""
    filled = or_(*(getattr(Attendee, name) != "" for name in EARLIER))
    emptied = dict.fromkeys(EARLIER, "")
    by_notice = select(Notice.id, Notice.months).where(Notice.purpose == AttendanceList.channel)
    erased = 0
    for notice_id, months in db.session.execute(by_notice.order_by(Notice.id)).all():
        saw_it = exists().where(Consent.id == Attendee.consent_id, Consent.notice_id == notice_id)
        erased += _empty(_ended(_months_ago(months)).where(filled, saw_it), emptied)
    without = Attendee.consent_id.is_(None)
    erased += _empty(_ended(_months_ago(months_of_contact())).where(filled, without), emptied)
    return _logged("contacts", erased)


def erase_names() -> int:
    """Empty all that is personal, with the consents; returns the number of entries."""
    is_named = or_(
        Attendee.name != "",
        Attendee.document != "",
        Attendee.consent_id.is_not(None),
        claims.has_claims(),
    )
    rows = _ended(_months_ago(MONTHS_OF_NAMES)).where(is_named)
    return _logged("names", _empty(rows, withdrawals.BLANK, is_whole=True))


def erase_absent() -> int:
    """Empty the entries of those who registered and never came; returns their number.

    A postponed event has not been held: they may still come.
    """
    never_came = ~exists().where(Presence.attendee_id == Attendee.id)
    rows = _ended(clock.now() - timedelta(days=DAYS_OF_ABSENT)).where(
        never_came, Attendee.erased_at.is_(None), Event.postponed_at.is_(None)
    )
    return _logged("absent", _empty(rows, withdrawals.BLANK, is_whole=True))


def erase_door_passes() -> int:
    """Delete the devices of doors whose event is over; returns their number."""
    limit = clock.now() - timedelta(days=DAYS_OF_PASSES)
    gone = delete(DoorPass).where(DoorPass.expires_at <= limit).returning(DoorPass.id)
    return len(db.session.execute(gone).all())


def _months_ago(months: int) -> datetime:
    """The end of the day, in the city, of so many months ago."""
    return clock.at_city(months_before(clock.today(), months) + timedelta(days=1))


def _ended(before: datetime) -> Select[int, str | None]:
    """Ids of entries, and of their consents, of the events that were over before a moment."""
    rows = select(Attendee.id, Attendee.consent_id).join(Attendee.attendance_list)
    ended_at = func.coalesce(Event.closes_at, AttendanceList.closed_at, AttendanceList.closes_at)
    rows = rows.join(AttendanceList.event).where(ended_at < before, queries.counts())
    rows = rows.where(~claims.is_marked())  # nothing changes while a claim is pending (DAT-08)
    return rows.order_by(Attendee.id).limit(BATCH)


def _empty(rows: Select[int, str | None], values: dict[str, Any], is_whole: bool = False) -> int:
    """Set these values in the entries that the SELECT finds until it finds none.

    `is_whole`: nothing personal is left, so that the consent goes too.
    """
    if is_whole:
        values = values | {"consent_id": None}
    done = 0
    while found := db.session.execute(rows).all():
        ids = [row.id for row in found]
        _update(Attendee.id.in_(ids), values)
        if is_whole:
            _update(and_(Attendee.id.in_(ids), Attendee.erased_at.is_(None)), _erased_now())
            _delete_consents([row.consent_id for row in found if row.consent_id])
            claims.delete_of(ids)
        done += len(ids)
    return done


def _update(where: ColumnElement[bool], values: dict[str, Any]) -> None:
    change = update(Attendee).where(where).values(values)
    db.session.execute(change.execution_options(synchronize_session=False))


def _erased_now() -> dict[str, Any]:
    return {"erased_at": clock.now()}


def _delete_consents(ids: Sequence[str]) -> None:
    db.session.execute(delete(Consent).where(Consent.id.in_(ids)))


def _logged(what: str, entries: int) -> int:
    if entries:
        audit.record("attendance.purged", "Attendee", by="participa", what=what, rows=entries)
    return entries


PURGES = (
    ("Contactos y firmas de asistentes, vencidos", erase_contacts),
    ("Nombres y documentos de asistentes, vencidos", erase_names),
    ("Datos de quienes se registraron y no vinieron", erase_absent),
    ("Pases de puerta vencidos", erase_door_passes),
)
