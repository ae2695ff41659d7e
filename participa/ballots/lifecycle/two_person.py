"""Opening, closing and tallying need two accounts: one requests, another confirms."""

from collections.abc import Callable

from sqlalchemy import update

from participa.ballots import archive_store, box_lock
from participa.ballots.lifecycle import closing, opening
from participa.ballots.models import Act, BallotBox, TwoPersonAct
from participa.ballots.results import counting
from participa.channels.lifecycle import NotReady
from participa.core import audit, clock
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.staff.models import Account

READY: dict[Act, Callable[[BallotBox], list[str]]] = {
    Act.OPEN: opening.missing_requirements,
    Act.CLOSE: closing.missing_requirements,
    Act.TALLY: counting.missing_requirements,
}
DO: dict[Act, Callable[[BallotBox, Account], object]] = {
    Act.OPEN: opening.open_box,
    Act.CLOSE: closing.close,
    Act.TALLY: counting.start,
}
DONE = {
    Act.OPEN: "Esta urna ya abrió.",
    Act.CLOSE: "Esta urna ya cerró.",
    Act.TALLY: "El recuento de esta urna ya se pidió y se confirmó.",
}


class OnePerson(Refused):
    pass


def request(box: BallotBox, act: Act, by: Account, reason: str = "") -> TwoPersonAct:
    """Record a request; the act runs only when another account confirms it."""
    if (earlier := box.act(act)) and earlier.is_confirmed:
        raise Refused(DONE[act])
    if missing := READY[act](box):
        raise NotReady(f"Para {act.value} falta: {'; '.join(missing)}.")
    asked = TwoPersonAct(act=act, asked_by=by, reason=reason)
    already = Refused(f"Alguien más acaba de pedir {act.value} esta urna. Revise y confirme.")
    with unique_or_refuse("uq_two_person_act_box_id_act", already):
        box.acts.append(asked)
    audit.record("ballots.act_asked", box, by, act=act.name, reason=reason)
    return asked


def confirm(box: BallotBox, act: Act, by: Account, seen: int | None = None) -> None:
    """Run the requested act once, in this transaction. The requester may not confirm.

    `seen` is the version of the box on the confirming page; an older version is refused.
    """
    _take_turn(box)
    asked = _pending(box, act)
    if seen not in (None, box.version):
        raise Refused("La urna cambió mientras usted la revisaba. Revísela otra vez y confirme.")
    if asked.asked_by_id == by.id:
        raise OnePerson(
            f"Para {act.value} se necesitan dos personas. Usted lo pidió; confirma otra cuenta."
        )
    once = update(TwoPersonAct).where(
        TwoPersonAct.id == asked.id, TwoPersonAct.confirmed_at.is_(None)
    )
    now = {"confirmed_by_id": by.id, "confirmed_at": clock.now()}
    if db.session.execute(once.values(**now)).rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("Otra persona ya lo confirmó.")
    db.session.refresh(asked)
    DO[act](box, by)
    audit.record("ballots.act_confirmed", box, by, act=act.name, asked_by=asked.asked_by.email)


def withdraw(box: BallotBox, act: Act, by: Account) -> None:
    """Delete a request that is not confirmed."""
    _take_turn(box)
    box.acts.remove(_pending(box, act))
    audit.record("ballots.act_withdrawn", box, by, act=act.name)


def _take_turn(box: BallotBox) -> None:
    """Lock the box before any other row, as `box_lock.lock_draft` does, to avoid deadlocks."""
    if box.opened_at is None:
        box_lock.wait_for_lock(box)
    else:
        archive_store.lock_head(box.id, archive_store.timestamp(box))
    db.session.expire(box)


def _pending(box: BallotBox, act: Act) -> TwoPersonAct:
    asked = box.act(act)
    if asked is None:
        raise Refused(f"Nadie ha pedido {act.value} esta urna.")
    if asked.is_confirmed:
        raise Refused("Otra persona ya lo confirmó.")
    return asked
