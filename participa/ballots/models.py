"""Tables of the ballot boxes: questions, trustees, roll, ballots and the public event chain.

No row leads from a person to a ballot: codes are never stored, a credential has no name, and no
ballot, slip or event has a time. Papers that are read after the closing are encrypted until then
(keys/sealing.py), under random primary keys that reveal nothing about their order.
"""

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from participa.ballots.chain_sums import ArchiveLength, ChainSums
from participa.ballots.kinds import (
    Act,
    BelowMinimum,
    BoxKind,
    BoxState,
    PaperKind,
    QuestionKind,
    box_state,
)
from participa.belenios import election, questions
from participa.channels.models import Channel
from participa.channels.phases import Phase
from participa.core import clock
from participa.core.db import db
from participa.staff.models import Account

SALT_BYTES = 32


class BallotBox(Channel, db.Model):
    """A ballot box (urna): a non-binding consultation about the city's management."""

    __table_args__ = (CheckConstraint("closes_at > opens_at", name="closes_after_opening"),)
    channel = "ballots"

    # A box is published by its opening, which takes two officials. Its questions then never change.
    published_at: Mapped[datetime | None] = mapped_column("opened_at")
    opened_at: Mapped[datetime | None] = synonym("published_at")
    uuid: Mapped[str] = mapped_column(String(14), unique=True, default=election.new_uuid)
    kind: Mapped[BoxKind]
    # Noun phrase: the office that will use the result, and its purpose (ELE-01).
    used_by: Mapped[str] = mapped_column(Text, default="")
    registrar: Mapped[str] = mapped_column(Text, default="")
    # Public part of the registrar's key, as JSON, once they accepted their role.
    registrar_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    takes_last: Mapped[bool] = mapped_column(default=False)
    shows_live: Mapped[bool] = mapped_column(default=False)
    allows_assisted: Mapped[bool] = mapped_column(default=True)
    allows_paper: Mapped[bool] = mapped_column(default=True)
    expected_ballots: Mapped[int] = mapped_column(default=0)
    places: Mapped[list[str]] = mapped_column(JSON, default=list)  # where cards are handed out
    cards_handed_out: Mapped[int | None]
    # The file of the registrar's list (roll/uploads.py), until a job has filled the credentials.
    roll_upload: Mapped[str | None] = mapped_column(Text)
    # Fingerprints of the registrar's list and of the file of second parts, once they are checked.
    roll_fingerprint: Mapped[str | None] = mapped_column(String(43))
    seconds_fingerprint: Mapped[str | None] = mapped_column(String(43))
    # Fixed by the opening: the fewest ballots that are opened. Empty before it, and in older boxes.
    minimum_ballots: Mapped[int | None]
    below_minimum: Mapped[BelowMinimum] = mapped_column(default=BelowMinimum.END)
    extra_days: Mapped[int | None]  # of BelowMinimum.EXTEND
    # The first closing date of a box that was extended because it had too few ballots.
    extended_from_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    # When it ended below the minimum of ballots: nothing was opened, and there is no result.
    without_result_at: Mapped[datetime | None]
    # HKDF salt of the encryption at rest (keys/sealing.py); the tally erases it.
    salt: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=lambda: secrets.token_bytes(SALT_BYTES)
    )
    questions: Mapped[list["BoxQuestion"]] = relationship(
        back_populates="box", order_by="BoxQuestion.position", cascade="all, delete-orphan"
    )
    trustees: Mapped[list["BoxTrustee"]] = relationship(
        back_populates="box", order_by="BoxTrustee.position", cascade="all, delete-orphan"
    )
    batches: Mapped[list["CardBatch"]] = relationship(
        back_populates="box", order_by="CardBatch.id", cascade="all, delete-orphan"
    )
    acts: Mapped[list["TwoPersonAct"]] = relationship(
        back_populates="box", order_by="TwoPersonAct.id", cascade="all, delete-orphan"
    )
    hand_counts: Mapped[list["HandCount"]] = relationship(
        back_populates="box", order_by="HandCount.id", cascade="all, delete-orphan"
    )

    @property
    def state(self) -> BoxState:
        return box_state(self)

    @property
    def is_draft(self) -> bool:
        return self.phase is Phase.DRAFT

    @property
    def is_closed(self) -> bool:
        """Whether two officials closed it. A box whose voting time is over may still not be."""
        return self.closed_at is not None

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def is_without_result(self) -> bool:
        return self.without_result_at is not None

    @property
    def is_secret(self) -> bool:
        return self.kind.is_secret

    @property
    def paper(self) -> "HandCount | None":
        """The paper votes as two officials counted them last."""
        return next((count for count in reversed(self.hand_counts) if count.is_confirmed), None)

    @property
    def typed_paper(self) -> "HandCount | None":
        """A count of the paper votes that waits for another official to confirm it."""
        return next((count for count in self.hand_counts if not count.is_confirmed), None)

    def audit_facts(self) -> dict[str, Any]:
        return {
            **super().audit_facts(),
            "kind": self.kind.name,
            "takes_last": self.takes_last,
            "below_minimum": self.below_minimum.name,
            "questions": len(self.questions),
        }

    def act(self, kind: "Act") -> "TwoPersonAct | None":
        return next((request for request in self.acts if request.act is kind), None)


class BoxQuestion(db.Model):
    """One question of a box; fixed when the box opens. `least` and `most` limit the choices."""

    __table_args__ = (
        CheckConstraint("least >= 0 AND most >= least AND most >= 1", name="limits_make_sense"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[QuestionKind]
    text: Mapped[str] = mapped_column(Text)
    answers: Mapped[list[str]] = mapped_column(JSON)
    least: Mapped[int]
    most: Mapped[int]
    has_blank: Mapped[bool] = mapped_column(default=True)
    box: Mapped[BallotBox] = relationship(back_populates="questions")

    @property
    def asked(self) -> questions.Question:
        """The question as Belenios encodes it."""
        limits = (self.least, self.most, self.has_blank)
        return questions.Question(self.text, tuple(self.answers), *limits)


class BoxTrustee(db.Model):
    """A holder of a share of the election key.

    `record` is their public part, once it is here. Only the server's own has a `sealed_secret`.
    """

    __tablename__ = "trustee"
    __table_args__ = (
        UniqueConstraint("box_id", "position"),
        UniqueConstraint("box_id", "fingerprint"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    record: Mapped[bytes | None] = mapped_column(LargeBinary)
    fingerprint: Mapped[str | None] = mapped_column(String(43))
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    # With the partial decryption: the proof that it opens this very total, as `refuerzo.json` has
    # it. None before, and for a decryption of before these proofs existed.
    opening_proof: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    box: Mapped[BallotBox] = relationship(back_populates="trustees")


class CardBatch(db.Model):
    """A batch of cards printed together. Their codes are not stored; `used` is for the closing."""

    __table_args__ = (CheckConstraint("cards > 0", name="holds_cards"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"), index=True)
    cards: Mapped[int]
    place: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    used: Mapped[int | None]
    voided_at: Mapped[datetime | None]
    box: Mapped[BallotBox] = relationship(back_populates="batches")
    made_by: Mapped[Account | None] = relationship()


class BoxCredential(db.Model):
    """A line of the roll: the public key of a code, without a name. See roll/credential_digest."""

    __tablename__ = "credential"
    __table_args__: Any = ({"sqlite_with_rowid": False},)

    box_id: Mapped[int] = mapped_column(
        ForeignKey("ballot_box.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    public: Mapped[str] = mapped_column(Text)
    # Forgotten at the closing where the card voted.
    batch_id: Mapped[int | None] = mapped_column(
        ForeignKey("card_batch.id", ondelete="CASCADE"), index=True
    )
    voided_on: Mapped[date | None]
    # Keyed digest of the digits that replacing a ballot takes, and how often they were wrong.
    second_digest: Mapped[str | None] = mapped_column(String(64))
    second_tries: Mapped[int | None]


class TwoPersonAct(db.Model):
    """An act on a box that one official requested and another one has to confirm."""

    __table_args__ = (
        UniqueConstraint("box_id", "act"),
        CheckConstraint("confirmed_by_id <> asked_by_id", name="takes_two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"))
    act: Mapped[Act]
    reason: Mapped[str] = mapped_column(Text, default="")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None]
    # Of an opening: who confirmed it said that both compared each key with the person who has it.
    has_compared_keys: Mapped[bool] = mapped_column(default=False)
    box: Mapped[BallotBox] = relationship(back_populates="acts")
    asked_by: Mapped[Account] = relationship(foreign_keys=[asked_by_id])
    confirmed_by: Mapped[Account | None] = relationship(foreign_keys=[confirmed_by_id])

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None


class BoxHead(ChainSums, db.Model):
    """End of a chain: number of events, hash of the last one. Lock this row to append."""

    box_id: Mapped[int] = mapped_column(
        ForeignKey("ballot_box.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    height: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str | None] = mapped_column(String(64))
    ballots: Mapped[int] = mapped_column(default=0)
    # Live results of an open consultation: answers published, and votes per question and slot.
    published_ballots: Mapped[int] = mapped_column("told_ballots", default=0)
    published: Mapped[list[list[int]] | None] = mapped_column("told", JSON)
    # Ids of the answers not yet published, encrypted: a mark on each would reveal its group.
    waiting: Mapped[bytes | None] = mapped_column(LargeBinary)


class ChainEvent(ArchiveLength, db.Model):
    """One event of the public archive; `body` is its part of the file. Rows are never updated."""

    box_id: Mapped[int] = mapped_column(
        ForeignKey("ballot_box.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    height: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class BoxBallot(db.Model):
    """Index of an encrypted ballot in the archive.

    `credential` is a digest of the public key. `once` repeats it if the box accepts one ballot per
    credential, so that the unique constraint refuses a second one.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        UniqueConstraint("box_id", "tracker"),
        UniqueConstraint("box_id", "once"),
        UniqueConstraint("box_id", "submission_id"),
        Index("ix_ballot_box_credential", "box_id", "credential"),
    )

    box_id: Mapped[int] = mapped_column(
        ForeignKey("ballot_box.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    height: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tracker: Mapped[str] = mapped_column(String(43))
    credential: Mapped[str] = mapped_column(String(64))
    once: Mapped[str | None] = mapped_column(String(64))
    is_assisted: Mapped[bool] = mapped_column(default=False)
    # Only for assisted ballots, to tell a retry from a change; set to NULL at the closing.
    submission_id: Mapped[str | None] = mapped_column(String(32))
    submission_digest: Mapped[str | None] = mapped_column(String(64))


class SealedPaper(db.Model):
    """An encrypted answer or voter detail; decrypted and deleted by the tally.

    The primary key is the random submission id of its form.
    """

    __table_args__: Any = (
        Index("ix_sealed_paper_box", "box_id", "kind"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"))
    kind: Mapped[PaperKind]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class OpenAnswer(db.Model):
    """A counted answer to an open consultation, inserted by the tally in random order.

    `votes` has, per question, the indices of the chosen options, or None for a blank vote.
    """

    __table_args__: Any = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(
        String(32), primary_key=True, default=lambda: secrets.token_hex(16)
    )
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"), index=True)
    votes: Mapped[list[list[int] | None]] = mapped_column(JSON)


class HandCount(db.Model):
    """A count of the paper votes, typed by one official and confirmed by another.

    The last confirmed one is the count of the box, and each one after the first a correction.
    Confirmed rows are never changed, but for `counts`, which is erased once it is part of a sum
    that is published whole. `counts` has, per question, one number per slot; a blank vote, if
    offered, has the first slot. Counts of earlier versions have no `confirmed_by`.
    """

    __table_args__ = (
        CheckConstraint("invalid >= 0 AND ballots >= invalid", name="counts_up"),
        CheckConstraint("confirmed_by_id <> asked_by_id", name="takes_two_people"),
        Index(
            "uq_hand_count_pending",
            "box_id",
            unique=True,
            sqlite_where=text("confirmed_at IS NULL"),
            postgresql_where=text("confirmed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"), index=True)
    ballots: Mapped[int]
    invalid: Mapped[int] = mapped_column(default=0)
    counts: Mapped[list[list[int]] | None] = mapped_column(JSON(none_as_null=True))
    note: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")  # of a correction
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None]
    box: Mapped[BallotBox] = relationship(back_populates="hand_counts")
    asked_by: Mapped[Account | None] = relationship(foreign_keys=[asked_by_id])
    confirmed_by: Mapped[Account | None] = relationship(foreign_keys=[confirmed_by_id])

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def valid(self) -> int:
        return self.ballots - self.invalid
