"""The ceremony by which trustees share one key so that some of them open the total.

A box without a row in `key_ceremony` needs all of its trustees. The others go through three rounds:
each trustee hands in a public part, then deals shares to all, then proves what they received. The
list of trustees and their quorum are fixed between the first round and the second.
"""

import enum
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participa.ballots import quorum
from participa.ballots.kinds import BoxKind
from participa.ballots.models import BallotBox
from participa.ballots.quorum import Quorum
from participa.core import clock
from participa.core.db import db
from participa.staff.models import Account


class Round(enum.Enum):
    """What a trustee hands in; the value is its Spanish name. Where all are needed, only PART."""

    PART = "parte pública"
    DEAL = "reparto"
    CHECK = "comprobación"

    @property
    def the(self) -> str:
        return f"{'el' if self is Round.DEAL else 'la'} {self.value}"


class KeyCeremony(db.Model):
    """That some of the trustees of a box are enough to open its total, and how many."""

    __table_args__ = (
        CheckConstraint(f"needed BETWEEN {quorum.FEWEST} AND {quorum.MOST}", name="needs_some"),
    )

    box_id: Mapped[int] = mapped_column(
        ForeignKey("ballot_box.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    needed: Mapped[int]
    # When the list of trustees was closed, after which they deal. Empty before it.
    listed_at: Mapped[datetime | None]
    # Of the list as it was closed, with `needed`: what every trustee's machine shows.
    fingerprint: Mapped[str | None] = mapped_column(String(43))


class CeremonyFile(db.Model):
    """What a trustee handed in after the list was closed, byte for byte; never changed."""

    trustee_id: Mapped[int] = mapped_column(
        ForeignKey("trustee.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    round: Mapped[Round] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    arrived_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())


class CeremonyRestart(db.Model):
    """A ceremony that an official began again, with the reason, as the minutes state it.

    Rows are never changed.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"), index=True)
    keeps_keys: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    restarted_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    by: Mapped[Account] = relationship()


def ceremony_of(box: BallotBox) -> KeyCeremony | None:
    """The ceremony as it is stored now; None where all trustees are needed, or there are none."""
    if box.kind is not BoxKind.VERIFIABLE:
        return None
    row = select(KeyCeremony).filter_by(box_id=box.id)
    return db.session.scalar(row.execution_options(populate_existing=True))


def needed_by_box(box_ids: Collection[int]) -> dict[int, int]:
    """Box id → how many trustees are enough, of the boxes that do not need all."""
    rows = select(KeyCeremony.box_id, KeyCeremony.needed)
    return dict(db.session.execute(rows.where(KeyCeremony.box_id.in_(box_ids))).all())


def quorum_of(box: BallotBox) -> Quorum:
    found = ceremony_of(box)
    return Quorum.of(found.needed if found else None, len(box.trustees))


def files_of(box: BallotBox, round: Round) -> dict[int, bytes]:
    """Trustee id → what they handed in, of a round after the first."""
    ids = [trustee.id for trustee in box.trustees]
    rows = select(CeremonyFile.trustee_id, CeremonyFile.content)
    rows = rows.where(CeremonyFile.trustee_id.in_(ids), CeremonyFile.round == round)
    return dict(db.session.execute(rows).all())


def restarts_of(box: BallotBox) -> list[CeremonyRestart]:
    """How often it was begun again, the first time on top."""
    rows = select(CeremonyRestart).filter_by(box_id=box.id).order_by(CeremonyRestart.id)
    return list(db.session.scalars(rows))
