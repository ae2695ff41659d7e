"""Closing a box: no ballot is accepted afterwards, and the archive gets its end event.

A box with too few ballots may get more days instead, once.
"""

from sqlalchemy import update

from participa.ballots import archive_store, minimum
from participa.ballots.models import Act, BallotBox, BoxBallot
from participa.ballots.roll import enrolment
from participa.ballots.voting import challenges
from participa.channels import lifecycle
from participa.channels.lifecycle import NotReady
from participa.core import audit, clock, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.staff.models import Account


def missing_requirements(box: BallotBox) -> list[str]:
    if box.opened_at is None:
        return ["que la urna abra"]
    if minimum.waits_for_its_date(box) and box.closes_at:
        fewest = spanish.number(minimum.fewest_of(box))
        what = "votos" if box.is_secret else "respuestas"
        moment = spanish.moment(spanish.as_end(box.closes_at))
        return [f"que llegue su fecha, el {moment}, porque hay menos de {fewest} {what}"]
    return []


def close(box: BallotBox, by: Account | str) -> None:
    """End the voting, even before its date, for the reason of the request.

    Deletes the submission ids of assisted ballots and the votes of challenged ones, and forgets the
    batches of used cards. Below the minimum of ballots the box may stay open for more days instead.
    """
    if box.opened_at is None:
        raise Refused("Esta urna todavía no abre.")
    end = archive_store.lock_head(box.id, archive_store.timestamp(box))
    db.session.refresh(box, ["closed_at"])  # it may have been closed while we waited
    if box.is_closed:
        raise Refused("Esta urna ya cerró.")
    if missing := missing_requirements(box):
        raise NotReady(f"Para cerrar falta: {'; '.join(missing)}.")
    if minimum.is_to_be_extended(box):
        _extend(box, by)
        return
    details: dict[str, str | None] = {}
    if box.is_secret:
        details = {"head": archive_store.append_event(box.id, end, archive_store.END).head}
        assisted = update(BoxBallot).where(
            BoxBallot.box_id == box.id, BoxBallot.submission_id.is_not(None)
        )
        db.session.execute(assisted.values(submission_id=None, submission_digest=None))
        enrolment.forget_batches(box)
        challenges.forget_votes(box)
    request = box.act(Act.CLOSE)
    lifecycle.stop(box, request.reason if request else "")
    audit.record("ballots.closed", box, by, **details)


def _extend(box: BallotBox, by: Account | str) -> None:
    """Give the box its extra days. The request to close becomes that of the extension."""
    until = minimum.extended_end(box)
    box.extended_from_at, box.closes_at = box.closes_at or clock.now(), until
    box.announced_close_at = None  # the new date is later than any announced before
    if request := box.act(Act.CLOSE):
        request.act = Act.EXTEND
    box.touch()
    facts = {"ballots": minimum.received(box), "closes_at": until.isoformat()}
    audit.record("ballots.extended", box, by, **facts)
