"""A ballot box: what it asks, who keeps its keys, its roll, and the chain of its public records.

No row leads from a person to a ballot: codes are never stored, a credential has no name, and no
ballot, slip or event has a time. What waits until the closing is sealed (sealing.py) and has a key
that says nothing about order.
"""

import enum
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
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from participa.belenios import election, questions
from participa.channels.models import Channel
from participa.channels.phases import Phase
from participa.core import clock
from participa.core.db import db
from participa.staff.models import Account

SALT_BYTES = 32


class BoxKind(enum.Enum):
    """Which of the three honest labels a box has."""

    OPEN = "Consulta abierta"
    CODES = "Urna con códigos"
    VERIFIABLE = "Urna verificable"

    @property
    def is_secret(self) -> bool:
        """Whether its ballots are encrypted, and each needs a code."""
        return self is not BoxKind.OPEN


class BoxState(enum.Enum):
    """Where a box stands; always derived from its facts and the clock."""

    DRAFT = "En preparación"
    SCHEDULED = "Programada"
    OPEN = "Abierta"
    ENDED = "Terminó la votación"
    CLOSED = "Cerrada, en recuento"
    FINISHED = "Con resultado"


BY_PHASE = {
    Phase.DRAFT: BoxState.DRAFT,
    Phase.SCHEDULED: BoxState.SCHEDULED,
    Phase.OPEN: BoxState.OPEN,
    Phase.CLOSED: BoxState.ENDED,
}


def box_state(box: Any) -> BoxState:
    """The state of a box or of its snapshot: its phase, and what the counting has come to."""
    if box.finished_at is not None:
        return BoxState.FINISHED
    if box.closed_at is not None:
        return BoxState.CLOSED
    return BY_PHASE[box.phase]


class BallotBox(Channel, db.Model):
    """The urna: a consultation about the city's management, under one of three labels."""

    __table_args__ = (CheckConstraint("closes_at > opens_at", name="closes_after_opening"),)
    channel = "ballots"

    # A box is published by opening it: two people do, and nothing that is asked changes afterwards.
    published_at: Mapped[datetime | None] = mapped_column("opened_at")
    opened_at: Mapped[datetime | None] = synonym("published_at")
    uuid: Mapped[str] = mapped_column(String(14), unique=True, default=election.new_uuid)
    kind: Mapped[BoxKind]
    # Who will use the result, and for what (ELE-01).
    used_by: Mapped[str] = mapped_column(Text, default="")
    registrar: Mapped[str] = mapped_column(Text, default="")
    takes_last: Mapped[bool] = mapped_column(default=False)
    shows_live: Mapped[bool] = mapped_column(default=False)
    allows_assisted: Mapped[bool] = mapped_column(default=True)
    allows_paper: Mapped[bool] = mapped_column(default=True)
    expected_ballots: Mapped[int] = mapped_column(default=0)
    cards_handed_out: Mapped[int | None]
    # What the registrar handed in, until a job has checked it line by line.
    roll: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    finished_at: Mapped[datetime | None]
    # What seals papers and the server's key together with the installation's own; erased at the
    # end, so that the database alone opens nothing more. A copy of before still has it.
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
    paper: Mapped["PaperCount | None"] = relationship(
        back_populates="box", cascade="all, delete-orphan"
    )

    @property
    def state(self) -> BoxState:
        return box_state(self)

    @property
    def is_draft(self) -> bool:
        return self.phase is Phase.DRAFT

    @property
    def is_closed(self) -> bool:
        """Whether its closing was recorded; a box whose time is over still waits for that."""
        return self.closed_at is not None

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def is_secret(self) -> bool:
        return self.kind.is_secret

    def audit_facts(self) -> dict[str, Any]:
        return {
            **super().audit_facts(),
            "kind": self.kind.name,
            "takes_last": self.takes_last,
            "questions": len(self.questions),
        }

    def act(self, kind: "Act") -> "TwoPersonAct | None":
        return next((one for one in self.acts if one.act is kind), None)


class QuestionKind(enum.Enum):
    """What people are asked to do with the options of a question."""

    ONE = "Elegir una opción"
    SEVERAL = "Elegir varias opciones"
    APPROVE = "Aprobar las que quiera"
    YES_NO = "Responder sí o no"
    SCALE = "Calificar la gestión en una escala"
    PRIORITIES = "Escoger las más importantes"


class BoxQuestion(db.Model):
    """One question of a box; its words are fixed when the box opens."""

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
        """The question as a ballot knows it."""
        limits = (self.least, self.most, self.has_blank)
        return questions.Question(self.text, tuple(self.answers), *limits)


class BoxTrustee(db.Model):
    """Somebody who keeps a part of the key; only of the server's own is the secret here, sealed."""

    __tablename__ = "trustee"
    __table_args__ = (
        UniqueConstraint("box_id", "position"),
        UniqueConstraint("box_id", "fingerprint"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    record: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[str] = mapped_column(String(43))
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    box: Mapped[BallotBox] = relationship(back_populates="trustees")


class CardBatch(db.Model):
    """Cards that were made and printed together; what stands on them is kept nowhere."""

    __table_args__ = (CheckConstraint("cards > 0", name="holds_cards"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"), index=True)
    cards: Mapped[int]
    place: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    voided_at: Mapped[datetime | None]
    box: Mapped[BallotBox] = relationship(back_populates="batches")
    made_by: Mapped[Account | None] = relationship()


class BoxCredential(db.Model):
    """A line of the roll: the public half of a code, and nobody's name."""

    __tablename__ = "credential"
    __table_args__: Any = ({"sqlite_with_rowid": False},)

    box_id: Mapped[int] = mapped_column(
        ForeignKey("ballot_box.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    public: Mapped[str] = mapped_column(Text)
    batch_id: Mapped[int | None] = mapped_column(
        ForeignKey("card_batch.id", ondelete="CASCADE"), index=True
    )
    voided_on: Mapped[date | None]


class Act(enum.Enum):
    """What one person alone may not do with a box."""

    OPEN = "abrir"
    CLOSE = "cerrar"
    TALLY = "contar"


class TwoPersonAct(db.Model):
    """An act on a box that one official asked for and another one has to confirm."""

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
    box: Mapped[BallotBox] = relationship(back_populates="acts")
    asked_by: Mapped[Account] = relationship(foreign_keys=[asked_by_id])
    confirmed_by: Mapped[Account | None] = relationship(foreign_keys=[confirmed_by_id])

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None


class BoxHead(db.Model):
    """Where the chain of a box ends, and how many ballots came; locked by whoever adds to it."""

    box_id: Mapped[int] = mapped_column(
        ForeignKey("ballot_box.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    height: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str | None] = mapped_column(String(64))
    ballots: Mapped[int] = mapped_column(default=0)
    # Of an open consultation with results in sight: the totals, advanced by whole groups.
    told_ballots: Mapped[int] = mapped_column(default=0)
    told: Mapped[list[list[int]] | None] = mapped_column(JSON)
    # Which papers the totals do not hold yet, sealed: a mark on each would tell who is in a group.
    waiting: Mapped[bytes | None] = mapped_column(LargeBinary)


class ChainEvent(db.Model):
    """One event of the public archive, with the bytes that it adds to the file; never changed."""

    box_id: Mapped[int] = mapped_column(
        ForeignKey("ballot_box.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    height: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class BoxBallot(db.Model):
    """Where an encrypted ballot stands in the archive; `once` holds the rule of one per code."""

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
    # Only of a vote that the server encrypted, so that a second click finds the first; erased at
    # the closing.
    submission_id: Mapped[str | None] = mapped_column(String(32))


class PaperKind(enum.Enum):
    """What is sealed until the closing."""

    ANSWER = "Respuesta"
    SLIP = "Datos sobre la persona"


class SealedPaper(db.Model):
    """Something that nobody reads before the closing; it goes when its content is counted."""

    __table_args__: Any = (
        Index("ix_sealed_paper_box", "box_id", "kind"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"))
    kind: Mapped[PaperKind]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class OpenAnswer(db.Model):
    """What somebody chose in an open consultation, written after the closing in random order."""

    __table_args__: Any = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(
        String(32), primary_key=True, default=lambda: secrets.token_hex(16)
    )
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"), index=True)
    votes: Mapped[list[list[int] | None]] = mapped_column(JSON)


class PaperCount(db.Model):
    """What the paper cards said, counted by hand: a line of its own, never mixed in."""

    __table_args__ = (CheckConstraint("ballots >= 0 AND invalid >= 0", name="counts_up"),)

    box_id: Mapped[int] = mapped_column(
        ForeignKey("ballot_box.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    ballots: Mapped[int]
    invalid: Mapped[int] = mapped_column(default=0)
    counts: Mapped[list[list[int]]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text, default="")
    counted_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    counted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    box: Mapped[BallotBox] = relationship(back_populates="paper")
    counted_by: Mapped[Account | None] = relationship()


def touch(box: BallotBox) -> None:
    """Let every process know that what it remembers is old; counted by the database, so that two
    changes at once give two versions.
    """
    box.version = BallotBox.version + 1
