"""Casting an encrypted ballot: `examine` checks its proofs, then `store` appends it to the chain.

Proofs are checked before the chain is locked, several ballots at a time. Facts that may change
meanwhile (closing, a voided card, another ballot of the same credential) are decided again under
the lock, for all ballots of one transaction at once: `group_commit` stores those of several voters
together, `cast` a single one in the transaction of its caller.
"""

import hmac
import json
import os
from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from limits import RateLimitItemPerMinute
from sqlalchemy import BindParameter, bindparam, insert, select
from werkzeug.exceptions import TooManyRequests

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
from participa.core.installation import installation
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
TOO_MANY_FALSE = (
    "Con este código llegaron varias papeletas con pruebas falsas. Espere un cuarto de hora y vote "
    "desde otro celular, o lleve la tarjeta a la mesa."
)
# Ballots with a true signature and false proofs, of one credential. Only who holds the code can
# sign, so nobody else uses up these tries; a phone that computes wrongly may be replaced.
FALSE_PROOFS = RateLimitItemPerMinute(5, 15)
Votes = Sequence[Collection[int] | None]
# Proofs occupy a processor for a while, most of it outside Python's global lock: one ballot at a
# time for each processor. More at once would hold every connection, and no other page would load.
PROOFS = Throttle(
    slots=os.cpu_count() or 1,
    wait_seconds=20,
    full="Están llegando muchas papeletas a la vez. La suya todavía no entró: "
    "deposítela otra vez en unos segundos.",
)


# Of tables, and built once: building a statement costs more than the database takes to answer it.
_BALLOTS, _ROLL, _BOXES = (model.__table__.c for model in (BoxBallot, BoxCredential, BallotBox))
_credentials: BindParameter[Any] = bindparam("credentials", expanding=True)
ROLL = (
    select(_ROLL.digest, _ROLL.voided_on, _ROLL.second_digest, _BOXES.closed_at)
    .where(_ROLL.box_id == _BOXES.id, _ROLL.box_id == bindparam("box_id"))
    .where(_ROLL.digest.in_(_credentials))
)
STORED = (
    select(_BALLOTS.credential, _BALLOTS.tracker, _BALLOTS.is_assisted)
    .where(_BALLOTS.box_id == bindparam("box_id"), _BALLOTS.credential.in_(_credentials))
    .order_by(_BALLOTS.height)
)
ADD = insert(BoxBallot.__table__)
CHALLENGED = select(ChallengedBallot.tracker).where(
    ChallengedBallot.box_id == bindparam("box_id"),
    ChallengedBallot.tracker.in_(bindparam("trackers", expanding=True)),
)


class NotABallot(Refused):
    """The ballot is malformed, belongs to another box, or has an invalid proof."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class FalseProofs(NotABallot):
    """The signature is that of the code, and a proof is invalid."""


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


@dataclass(frozen=True, slots=True)
class CheckedBallot:
    """A ballot whose proofs hold. `may_replace` is what `second_vote.check` returned."""

    box: BoxSnapshot
    sent: ballot.Ballot
    credential: str
    may_replace: bool
    assistance: Assistance | None = None

    def row(self, height: int) -> dict[str, Any]:
        return {
            "box_id": self.box.id,
            "height": height,
            "tracker": self.sent.tracker,
            "credential": self.credential,
            "once": None if self.box.takes_last else self.credential,
            "is_assisted": self.assistance is not None,
            "submission_id": self.assistance.submission_id if self.assistance else None,
            "submission_digest": self.assistance.digest if self.assistance else None,
        }


def cast(
    box: BoxSnapshot, raw: bytes, second: str = "", assistance: Assistance | None = None
) -> Deposit:
    """Check and store a ballot and return its deposit. The caller commits. Raises as `examine`."""
    checked = examine(box, raw, second, assistance)
    if isinstance(checked, Deposit):
        return checked
    [outcome] = store([checked])
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def examine(
    box: BoxSnapshot, raw: bytes, second: str = "", assistance: Assistance | None = None
) -> CheckedBallot | Deposit:
    """Check a ballot and its proofs. A retry of a stored one returns the first deposit.

    `raw` are the ballot's bytes as the browser sent them, `second` the typed second part of the
    card. Raises NotABallot, NotOpen, NotOnTheRoll, AlreadyVoted or SecondPartNeeded.
    """
    election = _election_of(box)
    has_begun = db.session().in_transaction()  # by the caller, who may have written something
    try:
        sent = ballot.read(election, raw)
    except Malformed as problem:
        raise NotABallot(str(problem)) from None
    credential = credential_digest(sent.credential)
    of_this = {"box_id": box.id, "credentials": [credential]}
    trackers = [row.tracker for row in db.session.execute(STORED, of_this)]
    if deposit := _again(sent.tracker, trackers):
        return deposit
    if box.state is not BoxState.OPEN:
        raise NotOpen(closed_reason(box))
    roll = db.session.execute(ROLL, of_this).one_or_none()
    if roll is None:
        raise NotOnTheRoll(FOREIGN, "code")
    if roll.voided_on is not None:
        raise NotOnTheRoll(VOID, "code")
    if trackers and not box.takes_last:
        raise AlreadyVoted(ALREADY, "code")
    if not has_begun:
        db.session.rollback()
    with PROOFS.slot_without_connection():
        _check_proofs(box, election, sent, credential)
    may_replace = second_vote.check(box, credential, sent.credential, second)
    return CheckedBallot(box, sent, credential, may_replace, assistance)


def _check_proofs(
    box: BoxSnapshot, election: Election, sent: ballot.Ballot, credential: str
) -> None:
    limits, key = installation().limits, ("ballots.proofs", box.uuid, credential)
    try:
        ballot.check_signature(election, sent)
    except Malformed as problem:
        raise NotABallot(str(problem)) from None
    try:
        limits.require_room(FALSE_PROOFS, *key)
        ballot.check_answers(election, sent)
    except TooManyRequests:
        raise FalseProofs(TOO_MANY_FALSE) from None
    except Malformed as problem:
        with suppress(TooManyRequests):
            limits.hit(FALSE_PROOFS, *key)
        raise FalseProofs(str(problem)) from None


def store(ballots: Sequence[CheckedBallot]) -> list[Deposit | Refused]:
    """Append the ballots that are still allowed to the chain. The caller commits.

    All are of one box. Returns a deposit or a refusal for each, in the same order. The decisions
    are made from rows that nobody changes while the chain is locked; should the database find a
    second vote nevertheless, AlreadyVoted is raised and nothing is stored.
    """
    box = ballots[0].box
    end = archive_store.lock_head(box.id, box.timestamp)
    of_these = {"box_id": box.id, "credentials": list({one.credential for one in ballots})}
    roll = {row.digest: row for row in db.session.execute(ROLL, of_these)}
    sent = {"box_id": box.id, "trackers": [one.sent.tracker for one in ballots]}
    opened = set(db.session.scalars(CHALLENGED, sent))
    trackers = defaultdict(list)  # by credential, the newest last
    was_assisted: dict[str, bool] = {}  # by credential, of the newest
    for row in db.session.execute(STORED, of_these):
        trackers[row.credential].append(row.tracker)
        was_assisted[row.credential] = row.is_assisted
    replaced = assisted = 0
    outcomes: list[Deposit | Refused] = []
    rows: list[dict[str, Any]] = []
    raws: list[bytes] = []
    for one in ballots:
        try:
            if one.sent.tracker in opened:  # to test the device: it has shown its vote
                raise NotABallot(OPENED)
            deposit = _decide(one, roll[one.credential], trackers[one.credential])
        except Refused as refusal:
            outcomes.append(refusal)
            continue
        outcomes.append(deposit)
        if deposit.is_new:
            trackers[one.credential].append(deposit.tracker)
            earlier, now = was_assisted.get(one.credential), one.assistance is not None
            replaced += earlier is not None
            assisted += now - bool(earlier)
            was_assisted[one.credential] = now
            rows.append(one.row(end.height + len(rows)))
            raws.append(one.sent.raw)
    if rows:
        with unique_or_refuse("uq_ballot_box_id_once", AlreadyVoted(ALREADY, "code")):
            db.session.execute(ADD, rows)
        archive_store.append_ballots(box.id, end, raws, replaced=replaced, assisted=assisted)
    return outcomes


def _decide(one: CheckedBallot, roll: Any, trackers: list[str]) -> Deposit:
    """A new deposit, or the one that is stored; raises Refused.

    `roll` is the row of the credential, `trackers` are those of its ballots, the newest last.
    """
    box = one.box
    if one.assistance and (deposit := submitted(box.id, one.assistance)):
        return deposit
    if deposit := _again(one.sent.tracker, trackers):
        return deposit
    if roll.closed_at is not None or box.state is not BoxState.OPEN:
        closed = roll.closed_at is not None
        raise NotOpen("Esta urna acaba de cerrar." if closed else closed_reason(box))
    if roll.voided_on is not None:
        raise NotOnTheRoll(VOID, "code")
    if trackers and box.has_second_part and roll.second_digest is not None:
        if not one.may_replace:
            raise second_vote.SecondPartNeeded
        second_vote.give_back_tries(box.id, one.credential)
    if trackers and not box.takes_last:
        raise AlreadyVoted(ALREADY, "code")
    return Deposit(one.sent.tracker)


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


def _again(tracker: str, trackers: list[str]) -> Deposit | None:
    """The deposit of this exact ballot, if it is stored (the client lost our response).

    `trackers` are those of its credential, the newest last. Raises AlreadyVoted if a later ballot
    replaced it.
    """
    if tracker not in trackers:
        return None
    if trackers[-1] != tracker:
        raise AlreadyVoted(REPLACED)
    return Deposit(tracker, is_new=False)
