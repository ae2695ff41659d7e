"""Many cards that an official asked for at once, and the sealed files that hold them.

A job makes the cards of an order batch by batch: the codes of a batch exist in its file alone, and
a row of the roll has only their public halves.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.ballots.models import BallotBox, CardBatch
from participa.core import clock
from participa.core.db import db
from participa.core.files.sealed_files import HoldsSealedFile
from participa.core.jobs.jobs import Job
from participa.staff.models import Account


class CardOrder(db.Model):
    """So many cards for one place, as files of one kind; a worker makes one batch for each file.

    What is still to be made is `cards` without the cards of its batches, so that a job that was
    killed goes on, and a batch that was discarded is made again.
    """

    __table_args__ = (CheckConstraint("cards > 0", name="asks_for_cards"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"), index=True)
    cards: Mapped[int]
    place: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text)  # a key of roll.card_files.WAYS
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    job_id: Mapped[int | None] = mapped_column(
        ForeignKey("job.id", ondelete="SET NULL"), index=True
    )
    box: Mapped[BallotBox] = relationship()
    asked_by: Mapped[Account] = relationship()
    job: Mapped[Job | None] = relationship()

    @property
    def is_being_made(self) -> bool:
        return self.job is not None and not self.job.is_over


class OrderedBatch(db.Model):
    """A batch that was made for an order, and how often the file with its codes was downloaded."""

    __table_args__ = (UniqueConstraint("order_id", "number"),)

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("card_batch.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    order_id: Mapped[int] = mapped_column(ForeignKey("card_order.id", ondelete="CASCADE"))
    number: Mapped[int]  # of the file within its order, from 1
    downloads: Mapped[int] = mapped_column(default=0)
    batch: Mapped[CardBatch] = relationship()
    order: Mapped[CardOrder] = relationship()


class CardFile(HoldsSealedFile, db.Model):
    """The codes of one batch, until its official destroys the file or its term ends."""

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("ordered_batch.batch_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    expires_on: Mapped[date]
    of: Mapped[OrderedBatch] = relationship()
