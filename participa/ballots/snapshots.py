"""The box as its public pages read it: immutable, cached per process, by its version."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, inspect, select

from participa.ballots import archive_store
from participa.ballots.ceremony import ceremony_of
from participa.ballots.kinds import (
    BelowMinimum,
    BoxKind,
    BoxState,
    QuestionKind,
    blank_label,
    box_state,
)
from participa.ballots.models import BallotBox, BoxCredential, BoxHead
from participa.ballots.public_changes import ExplanationChange
from participa.ballots.quorum import Quorum
from participa.ballots.roles import BoxRole, roles_of, vouchers_of
from participa.belenios import election
from participa.belenios.election import Election
from participa.belenios.questions import Question
from participa.channels.phases import Phase
from participa.channels.snapshots import Snapshot, SnapshotCache, columns_of, notice_of
from participa.core.db import db
from participa.core.installation import installation
from participa.staff.models import Account

PURPOSE = BallotBox.channel


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question with its kind, which decides how the page asks it."""

    kind: QuestionKind
    question: Question
    is_secret: bool = True  # the box that asks it

    @property
    def blank_label(self) -> str:
        return blank_label(self.is_secret)


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A trustee or the registrar as public pages name them; `key` is "" unless they signed."""

    name: str
    key: str = ""  # fingerprint of the public part of the key that signed
    is_registrar: bool = False
    signs_roll: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSnapshot(Snapshot):
    """Immutable copy of a box; see BallotBox for the columns. `timestamp` is in Unix seconds."""

    uuid: str
    kind: BoxKind
    used_by: str
    registrar: str
    finished_at: datetime | None
    without_result_at: datetime | None
    minimum_ballots: int | None
    below_minimum: BelowMinimum
    extra_days: int | None
    extended_from_at: datetime | None
    takes_last: bool
    shows_live: bool
    is_summed: bool  # whether only the sum of answers and paper is published
    allows_assisted: bool
    allows_paper: bool
    asked: tuple[AskedQuestion, ...]
    trustees: tuple[str, ...]
    needed: int | None  # how many of them open the total; None where all do
    key_holders: tuple[KeyHolder, ...]  # the trustees, then the registrar, of a verifiable box
    vouchers: tuple[str, ...]  # the officials who compared each key with its holder
    earlier_explanations: tuple[tuple[datetime, str], ...]  # when each was changed, and its text
    timestamp: int
    has_second_part: bool  # of its cards, for a second vote; see roll/second_part
    election: Election | None  # None before the opening, and of an open consultation
    roll_print: str | None  # the fingerprint of the roll in the archive, likewise

    @property
    def quorum(self) -> Quorum:
        return Quorum.of(self.needed, len(self.trustees))

    @property
    def opened_at(self) -> datetime | None:
        return self.published_at

    @property
    def state(self) -> BoxState:
        return box_state(self)

    @property
    def is_draft(self) -> bool:
        return self.phase is Phase.DRAFT

    @property
    def is_secret(self) -> bool:
        return self.kind.is_secret

    @property
    def is_over(self) -> bool:
        """Whether voting has ended, whether or not the box is counted."""
        return self.phase is Phase.CLOSED

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def is_without_result(self) -> bool:
        return self.without_result_at is not None

    @property
    def takes_assisted(self) -> bool:
        """Whether the server may encrypt ballots for voters whose browser cannot."""
        return self.is_secret and self.allows_assisted

    @property
    def takes_slips(self) -> bool:
        """Whether voters may send details about themselves now, until the box is closed."""
        return bool(self.variables) and self.state in {BoxState.OPEN, BoxState.ENDED}

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(asked.question for asked in self.asked)

    def purpose(self, form: str) -> str:
        """Purpose of the submission token of one of its forms, valid for this box only."""
        return f"ballots.{form}:{self.uuid}"


def snapshot_of(box: BallotBox) -> BoxSnapshot:
    """Build the snapshot, also of a draft for its preview."""
    notice, variables = notice_of(box)
    has_archive = box.opened_at is not None and box.is_secret
    setup = archive_store.setup_parts(box) if has_archive else None
    return BoxSnapshot(
        **columns_of(box, BoxSnapshot),
        variables=variables,
        notice=notice,
        asked=tuple(
            AskedQuestion(question.kind, question.asked, box.is_secret)
            for question in box.questions
        ),
        trustees=tuple(trustee.name for trustee in box.trustees),
        needed=ceremony.needed if (ceremony := ceremony_of(box)) else None,
        key_holders=tuple(map(_key_holder, roles_of(box))),
        vouchers=tuple(map(_voucher, vouchers_of(box) or ())),
        earlier_explanations=_earlier_explanations(box),
        timestamp=archive_store.timestamp(box),
        is_summed=_is_summed(box),
        has_second_part=box.takes_last and _has_second_part(box.id),
        election=election.read(setup.election) if setup else None,
        roll_print=setup.roll_fingerprint if setup else None,
    )


def _voucher(account: Account) -> str:
    return f"{account.name} ({account.office})" if account.office else account.name


def _key_holder(role: BoxRole) -> KeyHolder:
    key = role.key_fingerprint if role.acceptance else ""
    return KeyHolder(role.name, key, role.trustee is None, role.signs_roll)


def _earlier_explanations(box: BallotBox) -> tuple[tuple[datetime, str], ...]:
    if box.opened_at is None:
        return ()
    rows = select(ExplanationChange).filter_by(box_id=box.id).order_by(ExplanationChange.id)
    return tuple((change.changed_at, change.before) for change in db.session.scalars(rows))


def _has_second_part(box_id: int) -> bool:
    cards = exists().where(BoxCredential.box_id == box_id, BoxCredential.second_digest.is_not(None))
    return bool(db.session.scalar(cards.select()))


def _is_summed(box: BallotBox) -> bool:
    """As `minimum.is_summed`, which stands above this module."""
    merges = box.below_minimum is BelowMinimum.MERGE and not box.is_secret
    if not merges or box.finished_at is None:
        return False
    received = db.session.scalar(select(BoxHead.ballots).where(BoxHead.box_id == box.id)) or 0
    fewest: int = installation().settings.minimum_ballots
    return received < (fewest if box.minimum_ballots is None else box.minimum_ballots)


SNAPSHOTS = SnapshotCache(BallotBox, "uuid", snapshot_of, only_published=False)


def current(box: BallotBox) -> BoxSnapshot:
    """The cached snapshot of a stored box; one with unsaved changes is built anew."""
    found: BoxSnapshot | None = None if inspect(box).modified else SNAPSHOTS.find(box.uuid)
    return found or snapshot_of(box)
