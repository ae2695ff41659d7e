"""Progress reports: an office says what it did, another person approves it or returns it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage

from participa.core import audit, clock, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files import files
from participa.plan.measures import Indicator
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
from participa.plan.reporting.closing import lock_open_period
from participa.plan.reporting.report_measure import NAME, proofs
from participa.staff.models import Account

MOST = 500  # things in one report: the page lists each of them
MOST_FILES = 20
PROOFS = files.DOCUMENTS | files.IMAGES | files.SHEETS


class NotNow(Refused):
    """The report does not stand where this act is possible."""


class SamePerson(Refused):
    pass


class Implausible(Refused):
    """The report says something that cannot be; the field tells which."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a report says."""

    title: str
    done_on: date
    numerator: int
    denominator: int | None
    notes: str = ""


def draft(task: Task, period: Period, facts: Facts, by: Account) -> ProgressReport:
    """Begin a report; the second click finds the draft that the first one began."""
    lock_open_period(period)
    check(task, period, facts)
    if twin := _same_draft(task, period, facts, by):
        return twin
    report = ProgressReport(task=task, period=period, reporter_id=by.id)
    _tell(report, facts)
    db.session.add(report)
    audit.record("plan.report_drafted", report, by, task=task.code, **_numbers(report))
    return report


def change(report: ProgressReport, period: Period, facts: Facts, by: Account) -> None:
    """Write a draft or a returned report anew; who writes it last answers for it."""
    lock_open_period(report.period)
    lock_open_period(period)
    check(report.task, period, facts)
    before = _numbers(report)
    _move(report, EDITABLE, reporter_id=by.id, reviewer_id=None)
    report.period = period
    _tell(report, facts)
    audit.record("plan.report_changed", report, by, before=before, after=_numbers(report))


def send(report: ProgressReport, by: Account) -> None:
    lock_open_period(report.period)
    _move(
        report,
        EDITABLE,
        state=ReportState.SENT,
        reporter_id=by.id,
        reviewer_id=None,
        sent_at=clock.now(),
    )
    audit.record("plan.report_sent", report, by, task=report.task.code, **_numbers(report))


def approve(report: ProgressReport, by: Account) -> None:
    """Let the report count; not by the person who reports."""
    _another(report, by)
    lock_open_period(report.period)
    _move(
        report,
        {ReportState.SENT},
        state=ReportState.APPROVED,
        reviewer_id=by.id,
        reviewed_at=clock.now(),
        returned_because="",
    )
    audit.record("plan.report_approved", report, by, task=report.task.code, **_numbers(report))


def give_back(report: ProgressReport, reason: str, by: Account) -> None:
    """Return a report with the reason; an approved one stops counting."""
    _another(report, by)
    lock_open_period(report.period)
    before = report.state.value
    _move(
        report,
        RETURNABLE,
        state=ReportState.RETURNED,
        reviewer_id=by.id,
        reviewed_at=clock.now(),
        returned_because=reason,
    )
    audit.record("plan.report_returned", report, by, before=before, reason=reason)


def attach(report: ProgressReport, upload: FileStorage, title: str, by: Account) -> ReportFile:
    """Keep a proof; the same file under the same title is kept once."""
    lock_open_period(report.period)
    _move(report, EDITABLE, state=ProgressReport.state)
    if len(report.files) >= MOST_FILES:
        raise NotNow(f"Un reporte lleva hasta {MOST_FILES} archivos.", "file")
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
    _move(report, EDITABLE, state=ProgressReport.state)
    audit.record("plan.proof_detached", report, by, sha256=proof.file.sha256, title=proof.title)
    stored = proof.file
    report.files.remove(proof)
    db.session.flush()
    files.release(stored)


def discard(report: ProgressReport, by: Account) -> None:
    """Throw a draft away, with its files. What was sent once stays."""
    lock_open_period(report.period)
    _move(report, {ReportState.DRAFT}, state=ProgressReport.state)
    audit.record("plan.report_discarded", report, by, task=report.task.code, **_numbers(report))
    stored = [proof.file for proof in report.files]
    db.session.delete(report)
    db.session.flush()
    for file in stored:
        files.release(file)


def counts(task: Task) -> bool:
    """Whether approved reports are what measures this task."""
    return task.measure == NAME


def would_be(task: Task, indicator: Indicator | None, facts: Facts) -> Indicator | None:
    """The indicator as it would be with this report approved; None when it would not move it."""
    if indicator is None or not counts(task):
        return None
    whole = facts.denominator
    more = proofs(task.id, task.unit, facts.title, "", facts.done_on, facts.numerator, whole)
    return indicator.with_more(more)


def facts_of(report: ProgressReport) -> Facts:
    return Facts(report.title, report.done_on, report.numerator, report.denominator, report.notes)


def check(task: Task, period: Period, facts: Facts) -> None:
    """Raises Implausible when the report says something that cannot be."""
    if period.plan_id != task.action.plan_id:
        raise Implausible("Elija un periodo de este plan.", "period_id")
    if not date(task.year, 1, 1) <= facts.done_on <= clock.today():
        raise Implausible(f"Escriba una fecha entre enero de {task.year} y hoy.", "done_on")
    if not period.covers(facts.done_on):
        days = f"del {spanish.day(period.starts_on)} al {spanish.day(period.ends_on)}"
        raise Implausible(
            f"«{period.name}» va {days}. Corrija la fecha o elija otro periodo.", "done_on"
        )
    if not 0 <= facts.numerator <= MOST:
        raise Implausible(f"Escriba un número de 0 a {MOST}.", "numerator")
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
    if facts.denominator is None or not 1 <= facts.denominator <= MOST:
        raise Implausible(f"Escriba cuántos aplican, de 1 a {MOST}.", "denominator")
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


def _tell(report: ProgressReport, facts: Facts) -> None:
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


def _another(report: ProgressReport, by: Account) -> None:
    if report.reporter_id == by.id:
        raise SamePerson("Quien reporta no puede revisar su propio reporte. Pídalo a otra persona.")


def _move(report: ProgressReport, allowed: Any, **values: Any) -> None:
    """Take the step if the report still stands where it is possible: the database decides."""
    step = update(ProgressReport).where(
        ProgressReport.id == report.id, ProgressReport.state.in_(allowed)
    )
    if not db.session.execute(step.values(**values)).rowcount:  # type: ignore[attr-defined]
        db.session.refresh(report)
        raise NotNow(f"Este reporte está «{report.state.value}»: ya no se puede hacer eso.")
    db.session.refresh(report)
