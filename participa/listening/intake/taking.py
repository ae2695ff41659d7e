"""Write down what somebody says by word of mouth, with what the law asks (Decreto 1166 de 2016).

The secret code is returned to the page once and stored nowhere; a second copy of the form gets the
same one. Of somebody anonymous neither a row nor the audit trail holds the time of day: the proof
on paper does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from participa.cases.models import CasePriority, Priority
from participa.core import audit, clock
from participa.core.db import db
from participa.listening import letters, receive
from participa.listening.models import Contribution, ListeningPost, VerbalRecord, Way
from participa.listening.receive import Received, Said
from participa.listening.snapshots import snapshot_of
from participa.staff.models import Account

TOLD = "La ciudad recibió lo que usted dijo en un Escuchadero de rendición de cuentas."


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What is written down beside what is said; `said_at` is when, by word of mouth or on paper."""

    said_at: datetime
    asked: str  # the object of the petition
    reasons: str = ""
    documents: str = ""  # that the person hands over
    document: str = ""  # of the person
    language: str = ""  # when it is not Spanish
    priorities: Sequence[Priority] = ()
    is_life_risk: bool = False

    @property
    def text(self) -> str:
        """All of it, as whoever answers reads it."""
        parts = [self.asked]
        parts += [f"Razones: {self.reasons}"] if self.reasons else []
        parts += [f"Entrega: {self.documents}"] if self.documents else []
        return "\n\n".join(parts)


def take_down(
    post: ListeningPost,
    submission_id: str,
    said: Said,
    spoken: Spoken,
    by: Account,
    details: Mapping[str, Sequence[str]] | None = None,
) -> Received:
    """File it from the day on which it was said. The same form sent again leads to the same case.

    Raises AlreadySent when it brings other words.
    """
    received = receive.receive(
        snapshot_of(post),
        submission_id,
        said,
        details,
        by,
        filed_on=clock.local(spoken.said_at).date(),
        is_after_hours=False,  # somebody attended
    )
    if not received.is_new:
        return received
    contribution = db.session.get_one(Contribution, received.case_id)
    contribution.is_life_risk = spoken.is_life_risk
    if spoken.priorities:
        reasons = sorted(one.name for one in spoken.priorities)
        db.session.add(CasePriority(case_id=received.case_id, reasons=reasons))
    if said.way is not Way.PAPER:
        db.session.add(VerbalRecord(**_columns(received.case_id, said, spoken, by)))
    _note(post, contribution, by)
    if not spoken.is_life_risk:
        letters.tell(contribution, TOLD)
    return received


def says_the_same(received: Received, said: Said, spoken: Spoken, account: Account) -> bool:
    """Whether what is stored of the form is also what the law asks for beside the words."""
    record = db.session.get(VerbalRecord, received.case_id)
    if record is None:
        return True
    new = _columns(received.case_id, said, spoken, account)
    return all(getattr(record, name) == value for name, value in new.items())


def _columns(case_id: int, said: Said, spoken: Spoken, by: Account) -> dict[str, Any]:
    day = clock.at_city(clock.local(spoken.said_at).date())
    return {
        "case_id": case_id,
        "taken_at": day if said.is_anonymous else spoken.said_at,
        "person": said.name,
        "document": spoken.document,
        "asked": spoken.asked,
        "reasons": spoken.reasons,
        "documents": spoken.documents,
        "language": spoken.language,
        "taken_by_id": by.id,
    }


def _note(post: ListeningPost, contribution: Contribution, by: Account) -> None:
    """Of somebody anonymous who stands there the trail, which has the hour, says nothing: the
    record names who wrote it down.
    """
    way = contribution.way
    if not contribution.is_anonymous:
        audit.record("listening.taken", contribution, by, way=way.value)
    elif way is Way.PAPER:
        audit.record("listening.taken", post, by, way=way.value)
