"""Opening, closing and counting take two people: one asks, another one confirms."""

from collections.abc import Callable

from sqlalchemy import update

from participa.ballots import closing, counting, opening
from participa.ballots.models import Act, BallotBox, TwoPersonAct
from participa.core import audit, clock
from participa.core.db import db, refusing
from participa.core.errors import Refused
from participa.staff.models import Account

READY: dict[Act, Callable[[BallotBox], list[str]]] = {
    Act.OPEN: opening.lacking,
    Act.CLOSE: closing.lacking,
    Act.TALLY: counting.lacking,
}
DO: dict[Act, Callable[[BallotBox, Account], object]] = {
    Act.OPEN: opening.open_box,
    Act.CLOSE: closing.close,
    Act.TALLY: counting.start,
}


class OnePerson(Refused):
    pass


def ask(box: BallotBox, act: Act, by: Account, reason: str = "") -> TwoPersonAct:
    """Say that it is time; nothing happens until somebody else confirms it."""
    if missing := READY[act](box):
        raise opening.NotReady(f"Para {act.value} falta: {'; '.join(missing)}.")
    asked = TwoPersonAct(act=act, asked_by=by, reason=reason)
    already = Refused(f"Alguien más acaba de pedir {act.value} esta urna. Revise y confirme.")
    with refusing("uq_two_person_act_box_id_act", already):
        box.acts.append(asked)
    audit.record("ballots.act_asked", box, by, act=act.name, reason=reason)
    return asked


def confirm(box: BallotBox, act: Act, by: Account) -> None:
    """Do what another person asked for, in the same transaction, once."""
    asked = _pending(box, act)
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
    audit.record("ballots.act_confirmed", box, by, act=act.name, asked_by=asked.asked_by.email)
    DO[act](box, by)


def withdraw(box: BallotBox, act: Act, by: Account) -> None:
    """Take back what was asked for and nobody has confirmed."""
    asked = _pending(box, act)
    box.acts.remove(asked)
    audit.record("ballots.act_withdrawn", box, by, act=act.name)


def _pending(box: BallotBox, act: Act) -> TwoPersonAct:
    asked = box.act(act)
    if asked is None:
        raise Refused(f"Nadie ha pedido {act.value} esta urna.")
    if asked.is_confirmed:
        raise Refused("Otra persona ya lo confirmó.")
    return asked
