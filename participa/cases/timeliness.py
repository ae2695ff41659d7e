"""How many answers came in time: one figure, with the formula by which anybody recounts it.

What is overdue and still unanswered counts as not in time. Otherwise an office would look better
the longer it leaves a late petition without an answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import load_only

from participa.cases.models import Case
from participa.core import spanish
from participa.core.db import db

# All that the term of a case follows from.
COLUMNS = (
    Case.code,
    Case.kind,
    Case.filed_as,
    Case.filed_on,
    Case.is_after_hours,
    Case.extra_days,
    Case.asked_to_complete_on,
    Case.more_time_asked_on,
    Case.completed_on,
    Case.desisted_on,
    Case.answered_on,
    Case.office_id,
)
FORMULA = "respondidos a tiempo ÷ (respondidos + vencidos sin responder)"


@dataclass(frozen=True, slots=True)
class Timeliness:
    """`overdue` are those whose last day is past and that nobody has answered."""

    on_time: int
    answered: int
    overdue: int

    @property
    def owed(self) -> int:
        """The denominator: all that had to be answered by now, or was."""
        return self.answered + self.overdue

    @property
    def percent(self) -> float | None:
        """None without a denominator."""
        return 100 * self.on_time / self.owed if self.owed else None

    @property
    def words(self) -> str:
        """The figure with its numbers, as it is printed."""
        if self.percent is None:
            return "Sin denominador: aún no hay respuestas ni vencidos."
        numbers = f"{self.on_time} ÷ ({self.answered} + {self.overdue})"
        return f"{spanish.percent(self.percent)} = {numbers}"


def counted(cases: Iterable[Case]) -> Timeliness:
    """The figure of these cases. What has no term is neither in time nor late: it is left out."""
    owing = [case for case in cases if case.term is not None]
    answered = [case for case in owing if case.is_answered]
    return Timeliness(
        on_time=sum(case.is_on_time for case in answered),
        answered=len(answered),
        overdue=sum(case.is_late for case in owing if not case.is_answered),
    )


def of(rows: Select[Any], first: date, last: date) -> Timeliness:
    """The figure of a SELECT of cases: those answered between two days, and what is overdue now."""
    in_time = and_(Case.answered_on >= first, Case.answered_on <= last)
    rows = rows.where(or_(in_time, Case.answered_on.is_(None)))
    return counted(db.session.scalars(rows.options(load_only(*COLUMNS))))
