"""The city's closures: to add one or to take one back moves the term of every open case."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import load_only

from participa.cases import calendar, timeliness
from participa.cases.calendar import Closure
from participa.cases.models import Case
from participa.core import audit
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.staff.models import Account

MANY = 200
TWICE = "Ese día ya está entre los cierres de la ciudad."


@dataclass(frozen=True, slots=True)
class Move:
    """So many open cases were due on one day, and are due on another."""

    before: date
    after: date
    cases: int

    @property
    def as_details(self) -> dict[str, Any]:
        """As the audit trail holds it."""
        days = {"before": self.before.isoformat(), "after": self.after.isoformat()}
        return days | {"cases": self.cases}


def closures() -> list[Closure]:
    """The latest first."""
    rows = select(Closure).order_by(Closure.closed_on.desc())
    return list(db.session.scalars(rows.limit(MANY)))


def moves_if_added(day: date) -> list[Move]:
    """What a closure of this day moves. Raises Refused when no term counts that day anyway."""
    if day in calendar.closed_days():
        raise Refused(TWICE, "closed_on")
    if why_not := calendar.why_not_counted(day):
        raise Refused(f"Ningún término cuenta ese día: es {why_not}. Elija otro.", "closed_on")
    return _moves(calendar.closed_days() | {day})


def moves_if_taken_back(closure: Closure) -> list[Move]:
    return _moves(calendar.closed_days() - {closure.closed_on})


def add(by: Account, day: date, reason: str, act: str) -> Closure:
    """Add a closure. The trail holds how many cases move, from which day to which."""
    moves = moves_if_added(day)
    closure = Closure(closed_on=day, reason=reason, act=act, created_by_id=by.id)
    with unique_or_refuse("uq_closure_closed_on", Refused(TWICE, "closed_on")):
        db.session.add(closure)
    calendar.forget_closed_days()
    _record("cases.closure_added", closure, by, moves)
    return closure


def take_back(closure: Closure, by: Account) -> None:
    """Let the terms count that day again."""
    moves = moves_if_taken_back(closure)
    db.session.delete(closure)
    _record("cases.closure_taken_back", closure, by, moves)
    calendar.forget_closed_days()


def moved(moves: Collection[Move]) -> int:
    """How many cases."""
    return sum(move.cases for move in moves)


def _moves(days: Collection[date]) -> list[Move]:
    """From the stored closures to these, by the days between which cases move."""
    rows = select(Case).where(Case.answered_on.is_(None)).options(load_only(*timeliness.COLUMNS))
    cases = list(db.session.scalars(rows.order_by(Case.id)))
    before = [case.due_on for case in cases]
    with calendar.supposing(days):
        after = [case.due_on for case in cases]
    pairs = Counter(
        (old, new)
        for old, new in zip(before, after, strict=True)
        if old is not None and new is not None and old != new
    )
    return [Move(old, new, count) for (old, new), count in sorted(pairs.items())]


def _record(action: str, closure: Closure, by: Account, moves: Collection[Move]) -> None:
    audit.record(
        action,
        closure,
        by,
        closed_on=closure.closed_on.isoformat(),
        reason=closure.reason,
        closing_act=closure.act,
        cases=moved(moves),
        moves=[move.as_details for move in moves],
    )
