"""The entries of one person, found for a request about their data, and what is done with them.

A search has no row of its own: its result travels in a signed address, which names entries by
number and lasts an hour. Neither the address nor the audit trail has the document.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participa.attendance import queries
from participa.attendance.models import AttendanceList, Attendee
from participa.attendance.rights import own_data
from participa.core import audit
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.web import link_tokens
from participa.staff.models import Account

PURPOSE = "attendance.rights"
LASTS = timedelta(hours=1)
OVER = "Esta búsqueda ya venció: dura una hora. Busque otra vez."


class SearchOver(Refused):
    """The address of a search was altered, is of another account, or is too old."""

    status = HTTPStatus.GONE


@dataclass(frozen=True, slots=True)
class PersonSearch:
    """What was found, and for which request: its reason stands in the entry of every act."""

    token: str
    entries: Sequence[Attendee]
    reason: str


def search(identity: tuple[str, str] | None, receipt: str, reason: str, by: Account) -> str:
    """The token of a search by document, or by receipt; the search is logged with its reason."""
    if identity is not None:
        found = queries.with_document(*identity)
    else:
        entry = queries.attendee_with(receipt)
        found = [entry] if entry is not None else []
    audit.record("attendance.person_searched", "Attendee", by, reason=reason, rows=len(found))
    return link_tokens.issue(PURPOSE, [by.id, reason, [entry.id for entry in found]])


def opened(token: str, by: Account) -> PersonSearch:
    """The entries of a search as they are now; raises SearchOver."""
    facts = link_tokens.read(PURPOSE, token, LASTS)
    if facts is None or facts[0] != by.id:
        raise SearchOver(OVER)
    rows = select(Attendee).where(Attendee.id.in_(facts[2]), queries.counts())
    rows = rows.options(joinedload(Attendee.attendance_list).joinedload(AttendanceList.event))
    ordered = rows.order_by(Attendee.signed_at.desc(), Attendee.id)
    return PersonSearch(token, list(db.session.scalars(ordered)), facts[1])


def erase_all(found: PersonSearch, by: Account) -> None:
    """Erase every entry of the search."""
    for entry in found.entries:
        own_data.erase(entry, by, found.reason)
