"""Batches of cards as groups in which a ballot hides: each has enough cards that can vote, or none.

While a box is open, its tables tie the ballot of a card to the batch of the card. A batch whose
cards are nearly all void would tie it to a person. Before the opening such a batch is refused.
Afterwards voiding must never wait, so the batch is forgotten instead: its cards become cards of
the box, together with those of other small batches.
"""

from collections.abc import Collection

from sqlalchemy import func, select, update

from participa.ballots import minimum
from participa.ballots.models import BallotBox, BoxCredential
from participa.core import spanish
from participa.core.db import db
from participa.core.errors import Refused

MOST_CARDS = 500  # of one batch, made during one request


def fewest_together(box: BallotBox) -> int:
    """The fewest cards of a batch: as many as the ballots without which the box opens nothing."""
    return min(minimum.fewest_of(box), MOST_CARDS)


def valid_cards(box: BallotBox) -> dict[int | None, int]:
    """Batch id → its cards that are not void, used or not; None is for cards of no batch."""
    rows = (
        select(BoxCredential.batch_id, func.count())
        .where(BoxCredential.box_id == box.id, BoxCredential.voided_on.is_(None))
        .group_by(BoxCredential.batch_id)
    )
    return dict(db.session.execute(rows).all())


def small_batches(box: BallotBox) -> dict[int, int]:
    """Batch id → its cards that can vote, of those with too few."""
    fewest = fewest_together(box)
    counts = valid_cards(box)
    return {id: count for id, count in counts.items() if id is not None and count < fewest}


def check_not_small(box: BallotBox, touched: Collection[int]) -> None:
    """Raise Refused if one of these batches of a draft keeps a few cards that can vote."""
    small = small_batches(box)
    for number, batch in enumerate(box.batches, start=1):
        if batch.id in touched and batch.id in small:
            left = spanish.several(small[batch.id], "tarjeta", "tarjetas")
            raise Refused(
                f"En el lote {number} quedarían {left} que sirven, y tan pocas señalarían a quien "
                f"las recibe: deben ser al menos {fewest_together(box)}. Descarte el lote y haga "
                "otro."
            )


def forget_small(box: BallotBox) -> None:
    """Let an open box forget each batch with too few cards that can vote.

    Those cards join the cards of no batch; if these are still too few, the next smallest batches
    are forgotten too. Their void cards go along, because a list may be undone.
    """
    fewest = fewest_together(box)
    counts = valid_cards(box)
    together = counts.pop(None, 0)
    forgotten: list[int] = []
    for batch_id, count in sorted(counts.items(), key=lambda pair: pair[1]):
        if batch_id is not None and (count < fewest or 0 < together < fewest):
            forgotten.append(batch_id)
            together += count
    if forgotten:
        cards = update(BoxCredential).where(
            BoxCredential.box_id == box.id, BoxCredential.batch_id.in_(forgotten)
        )
        unsynchronized = cards.values(batch_id=None)
        db.session.execute(unsynchronized.execution_options(synchronize_session=False))


def touched_by(box: BallotBox, digests: Collection[str]) -> dict[int | None, int]:
    """Batch id → how many of these cards are of it."""
    rows = (
        select(BoxCredential.batch_id, func.count())
        .where(BoxCredential.box_id == box.id, BoxCredential.digest.in_(digests))
        .group_by(BoxCredential.batch_id)
    )
    return dict(db.session.execute(rows).all())
