"""The plan's measure of listening posts that work (task 7.1): open, attended, answering in term."""

from collections.abc import Collection, Iterator
from datetime import date

from flask import url_for
from sqlalchemy import select

from participa.cases.models import Case
from participa.channels import example
from participa.channels.phases import Phase
from participa.core import clock
from participa.core.db import db
from participa.listening.models import Contribution, ListeningPost
from participa.plan.measures import Evidence, Measure
from participa.plan.models import Task

EXAMPLE = "Es un ejemplo, con aportes inventados."
PLANNED = "Previsto: aún no abre."
NOBODY = "Aún no ha oído a nadie."


def working(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Every planned post. One counts when it opened, heard somebody, and owes no answer that is
    late; each of the others says why not.
    """
    rows = (
        select(Task.id, ListeningPost, Case)
        .join(ListeningPost.tasks)
        .outerjoin(Contribution, Contribution.post_id == ListeningPost.id)
        .outerjoin(Case, Case.id == Contribution.case_id)
        .where(Task.id.in_(task_ids))
        .order_by(ListeningPost.opens_at, ListeningPost.id)
    )
    found: dict[tuple[int, ListeningPost], list[Case]] = {}
    for task_id, post, case in db.session.execute(rows):
        found.setdefault((task_id, post), []).extend([case] if case else [])
    for (task_id, post), cases in found.items():
        reason = why_not(post, cases)
        if post.is_published:
            url = url_for("listening.post", code=post.code)
        else:
            url = url_for("listening.index", _anchor=post.code)
        yield Evidence(task_id, post.title, url, _day_of(post), not reason, reason)


def why_not(post: ListeningPost, cases: Collection[Case]) -> str:
    """Why a post does not count; empty when it does."""
    if not example.counts(post):
        return EXAMPLE
    if post.phase in (Phase.DRAFT, Phase.SCHEDULED):
        return PLANNED
    if not cases:
        return NOBODY
    late = sum(1 for case in cases if case.is_late and not case.is_answered)
    if not late:
        return ""
    return "Debe una respuesta vencida." if late == 1 else f"Debe {late} respuestas vencidas."


def _day_of(post: ListeningPost) -> date:
    return clock.local(post.opens_at or post.published_at or post.created_at).date()


MEASURES = (Measure("listening.working", "Escuchaderos en funcionamiento", working),)
