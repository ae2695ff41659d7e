"""A box before its opening: whoever changes it holds it, so that nobody opens half of a change."""

from sqlalchemy import delete, update

from participa.ballots.models import Act, BallotBox, TwoPersonAct
from participa.channels.lifecycle import Frozen
from participa.core.db import db
from participa.core.errors import Refused

__all__ = ["Frozen", "hold", "wait"]


def wait_for_lock(box: BallotBox) -> None:
    """Wait until nobody else changes this box, and keep it until this transaction is over."""
    held = update(BallotBox).where(BallotBox.id == box.id).values(version=BallotBox.version)
    db.session.execute(held.execution_options(synchronize_session=False))


def lock_draft(box: BallotBox, refusal: Refused) -> None:
    """Keep others from changing or opening it until this transaction is over.

    The box is read again, because it may have changed while we waited. A request to open it falls:
    whoever confirms must have seen what opens.
    """
    held = update(BallotBox).where(BallotBox.id == box.id, BallotBox.opened_at.is_(None))
    more = held.values(version=BallotBox.version + 1)
    alone = more.execution_options(synchronize_session=False)
    if db.session.execute(alone).rowcount != 1:  # type: ignore[attr-defined]
        raise refusal
    asked = delete(TwoPersonAct).where(
        TwoPersonAct.box_id == box.id,
        TwoPersonAct.act == Act.OPEN,
        TwoPersonAct.confirmed_at.is_(None),
    )
    db.session.execute(asked.execution_options(synchronize_session=False))
    db.session.expire(box)
