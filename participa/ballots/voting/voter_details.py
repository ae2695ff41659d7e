"""Optional details about voters, sent after voting and stored apart from their ballot.

A slip holds the details of one person. It is stored encrypted until the tally, when all slips are
read in random order and recorded like those of other channels, with nothing of the box but its id.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from participa.ballots import archive_store
from participa.ballots.models import BallotBox, PaperKind
from participa.ballots.snapshots import PURPOSE, BoxSnapshot
from participa.ballots.voting import sealed_papers
from participa.ballots.voting.casting import NotOpen
from participa.citizens import service as citizens
from participa.citizens.models import Notice
from participa.core import clock
from participa.core.db import db

SHUT = "Ya no recibimos datos sobre quienes votaron."


def store(box: BoxSnapshot, submission_id: str, answers: Mapping[str, Sequence[str]]) -> None:
    """Encrypt and store the details, with the day and the privacy notice that was shown.

    Never call it in the transaction of a ballot: the database could then link the two.
    """
    notice = box.notice
    if box.opened_at is None or notice is None or not answers:
        raise NotOpen(SHUT)
    citizens.purposes_of(answers)  # an invalid answer would stop the tally
    # Without the lock a slip could be stored after the tally, and never be read.
    archive_store.lock_head(box.id, box.timestamp)
    salt = db.session.scalar(
        select(BallotBox.salt).where(BallotBox.id == box.id, BallotBox.closed_at.is_(None))
    )
    if salt is None:
        raise NotOpen(SHUT)
    payload = {"answers": dict(answers), "notice": notice.id, "on": clock.today().isoformat()}
    sealed_papers.store(box.id, salt, PaperKind.SLIP, submission_id, payload)


def publish_slips(box: BallotBox, salt: bytes) -> int:
    """Record every slip in the citizens' tables and return their number."""
    notices = {notice.id: notice for notice in db.session.scalars(select(Notice).order_by("id"))}
    count = 0
    for payload in sealed_papers.read_all_shuffled(box.id, salt, PaperKind.SLIP):
        notice, on = notices[payload["notice"]], date.fromisoformat(payload["on"])
        citizens.record_slip(PURPOSE, box.id, payload["answers"], notice, "web", on=on)
        count += 1
    return count
