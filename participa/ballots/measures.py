"""The measure with which the plan counts ballot boxes (task 4.1)."""

from collections.abc import Collection, Iterator

from flask import url_for
from sqlalchemy import select

from participa.ballots.models import BallotBox, BoxHead
from participa.channels import example
from participa.core import clock
from participa.core.db import db
from participa.core.links import ShortLink
from participa.plan.measures import Evidence, Measure
from participa.plan.models import Task


def working(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Boxes that opened, have a QR and received votes; the others with the reason why not."""
    rows = (
        select(Task.id, BallotBox, BoxHead.ballots, ShortLink.code)
        .join(BallotBox.tasks)
        .outerjoin(BoxHead, BoxHead.box_id == BallotBox.id)
        .outerjoin(ShortLink, ShortLink.code == BallotBox.code)
        .where(Task.id.in_(task_ids), BallotBox.opened_at.is_not(None))
        .order_by(BallotBox.opened_at, BallotBox.id)
    )
    for task_id, box, ballots, printed in db.session.execute(rows):
        reason = reason_not_counted(box, ballots or 0, printed)
        url = url_for("ballots.show", uuid=box.uuid)
        on = clock.local(box.opened_at or clock.now()).date()
        yield Evidence(task_id, box.title, url, on, not reason, reason)


def reason_not_counted(box: BallotBox, ballots: int, printed: str | None) -> str:
    """Spanish sentence: why an opened box does not count; "" if it does."""
    if not example.counts(box):
        return "Es un ejemplo, con votos inventados."
    if printed is None:
        return "Aún no tiene código QR."
    if box.is_without_result:
        return "Terminó sin los votos suficientes."
    if not ballots:
        return "Aún no recibe votos."
    return ""


MEASURES = (Measure("ballots.working", "Urnas en funcionamiento", working),)
