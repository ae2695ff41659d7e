"""Ballots that were opened instead of cast: see participa.ballots.voting.challenges."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from participa.core import clock
from participa.core.db import db


class ChallengedBallot(db.Model):
    """A ballot that its voter opened to test the device. It must never be cast.

    `record` has the ballot and what opens it, and so shows a vote of `credential`, the digest of a
    public credential. Both are kept for the day on which the second device reads them.
    """

    __table_args__: Any = ({"sqlite_with_rowid": False},)

    box_id: Mapped[int] = mapped_column(
        ForeignKey("ballot_box.id", ondelete="CASCADE"), primary_key=True
    )
    tracker: Mapped[str] = mapped_column(String(43), primary_key=True)
    credential: Mapped[str | None] = mapped_column(String(64))
    record: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_on: Mapped[date] = mapped_column(default=lambda: clock.today())
