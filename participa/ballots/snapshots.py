"""A box as its public pages need it: kept per process by its version, because it rarely changes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from participa.ballots import archive_store
from participa.ballots.models import BallotBox, BoxKind, BoxState, QuestionKind, box_state
from participa.belenios import election
from participa.belenios.election import Election
from participa.belenios.questions import Question
from participa.citizens import queries as citizens
from participa.citizens.models import Notice
from participa.citizens.queries import NoticeInForce
from participa.core.db import db
from participa.core.installation import installation

CACHE = "ballot_boxes"
PURPOSE = "ballots"


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as the page shows it."""

    kind: QuestionKind
    question: Question


@dataclass(frozen=True, slots=True)
class BoxSnapshot:
    """A box as its pages need it. It belongs to no session, so threads may share it."""

    id: int
    version: int
    uuid: str
    code: str
    kind: BoxKind
    title: str
    why: str
    used_by: str
    registrar: str
    opens_at: datetime | None
    closes_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    finished_at: datetime | None
    takes_last: bool
    shows_live: bool
    allows_assisted: bool
    allows_paper: bool
    is_example: bool
    variables: tuple[str, ...]  # none while there is no notice to tell what they are for
    asked: tuple[AskedQuestion, ...]
    trustees: tuple[str, ...]
    timestamp: int
    election: Election | None  # none before the opening, and of an open consultation
    notice: NoticeInForce | None
    drawn: dict[str, Any] = field(default_factory=dict)  # what the views drew for this version

    @property
    def state(self) -> BoxState:
        facts = (self.opened_at, self.opens_at, self.closes_at, self.closed_at, self.finished_at)
        return box_state(*facts)

    @property
    def is_open(self) -> bool:
        return self.state is BoxState.OPEN

    @property
    def is_draft(self) -> bool:
        return self.state is BoxState.DRAFT

    @property
    def is_secret(self) -> bool:
        return self.kind.is_secret

    @property
    def is_over(self) -> bool:
        """Whether the time of voting has passed, counted or not."""
        return self.state in {BoxState.ENDED, BoxState.CLOSED, BoxState.FINISHED}

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def takes_assisted(self) -> bool:
        """Whether the server encrypts for who asks it to."""
        return self.is_secret and self.allows_assisted

    @property
    def takes_slips(self) -> bool:
        """Whether voters may tell of themselves now: until somebody closes the box."""
        return bool(self.variables) and self.state in {BoxState.OPEN, BoxState.ENDED}

    @property
    def ended_at(self) -> datetime | None:
        moments = [moment for moment in (self.closed_at, self.closes_at) if moment is not None]
        return min(moments, default=None)

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(one.question for one in self.asked)

    def purpose(self, form: str) -> str:
        """What the token of one of its forms is good for: this box and no other."""
        return f"ballots.{form}:{self.uuid}"


FACTS = (
    "id",
    "version",
    "uuid",
    "code",
    "kind",
    "title",
    "why",
    "used_by",
    "registrar",
    "opens_at",
    "closes_at",
    "opened_at",
    "closed_at",
    "finished_at",
    "takes_last",
    "shows_live",
    "allows_assisted",
    "allows_paper",
    "is_example",
)


def find(uuid: str) -> BoxSnapshot | None:
    """The box at this address as it stands now; also one that has not opened yet."""
    newest = select(func.max(Notice.id)).where(Notice.purpose == PURPOSE).scalar_subquery()
    columns = (BallotBox.id, BallotBox.version, newest)
    row = db.session.execute(select(*columns).where(BallotBox.uuid == uuid)).one_or_none()
    if row is None:
        return None
    id, version, notice = row
    remembered: dict[int, BoxSnapshot] = installation().cache(CACHE)
    found = remembered.get(id)
    if found is None or (found.version, found.notice and found.notice.id) != (version, notice):
        found = remembered[id] = snapshot_of(db.session.get_one(BallotBox, id))
    return found


def snapshot_of(box: BallotBox) -> BoxSnapshot:
    """The box as its pages need it, also while it is a draft that somebody previews."""
    notice = citizens.newest_notice(PURPOSE)
    return BoxSnapshot(
        **{name: getattr(box, name) for name in FACTS},
        variables=tuple(box.variables) if notice else (),
        asked=tuple(AskedQuestion(one.kind, one.asked) for one in box.questions),
        trustees=tuple(trustee.name for trustee in box.trustees),
        timestamp=archive_store.timestamp(box),
        election=_election(box),
        notice=notice,
    )


def _election(box: BallotBox) -> Election | None:
    if box.opened_at is None or not box.is_secret:
        return None
    setup = archive_store.event(box, archive_store.SETUP)
    return election.read(archive_store.records(setup.body)[0]) if setup else None
