"""A file of the city becomes a plan: received, looked at, confirmed.

What was received stays stored as it came, with the decisions of the person who confirmed it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import selectinload

from participa.core import audit, clock
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.plan import measure_suggestions, service, task_fields
from participa.plan.importing import (
    differences,
    import_problems,
    office_matching,
    reading,
    rendering,
    revision,
)
from participa.plan.importing.differences import Change, Differences
from participa.plan.importing.drafts import Draft, Note
from participa.plan.importing.import_problems import PENDING, Finding
from participa.plan.models import Action, Plan, PlanImport, Task, TaskOffice
from participa.plan.offices import Known
from participa.staff.models import Account

SEED = Path(__file__).resolve().parents[1] / "seed" / "plan-2024.txt"
SEED_YEAR = 2024
MOST_WAITING = 5


class AlreadyImported(Refused):
    pass


class PlanMoved(Refused):
    pass


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do if it were confirmed now."""

    draft: Draft
    plan: Plan | None
    findings: list[Finding]
    decisions: dict[str, str]
    differences: Differences
    offices: dict[str, Known]

    @property
    def task_count(self) -> int:
        return sum(1 for _ in self.draft.tasks)

    @property
    def groups(self) -> list[tuple[str, list[Finding]]]:
        """The questions under the title of their kind, what nobody knows first."""
        grouped: dict[str, list[Finding]] = {kind: [] for kind in import_problems.TITLES}
        for finding in self.findings:
            grouped[finding.kind].append(finding)
        return [(import_problems.TITLES[kind], found) for kind, found in grouped.items() if found]

    @property
    def changes(self) -> list[Change]:
        """What changes, with offices and measures by the names that people know."""
        return [
            replace(
                change,
                before=self._told(change, change.before),
                after=self._told(change, change.after),
            )
            for change in self.differences.changes
        ]

    def _told(self, change: Change, words: str) -> str:
        if change.field == task_fields.OFFICES.label:
            return ", ".join(self.office_name(slug) for slug in words.split(", ") if slug)
        if change.field == task_fields.MEASURE.label:
            return measure_suggestions.labels().get(words, words)
        return words

    def office_name(self, slug: str, written: str = "") -> str:
        """The official name of an office; of one that is going to be created, the words."""
        if known := self.offices.get(slug):
            return known.name
        said = (piece for task in self.draft.tasks for piece in task.offices)
        name = written or next((piece.written for piece in said if piece.slug == slug), slug)
        return f"{name} (nueva)"


def receive(name: str, content: bytes, by: Account | str, year: int | None = None) -> PlanImport:
    """Keep a file until somebody confirms it; raises Refused when it is not a plan."""
    draft = reading.read(content, office_matching.directory(), year)
    if db.session.scalar(select(Plan.closed_at).filter_by(year=draft.year)):
        raise service.PlanClosed(f"El plan {draft.year} ya cerró y no se puede cambiar.", "file")
    account_id = by.id if isinstance(by, Account) else None
    received = PlanImport(
        account_id=account_id,
        name=name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        asked_year=year,
        year=draft.year,
        actor=str(by),
    )
    db.session.add(received)
    db.session.flush()
    if account_id is not None:
        _make_room(account_id)
    return received


def _make_room(account_id: int) -> None:
    """Of what was never confirmed the last files stay, for who reviews two of them at once."""
    waiting = select(PlanImport.id).filter_by(account_id=account_id, applied_at=None)
    kept = waiting.order_by(PlanImport.id.desc()).limit(MOST_WAITING)
    left_over = delete(PlanImport).where(
        PlanImport.account_id == account_id,
        PlanImport.applied_at.is_(None),
        PlanImport.id.not_in(kept),
    )
    db.session.execute(left_over)


def discard(received: PlanImport) -> None:
    if not received.is_applied:
        db.session.delete(received)


def preview(
    received: PlanImport,
    decisions: Mapping[str, str] | None = None,
    chosen: Mapping[str, str] | None = None,
) -> Preview:
    """The plan that would be, its questions, and what changes in the plan that is.

    `decisions` answers findings by their key; `chosen` names measures by the task's code.
    """
    known = office_matching.directory()
    draft = reading.read(received.content, known, received.asked_year)
    plan = plan_of(draft.year)
    old = revision.as_draft(plan) if plan else None
    draft = _with_titles(draft, old)
    found = import_problems.findings(draft, known)
    answers = _answers(found, _remembered(plan) | dict(decisions or {}))
    draft = import_problems.decided(draft, found, answers)
    draft = _with_measures(draft, old, chosen or {})
    return Preview(draft, plan, found, answers, compare(draft, plan), known.known)


def compare(draft: Draft, plan: Plan | None) -> Differences:
    """What importing the draft changes in the plan of its year."""
    return differences.between(revision.as_draft(plan) if plan else None, draft)


def apply(
    received: PlanImport,
    by: Account | str,
    decisions: Mapping[str, str] | None = None,
    chosen: Mapping[str, str] | None = None,
    seen: str | None = None,
) -> Preview:
    """Write the plan as it was previewed. `seen` is the fingerprint of what the person read."""
    claim = update(PlanImport).where(PlanImport.id == received.id, PlanImport.applied_at.is_(None))
    if not db.session.execute(claim.values(applied_at=clock.now())).rowcount:  # type: ignore[attr-defined]
        raise AlreadyImported("Este archivo ya se importó. No hace falta confirmarlo otra vez.")
    db.session.expire(received)
    if seen is not None and seen != preview(received).differences.fingerprint:
        raise PlanMoved("El plan cambió mientras usted lo revisaba. Mire otra vez los cambios.")
    shown = preview(received, decisions, chosen)
    plan = _held(shown)
    office_ids = office_matching.settle(shown.findings, shown.decisions, by)
    revision.hold_proven(plan, shown.differences.removed)
    revision.write(plan, shown.draft, shown.differences, office_ids)
    _keep_record(received, plan, shown)
    counts = {name: count for name, count in shown.differences.counts.items() if count}
    audit.record("plan.imported", plan, by, year=plan.year, sha256=received.sha256, **counts)
    return shown


def _held(shown: Preview) -> Plan:
    """The open plan that is going to be written; a new one when the year has none."""
    draft = shown.draft
    if shown.plan is not None:
        service.hold_open(shown.plan)
        return shown.plan
    plan = Plan(year=draft.year, strategy=draft.strategy, title=draft.title)
    with unique_or_refuse(
        "uq_plan_year", PlanMoved(f"Alguien acaba de crear el plan {draft.year}.")
    ):
        db.session.add(plan)
        db.session.flush()
    return plan


def _keep_record(received: PlanImport, plan: Plan, shown: Preview) -> None:
    received.plan_id = plan.id
    received.year = plan.year
    received.breaks = list(shown.draft.breaks)
    received.findings = [_told(finding, shown.decisions[finding.key]) for finding in shown.findings]
    received.decisions = shown.decisions
    received.counts = shown.differences.counts
    received.summary = shown.differences.sentence


def _told(finding: Finding, answer: str) -> dict[str, Any]:
    """A question and its answer, in the words in which they are shown later."""
    return {
        "kind": finding.kind,
        "words": finding.words,
        "sentence": finding.sentence,
        "rows": list(finding.rows),
        "places": list(finding.places),
        "decision": dict(finding.options)[answer],
        "is_pending": answer == PENDING,
    }


def _answers(found: list[Finding], given: Mapping[str, str]) -> dict[str, str]:
    """One valid answer for every finding: the given one, or what is suggested."""
    answers = {}
    for finding in found:
        answer = given.get(finding.key, finding.suggested)
        answers[finding.key] = answer if answer in dict(finding.options) else finding.suggested
    return answers


def _remembered(plan: Plan | None) -> dict[str, str]:
    last = last_import(plan) if plan else None
    return dict(last.decisions) if last else {}


def _with_titles(draft: Draft, old: Draft | None) -> Draft:
    """A table without titles keeps those of the plan that is; a new plan gets the usual one."""
    if draft.strategy:
        return draft
    if old is not None:
        return replace(draft, strategy=old.strategy, title=draft.title or old.title)
    usual = f"ESTRATEGIA DE RENDICIÓN DE CUENTAS {draft.year}"
    return replace(draft, strategy=usual, notes=(*draft.notes, Note("no-title", 0, usual)))


def _with_measures(draft: Draft, old: Draft | None, chosen: Mapping[str, str]) -> Draft:
    """The draft with a measure for each task: the chosen one, the one it has, or a suggestion."""
    before = {task.code: task for task in old.tasks} if old else {}
    same = differences.identities(before, {task.code: task for task in draft.tasks})
    valid = measure_suggestions.labels()

    def measure(code: str, indicator: str) -> str | None:
        if code in chosen:
            return chosen[code] if chosen[code] in valid else None
        if code in same:
            return before[same[code]].measure
        return measure_suggestions.suggested_measure(draft.year, code, indicator)

    actions = tuple(
        replace(
            action,
            tasks=tuple(replace(t, measure=measure(t.code, t.indicator)) for t in action.tasks),
        )
        for action in draft.actions
    )
    return replace(draft, actions=actions)


def plan_of(year: int) -> Plan | None:
    """The plan of a year with all that belongs to it."""
    tasks = selectinload(Plan.actions).selectinload(Action.tasks)
    offices = tasks.selectinload(Task.responsibles).selectinload(TaskOffice.office)
    return db.session.scalar(select(Plan).filter_by(year=year).options(offices))


def last_import(plan: Plan) -> PlanImport | None:
    rows = select(PlanImport).where(
        PlanImport.plan_id == plan.id, PlanImport.applied_at.is_not(None)
    )
    return db.session.scalar(rows.order_by(PlanImport.applied_at.desc(), PlanImport.id.desc()))


def raw_text(plan: Plan) -> str:
    """The stored plan as the city's raw text, with the page breaks of its last file."""
    last = last_import(plan)
    return rendering.text(revision.as_draft(plan, last.breaks if last else ()))
