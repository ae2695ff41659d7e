"""Casting an encrypted ballot: proofs are checked first, then one transaction stores it.

The proofs are checked before the chain is locked. Facts that may change meanwhile (closing, a
voided card, another ballot of the same credential) are checked again under the lock.
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
    """The ballot is malformed, belongs to another box, or has an invalid proof."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NotOpen(Refused):
    """The box has not opened, has closed, or does not offer this way to vote."""


class NotOnTheRoll(Refused):
    """The credential is of another box, or its card was voided."""

    status = HTTPStatus.FORBIDDEN


class AlreadyVoted(Refused):
    """Another ballot of this credential is stored, or this very one was replaced by a later one."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """A stored ballot; `is_new` is False if it had already been stored before."""

    tracker: str
    is_new: bool = True


def cast(
    box: BoxSnapshot, raw: bytes, is_assisted: bool = False, submission_id: str | None = None
) -> Deposit:
    """Store a ballot and return its deposit. A retry returns the first one. The caller commits.

    `raw` are the ballot's bytes as the browser sent them. Raises NotABallot, NotOpen, NotOnTheRoll
    or AlreadyVoted.
    """
    election = _election_of(box)
    try:
        sent = ballot.read(election, raw)
    except Malformed as problem:
        raise NotABallot(str(problem)) from None
    if deposit := _stored(box.id, sent):
        return deposit
    credential = credential_digest(sent.credential)
    if box.state is not BoxState.OPEN:
        raise NotOpen(closed_reason(box))
    try:
        _may_vote(box, credential)
    except AlreadyVoted:
        if deposit := _stored(box.id, sent):  # a concurrent copy committed after the first look
            return deposit
        raise
    try:
        with PROOFS.slot_without_connection():
            ballot.check(election, sent)
    except Malformed as problem:
        raise NotABallot(str(problem)) from None
    end = archive_store.lock_head(box.id, box.timestamp)
    deposit = (submission_id and submitted(box.id, submission_id)) or _stored(box.id, sent)
    if deposit:  # a concurrent copy was stored first
        return deposit
    _recheck_may_vote(box, credential)
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


def cast_assisted(
    box: BoxSnapshot, code: str, votes: Sequence[Collection[int] | None], submission_id: str
) -> Deposit:
    """Encrypt the choices on the server and cast an assisted ballot, which is counted separately.

    Encryption is randomised, so retries are recognised by `submission_id` and not by the ballot.
    The code is never stored or logged.
    """
    election = _election_of(box)
    if deposit := submitted(box.id, submission_id):
        return deposit
    if not box.allows_assisted:
        raise NotOpen("En esta urna el servidor no cifra votos. Vote desde un celular.")
    if box.state is not BoxState.OPEN:
        raise NotOpen(closed_reason(box))
    secret = credentials.secret_of(code, box.uuid, election.group)
    with PROOFS.slot_without_connection():
        raw = ballot.make(election, secret, votes)
    try:
        return cast(box, raw, is_assisted=True, submission_id=submission_id)
    except AlreadyVoted:
        if deposit := submitted(box.id, submission_id):  # a concurrent copy was stored first
            return deposit
        raise


def submitted(box_id: int, submission_id: str) -> Deposit | None:
    """The deposit of an assisted ballot with this submission id, if it is stored."""
    stored = select(BoxBallot.tracker).filter_by(box_id=box_id, submission_id=submission_id)
    tracker = db.session.scalar(stored)
    return None if tracker is None else Deposit(tracker, is_new=False)


def closed_reason(box: BoxSnapshot | BallotBox) -> str:
    """Spanish sentence: why the box accepts no ballots now, with the date if known."""
    if box.state is BoxState.DRAFT:
        return "Esta urna todavía no abre."
    if box.state is BoxState.SCHEDULED and box.opens_at:
        return f"Esta urna abre el {spanish.moment(box.opens_at)}"
    if box.ended_at is None:
        return "Esta urna ya no recibe votos."
    return f"Esta urna cerró el {spanish.moment(box.ended_at)}"


def _election_of(box: BoxSnapshot) -> Election:
    if box.election is None:
        raise NotOpen(closed_reason(box))
    return box.election


def _stored(box_id: int, sent: ballot.Ballot) -> Deposit | None:
    """If this exact ballot is stored, return its deposit (the client lost our response).

    Raises AlreadyVoted if a later ballot of the same credential replaced it.
    """
    places = select(BoxBallot.height, BoxBallot.tracker).filter_by(box_id=box_id)
    of_credential = places.where(BoxBallot.credential == credential_digest(sent.credential))
    rows = db.session.execute(of_credential.order_by(BoxBallot.height.desc())).all()
    trackers = [row.tracker for row in rows]
    if sent.tracker not in trackers:
        return None
    if trackers[0] != sent.tracker:
        raise AlreadyVoted(REPLACED)
    return Deposit(sent.tracker, is_new=False)


def _may_vote(box: BoxSnapshot, credential: str) -> None:
    """Cheap checks before the proofs. Raises NotOnTheRoll, or AlreadyVoted if one vote counts."""
    credential_row = select(BoxCredential.voided_on).filter_by(box_id=box.id, digest=credential)
    row = db.session.execute(credential_row).one_or_none()
    if row is None:
        raise NotOnTheRoll(FOREIGN, "code")
    if row.voided_on is not None:
        raise NotOnTheRoll(VOID, "code")
    used = select(BoxBallot.height).filter_by(box_id=box.id, once=credential)
    if not box.takes_last and db.session.scalar(used) is not None:
        raise AlreadyVoted(ALREADY, "code")


def _recheck_may_vote(box: BoxSnapshot, credential: str) -> None:
    """Under the lock: raise if the box closed or the card was voided in the meantime."""
    current = (
        select(BallotBox.closed_at, BoxCredential.voided_on)
        .join(BoxCredential, BoxCredential.box_id == BallotBox.id)
        .where(BallotBox.id == box.id, BoxCredential.digest == credential)
    )
    closed_at, voided_on = db.session.execute(current).one()
    if closed_at is not None or box.state is not BoxState.OPEN:
        raise NotOpen(closed_reason(box) if closed_at is None else "Esta urna acaba de cerrar.")
    if voided_on is not None:
        raise NotOnTheRoll(VOID, "code")
