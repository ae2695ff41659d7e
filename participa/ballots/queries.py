"""Queries about ballot boxes: lists, numbers, archive hashes and running jobs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import ColumnElement, and_, func, or_, select

from participa.ballots import archive_store
from participa.ballots.ceremony import ceremony_of
from participa.ballots.head_marks import HeadMark
from participa.ballots.kinds import BY_PHASE
from participa.ballots.models import (
    BallotBox,
    BoxBallot,
    BoxCredential,
    BoxHead,
    BoxKind,
    BoxState,
    CardBatch,
    PaperKind,
    SealedPaper,
)
from participa.ballots.public_changes import DraftVoiding, Voiding
from participa.ballots.quorum import Parts, Quorum
from participa.channels.phases import is_in
from participa.core import clock
from participa.core.db import db
from participa.core.jobs.jobs import Job
from participa.core.links import ShortLink

LIST_LIMIT = 200
PAGE = 50
HEADINGS = {
    BoxState.OPEN: "Abiertas",
    BoxState.SCHEDULED: "Próximas",
    BoxState.ENDED: "En recuento",
    BoxState.CLOSED: "En recuento",
    BoxState.FINISHED: "Con resultado",
    BoxState.TOO_FEW: "Sin votos suficientes",
}


def opened_boxes() -> list[BallotBox]:
    """The public boxes, the last to close first."""
    boxes = select(BallotBox).where(BallotBox.opened_at.is_not(None))
    boxes = boxes.order_by(BallotBox.closes_at.desc(), BallotBox.id)
    return list(db.session.scalars(boxes.limit(LIST_LIMIT)))


def is_in_state(wanted: BoxState, now: datetime) -> ColumnElement[bool]:
    """`box.state is wanted` as a condition of a SELECT on BallotBox."""
    if wanted is BoxState.FINISHED:
        return BallotBox.finished_at.is_not(None)
    if wanted is BoxState.TOO_FEW:
        return BallotBox.without_result_at.is_not(None)
    if wanted is BoxState.CLOSED:
        is_over = or_(BallotBox.finished_at.is_not(None), BallotBox.without_result_at.is_not(None))
        return and_(~is_over, BallotBox.closed_at.is_not(None))
    (phase,) = (phase for phase, state in BY_PHASE.items() if state is wanted)
    return and_(
        BallotBox.finished_at.is_(None),
        BallotBox.closed_at.is_(None),
        is_in(BallotBox, phase, now),
    )


def box_of(uuid: str) -> BallotBox | None:
    """The box with this public identifier."""
    return db.session.scalar(select(BallotBox).filter_by(uuid=uuid))


def scans(code: str) -> int:
    """How often the QR of this short link was followed."""
    return db.session.scalar(select(ShortLink.scans).where(ShortLink.code == code)) or 0


# ---- numbers


def ballots(box_id: int) -> int:
    """Number of ballots or answers, including replaced ballots."""
    return db.session.scalar(select(BoxHead.ballots).where(BoxHead.box_id == box_id)) or 0


def ballots_by_box(boxes: Collection[BallotBox]) -> dict[int, int]:
    """Box id → number of ballots or answers."""
    rows = select(BoxHead.box_id, BoxHead.ballots)
    return dict(db.session.execute(rows.where(BoxHead.box_id.in_([b.id for b in boxes]))).all())


@dataclass(frozen=True, slots=True)
class Cards:
    """Numbers of cards for the minutes; `handed_out` is None until it is recorded."""

    made: int
    void: int
    used: int
    handed_out: int | None

    @property
    def unused(self) -> int:
        return self.made - self.void - self.used

    @property
    def exceeds_handed_out(self) -> bool:
        """Whether more cards voted than were handed out, which the city has to explain."""
        return self.handed_out is not None and self.used > self.handed_out


def cards(box: BallotBox) -> Cards:
    """Those of a draft are counted; an opened box has their sums."""
    if head := archive_store.head_of(box):
        used = head.ballots - head.replaced
        return Cards(head.cards, head.void_cards, used, box.cards_handed_out)
    counts = select(func.count(), func.count(BoxCredential.voided_on))
    made, void = db.session.execute(counts.where(BoxCredential.box_id == box.id)).one()
    return Cards(made, void, 0, box.cards_handed_out)


def batch_ids(box: BallotBox) -> list[int]:
    """The batches of cards in the order in which they were made: the first one is «Lote 1»."""
    ids = select(CardBatch.id).where(CardBatch.box_id == box.id).order_by(CardBatch.id)
    return list(db.session.scalars(ids))


def voters(box_id: int) -> int:
    """Number of credentials that voted."""
    used = select(BoxHead.ballots - BoxHead.replaced).where(BoxHead.box_id == box_id)
    return db.session.scalar(used) or 0


def assisted(box_id: int) -> int:
    """Number of counted (not replaced) ballots that the server encrypted."""
    return db.session.scalar(select(BoxHead.assisted).where(BoxHead.box_id == box_id)) or 0


def slips(box_id: int) -> int:
    """Number of stored voter details that the tally has not read yet."""
    waiting = (SealedPaper.box_id == box_id, SealedPaper.kind == PaperKind.SLIP)
    return db.session.scalar(select(func.count()).where(*waiting)) or 0


# ---- what changed after the opening


def voidings(box: BallotBox) -> list[Voiding]:
    """The lists of void cards that were asked for and not withdrawn, the first one on top."""
    rows = select(Voiding).filter_by(box_id=box.id, withdrawn_at=None).order_by(Voiding.id)
    return list(db.session.scalars(rows.limit(LIST_LIMIT)))


def waiting_voidings(box: BallotBox) -> list[Voiding]:
    """Those that a second person has to confirm; none once the box is closed."""
    return [] if box.is_closed else [voiding for voiding in voidings(box) if voiding.waits]


def void_lists(box: BallotBox) -> list[Voiding]:
    """The confirmed lists, also those that were undone, in the order of their numbers."""
    rows = select(Voiding).where(Voiding.box_id == box.id, Voiding.number.is_not(None))
    return list(db.session.scalars(rows.order_by(Voiding.number)))


def draft_voidings(box: BallotBox) -> list[DraftVoiding]:
    """The cards that were voided before the opening, since these acts have a reason."""
    rows = select(DraftVoiding).filter_by(box_id=box.id).order_by(DraftVoiding.id)
    return list(db.session.scalars(rows))


def void_before_opening(box: BallotBox) -> int:
    """How many cards were void when the box opened: those on no list."""
    in_force = [voiding.cards for voiding in void_lists(box) if not voiding.is_undone]
    return cards(box).void - sum(in_force)


# ---- the archive


@dataclass(frozen=True, slots=True)
class Trackers:
    """One page of the ballots in the box, in the order of the archive."""

    rows: list[BoxBallot]
    page: int
    pages: int


def trackers(box_id: int, page: int) -> Trackers:
    pages = max(1, ceil(ballots(box_id) / PAGE))
    page = min(max(1, page), pages)
    first = 1 + (page - 1) * PAGE  # the heights of ballots are 1, 2, 3 …: nothing is passed over
    on_page = BoxBallot.height.between(first, first + PAGE - 1)
    rows = select(BoxBallot).where(BoxBallot.box_id == box_id, on_page).order_by(BoxBallot.height)
    return Trackers(list(db.session.scalars(rows)), page, pages)


def ballot_of(box_id: int, tracker: str) -> BoxBallot | None:
    """The ballot with this whole tracker."""
    return db.session.scalar(select(BoxBallot).filter_by(box_id=box_id, tracker=tracker))


def is_replaced(ballot: BoxBallot) -> bool:
    """Whether a later ballot of the same credential counts instead."""
    later = select(func.max(BoxBallot.height)).filter_by(
        box_id=ballot.box_id, credential=ballot.credential
    )
    return db.session.scalar(later) != ballot.height


@dataclass(frozen=True, slots=True)
class Heads:
    """Archive hashes for the minutes: any later archive file must contain them.

    `opening`, `closing` and `last` are hashes of events; `height` is the number of events.
    """

    opening: str | None
    closing: str | None
    last: str | None
    height: int


def heads(box: BallotBox) -> Heads:
    opening, closing = (
        archive_store.digest_of(box, archive_store.SETUP),
        archive_store.digest_of(box, archive_store.END),
    )
    last = archive_store.head_of(box)
    return Heads(opening, closing, last.digest if last else None, last.height if last else 0)


def head_marks(box_id: int) -> list[HeadMark]:
    """The marked heads of a box, the first one on top: at most one an hour, and the closing."""
    marks = select(HeadMark).filter_by(box_id=box_id).order_by(HeadMark.marked_at)
    return list(db.session.scalars(marks))


def marks_by_day(box_id: int) -> list[HeadMark]:
    """The last mark of each day of the city."""
    by_day = {clock.local(mark.marked_at).date(): mark for mark in head_marks(box_id)}
    return list(by_day.values())


def parts_of(box: BallotBox) -> Parts | None:
    """The trustees' parts of the total; None before the totals, and without trustees outside."""
    is_counted = archive_store.digest_of(box, archive_store.TALLY) is not None
    if box.kind is not BoxKind.VERIFIABLE or not is_counted:
        return None
    ceremony = ceremony_of(box)
    received = archive_store.trustees_with_partial(box)
    return parts_among(box, received, ceremony.needed if ceremony else None)


def parts_among(box: BallotBox, received: Collection[int], needed: int | None) -> Parts:
    """The same, where the numbers of the parts in the archive and the quorum are known."""
    arrived: list[str] = []
    missing: list[str] = []
    for number, trustee in enumerate(box.trustees, start=1):
        (arrived if number in received else missing).append(trustee.name)
    return Parts(Quorum.of(needed, len(box.trustees)), arrived, missing)


def is_waiting_for_parts(box: BallotBox) -> bool:
    parts = parts_of(box)
    return parts is not None and parts.lacking > 0


def running_job(box: BallotBox) -> Job | None:
    """The unfinished job on this box, or the last one if it failed."""
    return running_jobs().get(box.id)


def running_jobs() -> dict[int, Job]:
    """Box id → its unfinished job, or its last one if that failed."""
    rows = select(Job).where(Job.name.in_(("ballots.tally", "ballots.enrol")))
    last: dict[int, Job] = {}
    for job in db.session.scalars(rows.order_by(Job.id.desc()).limit(LIST_LIMIT)):
        last.setdefault(job.arguments["box_id"], job)
    failed = {id for id, job in last.items() if job.error and job.name == "ballots.enrol"}
    opened = select(BallotBox.id).where(BallotBox.id.in_(failed), BallotBox.opened_at.is_not(None))
    past = set(db.session.scalars(opened)) if failed else set()  # its roll changes no more
    return {
        box_id: job
        for box_id, job in last.items()
        if (not job.is_over or job.error) and box_id not in past
    }
