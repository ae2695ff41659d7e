"""More than ten petitions alike, answered with one public answer (CPACA, art. 22; PQR-07).

The likeness is a suggestion: a person ticks those that ask the same. Each of them is answered, its
author is told, and it can be undone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, contains_eager

from participa.cases.models import Case, CaseKind
from participa.core import audit, clock, codes, links
from participa.core.db import db
from participa.core.errors import Refused
from participa.listening import letters, steps
from participa.listening.access import answered_by
from participa.listening.answers.likeness import ManyTexts
from participa.listening.models import CaseStage, Contribution, MessageKind
from participa.staff.models import Account

MORE_THAN = 10
# What the article names: petitions of general interest, of information and of consultation.
KINDS = (CaseKind.GENERAL, CaseKind.INFORMATION, CaseKind.CONSULTATION)
PAGE = "/respuestas/{number}"
MOST_COMPARED, MOST_SHOWN = 400, 100
ALIKE = 70.0
LAW = "artículo 22 de la Ley 1437 de 2011"
NEWS = "La ciudad respondió su aporte, junto con otros que piden lo mismo."
TOO_FEW = (
    "La ley permite responder juntas más de diez peticiones iguales. Con estas serían {count}: "
    "responda cada una."
)
TOLD = (
    "Más de diez personas pidieron lo mismo que usted. La ley permite responderlas juntas, con una "
    "respuesta pública ({law}):\n{address}\n\n{answer}"
)


@dataclass(frozen=True, slots=True)
class AnalogousGroup:
    """Petitions without an answer that may ask the same; `first` is the oldest."""

    first: Contribution
    others: tuple[Contribution, ...]

    @property
    def size(self) -> int:
        return 1 + len(self.others)


def why_not_led(contribution: Contribution) -> str:
    """Why no others are answered with the answer to this one; "" if they can be."""
    if contribution.is_life_risk or contribution.is_corruption:
        return "De este aporte no hay una respuesta pública."
    if contribution.analogous_to_id is not None:
        return "Este aporte se respondió con la respuesta de otro: agréguelas a aquel."
    if contribution.case.kind not in KINDS:
        return "La ley lo permite en peticiones de interés general, de información y de consulta."
    return "" if contribution.case.is_public else "Primero publique la respuesta a este aporte."


def groups(account: Account) -> list[AnalogousGroup]:
    """Groups of more than ten open petitions that look alike, the largest first."""
    left = _open_ones(account)
    texts = ManyTexts({one.case_id: one.text for one in left})
    found, seen = [], set[int]()
    for first in left:
        if first.case_id in seen:
            continue
        seen.add(first.case_id)
        alike = {key for key, _ in texts.like(first.text, ALIKE, MOST_COMPARED, seen)}
        if len(alike) >= MORE_THAN:
            seen |= alike
            found.append(AnalogousGroup(first, tuple(one for one in left if one.case_id in alike)))
    return sorted(found, key=lambda group: (-group.size, group.first.case_id))


def candidates(contribution: Contribution, account: Account) -> list[tuple[Contribution, float]]:
    """The open petitions most like this one, with their likeness from 0 to 100."""
    others = {one.case_id: one for one in _open_ones(account)}
    texts = ManyTexts({key: one.text for key, one in others.items()})
    alike = texts.like(contribution.text, ALIKE, MOST_COMPARED, [contribution.case_id])
    return [(others[key], score) for key, score in alike[:MOST_SHOWN]]


def linked_to(case_id: int) -> list[Contribution]:
    """The petitions that the answer to this one answers too."""
    rows = select(Contribution).join(Contribution.case)
    rows = rows.where(Contribution.analogous_to_id == case_id)
    rows = rows.options(contains_eager(Contribution.case))
    return list(db.session.scalars(rows.order_by(Case.filed_on, Case.id)))


def leader_of(typed: str) -> str | None:
    """The number of the public answer that answers the petition with this number too."""
    leader = aliased(Case)
    rows = select(leader.code).join(Contribution, Contribution.analogous_to_id == leader.id)
    rows = rows.where(Contribution.receipt == codes.read(typed), leader.published_at.is_not(None))
    found: str | None = db.session.scalar(rows)
    return found


def linked_count(case_id: int) -> int:
    rows = select(func.count(Contribution.case_id)).where(Contribution.analogous_to_id == case_id)
    return db.session.scalar(rows) or 0


def link(leader: Contribution, by: Account, chosen: Sequence[Contribution]) -> None:
    """Answer these petitions with the public answer to `leader`."""
    if why_not := why_not_led(leader):
        raise Refused(why_not)
    if not chosen:
        raise Refused("Marque las que piden lo mismo.", "chosen")
    count = 1 + linked_count(leader.case_id) + len(chosen)
    if count <= MORE_THAN:
        raise Refused(TOO_FEW.format(count=count), "chosen")
    for one in chosen:
        _answer_with(leader, by, one)
    audit.record("listening.linked", leader, by, rows=len(chosen))


def unlink(contribution: Contribution, by: Account, reason: str) -> None:
    """It asked something else: it waits for an answer of its own again, and its author is told."""
    if contribution.analogous_to_id is None:
        raise Refused("Este aporte no está unido a otro.")
    if not reason:
        raise Refused("Escriba por qué se separa: la persona lo leerá.", "reason")
    case = contribution.case
    contribution.analogous_to_id = None
    shared, *own = [one for one in contribution.messages if one.kind is MessageKind.ANSWER]
    shared.kind = MessageKind.REPLY
    case.answered_on = own[0].sent_on if own else None
    case.answered_by_id = own[0].by_id if own else None
    stage = CaseStage.ANSWERED if own else CaseStage.IN_REVIEW
    steps.take(contribution, stage, by, case.office, reason)
    letters.tell(contribution, "La ciudad vuelve a mirar su aporte para darle su propia respuesta.")
    audit.record("listening.unlinked", contribution, by)


def of_ids(account: Account, ids: Collection[int]) -> list[Contribution]:
    """Those of these open petitions that the account may answer."""
    rows = _rows(account).where(Contribution.case_id.in_(ids))
    return list(db.session.scalars(rows))


def _answer_with(leader: Contribution, by: Account, one: Contribution) -> None:
    case = one.case
    if case.office is None:
        case.office = leader.case.office
    address = links.absolute(PAGE.format(number=leader.case.code))
    text = TOLD.format(law=LAW, address=address, answer=leader.case.answer)
    steps.write(one, MessageKind.ANSWER, text, by)
    one.analogous_to_id = leader.case_id
    case.answered_on, case.answered_by_id = clock.today(), by.id
    steps.take(one, CaseStage.ANSWERED, by, case.office)
    letters.tell(one, f"{NEWS} {letters.WAS_IT_SOLVED}")
    audit.record("listening.answered_together", one, by)


def _open_ones(account: Account) -> list[Contribution]:
    return list(db.session.scalars(_rows(account).limit(MOST_COMPARED)))


def _rows(account: Account) -> Select[Contribution]:
    """Petitions without an answer that this account may answer together with others, by day."""
    rows = select(Contribution).join(Contribution.case).where(answered_by(account))
    rows = rows.where(
        Case.answered_on.is_(None),
        Case.kind.in_(KINDS),
        Contribution.is_life_risk.is_(False),
        Contribution.is_corruption.is_(False),
        Contribution.analogous_to_id.is_(None),
        Contribution.erased_on.is_(None),
        Contribution.stage != CaseStage.CLOSED,
    )
    return rows.options(contains_eager(Contribution.case)).order_by(Case.filed_on, Case.id)
