"""Questions about ballot boxes: which there are, how many came, what the minutes state."""

from dataclasses import dataclass
from math import ceil

from sqlalchemy import func, select

from participa.ballots import archive_store
from participa.ballots.models import (
    BallotBox,
    BoxBallot,
    BoxCredential,
    BoxHead,
    BoxKind,
    BoxState,
    PaperKind,
    SealedPaper,
)
from participa.core.db import db
from participa.core.jobs.jobs import Job
from participa.core.links import ShortLink

MANY = 200
PAGE = 50
HEADINGS = {
    BoxState.OPEN: "Abiertas",
    BoxState.SCHEDULED: "Próximas",
    BoxState.ENDED: "En recuento",
    BoxState.CLOSED: "En recuento",
    BoxState.FINISHED: "Con resultado",
}


def opened_boxes() -> list[BallotBox]:
    """What everybody may see, the latest to close first."""
    found = select(BallotBox).where(BallotBox.opened_at.is_not(None))
    found = found.order_by(BallotBox.closes_at.desc(), BallotBox.id)
    return list(db.session.scalars(found.limit(MANY)))


def box_of(uuid: str) -> BallotBox | None:
    return db.session.scalar(select(BallotBox).filter_by(uuid=uuid))


def scans(code: str) -> int:
    return db.session.scalar(select(ShortLink.scans).where(ShortLink.code == code)) or 0


# ---- how many


def ballots(box_id: int) -> int:
    """How many ballots or answers came, also those that were replaced."""
    return db.session.scalar(select(BoxHead.ballots).where(BoxHead.box_id == box_id)) or 0


def ballots_by_box() -> dict[int, int]:
    return dict(db.session.execute(select(BoxHead.box_id, BoxHead.ballots)).all())


@dataclass(frozen=True, slots=True)
class Cards:
    """What the minutes state of the cards of a box."""

    made: int
    void: int
    used: int
    handed_out: int | None

    @property
    def unused(self) -> int:
        return self.made - self.void - self.used

    @property
    def is_strange(self) -> bool:
        """More cards voted than people drew: somebody has to explain it."""
        return self.handed_out is not None and self.used > self.handed_out


def cards(box: BallotBox) -> Cards:
    mine = select(func.count(), func.count(BoxCredential.voided_on))
    made, void = db.session.execute(mine.where(BoxCredential.box_id == box.id)).one()
    return Cards(made, void, voters(box.id), box.cards_handed_out)


def voters(box_id: int) -> int:
    """With how many codes somebody voted."""
    used = select(func.count(BoxBallot.credential.distinct())).where(BoxBallot.box_id == box_id)
    return db.session.scalar(used) or 0


def assisted(box_id: int) -> int:
    """How many of the ballots that count were encrypted by the server."""
    last = select(func.max(BoxBallot.height)).where(BoxBallot.box_id == box_id)
    counting = last.group_by(BoxBallot.credential).scalar_subquery()
    mine = select(func.count()).where(BoxBallot.box_id == box_id, BoxBallot.is_assisted.is_(True))
    return db.session.scalar(mine.where(BoxBallot.height.in_(counting))) or 0


def slips(box_id: int) -> int:
    """How many slips wait."""
    mine = (SealedPaper.box_id == box_id, SealedPaper.kind == PaperKind.SLIP)
    return db.session.scalar(select(func.count()).where(*mine)) or 0


# ---- the archive


@dataclass(frozen=True, slots=True)
class Trackers:
    """A page of the ballots in the box, in the order of the archive."""

    rows: list[BoxBallot]
    page: int
    pages: int


def trackers(box_id: int, page: int) -> Trackers:
    total = db.session.scalar(select(func.count()).where(BoxBallot.box_id == box_id)) or 0
    pages = max(1, ceil(total / PAGE))
    page = min(max(1, page), pages)
    mine = select(BoxBallot).where(BoxBallot.box_id == box_id).order_by(BoxBallot.height)
    rows = db.session.scalars(mine.limit(PAGE).offset((page - 1) * PAGE))
    return Trackers(list(rows), page, pages)


def ballot_of(box_id: int, tracker: str) -> BoxBallot | None:
    return db.session.scalar(select(BoxBallot).filter_by(box_id=box_id, tracker=tracker))


def is_replaced(found: BoxBallot) -> bool:
    """Whether a later ballot of the same code stands in its place."""
    later = select(func.max(BoxBallot.height)).filter_by(
        box_id=found.box_id, credential=found.credential
    )
    return db.session.scalar(later) != found.height


@dataclass(frozen=True, slots=True)
class Heads:
    """The hashes that the minutes state, by which any later file is recognised."""

    opening: str | None
    closing: str | None
    last: str | None
    height: int


def heads(box: BallotBox) -> Heads:
    first, end = (
        archive_store.first_event(box, archive_store.SETUP),
        archive_store.first_event(box, archive_store.END),
    )
    last = archive_store.head_of(box)
    return Heads(
        first.digest if first else None,
        end.digest if end else None,
        last.digest if last else None,
        last.height if last else 0,
    )


def missing_trustees(box: BallotBox) -> list[int]:
    """The numbers of the trustees whose part has not come, once the totals are there."""
    if (
        box.kind is not BoxKind.VERIFIABLE
        or archive_store.first_event(box, archive_store.TALLY) is None
    ):
        return []
    there = archive_store.trustees_with_partial(box)
    return [number for number, _ in enumerate(box.trustees, start=1) if number not in there]


def running_job(box: BallotBox) -> Job | None:
    """The work on this box that has not ended, or the last one when it failed."""
    return running_jobs().get(box.id)


def running_jobs() -> dict[int, Job]:
    """Box → its work that has not ended, or that was the last and failed."""
    rows = select(Job).where(Job.name.in_(("ballots.tally", "ballots.enrol")))
    last: dict[int, Job] = {}
    for job in db.session.scalars(rows.order_by(Job.id.desc()).limit(MANY)):
        last.setdefault(job.arguments["box_id"], job)
    return {box_id: job for box_id, job in last.items() if not job.is_over or job.error}
