"""Letting an encrypted ballot in: everything is checked, then one transaction decides.

The proofs are checked before anybody waits for the chain; what may change meanwhile (the closing, a
voided card, another ballot of the same code) is decided while the chain is held.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy import insert, select

from participa.ballots import archive_store
from participa.ballots.models import BallotBox, BoxBallot, BoxCredential, BoxState
from participa.ballots.roll.credential_digest import credential_digest
from participa.ballots.snapshots import BoxSnapshot
from participa.belenios import ballot, credentials
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.core import spanish
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.core.throttle import Throttle

ALREADY = "Con este código ya se votó. En esta urna vale un solo voto por código."
FOREIGN = "Ese código no es de esta urna. Revise que la tarjeta sea de esta votación."
VOID = "Esta tarjeta fue anulada y ya no sirve. Pida otra en la mesa."
REPLACED = "Esa papeleta ya estaba en la urna, y después se reemplazó por otra."
# Proofs occupy a processor for a while: one ballot at a time in each process. A hall that votes at
# once would otherwise hold every connection and every processor, and no other page would load.
PROOFS = Throttle(
    slots=1,
    wait_seconds=20,
    full="Están llegando muchas papeletas a la vez. La suya todavía no entró: "
    "deposítela otra vez en unos segundos.",
)


class NotABallot(Refused):
    """It is not in the form, of another box, or one of its proofs does not hold."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NotOpen(Refused):
    pass


class NotOnTheRoll(Refused):
    status = HTTPStatus.FORBIDDEN


class AlreadyVoted(Refused):
    pass


@dataclass(frozen=True, slots=True)
class Deposit:
    """A ballot that is in the box; `is_new` is False for a copy of one that was there."""

    tracker: str
    is_new: bool = True


def cast(
    box: BoxSnapshot, raw: bytes, is_assisted: bool = False, submission_id: str | None = None
) -> Deposit:
    """Put a ballot into the box, once however often it is sent; the caller commits."""
    asked = _asked(box)
    try:
        sent = ballot.read(asked, raw)
    except Malformed as problem:
        raise NotABallot(str(problem)) from None
    if found := _stored(box.id, sent):
        return found
    credential = credential_digest(sent.credential)
    if box.state is not BoxState.OPEN:
        raise NotOpen(why_shut(box))
    _may_vote(box, credential)
    try:
        with PROOFS.slot_without_connection():
            ballot.check(asked, sent)
    except Malformed as problem:
        raise NotABallot(str(problem)) from None
    end = archive_store.lock_head(box.id, box.timestamp)
    found = (submission_id and submitted(box.id, submission_id)) or _stored(box.id, sent)
    if found:  # its copy was faster
        return found
    _still_may(box, credential)
    facts = {
        "height": end.height,
        "tracker": sent.tracker,
        "credential": credential,
        "once": None if box.takes_last else credential,
        "is_assisted": is_assisted,
        "submission_id": submission_id,
    }
    with unique_or_refuse("uq_ballot_box_id_once", AlreadyVoted(ALREADY, "code")):
        db.session.execute(insert(BoxBallot).values(box_id=box.id, **facts))
    archive_store.append_event(box.id, end, archive_store.BALLOT, raw)
    return Deposit(sent.tracker)


def cast_for(
    box: BoxSnapshot, code: str, votes: Sequence[Collection[int] | None], submission_id: str
) -> Deposit:
    """Encrypt on the server what somebody chose there, and put it in: a class of its own.

    Each encryption is another one, so a second click is told by the submission and not by the
    ballot. The code stays in this function.
    """
    asked = _asked(box)
    if found := submitted(box.id, submission_id):
        return found
    if not box.allows_assisted:
        raise NotOpen("En esta urna el servidor no cifra votos. Vote desde un celular.")
    if box.state is not BoxState.OPEN:
        raise NotOpen(why_shut(box))
    secret = credentials.secret_of(code, box.uuid, asked.group)
    with PROOFS.slot_without_connection():
        raw = ballot.make(asked, secret, votes)
    try:
        return cast(box, raw, is_assisted=True, submission_id=submission_id)
    except AlreadyVoted:
        if found := submitted(box.id, submission_id):  # its copy was faster
            return found
        raise


def submitted(box_id: int, submission_id: str) -> Deposit | None:
    """What came in under this submission."""
    told = select(BoxBallot.tracker).filter_by(box_id=box_id, submission_id=submission_id)
    tracker = db.session.scalar(told)
    return None if tracker is None else Deposit(tracker, is_new=False)


def why_shut(box: BoxSnapshot | BallotBox) -> str:
    """Why it takes no ballots now: since or until when."""
    if box.state is BoxState.DRAFT:
        return "Esta urna todavía no abre."
    if box.state is BoxState.SCHEDULED and box.opens_at:
        return f"Esta urna abre el {spanish.moment(box.opens_at)}"
    if box.ended_at is None:
        return "Esta urna ya no recibe votos."
    return f"Esta urna cerró el {spanish.moment(box.ended_at)}"


def _asked(box: BoxSnapshot) -> Election:
    if box.election is None:
        raise NotOpen(why_shut(box))
    return box.election


def _stored(box_id: int, sent: ballot.Ballot) -> Deposit | None:
    """The same bytes once more: whoever lost the answer gets it again."""
    places = select(BoxBallot.height, BoxBallot.tracker).filter_by(box_id=box_id)
    mine = places.where(BoxBallot.credential == credential_digest(sent.credential))
    found = db.session.execute(mine.order_by(BoxBallot.height.desc())).all()
    trackers = [row.tracker for row in found]
    if sent.tracker not in trackers:
        return None
    if trackers[0] != sent.tracker:
        raise AlreadyVoted(REPLACED)
    return Deposit(sent.tracker, is_new=False)


def _may_vote(box: BoxSnapshot, credential: str) -> None:
    """Before the costly part: on the roll, not void, not used where one is all."""
    line = select(BoxCredential.voided_on).filter_by(box_id=box.id, digest=credential)
    row = db.session.execute(line).one_or_none()
    if row is None:
        raise NotOnTheRoll(FOREIGN, "code")
    if row.voided_on is not None:
        raise NotOnTheRoll(VOID, "code")
    used = select(BoxBallot.height).filter_by(box_id=box.id, once=credential)
    if not box.takes_last and db.session.scalar(used) is not None:
        raise AlreadyVoted(ALREADY, "code")


def _still_may(box: BoxSnapshot, credential: str) -> None:
    """Whether nobody closed the box or voided the card while the proofs were checked."""
    now = (
        select(BallotBox.closed_at, BoxCredential.voided_on)
        .join(BoxCredential, BoxCredential.box_id == BallotBox.id)
        .where(BallotBox.id == box.id, BoxCredential.digest == credential)
    )
    closed_at, voided_on = db.session.execute(now).one()
    if closed_at is not None or box.state is not BoxState.OPEN:
        raise NotOpen(why_shut(box) if closed_at is None else "Esta urna acaba de cerrar.")
    if voided_on is not None:
        raise NotOnTheRoll(VOID, "code")
