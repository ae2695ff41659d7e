"""Listening posts that the public sees, and counts of what came in."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import joinedload, load_only

from participa.cases import timeliness
from participa.cases.models import Case
from participa.channels.phases import Phase
from participa.core import clock, codes
from participa.core.db import db
from participa.listening.models import (
    DONE,
    Contribution,
    ListeningPost,
    Message,
    MessageKind,
    PostCheck,
)

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


def is_open() -> ColumnElement[bool]:
    """SQL: the staff still have to do something."""
    return Contribution.stage.not_in(DONE)


def is_heard_last() -> ColumnElement[bool]:
    """SQL: the last message is the person's: nobody has written back, nor noted why not.

    Also of one that is closed. Of one whose data were erased nothing is left to read.
    """
    newest = select(func.max(Message.id)).where(Message.case_id == Contribution.case_id)
    last = select(Message.id).where(
        Message.id == newest.correlate(Contribution).scalar_subquery(),
        Message.kind == MessageKind.PERSON,
    )
    return and_(exists(last.correlate(Contribution)), Contribution.erased_on.is_(None))


def is_unsolved() -> ColumnElement[bool]:
    """SQL: it was answered, and the person says that it is not solved."""
    return and_(Contribution.is_resolved.is_(False), Contribution.stage.in_(DONE))


def cases_of(*conditions: ColumnElement[bool]) -> Select[Any]:
    """The cases of contributions, with what their terms follow from and no personal data."""
    rows = select(Case).join(Contribution, Contribution.case_id == Case.id)
    return rows.where(*conditions).options(load_only(*timeliness.COLUMNS))
