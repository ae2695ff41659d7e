"""Progress reports that wait for somebody: for a review, or for their author."""

from flask import url_for

from participa.plan import queries
from participa.plan.models import ProgressReport, ReportState
from participa.staff.access import EDITORS
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending


def pending(account: Account) -> list[Pending]:
    """The reports that an account may approve or return, and its own ones that were returned."""
    sent = queries.movable_reports(ReportState.SENT, None) if account.role in EDITORS else []
    return [
        *(_to_review(report) for report in sent if report.reporter_id != account.id),
        *(_to_correct(report) for report in queries.returned_reports(account)),
    ]


def _to_review(report: ProgressReport) -> Pending:
    note = f"Reporte de la tarea {report.task.code} de {report.task.year}. Revíselo."
    return _pending(report, note, f"report:{report.id}:sent:{report.sent_at}")


def _to_correct(report: ProgressReport) -> Pending:
    task = f"la tarea {report.task.code} de {report.task.year}"
    note = f"Su reporte de {task} fue devuelto. Corríjalo y envíelo otra vez."
    return _pending(report, note, f"report:{report.id}:returned:{report.reviewed_at}")


def _pending(report: ProgressReport, note: str, mark: str) -> Pending:
    url = url_for("plan_reports.show", report_id=report.id)
    return Pending(report.title, url, note, (mark,))
