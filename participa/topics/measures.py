"""The plan's measure of topic calls (task 2.1)."""

from collections.abc import Collection, Iterator

from flask import url_for
from sqlalchemy import select

from participa.channels import example
from participa.core import clock
from participa.core.db import db
from participa.core.links import ShortLink
from participa.plan.measures import Evidence, Measure
from participa.plan.models import Task
from participa.topics.models import TopicCall


def published(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Published calls as evidence. A call without a QR or a closing date does not count, nor does
    an example outside a demonstration; its evidence has the reason.
    """
    rows = (
        select(Task.id, TopicCall, ShortLink.code)
        .join(TopicCall.tasks)
        .outerjoin(ShortLink, ShortLink.code == TopicCall.code)
        .where(Task.id.in_(task_ids), TopicCall.published_at.is_not(None))
        .order_by(TopicCall.published_at, TopicCall.id)
    )
    for task_id, call, printed in db.session.execute(rows):
        reason = why_not(call, printed)
        url = url_for("topics.answer", code=call.code)
        on = clock.local(call.published_at or clock.now()).date()
        yield Evidence(task_id, call.title, url, on, not reason, reason)


def why_not(call: TopicCall, printed: str | None) -> str:
    """Why a published call does not count; empty when it does."""
    if not example.counts(call):
        return "Es un ejemplo, con respuestas inventadas."
    if printed is None:
        return "Aún no tiene código QR."
    if call.closes_at is None:
        return "Aún no tiene fecha de cierre."
    return ""


MEASURES = (Measure("topics.published", "Formularios de temas publicados", published),)
