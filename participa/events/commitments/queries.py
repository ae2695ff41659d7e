"""Commitments: those of an event, those that everybody reads, those that an account may see."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Date, Select, and_, case, literal, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from participa.core import clock, codes
from participa.core.db import db
from participa.core.web import lists
from participa.core.web.lists import LETTERS, NUMBERS, Filter, ListRules, Order, one_of
from participa.events.commitments.wording import REMOVED
from participa.events.models import Event
from participa.events.record_models import Commitment, CommitmentState
from participa.staff.models import Account, Office
from participa.staff.queries import office_names

NEAR = timedelta(days=7)
SETTLED = [state for state in CommitmentState if state.is_settled]
# Those whose term no longer runs stand behind all others.
LAST = literal(date(2999, 12, 31), Date)
IS_RUNNING = and_(Commitment.state.not_in(SETTLED), Commitment.removed_at.is_(None))
DUE = case((~IS_RUNNING, LAST), else_=Commitment.due_on)
LOADED = (
    contains_eager(Commitment.event),
    contains_eager(Commitment.office),
    joinedload(Commitment.case),
)
TERMS = {"vencidos": "Vencidos", "pronto": "Vencen en 7 días", "despues": "Vencen después"}


def _in_term(word: str) -> ColumnElement[bool]:
    today = clock.today()
    match word:
        case "vencidos":
            return and_(IS_RUNNING, Commitment.due_on < today)
        case "pronto":
            return and_(IS_RUNNING, Commitment.due_on.between(today, today + NEAR))
        case _:
            return and_(IS_RUNNING, Commitment.due_on > today + NEAR)


# The overdue ones first: their day has passed, and that of the settled ones does not count.
LIST = ListRules(
    search=lambda word: lists.contains(
        word, Commitment.text, Commitment.deliverable, Commitment.position, Event.title, Office.name
    ),
    orders={
        "plazo": Order("Plazo", DUE, ("lo vencido primero", "lo cumplido primero")),
        "compromiso": Order("Compromiso", lists.plain(Commitment.text), LETTERS),
        "evento": Order("Evento", lists.plain(Event.title), LETTERS),
        "numero": Order("Número", Commitment.number, NUMBERS),
    },
    first="plazo",
    unique=Commitment.id,
    filters=(
        one_of(
            "estado",
            "Estado",
            {
                **{
                    state.value: and_(Commitment.state == state, Commitment.removed_at.is_(None))
                    for state in CommitmentState
                },
                REMOVED: Commitment.removed_at.is_not(None),
            },
        ),
        Filter("plazo", "Plazo", _in_term, lambda: TERMS),
        Filter(
            "dependencia", "Dependencia", lambda id: Commitment.office_id == int(id), office_names
        ),
    ),
)


def commitments() -> Select[Commitment]:
    """All commitments, with their event and office joined."""
    return select(Commitment).join(Commitment.event).join(Commitment.office)


def public_commitments() -> Select[Commitment]:
    """Those of called events."""
    return commitments().where(Event.published_at.is_not(None))


def commitments_to_report(account: Account) -> Select[Commitment]:
    """Commitments that an account may see; a Responsable, those of their office and its events."""
    rows = commitments()
    if not account.is_limited_to_office:
        return rows
    own = account.office_id or 0
    return rows.where(or_(Commitment.office_id == own, Event.office_id == own))


def commitments_of(event_id: int) -> list[Commitment]:
    """The commitments of an event in the order of their numbers, with office and question.

    The removed ones too.
    """
    rows = select(Commitment).where(Commitment.event_id == event_id).order_by(Commitment.number)
    loads = (joinedload(Commitment.office), joinedload(Commitment.case))
    return list(db.session.scalars(rows.options(*loads)))


def commitment_at(code: str, number: int, only_public: bool = True) -> Commitment | None:
    """The commitment with this number of the event at this address."""
    wanted = Event.published_at.is_not(None) if only_public else true()
    rows = commitments().where(Event.code == codes.read(code), Commitment.number == number, wanted)
    return db.session.scalar(rows.options(*LOADED))


def near_or_overdue(office_id: int | None, most: int) -> list[Commitment]:
    """Those of called events that are due within a week or overdue; all, or of one office."""
    last = clock.today() + NEAR
    rows = public_commitments().where(IS_RUNNING, Commitment.due_on <= last)
    if office_id is not None:
        rows = rows.where(Commitment.office_id == office_id)
    return list(db.session.scalars(rows.order_by(Commitment.due_on, Commitment.id).limit(most)))
