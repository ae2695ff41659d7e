"""Replacing a stored ballot takes the second part of the card, which its QR does not hold.

The code of a scanned card stays in the history of a phone. Whoever finds it there has no digits and
changes nothing. Cards without a second part (made before it existed, or by a registrar who made
none) replace their ballot with the code alone.
"""

import hmac
from http import HTTPStatus

from sqlalchemy import func, select, update

from participa.ballots.models import BallotBox, BoxBallot, BoxCredential
from participa.ballots.roll import enrolment, second_part
from participa.ballots.snapshots import BoxSnapshot
from participa.core import spanish
from participa.core.db import db, has_writes
from participa.core.errors import Refused

MOST_TRIES = 5
FIELD = "second"
NEEDED = (
    "Con este código ya se votó, y ese voto sigue en la urna. Para cambiarlo, escriba las seis "
    "cifras que su tarjeta trae aparte del cuadro, donde dice «Para cambiar su voto»."
)
SPENT = (
    "Con este código ya se escribieron cinco veces otras cifras. Su primer voto sigue en la urna "
    "y vale. Si quiere cambiarlo, lleve la tarjeta a la mesa."
)


class SecondPartNeeded(Refused):
    """A ballot of this credential is stored, and the right second part did not come with the new
    one. The stored ballot stays.
    """

    status = HTTPStatus.CONFLICT

    def __init__(self, sentence: str = NEEDED):
        super().__init__(sentence, FIELD)


class TriesSpent(SecondPartNeeded):
    """The digits of this card were wrong too often; only the polling table can change that."""

    def __init__(self) -> None:
        super().__init__(SPENT)


def check(box: BoxSnapshot, credential: str, public: int, typed: str) -> bool:
    """Whether the new ballot may replace a stored one of this credential.

    Call it once the ballot's signature is verified: only who holds the code may use up its tries.
    A try is counted before the digits are compared, and at once, so that a thousand guesses at the
    same moment are still five. Raises SecondPartNeeded if a ballot is stored and they are wrong.
    """
    stored = _needed_digest(box, credential)
    if stored is None:
        return True
    if not is_used(box.id, credential):
        return False
    if not typed:
        raise SecondPartNeeded
    try:
        second = second_part.read(typed)
    except second_part.NotSixDigits as problem:
        raise SecondPartNeeded(str(problem)) from None
    left = _use_up_a_try(box.id, credential)
    digest = second_part.digest(second, box.uuid, public)
    keyed = enrolment.keyed(db.session.get_one(BallotBox, box.id), digest)
    if not hmac.compare_digest(keyed, stored):
        raise SecondPartNeeded(_wrong(left)) if left else TriesSpent
    return True


def give_back_tries(box_id: int, credential: str) -> None:
    """After the right digits."""
    row = update(BoxCredential).filter_by(box_id=box_id, digest=credential)
    db.session.execute(row.values(second_tries=None))


def is_used(box_id: int, credential: str) -> bool:
    """Whether a ballot of this credential is stored."""
    ballots = select(BoxBallot.height).filter_by(box_id=box_id, credential=credential).limit(1)
    return db.session.scalar(ballots) is not None


def _needed_digest(box: BoxSnapshot, credential: str) -> str | None:
    if not box.has_second_part:
        return None
    row = select(BoxCredential.second_digest).filter_by(box_id=box.id, digest=credential)
    return db.session.scalar(row)


def _use_up_a_try(box_id: int, credential: str) -> int:
    """Count one and return how many are left; raises SecondPartNeeded if there was none.

    In a transaction of its own, which outlives the refusal of the ballot; in that of the caller if
    it has written something, which a second connection would wait for.
    """
    tries = func.coalesce(BoxCredential.second_tries, 0)
    row = update(BoxCredential).filter_by(box_id=box_id, digest=credential)
    counted = row.where(tries < MOST_TRIES).values(second_tries=tries + 1)
    statement = counted.returning(BoxCredential.second_tries)
    if has_writes():
        used = db.session.scalar(statement)
    else:
        db.session.rollback()  # returns its connection to the pool
        with db.engine.begin() as connection:
            used = connection.scalar(statement)
    if used is None:
        raise TriesSpent
    return MOST_TRIES - int(used)


def _wrong(left: int) -> str:
    tries = spanish.several(left, "intento", "intentos")
    return (
        f"Esas seis cifras no son las de esta tarjeta. Su primer voto sigue en la urna. "
        f"{'Queda' if left == 1 else 'Quedan'} {tries}."
    )
