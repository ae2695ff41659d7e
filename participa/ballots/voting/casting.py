"""Casting an encrypted ballot: proofs are checked first, then one transaction stores it.

The proofs are checked before the chain is locked. Facts that may change meanwhile (closing, a
voided card, another ballot of the same credential) are checked again under the lock.
"""

import hmac
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy import insert, select

from participa.ballots import archive_store
from participa.ballots.challenged import ChallengedBallot
from participa.ballots.keys import sealing
from participa.ballots.models import BallotBox, BoxBallot, BoxCredential, BoxState
from participa.ballots.roll.credential_digest import credential_digest
from participa.ballots.snapshots import BoxSnapshot
from participa.ballots.voting import second_vote
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
OPENED = (
    "Esta papeleta se abrió para comprobar el celular, y por eso no se recibe. "
    "Cifre su voto otra vez."
)
REPLACED = "Esa papeleta ya estaba en la urna, y después se reemplazó por otra."
OTHER_CARD = (
    "Con este formulario ya se votó con otra tarjeta, y el voto de esta no entró. Para votar con "
    "esta tarjeta, revise todo y envíelo otra vez."
)
NOT_CHANGED = (
    "Su voto ya estaba en la urna con lo que marcó antes, y este cambio no se tomó. Su rastreador "
    "empieza por {start}."
)
Votes = Sequence[Collection[int] | None]
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


class SentBefore(Refused):
    """This form has stored an assisted ballot, of another code or with other choices."""


@dataclass(frozen=True, slots=True)
class Assistance:
    """The form by which the server encrypts a ballot.

    `credential` is the digest of the code's public key. `digest` is made of the code and the
    choices under a key of the box, so that it tells nothing to whoever lacks the code.
    """

    submission_id: str
    credential: str
    digest: str


def cast(
    box: BoxSnapshot, raw: bytes, second: str = "", assistance: Assistance | None = None
) -> Deposit:
    """Store a ballot and return its deposit. A retry returns the first one. The caller commits.

    `raw` are the ballot's bytes as the browser sent them, `second` the typed second part of the
    card. Raises NotABallot, NotOpen, NotOnTheRoll, AlreadyVoted or SecondPartNeeded.
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
    may_replace = second_vote.check(box, credential, sent.credential, second)
    end = archive_store.lock_head(box.id, box.timestamp)
    deposit = (assistance and submitted(box.id, assistance)) or _stored(box.id, sent)
    if deposit:  # a concurrent copy was stored first
        return deposit
    _recheck_may_vote(box, credential)
    _refuse_opened(box.id, sent.tracker)
    second_vote.recheck(box, credential, may_replace)
    facts = {
        "height": end.height,
        "tracker": sent.tracker,
        "credential": credential,
        "once": None if box.takes_last else credential,
        "is_assisted": assistance is not None,
        "submission_id": assistance.submission_id if assistance else None,
        "submission_digest": assistance.digest if assistance else None,
    }
    archive_store.add_to_sums(box.id, [facts], may_replace=box.takes_last)
    with unique_or_refuse("uq_ballot_box_id_once", AlreadyVoted(ALREADY, "code")):
        db.session.execute(insert(BoxBallot).values(box_id=box.id, **facts))
    archive_store.append_event(box.id, end, archive_store.BALLOT, raw)
    return Deposit(sent.tracker)


def cast_assisted(
    box: BoxSnapshot, code: str, votes: Votes, submission_id: str, second: str = ""
) -> Deposit:
    """Encrypt the choices on the server and cast an assisted ballot, which is counted separately.

    Encryption is randomised, so retries are recognised by `submission_id` and not by the ballot.
    The code is never stored or logged. Raises what `cast` does, and SentBefore.
    """
    election = _election_of(box)
    assistance = assistance_of(box, code, votes, submission_id)
    if deposit := submitted(box.id, assistance):
        return deposit
    if not box.allows_assisted:
        raise NotOpen("En esta urna el servidor no cifra votos. Vote desde un celular.")
    if box.state is not BoxState.OPEN:
        raise NotOpen(closed_reason(box))
    secret = credentials.secret_of(code, box.uuid, election.group)
    with PROOFS.slot_without_connection():
        raw = ballot.make(election, secret, votes)
    try:
        return cast(box, raw, second, assistance)
    except (AlreadyVoted, second_vote.SecondPartNeeded):
        if deposit := submitted(box.id, assistance):  # a concurrent copy was stored first
            return deposit
        raise


def assistance_of(box: BoxSnapshot, code: str, votes: Votes, submission_id: str) -> Assistance:
    """What a form asks the server to encrypt, as it is compared with what the form sent before."""
    salt = db.session.scalar(select(BallotBox.salt).where(BallotBox.id == box.id))
    if salt is None:
        raise NotOpen(closed_reason(box))
    credential = credential_digest(credentials.derive(code, box.uuid).public)
    chosen = [None if vote is None else sorted(vote) for vote in votes]
    content = json.dumps([submission_id, code, chosen]).encode()
    return Assistance(submission_id, credential, sealing.keyed_digest(salt, "assisted", content))


def submitted(box_id: int, assistance: Assistance) -> Deposit | None:
    """The deposit that this form has stored. Raises SentBefore if it was another vote."""
    columns = select(BoxBallot.tracker, BoxBallot.credential, BoxBallot.submission_digest)
    of_form = columns.filter_by(box_id=box_id, submission_id=assistance.submission_id)
    stored = db.session.execute(of_form).one_or_none()
    if stored is None:
        return None
    if stored.credential != assistance.credential:
        raise SentBefore(OTHER_CARD, "code")
    digest = stored.submission_digest  # None of a ballot from before it was stored
    if digest is not None and not hmac.compare_digest(digest, assistance.digest):
        raise SentBefore(NOT_CHANGED.format(start=stored.tracker[:12]))
    return Deposit(stored.tracker, is_new=False)


def closed_reason(box: BoxSnapshot | BallotBox) -> str:
    """Spanish sentence: why the box accepts no ballots now, with the date if known."""
    this = "Esta urna" if box.is_secret else "Esta consulta"
    if box.state is BoxState.DRAFT:
        return f"{this} todavía no abre."
    if box.state is BoxState.SCHEDULED and box.opens_at:
        return f"{this} abre el {spanish.moment(box.opens_at)}"
    if box.ended_at is None:
        return f"{this} ya no recibe {'votos' if box.is_secret else 'respuestas'}."
    return f"{this} cerró el {spanish.moment(spanish.as_end(box.ended_at))}"


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


def _refuse_opened(box_id: int, tracker: str) -> None:
    """A ballot that its voter opened, to test the device, has shown its vote."""
    rows = select(ChallengedBallot.tracker).filter_by(box_id=box_id, tracker=tracker)
    if db.session.scalar(rows) is not None:
        raise NotABallot(OPENED)


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
