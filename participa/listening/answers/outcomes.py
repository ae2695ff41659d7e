"""What changed because of what was heard: in words, with a commitment or a task of the plan."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select

from participa.cases import traces
from participa.cases.models import Case
from participa.channels.mentions import Mention
from participa.core import audit, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.events.record_models import Commitment
from participa.listening import letters
from participa.listening.answers import analogous
from participa.listening.models import CaseOutcome, Contribution
from participa.plan.models import Task
from participa.staff.models import Account

NEWS = "Algo cambió por lo que usted contó."
MANY = 100
MANY_OF_A_TASK = 20
NEVER_NAMED = {"mail", "phone", "document"}


@dataclass(frozen=True, slots=True)
class ToldOutcome:
    """An outcome as everybody reads it, with the pages that it leads to."""

    outcome: CaseOutcome
    case: Case
    commitment: Commitment | None
    task: Task | None

    @property
    def commitment_url(self) -> str:
        if self.commitment is None:
            return ""
        code, number = self.commitment.event.code, self.commitment.number
        return url_for("events_commitments.show", code=code, number=number)

    @property
    def task_url(self) -> str:
        if self.task is None:
            return ""
        return url_for("plan.task", code=self.task.code, ano=self.task.year)


def tell(
    contribution: Contribution,
    by: Account,
    text: str,
    commitment: Commitment | None = None,
    task: Task | None = None,
) -> CaseOutcome:
    """Note what changed. It is public as long as the answer is."""
    if not contribution.case.is_public:
        raise Refused("Primero publique la respuesta.")
    if not text:
        raise Refused("Cuente qué cambió.", "text")
    if any(trace.kind in NEVER_NAMED for trace in traces.found(text)):
        raise Refused(f"Quite {' y '.join(traces.kinds(text))}: lo lee toda la ciudad.", "text")
    outcome = CaseOutcome(
        case_id=contribution.case_id,
        text=text,
        commitment_id=commitment.id if commitment else None,
        task_id=task.id if task else None,
        by_id=by.id,
    )
    db.session.add(outcome)
    for one in (contribution, *analogous.linked_to(contribution.case_id)):
        letters.tell(one, NEWS)
    audit.record("listening.outcome_told", contribution, by)
    return outcome


def remove(contribution: Contribution, by: Account, outcome: CaseOutcome) -> None:
    db.session.delete(outcome)
    audit.record("listening.outcome_removed", contribution, by)


def of_case(case_id: int) -> list[ToldOutcome]:
    """What changed because of one case, the newest first."""
    rows = select(CaseOutcome, Case).join(Case, Case.id == CaseOutcome.case_id)
    return _with_pages(rows.where(CaseOutcome.case_id == case_id))


def public_changes() -> list[ToldOutcome]:
    """What changed because of what was heard, the newest first; only of public answers."""
    rows = select(CaseOutcome, Case).join(Case, Case.id == CaseOutcome.case_id)
    return _with_pages(rows.where(Case.published_at.is_not(None)))


def mentions_of(task: Task) -> list[Mention]:
    """What changed because of what was heard and is work of this task, the newest first."""
    rows = select(CaseOutcome, Case.code).join(Case, Case.id == CaseOutcome.case_id)
    rows = rows.where(CaseOutcome.task_id == task.id, Case.published_at.is_not(None))
    rows = rows.order_by(CaseOutcome.told_on.desc(), CaseOutcome.id.desc()).limit(MANY_OF_A_TASK)
    return [
        Mention(
            title=outcome.text,
            url=analogous.PAGE.format(number=number),
            state=f"Cambió por lo que se oyó en un escuchadero, {spanish.day(outcome.told_on)}",
        )
        for outcome, number in db.session.execute(rows)
    ]


def _with_pages(rows) -> list[ToldOutcome]:
    rows = rows.order_by(CaseOutcome.told_on.desc(), CaseOutcome.id.desc()).limit(MANY)
    found = [(outcome, case) for outcome, case in db.session.execute(rows)]
    commitments = _by_id(Commitment, {one.commitment_id for one, _ in found})
    tasks = _by_id(Task, {one.task_id for one, _ in found})
    return [
        ToldOutcome(
            one,
            case,
            _shown(commitments.get(one.commitment_id or 0)),
            tasks.get(one.task_id or 0),
        )
        for one, case in found
    ]


def _shown(commitment: Commitment | None) -> Commitment | None:
    """The commitment; none while its event is not called, and so not public."""
    return commitment if commitment and commitment.event.published_at else None


def _by_id(model: Any, ids: Collection[int | None]) -> dict[int, Any]:
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    return {one.id: one for one in db.session.scalars(select(model).where(model.id.in_(wanted)))}
