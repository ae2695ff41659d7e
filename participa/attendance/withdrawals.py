"""Take entries off a list, or empty their personal data. Rows stay, so that totals do not move."""

from sqlalchemy import delete

from participa.attendance import claims
from participa.attendance.models import AttendanceList, Attendee, Presence
from participa.channels.lifecycle import NotReady
from participa.citizens.models import Consent
from participa.core import audit, clock
from participa.core.db import db
from participa.core.editing import versions
from participa.staff.models import Account

LOCKED = "El acta del evento ya está cerrada con este listado. Reabra primero el evento."
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
    "digest": "",  # of what the form said: whoever has the key could test guesses against it
}


def withdraw(entry: Attendee, by: Account | str, reason: str = "") -> None:
    """The entry was a mistake: it does not count, and nothing personal of it stays.

    The form that made it stays known, so that a phone that sends it again does not bring it back.
    Raises NotReady once the minutes state how many came, and while a claim is pending.
    """
    record = _changeable(entry)
    if entry.withdrawn_at is None:
        if claims.pending_on(entry) is not None:
            raise NotReady(claims.DECIDE_FIRST)
        fold(entry)
        because = {"reason": reason.strip()} if reason.strip() else {}
        audit.record("attendance.withdrawn", record, by, entry=entry.id, **because)


def fold(entry: Attendee) -> None:
    """The entry does not count any more, and nothing personal of it stays: a mistake, or the same
    person under another entry. The caller records which.
    """
    entry.withdrawn_at = clock.now()
    _empty(entry)
    claims.delete_of([entry.id])  # nobody reads their answers any more


def erase(entry: Attendee, by: Account | str, reason: str = "") -> None:
    """Empty the personal data of an entry at the person's request (DAT-09). It still counts."""
    if entry.erased_at is None and entry.withdrawn_at is None:
        entry.erased_at = clock.now()
        _empty(entry)
        record = db.session.get_one(AttendanceList, entry.list_id)
        because = {"reason": reason} if reason else {}
        audit.record("attendance.erased", record, by, entry=entry.id, **because)


def take_back(presence: Presence, by: Account | str, entry: Attendee) -> bool:
    """Undo the note that somebody came; the person stays on the list.

    Returns whether it was there: another device may have undone it at the same moment.
    """
    presence_id = presence.id  # read before the lock, behind which the row may be gone
    record = _changeable(entry)
    gone = delete(Presence).where(Presence.id == presence_id).returning(Presence.id)
    if db.session.execute(gone).scalar() is None:
        return False
    audit.record("attendance.taken_back", record, by, entry=entry.id)
    return True


def why_not_changed(record: AttendanceList) -> str:
    """Why the number of people who came cannot change any more; "" if it can."""
    return LOCKED if record.event.is_locked else ""


def why_not_withdrawn(entry: Attendee) -> str:
    """Why an entry cannot be taken off as a mistake now; "" if it can."""
    if claims.pending_on(entry) is not None:
        return claims.DECIDE_FIRST
    return why_not_changed(db.session.get_one(AttendanceList, entry.list_id))


def _changeable(entry: Attendee) -> AttendanceList:
    """The list, whose event is locked, so that its minutes are not closed in between."""
    record = db.session.get_one(AttendanceList, entry.list_id)
    versions.lock(record.event)
    if why_not := why_not_changed(record):
        raise NotReady(why_not)
    return record


def _empty(entry: Attendee) -> None:
    claims.forget(entry)
    for name, value in BLANK.items():
        setattr(entry, name, value)
    consent_id, entry.consent_id = entry.consent_id, None
    db.session.flush()
    db.session.execute(delete(Consent).where(Consent.id == consent_id))
