"""Listening posts that the public sees, and counts of what came in."""

from collections.abc import Collection

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from participa.cases.models import Case
from participa.channels.phases import Phase
from participa.core import clock, codes
from participa.core.db import db
from participa.listening.models import Contribution, ListeningPost, PostCheck

MANY = 200
HEADINGS = {Phase.OPEN: "Abiertos", Phase.SCHEDULED: "Próximos", Phase.CLOSED: "Cerrados"}


def published_posts() -> list[ListeningPost]:
    """The posts that the public may see, the latest to close first."""
    rows = select(ListeningPost).where(ListeningPost.published_at.is_not(None))
    rows = rows.options(joinedload(ListeningPost.office))
    rows = rows.order_by(ListeningPost.closes_at.desc(), ListeningPost.id)
    return list(db.session.scalars(rows.limit(MANY)))


def contribution_with(radicado: str) -> Contribution | None:
    """The contribution with this number, as typed, with its case."""
    rows = select(Contribution).join(Contribution.case).where(Case.code == codes.read(radicado))
    return db.session.scalar(rows.options(joinedload(Contribution.case)))


def heard(post_id: int) -> int:
    """How many contributions a post has received."""
    rows = select(func.count(Contribution.case_id)).where(Contribution.post_id == post_id)
    return db.session.scalar(rows) or 0


def heard_by_post(post_ids: Collection[int]) -> dict[int, int]:
    """The same for several posts, in one SELECT; 0 for one without any."""
    rows = select(Contribution.post_id, func.count(Contribution.case_id))
    rows = rows.where(Contribution.post_id.in_(post_ids)).group_by(Contribution.post_id)
    found = {row.post_id: row[1] for row in db.session.execute(rows)}
    return {post_id: found.get(post_id, 0) for post_id in post_ids}


def last_checks() -> Select[int]:
    """The ids of the last check of each post."""
    return select(func.max(PostCheck.id).label("id")).group_by(PostCheck.post_id)


def answering_today() -> set[int]:
    """The posts whose public page was asked for today, over the network, and answered."""
    rows = select(PostCheck.post_id).where(
        PostCheck.id.in_(last_checks()),
        PostCheck.checked_at >= clock.at_city(clock.today()),
        PostCheck.is_ok,
        PostCheck.fault == "",
    )
    return set(db.session.scalars(rows))
