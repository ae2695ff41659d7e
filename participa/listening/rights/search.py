"""The contributions of one person, found for a request about their data, and their erasure.

Only those with a contact can be found: the others say of nobody whose they are. A search has no
row of its own; its result travels in a signed address, which names cases and lasts an hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from participa.core import audit
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.web import link_tokens
from participa.listening import receive
from participa.listening.models import Contribution
from participa.listening.rights import erasing
from participa.staff.models import Account

PURPOSE = "listening.rights"
LASTS = timedelta(hours=1)
OVER = "Esta búsqueda ya venció: dura una hora. Busque otra vez."


class OwnerSearchOver(Refused):
    """The address of a search was altered, is of another account, or is too old."""

    status = HTTPStatus.GONE


@dataclass(frozen=True, slots=True)
class OwnerSearch:
    """What was found, and for which request: its reason stands in the entry of every act."""

    token: str
    contributions: Sequence[Contribution]
    reason: str

    @property
    def kept(self) -> list[Contribution]:
        """Those of which something personal is left."""
        return [one for one in self.contributions if one.erased_on is None]

    @property
    def pending(self) -> list[Contribution]:
        """Those that are still owed an answer: of them the contact alone is erased."""
        return [one for one in self.kept if erasing.is_pending(one)]


def search(email: str, phone: str, reason: str, by: Account) -> str:
    """The token of a search by mail or telephone; its reason is logged, and neither of them."""
    asked = [
        column.in_(digests)
        for column, digests in (
            (Contribution.email_digest, receive.email_digests(email)),
            (Contribution.phone_digest, receive.phone_digests(phone)),
        )
        if digests
    ]
    rows = select(Contribution.case_id).where(or_(*asked)).order_by(Contribution.case_id)
    found = list(db.session.scalars(rows)) if asked else []
    audit.record("listening.person_searched", "Contribution", by, reason=reason, rows=len(found))
    return link_tokens.issue(PURPOSE, [by.id, reason, found])


def opened(token: str, by: Account) -> OwnerSearch:
    """The contributions of a search as they are now; raises OwnerSearchOver."""
    facts = link_tokens.read(PURPOSE, token, LASTS)
    if facts is None or facts[0] != by.id:
        raise OwnerSearchOver(OVER)
    rows = select(Contribution).where(Contribution.case_id.in_(facts[2]))
    rows = rows.options(joinedload(Contribution.case), joinedload(Contribution.post))
    ordered = rows.order_by(Contribution.received_on.desc(), Contribution.case_id)
    return OwnerSearch(token, list(db.session.scalars(ordered)), facts[1])


def erase_all(found: OwnerSearch, by: Account) -> None:
    """Erase every contribution of the search; of one that is owed an answer, the contact."""
    pending = found.pending
    for contribution in found.kept:
        if contribution in pending:
            erasing.forget_contact(contribution)
        else:
            erasing.erase(contribution)
        audit.record(
            "listening.erased",
            contribution,
            by,
            reason=found.reason,
            what="contact_data" if contribution in pending else "contents",
        )
