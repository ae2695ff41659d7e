"""How a post attends: what it heard, what it owes, and how much it answered in time."""

from dataclasses import dataclass

from sqlalchemy import select

from participa.cases.models import Case
from participa.core import spanish
from participa.core.db import db
from participa.listening.models import Contribution

FORMULA = "Respondidos a tiempo ÷ (respondidos + vencidos sin responder)"


@dataclass(frozen=True, slots=True)
class PostFigures:
    """Counts of contributions. `open` wait for an answer; `overdue` of them are out of term."""

    heard: int
    open: int
    overdue: int
    answered: int
    on_time: int

    @property
    def share(self) -> int | None:
        """Percent on time, rounded down; None before anything was due.

        What is owed and late stays in the denominator: leaving it unanswered lowers the figure.
        """
        whole = self.answered + self.overdue
        return 100 * self.on_time // whole if whole else None

    @property
    def share_text(self) -> str:
        return "–" if self.share is None else spanish.percent(self.share)


def figures_of(post_id: int) -> PostFigures:
    """The figures of one post. What asks for nothing is heard, and owes nothing."""
    rows = select(Case).join(Contribution, Contribution.case_id == Case.id)
    cases = list(db.session.scalars(rows.where(Contribution.post_id == post_id)))
    owed = [case for case in cases if case.term is not None]
    waiting = [case for case in owed if not case.is_answered]
    answered = [case for case in owed if case.is_answered]
    return PostFigures(
        heard=len(cases),
        open=len(waiting),
        overdue=sum(case.is_late for case in waiting),
        answered=len(answered),
        on_time=sum(case.is_on_time for case in answered),
    )
