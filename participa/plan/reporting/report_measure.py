"""The measure «plan.reported»: approved progress reports, for work without other records."""

from collections.abc import Collection, Iterator
from datetime import date

from flask import url_for
from sqlalchemy import select

from participa.core.db import db
from participa.plan.measures import REPORTED, Evidence, Measure
from participa.plan.models import Action, Plan, ProgressReport, ReportState, Task, Unit

NOT_YET = "El reporte dice que todavía no se cumple."


def approved(task_ids: Collection[int]) -> Iterator[Evidence]:
    """The evidence of all approved reports of these tasks, the earliest first."""
    rows = select(
        ProgressReport.id,
        ProgressReport.title,
        ProgressReport.done_on,
        ProgressReport.numerator,
        ProgressReport.denominator,
        Task.id,
        Task.position,
        Task.unit,
        Action.number,
        Plan.year,
    )
    rows = rows.join(ProgressReport.task).join(Task.action).join(Action.plan)
    rows = rows.where(Task.id.in_(task_ids), ProgressReport.state == ReportState.APPROVED)
    for row in db.session.execute(rows.order_by(ProgressReport.done_on, ProgressReport.id)):
        report_id, title, done_on, done, whole, task_id, position, unit, number, year = row
        url = report_url(report_id, f"{number}.{position}", year)
        yield from report_evidence(task_id, unit, title, url, done_on, done, whole)


def report_evidence(
    task_id: int, unit: Unit, title: str, url: str, on: date, done: int, whole: int | None
) -> Iterator[Evidence]:
    """One Evidence for each thing of a report: 2 of 3 gives two that count and one that does not.

    `done` is the numerator, `whole` the denominator.
    """
    total = done if unit is Unit.COUNT else max(done, whole or 0)
    for place in range(1, total + 1):
        name = title if total == 1 else f"{title} ({place} de {total})"
        if place <= done:
            yield Evidence(task_id, name, url, on)
        else:
            yield Evidence(task_id, name, url, on, fulfilled=False, reason=NOT_YET)


def report_url(report_id: int, code: str, year: int) -> str:
    """The public address of a report: its section on the page of the task."""
    return url_for("plan.task", code=code, ano=year, _anchor=f"reporte-{report_id}")


MEASURES = (Measure(REPORTED, "Reportes de avance aprobados", approved),)
