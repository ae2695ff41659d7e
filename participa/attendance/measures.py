"""The plan's measure of attendance lists (task 3.3)."""

from collections.abc import Collection, Iterator

from flask import url_for
from sqlalchemy import select

from participa.attendance import queries
from participa.attendance.models import AttendanceList, Attendee
from participa.channels import example
from participa.core import clock
from participa.core.db import db
from participa.plan.measures import Evidence, Measure
from participa.plan.models import Task


def used(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Published lists as evidence; one that nobody signed, or that is an example outside a
    demonstration, does not count, and says why.
    """
    is_used = select(Attendee.id).where(Attendee.list_id == AttendanceList.id, queries.has_come())
    rows = (
        select(Task.id, AttendanceList, is_used.exists())
        .join(AttendanceList.tasks)
        .where(Task.id.in_(task_ids), AttendanceList.published_at.is_not(None))
        .order_by(AttendanceList.opens_at, AttendanceList.id)
    )
    for task_id, record, has_people in db.session.execute(rows):
        reason = why_not(record, has_people)
        url = url_for("attendance.sign", code=record.code)
        on = clock.local(record.opens_at or record.published_at or clock.now()).date()
        yield Evidence(task_id, record.title, url, on, not reason, reason)


def why_not(record: AttendanceList, has_people: bool) -> str:
    """Why a published list does not count; empty when it does."""
    if not example.counts(record):
        return "Es un ejemplo, con firmas inventadas."
    return "" if has_people else "Aún no la ha firmado nadie."


MEASURES = (Measure("attendance.lists", "Listados de asistencia usados", used),)
