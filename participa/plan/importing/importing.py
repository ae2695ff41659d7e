"""Import a plan from a file of the city in three steps: receive, preview, apply.

The file stays stored as it was uploaded, with the decisions of the person who applied it.
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
    undoing,
)
from participa.plan.importing.differences import Change, Differences
from participa.plan.importing.drafts import Draft, Note
from participa.plan.importing.import_problems import PENDING, ImportProblem
from participa.plan.models import Action, Plan, PlanImport, Task, TaskOffice
from participa.plan.offices import KnownOffice
from participa.staff.models import Account

SEED = Path(__file__).resolve().parents[1] / "seed" / "plan-2024.txt"
SEED_YEAR = 2024
MAX_PENDING = 5  # files of one account that are not applied yet
REMEMBERED = 50  # imports whose decisions are not asked again
MEASURE = "measure:"  # before the code of a task, among the decisions of a file not yet applied


class AlreadyImported(Refused):
    """The file was applied before."""


class PlanMoved(Refused):
    """The plan changed between the preview and its confirmation."""


class Undecided(Refused):
    """A question about how the file is read has no answer."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The effects of applying a file now.

    `decisions` answers each problem by its key, with "" where somebody has to; `settled` are the
    keys of those that an earlier import decided. `offices` are the known offices by slug.
    """

    draft: Draft
    plan: Plan | None
    problems: list[ImportProblem]
    decisions: dict[str, str]
    settled: frozenset[str]
    differences: Differences
    offices: dict[str, KnownOffice]

    @property
    def task_count(self) -> int:
        return sum(1 for _ in self.draft.tasks)

    @property
    def to_decide(self) -> list[ImportProblem]:
        return [problem for problem in self.problems if problem.key not in self.settled]

    @property
    def decided_before(self) -> list[ImportProblem]:
        return [problem for problem in self.problems if problem.key in self.settled]

    @property
    def groups(self) -> list[tuple[str, list[ImportProblem]]]:
        """What is to be decided by the Spanish title of its kind, in the order of TITLES."""
        grouped: dict[str, list[ImportProblem]] = {kind: [] for kind in import_problems.TITLES}
        for problem in self.to_decide:
            grouped[problem.kind].append(problem)
        return [(import_problems.TITLES[kind], group) for kind, group in grouped.items() if group]

    @property
    def changes(self) -> list[Change]:
        """The changed fields, with names of offices and labels of measures in place of keys."""
        return [
            replace(
                change,
                before=self._readable(change, change.before),
                after=self._readable(change, change.after),
            )
            for change in self.differences.changes
        ]

    def _readable(self, change: Change, text: str) -> str:
        if change.field == task_fields.OFFICES.label:
            return ", ".join(self.office_name(slug) for slug in text.split(", ") if slug)
        if change.field == task_fields.MEASURE.label:
            return measure_suggestions.labels().get(text, text)
        return text

    def office_name(self, slug: str, written: str = "") -> str:
        """The official name of an office; for one still to be created, its words in the file."""
        if known := self.offices.get(slug):
            return known.name
        mentions = (mention for task in self.draft.tasks for mention in task.offices)
        name = written or next(
            (mention.written for mention in mentions if mention.slug == slug), slug
        )
        return f"{name} (nueva)"


def receive(name: str, content: bytes, by: Account | str, year: int | None = None) -> PlanImport:
    """Store a file for its preview; raises Refused when no plan can be read from it."""
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
        _delete_oldest_pending(account_id)
    return received


def _delete_oldest_pending(account_id: int) -> None:
    """Delete the files of an account that were never applied, except the latest ones."""
    pending = select(PlanImport.id).filter_by(account_id=account_id, applied_at=None)
    latest = pending.order_by(PlanImport.id.desc()).limit(MAX_PENDING)
    others = delete(PlanImport).where(
        PlanImport.account_id == account_id,
        PlanImport.applied_at.is_(None),
        PlanImport.id.not_in(latest),
    )
    db.session.execute(others)


def discard(received: PlanImport) -> None:
    if not received.is_applied:
        db.session.delete(received)


def preview(
    received: PlanImport,
    decisions: Mapping[str, str] | None = None,
    chosen: Mapping[str, str] | None = None,
) -> Preview:
    """The plan after the import, its problems, and the changes in the stored plan.

    `decisions` answers problems by their key; `chosen` names measures by the code of the task.
    """
    directory = office_matching.directory()
    settled = decided_before(received)
    decided = settled | received.decisions | dict(decisions or {})
    draft = reading.read(received.content, directory, received.asked_year, decided)
    plan = plan_of(draft.year)
    old = revision.as_draft(plan) if plan else None
    draft = _with_titles(draft, old)
    problems = import_problems.problems_of(draft, directory)
    answers = _answers(problems, decided)
    draft = import_problems.with_decided_offices(draft, problems, answers)
    draft = _with_measures(draft, old, _chosen_before(received) | dict(chosen or {}))
    return Preview(
        draft,
        plan,
        problems,
        answers,
        frozenset(problem.key for problem in problems if problem.key in settled),
        compare(draft, plan),
        directory.known,
    )


def compare(draft: Draft, plan: Plan | None) -> Differences:
    """The changes that importing the draft makes in the plan of its year; None creates one."""
    return differences.between(revision.as_draft(plan) if plan else None, draft)


def confirm(
    received: PlanImport,
    by: Account | str,
    decisions: Mapping[str, str],
    chosen: Mapping[str, str],
    seen: str,
) -> None:
    """Apply the file; but when these decisions change what is read from it, keep them instead, so
    that the person looks at the plan that follows."""
    if _is_read_otherwise(received, decisions):
        _refuse_if_moved(received, seen)
        measures = {f"{MEASURE}{code}": name for code, name in chosen.items()}
        received.decisions = {**decisions, **measures}
        received.year = preview(received).draft.year
        return
    apply(received, by, decisions, chosen, seen)


def _is_read_otherwise(received: PlanImport, decisions: Mapping[str, str]) -> bool:
    directory = office_matching.directory()
    before = decided_before(received) | received.decisions
    one, other = (
        reading.read(received.content, directory, received.asked_year, answers)
        for answers in (before, before | dict(decisions))
    )
    return one != other


def _refuse_if_moved(received: PlanImport, seen: str) -> None:
    if seen != preview(received).differences.fingerprint:
        raise PlanMoved("El plan cambió mientras usted lo revisaba. Mire otra vez los cambios.")


def apply(
    received: PlanImport,
    by: Account | str,
    decisions: Mapping[str, str] | None = None,
    chosen: Mapping[str, str] | None = None,
    seen: str | None = None,
) -> Preview:
    """Write the previewed plan to the database.

    `seen` is the fingerprint of the differences that the person read: raises PlanMoved when the
    stored plan has changed since. Raises AlreadyImported the second time, Undecided while a
    question about the file is open, and TaskProven when a task with evidence would be removed.
    """
    claim = update(PlanImport).where(PlanImport.id == received.id, PlanImport.applied_at.is_(None))
    if not db.session.execute(claim.values(applied_at=clock.now())).rowcount:  # type: ignore[attr-defined]
        raise AlreadyImported("Este archivo ya se importó. No hace falta confirmarlo otra vez.")
    db.session.expire(received)
    if seen is not None:
        _refuse_if_moved(received, seen)
    shown = preview(received, decisions, chosen)
    if undecided := [one.sentence for one in shown.problems if not shown.decisions[one.key]]:
        raise Undecided("\n".join(undecided))
    plan = _locked_plan(shown)
    before = revision.as_draft(plan) if shown.plan else None
    office_ids = office_matching.apply_decisions(shown.problems, shown.decisions, by)
    revision.refuse_to_remove_proven(plan, shown.differences.removed)
    revision.write(plan, shown.draft, shown.differences, office_ids)
    _store_outcome(received, plan, shown)
    undoing.remember(received, before, plan)
    counts = {name: count for name, count in shown.differences.counts.items() if count}
    audit.record("plan.imported", plan, by, year=plan.year, sha256=received.sha256, **counts)
    return shown


def _locked_plan(shown: Preview) -> Plan:
    """The plan to write, locked open for this transaction; a new one when the year has none."""
    draft = shown.draft
    if shown.plan is not None:
        service.lock_open(shown.plan)
        return shown.plan
    plan = Plan(year=draft.year, strategy=draft.strategy, title=draft.title)
    with unique_or_refuse(
        "uq_plan_year", PlanMoved(f"Alguien acaba de crear el plan {draft.year}.")
    ):
        db.session.add(plan)
        db.session.flush()
    return plan


def _store_outcome(received: PlanImport, plan: Plan, shown: Preview) -> None:
    last = last_import(plan) if shown.differences.is_empty else None
    received.plan_id = plan.id
    received.year = plan.year
    received.breaks = list(shown.draft.breaks or (last.breaks if last else ()))
    received.problems = [
        _problem_record(problem, shown.decisions[problem.key]) for problem in shown.problems
    ]
    received.decisions = shown.decisions
    received.counts = shown.differences.counts
    received.summary = shown.differences.sentence


def _problem_record(problem: ImportProblem, answer: str) -> dict[str, Any]:
    """A problem and its answer as JSON, in the Spanish words in which they are shown later."""
    return {
        "kind": problem.kind,
        "words": problem.words,
        "sentence": problem.sentence,
        "rows": list(problem.rows),
        "places": list(problem.places),
        "decision": dict(problem.options)[answer],
        "is_pending": answer == PENDING,
    }


def _answers(problems: list[ImportProblem], decisions: Mapping[str, str]) -> dict[str, str]:
    """One valid answer for each problem, by its key: the decided one, or the suggested one."""
    answers = {}
    for problem in problems:
        answer = decisions.get(problem.key, problem.suggested)
        answers[problem.key] = answer if answer in dict(problem.options) else problem.suggested
    return answers


def decided_before(received: PlanImport) -> dict[str, str]:
    """The decisions of the latest imports, of any year: what was decided is not asked again."""
    rows = select(PlanImport.decisions).where(
        PlanImport.applied_at.is_not(None),
        PlanImport.undone_at.is_(None),
        PlanImport.id != received.id,
    )
    latest = rows.order_by(PlanImport.applied_at.desc(), PlanImport.id.desc()).limit(REMEMBERED)
    decided: dict[str, str] = {}
    for decisions in reversed(db.session.scalars(latest).all()):
        decided |= decisions
    return decided


def _chosen_before(received: PlanImport) -> dict[str, str]:
    """The measures chosen when the file was last shown, by the code of the task."""
    chosen = received.decisions.items()
    return {key.removeprefix(MEASURE): name for key, name in chosen if key.startswith(MEASURE)}


def _with_titles(draft: Draft, old: Draft | None) -> Draft:
    """A file without titles gets those of the stored plan; a new plan gets the usual one."""
    if draft.strategy:
        return draft
    if old is not None:
        return replace(draft, strategy=old.strategy, title=draft.title or old.title)
    usual = f"ESTRATEGIA DE RENDICIÓN DE CUENTAS {draft.year}"
    return replace(draft, strategy=usual, notes=(*draft.notes, Note("no-title", 0, usual)))


def _with_measures(draft: Draft, old: Draft | None, chosen: Mapping[str, str]) -> Draft:
    """The draft with a measure for each task: the chosen one, the one it has, or a suggestion."""
    before = {task.code: task for task in old.tasks} if old else {}
    old_codes = differences.old_codes(before, {task.code: task for task in draft.tasks})
    valid = measure_suggestions.labels()

    def measure(code: str, indicator: str) -> str | None:
        if code in chosen:
            return chosen[code] if chosen[code] in valid else None
        if code in old_codes:
            return before[old_codes[code]].measure
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
    """The plan of a year with its actions, tasks and offices loaded."""
    tasks = selectinload(Plan.actions).selectinload(Action.tasks)
    offices = tasks.selectinload(Task.responsibles).selectinload(TaskOffice.office)
    return db.session.scalar(select(Plan).filter_by(year=year).options(offices))


def last_import(plan: Plan) -> PlanImport | None:
    rows = select(PlanImport).where(
        PlanImport.plan_id == plan.id,
        PlanImport.applied_at.is_not(None),
        PlanImport.undone_at.is_(None),
    )
    return db.session.scalar(rows.order_by(PlanImport.applied_at.desc(), PlanImport.id.desc()))


def raw_text(plan: Plan) -> str:
    """The stored plan as the city's raw text, with the page breaks of its last file."""
    last = last_import(plan)
    return rendering.text(revision.as_draft(plan, last.breaks if last else ()))
