"""The end of a chain at certain hours, and who gets it by mail: what witnesses compare.

An hour beside a height says between which hours each ballot came. So a head is only marked once as
many ballots came since the last one as the minimum of the box.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participa.core.db import db


class HeadMark(db.Model):
    """What the chain was at an hour. `height` is the number of events, `digest` the last hash."""

    __table_args__ = (UniqueConstraint("box_id", "marked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("ballot_box.id", ondelete="CASCADE"))
    marked_at: Mapped[datetime]
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    ballots: Mapped[int]


class BoxWitnesses(db.Model):
    """Where the marked heads of a box are mailed to; the staff types the addresses."""

    box_id: Mapped[int] = mapped_column(
        ForeignKey("ballot_box.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    emails: Mapped[list[str]] = mapped_column(JSON)
