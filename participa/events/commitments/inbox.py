"""The commitments that wait for an office: overdue, or due within a week."""

from collections.abc import Sequence

from flask import url_for

from participa.core import spanish
from participa.events.commitments import queries
from participa.events.record_models import Commitment
from participa.staff.access import WRITERS
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending

MOST = 1000


def pending(account: Account) -> list[Pending]:
    """A line for the overdue ones and one for those that are due soon.

    A Responsable has those of the own office, everybody else who writes all of them.
    """
    if account.role not in WRITERS:
        return []
    found = queries.near_or_overdue(account.only_office_id, MOST)
    overdue = [made for made in found if made.is_overdue]
    near = [made for made in found if not made.is_overdue]
    return [
        *_counted(overdue, "compromiso vencido", "compromisos vencidos", "vencidos", "venció"),
        *_counted(near, "compromiso por vencer", "compromisos por vencer", "pronto", "vence"),
    ]


def _counted(
    found: Sequence[Commitment], one: str, many: str, term: str, verb: str
) -> list[Pending]:
    if not found:
        return []
    first = min(made.due_on for made in found)
    return [
        Pending(
            spanish.several(len(found), one, many),
            url_for("events_commitments_staff.index", plazo=term),
            f"El primero {verb} el {spanish.weekday(first)}.",
            tuple(f"events.commitment:{made.id}:{term}:{made.due_on}" for made in found),
        )
    ]
