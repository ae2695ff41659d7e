"""Opening, closing and tallying need two accounts: one requests, another confirms."""

from collections.abc import Callable

from sqlalchemy import update

from participa.ballots import archive_store, box_lock
from participa.ballots.lifecycle import closing, opening
from participa.ballots.models import Act, BallotBox, TwoPersonAct
from participa.ballots.results import counting
from participa.channels.lifecycle import NotReady, require_reason
from participa.core import audit, clock
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.staff.models import Account

REQUIREMENTS: dict[Act, Callable[[BallotBox], list[str]]] = {
    Act.OPEN: opening.missing_requirements,
    Act.CLOSE: closing.missing_requirements,
    Act.TALLY: counting.missing_requirements,
}
RUN: dict[Act, Callable[[BallotBox, Account], object]] = {
    Act.OPEN: opening.open_box,
    Act.CLOSE: closing.close,
    Act.TALLY: counting.start,
}
DONE = {
    Act.OPEN: "Esta urna ya abrió.",
    Act.CLOSE: "Esta urna ya cerró.",
    Act.TALLY: "El recuento de esta urna ya se pidió y se confirmó.",
}


class RequesterMayNotConfirm(Refused):
    """The account that requested the act may not confirm it."""


def request(box: BallotBox, act: Act, by: Account, reason: str = "") -> TwoPersonAct:
    """Record a request; the act runs only when another account confirms it.

    Closing before the announced date needs a reason.
    """
    if (earlier := box.act(act)) and earlier.is_confirmed:
        raise Refused(DONE[act])
    if earlier is not None and earlier.asked_by_id == by.id:
        return earlier  # a second click
    if missing := REQUIREMENTS[act](box):
        raise NotReady(f"Para {act.value} falta: {'; '.join(missing)}.")
    if act is Act.CLOSE:
        require_reason(box, reason)
    requested = TwoPersonAct(act=act, asked_by=by, reason=reason)
    already = Refused(f"Alguien más acaba de pedir {act.value} esta urna. Revise y confirme.")
    with unique_or_refuse("uq_two_person_act_box_id_act", already):
        box.acts.append(requested)
    audit.record("ballots.act_asked", box, by, act=act.name, reason=reason)
    return requested


def confirm(box: BallotBox, act: Act, by: Account, seen: int | None = None) -> None:
    """Run the requested act once, in this transaction. The requester may not confirm.

    `seen` is the version of the box on the confirming page; an older version is refused.
    """
    _lock(box)
    request = _pending(box, act)
    if seen not in (None, box.version):
        raise Refused("La urna cambió mientras usted la revisaba. Revísela otra vez y confirme.")
    if request.asked_by_id == by.id:
        raise RequesterMayNotConfirm(
            f"Para {act.value} se necesitan dos personas. Usted lo pidió; confirma otra cuenta."
        )
    unconfirmed = update(TwoPersonAct).where(
        TwoPersonAct.id == request.id, TwoPersonAct.confirmed_at.is_(None)
    )
    confirmation = {"confirmed_by_id": by.id, "confirmed_at": clock.now()}
    if db.session.execute(unconfirmed.values(**confirmation)).rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("Otra persona ya lo confirmó.")
    db.session.refresh(request)
    RUN[act](box, by)
    audit.record("ballots.act_confirmed", box, by, act=act.name, asked_by=request.asked_by.email)


def withdraw(box: BallotBox, act: Act, by: Account) -> None:
    """Delete a request that is not confirmed."""
    _lock(box)
    box.acts.remove(_pending(box, act))
    audit.record("ballots.act_withdrawn", box, by, act=act.name)


def _lock(box: BallotBox) -> None:
    """Lock the box before any other row, as `box_lock.lock_draft` does, to avoid deadlocks."""
    if box.opened_at is None:
        box_lock.wait_for_lock(box)
    else:
        archive_store.lock_head(box.id, archive_store.timestamp(box))
    db.session.expire(box)


def _pending(box: BallotBox, act: Act) -> TwoPersonAct:
    request = box.act(act)
    if request is None:
        raise Refused(f"Nadie ha pedido {act.value} esta urna.")
    if request.is_confirmed:
        raise Refused("Otra persona ya lo confirmó.")
    return request
