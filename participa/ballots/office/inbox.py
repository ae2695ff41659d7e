"""Boxes on other pages: open now, counted recently, and waiting for an official.

The number of SQL statements does not depend on the number of boxes, except for recent results,
which a process caches.
"""

from datetime import date

from flask import url_for
from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from participa.ballots import archive_store, queries
from participa.ballots.ceremony import needed_by_box
from participa.ballots.lifecycle import checklist, two_person
from participa.ballots.models import Act, BallotBox, BoxHead, BoxKind, HandCount, TwoPersonAct
from participa.ballots.public_changes import Voiding
from participa.ballots.results import hand_counts, results
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
COUNT_PAPER = "La urna cerró. Para contarla falta contar el papel, entre dos personas."


def open_now() -> list[Card]:
    """Boxes that accept votes now, the first to close on top."""
    return [
        Card(
            box.title,
            url_for("ballots.show", uuid=box.uuid),
            f"Hasta el {spanish.weekday(spanish.as_end(box.closes_at))}." if box.closes_at else "",
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
    typed = exists().where(HandCount.box_id == BallotBox.id, HandCount.confirmed_at.is_(None))
    is_over = or_(BallotBox.finished_at.is_not(None), BallotBox.without_result_at.is_not(None))
    rows = (
        select(BallotBox)
        .where(
            or_(typed, requested, and_(~is_over, is_in(BallotBox, Phase.CLOSED, clock.now()))),
            visible_to(BallotBox, account),
        )
        .options(
            selectinload(BallotBox.acts).options(joinedload(TwoPersonAct.asked_by)),
            selectinload(BallotBox.trustees),
            selectinload(BallotBox.hand_counts).options(joinedload(HandCount.asked_by)),
        )
        .order_by(BallotBox.id)
        .limit(LIST_LIMIT)
    )
    boxes = db.session.scalars(rows).all()
    received = archive_store.owners_by_box([box.id for box in boxes])
    needed = needed_by_box([box.id for box in boxes])
    jobs = queries.running_jobs()
    return [
        *pending_voidings(account),
        *(
            Pending(
                box.title,
                url_for("ballots_staff.show", uuid=box.uuid),
                *waits_for(
                    box, account, jobs.get(box.id), received.get(box.id), needed.get(box.id)
                ),
            )
            for box in boxes
        ),
    ]


def pending_voidings(account: Account) -> list[Pending]:
    """Void cards of open boxes that wait for a second person; the oldest first."""
    is_new = and_(Voiding.confirmed_at.is_(None), Voiding.withdrawn_at.is_(None))
    is_undoing = and_(Voiding.undo_asked_at.is_not(None), Voiding.undone_at.is_(None))
    rows = (
        select(Voiding)
        .join(Voiding.box)
        .where(
            or_(is_new, is_undoing), BallotBox.closed_at.is_(None), visible_to(BallotBox, account)
        )
        .options(
            contains_eager(Voiding.box),
            joinedload(Voiding.asked_by),
            joinedload(Voiding.undo_asked_by),
        )
        .order_by(Voiding.id)
        .limit(LIST_LIMIT)
    )
    return [
        Pending(
            voiding.box.title,
            url_for("ballots_voidings.show", uuid=voiding.box.uuid, id=voiding.id),
            checklist.about_voiding(voiding, account),
            marks_of(voiding, account),
        )
        for voiding in db.session.scalars(rows)
    ]


def marks_of(voiding: Voiding, viewer: Account) -> tuple[str, ...]:
    """The mark for the daily mail of who may confirm it; none for others."""
    may_not = two_person.why_not_confirm(voiding.box, voiding.asked_last_by, viewer)
    what = "undoing" if voiding.is_confirmed else "voiding"
    return () if may_not else (f"ballots.{what}:{voiding.id}",)


def waits_for(
    box: BallotBox,
    viewer: Account,
    job: Job | None,
    received: set[int] | None,
    needed: int | None = None,
) -> tuple[str, tuple[str, ...]]:
    """A Spanish sentence with what the box waits for, and its marks for the daily mail.

    There are no marks while it waits for another person than the viewer, or for a running count.
    `received` are the numbers of the trustees whose part is stored; None before the tally. `needed`
    is how many of them are enough; None where all are needed.
    """
    request = next((act for act in box.acts if not act.is_confirmed), None)
    if request is not None:
        may_not = two_person.why_not_confirm(box, request.asked_by, viewer)
        marks = () if may_not else (f"ballots.act:{request.id}",)
        return checklist.about_request(request, viewer), marks
    if (typed := box.typed_paper) is not None:
        is_own = typed.asked_by_id == viewer.id
        marks = () if is_own else (f"ballots.paper:{typed.id}",)
        return checklist.about_paper(box), marks
    if not box.is_closed:
        return checklist.REQUEST_NOW[Act.CLOSE], (f"ballots.close:{box.id}",)
    if box.kind is BoxKind.VERIFIABLE and received is not None:
        parts = queries.parts_among(box, received, needed)
        return checklist.about_parts(parts), (f"ballots.parts:{box.id}",)
    return _waits_for_count(box, job)


def _waits_for_count(box: BallotBox, job: Job | None) -> tuple[str, tuple[str, ...]]:
    if box.act(Act.TALLY) is None and hand_counts.lacks_paper(box):
        return COUNT_PAPER, (f"ballots.count_paper:{box.id}",)
    if box.act(Act.TALLY) is None:
        return checklist.REQUEST_NOW[Act.TALLY], (f"ballots.count:{box.id}",)
    is_running = job is not None and not job.is_over
    marks = () if is_running else (f"ballots.count_again:{box.id}:{job and job.id}",)
    return checklist.about_count(job), marks
