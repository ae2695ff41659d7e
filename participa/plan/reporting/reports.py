"""Write, send, approve and return progress reports. The approver is never the reporter."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage

from participa.core import audit, clock, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files import files
from participa.plan.measures import REPORTED, Indicator
from participa.plan.models import (
    EDITABLE,
    RETURNABLE,
    Period,
    ProgressReport,
    ReportFile,
    ReportState,
    Task,
    Unit,
)
from participa.plan.reporting.closing import NotPublished, lock_open_period
from participa.plan.reporting.report_measure import report_evidence
from participa.staff.models import Account

MAX_THINGS = 500  # in one report: the page lists each of them
MAX_FILES = 20
PROOFS = files.DOCUMENTS | files.IMAGES | files.SHEETS


class NotNow(Refused):
    """The state of the report does not allow this act."""


class SamePerson(Refused):
    """The reporter tried to review their own report."""


class Implausible(Refused):
    """A value of the report is impossible; `field` names it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The values of a report that are typed in its form."""

    title: str
    done_on: date
    numerator: int
    denominator: int | None
    notes: str = ""


def draft(task: Task, period: Period, facts: Facts, by: Account) -> ProgressReport:
    """Create a draft; the same values again return the same draft (a double click)."""
    lock_open_period(period)
    if period.plan.is_draft:
        raise NotPublished(f"El plan {task.year} es un borrador. Los reportes van después.")
    check(task, period, facts)
    if twin := _same_draft(task, period, facts, by):
        return twin
    report = ProgressReport(task=task, period=period, reporter_id=by.id)
    _set_facts(report, facts)
    db.session.add(report)
    audit.record("plan.report_drafted", report, by, task=task.code, **_numbers(report))
    return report


def change(report: ProgressReport, period: Period, facts: Facts, by: Account) -> None:
    """Change a draft or a returned report; its last author becomes the reporter."""
    lock_open_period(report.period)
    lock_open_period(period)
    check(report.task, period, facts)
    before = _numbers(report)
    _transition(report, EDITABLE, reporter_id=by.id, reviewer_id=None)
    report.period = period
    _set_facts(report, facts)
    audit.record("plan.report_changed", report, by, before=before, after=_numbers(report))


def send(report: ProgressReport, by: Account) -> None:
    lock_open_period(report.period)
    _transition(
        report,
        EDITABLE,
        state=ReportState.SENT,
        reporter_id=by.id,
        reviewer_id=None,
        sent_at=clock.now(),
    )
    audit.record("plan.report_sent", report, by, task=report.task.code, **_numbers(report))


def approve(report: ProgressReport, by: Account) -> None:
    """Approve a sent report, so that it counts. Raises SamePerson for its reporter."""
    _require_another(report, by)
    lock_open_period(report.period)
    _transition(
        report,
        {ReportState.SENT},
        state=ReportState.APPROVED,
        reviewer_id=by.id,
        reviewed_at=clock.now(),
        returned_because="",
    )
    audit.record("plan.report_approved", report, by, task=report.task.code, **_numbers(report))


def give_back(report: ProgressReport, reason: str, by: Account) -> None:
    """Return a sent or approved report with a reason; an approved one stops counting."""
    _require_another(report, by)
    lock_open_period(report.period)
    before = report.state.value
    _transition(
        report,
        RETURNABLE,
        state=ReportState.RETURNED,
        reviewer_id=by.id,
        reviewed_at=clock.now(),
        returned_because=reason,
    )
    audit.record("plan.report_returned", report, by, before=before, reason=reason)


def attach(report: ProgressReport, upload: FileStorage, title: str, by: Account) -> ReportFile:
    """Attach a file; the same file with the same title is attached only once."""
    lock_open_period(report.period)
    _transition(report, EDITABLE, state=ProgressReport.state)
    if len(report.files) >= MAX_FILES:
        raise NotNow(f"Un reporte lleva hasta {MAX_FILES} archivos.", "file")
    stored = files.store(upload, PROOFS)
    for twin in report.files:
        if (twin.file, twin.title) == (stored, title):
            return twin
    proof = ReportFile(file=stored, title=title)
    report.files.append(proof)
    audit.record("plan.proof_attached", report, by, sha256=proof.file.sha256, title=title)
    return proof


def detach(proof: ReportFile, by: Account) -> None:
    report = proof.report
    lock_open_period(report.period)
    _transition(report, EDITABLE, state=ProgressReport.state)
    audit.record("plan.proof_detached", report, by, sha256=proof.file.sha256, title=proof.title)
    stored = proof.file
    report.files.remove(proof)
    db.session.flush()
    files.release(stored)


def discard(report: ProgressReport, by: Account) -> None:
    """Delete a draft with its files. Reports that were sent cannot be deleted."""
    lock_open_period(report.period)
    _transition(report, {ReportState.DRAFT}, state=ProgressReport.state)
    audit.record("plan.report_discarded", report, by, task=report.task.code, **_numbers(report))
    stored = [proof.file for proof in report.files]
    db.session.delete(report)
    db.session.flush()
    for file in stored:
        files.release(file)


def measures_task(task: Task) -> bool:
    """Whether the task is measured by approved reports."""
    return task.measure == REPORTED


def indicator_after(task: Task, indicator: Indicator | None, facts: Facts) -> Indicator | None:
    """The indicator once this report is approved; None if reports do not measure the task."""
    if indicator is None or not measures_task(task):
        return None
    whole = facts.denominator
    more = report_evidence(
        task.id, task.unit, facts.title, "", facts.done_on, facts.numerator, whole
    )
    return indicator.with_more(more)


def facts_of(report: ProgressReport) -> Facts:
    return Facts(report.title, report.done_on, report.numerator, report.denominator, report.notes)


def check(task: Task, period: Period, facts: Facts) -> None:
    """Raises Implausible for an impossible value."""
    if period.plan_id != task.action.plan_id:
        raise Implausible("Elija un periodo de este plan.", "period_id")
    if not date(task.year, 1, 1) <= facts.done_on <= clock.today():
        raise Implausible(f"Escriba una fecha entre enero de {task.year} y hoy.", "done_on")
    if not period.covers(facts.done_on):
        days = f"del {spanish.day(period.starts_on)} al {spanish.day(period.ends_on)}"
        raise Implausible(
            f"«{period.name}» va {days}. Corrija la fecha o elija otro periodo.", "done_on"
        )
    if not 0 <= facts.numerator <= MAX_THINGS:
        raise Implausible(f"Escriba un número de 0 a {MAX_THINGS}.", "numerator")
    if task.unit is Unit.COUNT:
        _check_count(facts)
    else:
        _check_share(facts)


def _check_count(facts: Facts) -> None:
    if facts.denominator is not None:
        raise Implausible("Esta tarea no se mide en porcentaje.", "numerator")
    if facts.numerator == 0:
        raise Implausible("Escriba cuántos se hicieron: al menos 1.", "numerator")


def _check_share(facts: Facts) -> None:
    if facts.denominator is None or not 1 <= facts.denominator <= MAX_THINGS:
        raise Implausible(f"Escriba cuántos aplican, de 1 a {MAX_THINGS}.", "denominator")
    if facts.numerator > facts.denominator:
        raise Implausible("Los que cumplen no pueden ser más que los que aplican.", "numerator")


def _same_draft(task: Task, period: Period, facts: Facts, by: Account) -> ProgressReport | None:
    return db.session.scalar(
        select(ProgressReport)
        .filter_by(task_id=task.id, period_id=period.id, reporter_id=by.id)
        .filter_by(state=ReportState.DRAFT, title=facts.title, done_on=facts.done_on)
        .filter_by(numerator=facts.numerator, denominator=facts.denominator, notes=facts.notes)
        .limit(1)
    )


def _set_facts(report: ProgressReport, facts: Facts) -> None:
    report.title = facts.title
    report.done_on = facts.done_on
    report.numerator = facts.numerator
    report.denominator = facts.denominator
    report.notes = facts.notes


def _numbers(report: ProgressReport) -> dict[str, Any]:
    return {
        "period": report.period.name,
        "numerator": report.numerator,
        "denominator": report.denominator,
    }


def _require_another(report: ProgressReport, by: Account) -> None:
    if report.reporter_id == by.id:
        raise SamePerson("Quien reporta no puede revisar su propio reporte. Pídalo a otra persona.")


def _transition(report: ProgressReport, allowed: Any, **values: Any) -> None:
    """Update the report if it is still in one of the `allowed` states, in one statement: of two
    concurrent acts one raises NotNow."""
    step = update(ProgressReport).where(
        ProgressReport.id == report.id, ProgressReport.state.in_(allowed)
    )
    if not db.session.execute(step.values(**values)).rowcount:  # type: ignore[attr-defined]
        db.session.refresh(report)
        raise NotNow(f"Este reporte está «{report.state.value}»: ya no se puede hacer eso.")
    db.session.refresh(report)
