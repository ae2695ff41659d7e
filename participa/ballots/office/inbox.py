"""Boxes on other pages: open now, counted recently, and waiting for an official.

The number of SQL statements does not depend on the number of boxes, except for recent results,
which a process caches.
"""

from datetime import date

from flask import url_for
from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from participa.ballots import archive_store, queries
from participa.ballots.lifecycle import checklist
from participa.ballots.models import Act, BallotBox, BoxHead, BoxKind, TwoPersonAct
from participa.ballots.results import results
from participa.ballots.snapshots import SNAPSHOTS
from participa.channels.access import open_records, visible_to
from participa.channels.inbox import Card, OpenChannel
from participa.channels.phases import Phase, is_in, is_open_now
from participa.core import clock, spanish
from participa.core.db import db
from participa.core.jobs.jobs import Job
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending

CARD_LIMIT, LIST_LIMIT = 6, 50


def open_now() -> list[Card]:
    """Boxes that accept votes now, the first to close on top."""
    return [
        Card(
            box.title,
            url_for("ballots.show", uuid=box.uuid),
            f"Hasta el {spanish.weekday(box.closes_at)}." if box.closes_at else "",
            "Votar" if box.is_secret else "Responder una consulta",
            "Urna: ",
            "Abierta",
        )
        for box in open_records(BallotBox, CARD_LIMIT)
    ]


def recent() -> list[Card]:
    """Boxes with a result, the latest first."""
    rows = select(BallotBox).where(BallotBox.finished_at.is_not(None))
    rows = rows.order_by(BallotBox.finished_at.desc(), BallotBox.id).limit(CARD_LIMIT)
    return [
        Card(
            box.title,
            url_for("ballots.results", uuid=box.uuid),
            outcome(box),
            prefix="Resultado: ",
            ended_at=box.finished_at,
        )
        for box in db.session.scalars(rows)
    ]


def outcome(box: BallotBox) -> str:
    """The result of the first question in words, and when it was counted."""
    definition = SNAPSHOTS.find(box.uuid)
    found = results.published_results(box, definition) if definition else []
    counted = f"Votación contada el {spanish.day(box.finished_at)}." if box.finished_at else ""
    return f"{found[0].sentence} {counted}" if found else counted


def answers(year: int) -> int:
    """Number of ballots and answers in the boxes that opened in a year: they have no moment."""
    begins, ends = (clock.at_city(date(one, 1, 1)) for one in (year, year + 1))
    rows = select(func.sum(BoxHead.ballots)).join(BallotBox, BallotBox.id == BoxHead.box_id)
    rows = rows.where(BallotBox.opened_at >= begins, BallotBox.opened_at < ends)
    return db.session.scalar(rows) or 0


def open_for(account: Account) -> list[OpenChannel]:
    """Boxes that accept votes now, with their number of votes and nothing else about these."""
    rows = (
        select(BallotBox, BoxHead.ballots)
        .join(BoxHead, BoxHead.box_id == BallotBox.id)
        .where(is_open_now(BallotBox, clock.now()), visible_to(BallotBox, account))
        .order_by(BallotBox.closes_at, BallotBox.id)
        .limit(LIST_LIMIT)
    )
    return [
        OpenChannel(
            box.title,
            url_for("ballots_staff.show", uuid=box.uuid),
            url_for("ballots.show", uuid=box.uuid),
            ballots,
            box.closes_at,
        )
        for box, ballots in db.session.execute(rows)
    ]


def pending(account: Account) -> list[Pending]:
    """Boxes that wait for an official, with what they wait for; the oldest first.

    They have a requested act, are past their closing date, closed and not counted, or without the
    partial decryption of a trustee.
    """
    requested = exists().where(
        TwoPersonAct.box_id == BallotBox.id, TwoPersonAct.confirmed_at.is_(None)
    )
    rows = (
        select(BallotBox)
        .where(
            BallotBox.finished_at.is_(None),
            or_(requested, is_in(BallotBox, Phase.CLOSED, clock.now())),
            visible_to(BallotBox, account),
        )
        .options(
            selectinload(BallotBox.acts).options(joinedload(TwoPersonAct.asked_by)),
            selectinload(BallotBox.trustees),
        )
        .order_by(BallotBox.id)
        .limit(LIST_LIMIT)
    )
    boxes = db.session.scalars(rows).all()
    received = archive_store.owners_by_box([box.id for box in boxes])
    jobs = queries.running_jobs()
    return [
        Pending(
            box.title,
            url_for("ballots_staff.show", uuid=box.uuid),
            *waits_for(box, account, jobs.get(box.id), received.get(box.id)),
        )
        for box in boxes
    ]


def waits_for(
    box: BallotBox, viewer: Account, job: Job | None, received: set[int] | None
) -> tuple[str, tuple[str, ...]]:
    """A Spanish sentence with what the box waits for, and its marks for the daily mail.

    There are no marks while it waits for another person than the viewer, or for a running count.
    `received` are the numbers of the trustees whose part is stored; None before the tally.
    """
    request = next((act for act in box.acts if not act.is_confirmed), None)
    if request is not None:
        is_own = request.asked_by_id == viewer.id
        marks = () if is_own else (f"ballots.act:{request.id}",)
        return checklist.about_request(request, viewer), marks
    if not box.is_closed:
        return checklist.REQUEST_NOW[Act.CLOSE], (f"ballots.close:{box.id}",)
    if box.kind is BoxKind.VERIFIABLE and received is not None:
        numbered = enumerate(box.trustees, start=1)
        missing = [trustee.name for number, trustee in numbered if number not in received]
        return checklist.about_parts(missing), (f"ballots.parts:{box.id}",)
    if box.act(Act.TALLY) is None:
        return checklist.REQUEST_NOW[Act.TALLY], (f"ballots.count:{box.id}",)
    is_running = job is not None and not job.is_over
    marks = () if is_running else (f"ballots.count_again:{box.id}:{job and job.id}",)
    return checklist.about_count(job), marks
