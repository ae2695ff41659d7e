"""Following up on a receipt or a tracker of a ballot box.

The receipt of an open consultation proves that an answer arrived. The tracker of a ballot leads to
the page of that ballot.
"""

import re

from flask import url_for
from sqlalchemy import select

from participa.ballots.models import BallotBox, BoxBallot, BoxKind
from participa.ballots.public import wording
from participa.ballots.snapshots import SNAPSHOTS
from participa.ballots.voting import receipts, tracker_search
from participa.cases.follow import Followed
from participa.core import codes, submissions
from participa.core.db import db

TRACKER = re.compile(rf"[A-Za-z0-9+/]{{{tracker_search.TRACKER_LENGTH}}}")


def receipt(typed: str) -> Followed | None:
    """The open consultation that issued this receipt, found by its check: one HMAC per box.

    No answer is looked up, because answers are stored without their receipt.
    """
    shown = codes.read(typed)
    if not submissions.is_receipt(shown[: -receipts.CHECK_LENGTH]):
        return None
    opened = select(BallotBox.uuid).where(
        BallotBox.kind == BoxKind.OPEN, BallotBox.opened_at.is_not(None)
    )
    uuids = db.session.scalars(opened.order_by(BallotBox.id))
    uuid = next((candidate for candidate in uuids if receipts.is_from_box(candidate, shown)), None)
    box = SNAPSHOTS.find(uuid) if uuid else None
    if box is None:
        return None
    values = {"box": box, "next_steps": list(wording.next_steps(box))}
    return Followed("ballots/_followed.html", values)


def tracker(typed: str) -> Followed | None:
    """The page of the ballot with this whole tracker.

    A part of a tracker is searched in one box only: the index of trackers begins with the box.
    """
    whole = "".join(typed.split())
    if not TRACKER.fullmatch(whole):
        return None
    boxes = select(BallotBox.id).where(BallotBox.opened_at.is_not(None))
    uuid = db.session.scalar(
        select(BallotBox.uuid)
        .join(BoxBallot, BoxBallot.box_id == BallotBox.id)
        .where(BoxBallot.box_id.in_(boxes), BoxBallot.tracker == whole)
    )
    return Followed(address=url_for("ballots.trackers", uuid=uuid, rastreo=whole)) if uuid else None
