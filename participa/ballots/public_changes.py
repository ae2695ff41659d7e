"""What changes in a box and stays public: void cards, also of its draft, and explanations."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from participa.ballots.models import BallotBox, CardBatch
from participa.core import clock
from participa.core.db import db
from participa.staff.models import Account


class Voiding(db.Model):
    """Cards of an open box that one official asked to void, and another one then voided.

    `document` is the public list, byte for byte: a JSON list of public credentials. Of a batch it
    is made when the act is confirmed; a withdrawn request has none. `number` counts the confirmed
    lists of a box from 1. A list that is undone on the same day stays, with the second reason.
    """

    __table_args__ = (
        UniqueConstraint("box_id", "number"),
        CheckConstraint("confirmed_by_id <> asked_by_id", name="takes_two_people"),
        CheckConstraint("undone_by_id <> undo_asked_by_id", name="undoing_takes_two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"))
    number: Mapped[int | None]
    batch_id: Mapped[int | None] = mapped_column(
        ForeignKey("card_batch.id", ondelete="CASCADE"), index=True
    )
    cards: Mapped[int]
    document: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    fingerprint: Mapped[str | None] = mapped_column(String(43))
    # Of a verifiable box: the registrar's signature of the document.
    signature: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    withdrawn_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None]
    undo_reason: Mapped[str] = mapped_column(Text, default="")
    undo_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    undo_asked_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    undone_at: Mapped[datetime | None]
    box: Mapped[BallotBox] = relationship()
    batch: Mapped[CardBatch | None] = relationship()
    asked_by: Mapped[Account] = relationship(foreign_keys=[asked_by_id])
    confirmed_by: Mapped[Account | None] = relationship(foreign_keys=[confirmed_by_id])
    undo_asked_by: Mapped[Account | None] = relationship(foreign_keys=[undo_asked_by_id])
    undone_by: Mapped[Account | None] = relationship(foreign_keys=[undone_by_id])

    @property
    def version(self) -> str:
        """What a page showed of it: every act changes it."""
        moments = (self.withdrawn_at, self.confirmed_at, self.undo_asked_at, self.undone_at)
        return "|".join(str(moment) for moment in moments)

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None

    @property
    def waits_for_undoing(self) -> bool:
        return self.undo_asked_at is not None and not self.is_undone

    @property
    def waits(self) -> bool:
        """Whether a second person has to confirm something."""
        is_asked = not self.is_confirmed and self.withdrawn_at is None
        return is_asked or self.waits_for_undoing

    @property
    def confirmed_on(self) -> date | None:
        """The day of the city on which the cards became void."""
        return clock.local(self.confirmed_at).date() if self.confirmed_at else None

    @property
    def is_of_unknown_size(self) -> bool:
        """Whether it is a batch that is not void yet: how many of it voted nobody is to know."""
        is_batch = self.batch_id is not None or self.batch is not None
        return is_batch and not self.is_confirmed

    @property
    def asked_last_by(self) -> Account:
        """Who asked for what waits."""
        return self.undo_asked_by if self.is_confirmed and self.undo_asked_by else self.asked_by


class DraftVoiding(db.Model):
    """Cards of a batch that one official voided before the opening; the minutes state it.

    Rows are never changed. They go with the batch, if it is discarded.
    """

    __table_args__ = (CheckConstraint("cards > 0", name="voids_cards"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"), index=True)
    batch_id: Mapped[int | None] = mapped_column(
        ForeignKey("card_batch.id", ondelete="CASCADE"), index=True
    )
    cards: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    voided_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    by: Mapped[Account] = relationship()


class ExplanationChange(db.Model):
    """The explanation of an open box as people read it before an official changed it.

    Rows are never updated or deleted.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"), index=True)
    before: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
