"""What voters tell of themselves: after voting, if they like, and apart from everything else.

A slip waits sealed like any paper. It is read at the counting, in random order, together with all
others; from then on it is a slip like those of the other channels, without anything of the box but
its number.
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
    """Seal what somebody tells of themselves, with the day and the notice that they read.

    Never in the transaction of a ballot: one line of SQL would join the two.
    """
    notice = box.notice
    if box.opened_at is None or notice is None or not answers:
        raise NotOpen(SHUT)
    citizens.uses_of(answers)  # what could not be handed on would stop the counting
    archive_store.lock_head(
        box.id, box.timestamp
    )  # or it would be sealed after the counting, for nobody
    salt = db.session.scalar(
        select(BallotBox.salt).where(BallotBox.id == box.id, BallotBox.closed_at.is_(None))
    )
    if salt is None:
        raise NotOpen(SHUT)
    told = {"answers": dict(answers), "notice": notice.id, "on": clock.today().isoformat()}
    sealed_papers.store(box.id, salt, PaperKind.SLIP, submission_id, told)


def publish_slips(box: BallotBox, salt: bytes) -> int:
    """Hand every slip to the citizens' tables; how many there were."""
    notices = {notice.id: notice for notice in db.session.scalars(select(Notice).order_by("id"))}
    count = 0
    for told in sealed_papers.read_all_shuffled(box.id, salt, PaperKind.SLIP):
        notice, on = notices[told["notice"]], date.fromisoformat(told["on"])
        citizens.record_slip(PURPOSE, box.id, told["answers"], notice, "web", on=on)
        count += 1
    return count
