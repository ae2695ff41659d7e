"""Row locks on an unopened box, so that it cannot be opened while somebody changes it."""

from sqlalchemy import delete, update

from participa.ballots.models import Act, BallotBox, TwoPersonAct
from participa.core.db import db
from participa.core.errors import Refused


def wait_for_lock(box: BallotBox) -> None:
    """Lock the box's row until the end of the transaction."""
    lock = update(BallotBox).where(BallotBox.id == box.id).values(version=BallotBox.version)
    db.session.execute(lock.execution_options(synchronize_session=False))


def lock_draft(box: BallotBox, refusal: Refused) -> None:
    """Lock an unopened box until the transaction ends and increment its version.

    Raises `refusal` if the box has opened. Expires the box, because it may have changed during the
    wait. Deletes a pending request to open it: its confirmation would cover an older version.
    """
    draft = update(BallotBox).where(BallotBox.id == box.id, BallotBox.opened_at.is_(None))
    lock = draft.values(version=BallotBox.version + 1)
    statement = lock.execution_options(synchronize_session=False)
    if db.session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
        raise refusal
    request = delete(TwoPersonAct).where(
        TwoPersonAct.box_id == box.id,
        TwoPersonAct.act == Act.OPEN,
        TwoPersonAct.confirmed_at.is_(None),
    )
    db.session.execute(request.execution_options(synchronize_session=False))
    db.session.expire(box)
