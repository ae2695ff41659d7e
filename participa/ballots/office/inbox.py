"""What of the boxes an official should see first: those that are open, and what waits for them."""

from dataclasses import dataclass

from sqlalchemy import and_, exists, or_, select

from participa.ballots import queries
from participa.ballots.lifecycle import checklist
from participa.ballots.models import BallotBox, BoxHead, TwoPersonAct
from participa.core import clock
from participa.core.db import db
from participa.staff.access import works_for
from participa.staff.models import Account

MANY = 50


@dataclass(frozen=True, slots=True)
class OpenBox:
    """A box that takes votes now, and how many came in; nobody knows more before the end."""

    box: BallotBox
    ballots: int


def open_boxes(account: Account) -> list[OpenBox]:
    """The first to close on top."""
    now = clock.now()
    rows = (
        select(BallotBox, BoxHead.ballots)
        .join(BoxHead, BoxHead.box_id == BallotBox.id)
        .where(BallotBox.closed_at.is_(None), BallotBox.opens_at <= now, BallotBox.closes_at > now)
        .order_by(BallotBox.closes_at, BallotBox.id)
        .limit(MANY)
    )
    return [
        OpenBox(box, ballots)
        for box, ballots in db.session.execute(rows)
        if works_for(account, [box.office_id or 0])
    ]


def for_somebody(account: Account) -> list[tuple[BallotBox, str]]:
    """The boxes that do not go on by themselves, and what each one waits for; the oldest first.

    An act that somebody asked for, a box whose time is over, one that was closed and not counted,
    a trustee whose part is missing.
    """
    pending = exists().where(
        TwoPersonAct.box_id == BallotBox.id, TwoPersonAct.confirmed_at.is_(None)
    )
    is_over = and_(BallotBox.opened_at.is_not(None), BallotBox.closes_at <= clock.now())
    rows = select(BallotBox).where(
        BallotBox.finished_at.is_(None), or_(pending, is_over, BallotBox.closed_at.is_not(None))
    )
    return [
        (box, checklist.next_of(box, queries.running_job(box), account).sentence)
        for box in db.session.scalars(rows.order_by(BallotBox.id).limit(MANY))
        if works_for(account, [box.office_id or 0])
    ]
