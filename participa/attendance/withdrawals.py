"""Take entries off a list, or empty their personal data. Rows stay, so that totals do not move."""

from sqlalchemy import delete

from participa.attendance.models import AttendanceList, Attendee, Presence
from participa.citizens.models import Consent
from participa.core import audit, clock
from participa.core.db import db
from participa.staff.models import Account

BLANK = {
    "name": "",
    "search_name": "",
    "document_type": "SD",
    "document": "",
    "document_digest": None,
    "document_end": None,
    "organisation": "",
    "position": "",
    "email": "",
    "phone": "",
    "signature": "",
}


def withdraw(entry: Attendee, by: Account | str) -> None:
    """The entry was a mistake: it does not count, and nothing personal of it stays.

    The form that made it stays known, so that a phone that sends it again does not bring it back.
    """
    if entry.withdrawn_at is None:
        fold(entry)
        record = db.session.get_one(AttendanceList, entry.list_id)
        audit.record("attendance.withdrawn", record, by, entry=entry.id)


def fold(entry: Attendee) -> None:
    """The entry does not count any more, and nothing personal of it stays: a mistake, or the same
    person under another entry. The caller records which.
    """
    entry.withdrawn_at = clock.now()
    _empty(entry)


def erase(entry: Attendee, by: Account | str) -> None:
    """Empty the personal data of an entry at the person's request (DAT-09). It still counts."""
    if entry.erased_at is None and entry.withdrawn_at is None:
        entry.erased_at = clock.now()
        _empty(entry)
        record = db.session.get_one(AttendanceList, entry.list_id)
        audit.record("attendance.erased", record, by, entry=entry.id)


def take_back(presence: Presence, by: Account | str, entry: Attendee) -> None:
    """Undo the note that somebody came; the person stays on the list."""
    record = db.session.get_one(AttendanceList, entry.list_id)
    audit.record("attendance.taken_back", record, by, entry=entry.id)
    db.session.delete(presence)


def _empty(entry: Attendee) -> None:
    for name, value in BLANK.items():
        setattr(entry, name, value)
    consent_id, entry.consent_id = entry.consent_id, None
    db.session.flush()
    db.session.execute(delete(Consent).where(Consent.id == consent_id))
