"""What the pages of a box say about its whole chain, kept as sums: they cost the same at 20 and at
200,000 ballots. Each change of a chain changes them in the same transaction.
"""

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column


class ArchiveLength:
    """Length in bytes of all events up to this one, without the first file of the archive."""

    archive_bytes: Mapped[int] = mapped_column(BigInteger, default=0)


class ChainSums(ArchiveLength):
    """Sums of a box, beside the end of its chain."""

    # Ballots that a later one of the same credential replaced.
    replaced: Mapped[int] = mapped_column(default=0)
    # Ballots that the server encrypted and no later one replaced.
    assisted: Mapped[int] = mapped_column(default=0)
    # Credentials on the roll that the box opened with, and how many of them are void now.
    cards: Mapped[int] = mapped_column(default=0)
    void_cards: Mapped[int] = mapped_column(default=0)
