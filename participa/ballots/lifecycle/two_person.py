"""Acts on a box need two people: one requests, another confirms.

`check_confirmer` says who may confirm: somebody whose account is older than the box, who did not
invite the requester and was not invited by them, with a second factor.
"""

from collections.abc import Callable

from sqlalchemy import update

from participa.ballots import archive_store, box_lock
from participa.ballots.lifecycle import closing, opening
from participa.ballots.models import Act, BallotBox, BoxKind, TwoPersonAct
from participa.ballots.results import counting
from participa.channels.lifecycle import NotReady, require_reason
from participa.core import audit, clock, spanish
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.staff.models import Account
from participa.staff.signing_in import second_factor

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


NOT_COMPARED = (
    "Comparen cada huella con la persona, por teléfono o en persona, y márquelo. Si una no es "
    "igual, no confirme."
)


class ConfirmerRefused(Refused):
    """This account may not confirm what the other one requested."""


def check_confirmer(box: BallotBox, asked_by: Account, confirmer: Account) -> None:
    """Raise ConfirmerRefused unless `confirmer` may confirm what `asked_by` requested."""
    if sentence := why_not_confirm(box, asked_by, confirmer):
        raise ConfirmerRefused(sentence)


def why_not_confirm(box: BallotBox, asked_by: Account, confirmer: Account) -> str:
    """Spanish sentences: why `confirmer` may not confirm and what to do; "" if they may."""
    if asked_by.id == confirmer.id:
        return "Se necesitan dos personas. Usted lo pidió; confirma otra cuenta."
    if not asked_by.active:
        return f"La cuenta de {asked_by.name}, que lo pidió, está inhabilitada. Pídalo otra vez."
    if second_factor.is_missing(confirmer):
        return second_factor.NEEDED
    if confirmer.created_at >= box.created_at:
        made = spanish.moment(box.created_at)
        return (
            "Su cuenta es más nueva que esta urna. Pida que confirme alguien que ya tenía cuenta "
            f"cuando se hizo el borrador, el {made.removesuffix('.')}."
        )
    return _why_too_close(asked_by, confirmer) or _why_too_close(confirmer, asked_by)


def _why_too_close(one: Account, other: Account) -> str:
    """A sentence if the account of `one` was invited, or last changed, by `other`; else ""."""
    what = ""
    if one.invited_by_id == other.id:
        what = f"{other.name} invitó a {one.name}"
    elif one.changed_by_id == other.id:
        what = f"{other.name} le cambió a {one.name} la función o el segundo paso"
    return f"{what}. Pida que confirme otra persona, que no dependa de ustedes." if what else ""


def standing(box: BallotBox, act: Act) -> TwoPersonAct | None:
    """The request for this act, unless it waits and the account that made it was disabled."""
    request = box.act(act)
    is_void = request is not None and not request.is_confirmed and not request.asked_by.active
    return None if is_void else request


def request(box: BallotBox, act: Act, by: Account, reason: str = "") -> TwoPersonAct:
    """Record a request; the act runs only when another account confirms it.

    Closing before the announced date needs a reason. The request of an account that was disabled is
    replaced.
    """
    second_factor.require(by)
    if (earlier := box.act(act)) and earlier.is_confirmed:
        raise Refused(DONE[act])
    if earlier is not None and earlier.asked_by_id == by.id:
        return earlier  # a second click
    if missing := REQUIREMENTS[act](box):
        raise NotReady(f"Para {act.value} falta: {'; '.join(missing)}.")
    if act is Act.CLOSE:
        require_reason(box, reason)
    if earlier is not None and standing(box, act) is None:
        _lock(box)
        box.acts.remove(_pending(box, act))
        db.session.flush()
    requested = TwoPersonAct(act=act, asked_by=by, reason=reason)
    already = Refused(f"Alguien más acaba de pedir {act.value} esta urna. Revise y confirme.")
    with unique_or_refuse("uq_two_person_act_box_id_act", already):
        box.acts.append(requested)
    audit.record("ballots.act_asked", box, by, act=act.name, reason=reason)
    return requested


def confirm(
    box: BallotBox, act: Act, by: Account, seen: int | None = None, has_compared: bool = False
) -> None:
    """Run the requested act once, in this transaction. See `check_confirmer` for who may.

    `seen` is the version of the box on the confirming page; an older version is refused. To open a
    verifiable box `has_compared` says that both officials compared each key with its holder.
    """
    _lock(box)
    request = _pending(box, act)
    if seen not in (None, box.version):
        raise Refused("La urna cambió mientras usted la revisaba. Revísela otra vez y confirme.")
    check_confirmer(box, request.asked_by, by)
    if vouches_for_keys(box, act) and not has_compared:
        raise Refused(NOT_COMPARED, "has_compared")
    unconfirmed = update(TwoPersonAct).where(
        TwoPersonAct.id == request.id, TwoPersonAct.confirmed_at.is_(None)
    )
    confirmation = {"confirmed_by_id": by.id, "confirmed_at": clock.now()}
    confirmation["has_compared_keys"] = has_compared and vouches_for_keys(box, act)
    if db.session.execute(unconfirmed.values(**confirmation)).rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("Otra persona ya lo confirmó.")
    db.session.refresh(request)
    RUN[act](box, by)
    audit.record("ballots.act_confirmed", box, by, act=act.name, asked_by=request.asked_by.email)


def vouches_for_keys(box: BallotBox, act: Act) -> bool:
    """Whether who confirms this act vouches for whose each key is."""
    return act is Act.OPEN and box.kind is BoxKind.VERIFIABLE


def withdraw(box: BallotBox, act: Act, by: Account) -> None:
    """Delete one's own request that is not confirmed."""
    second_factor.require(by)
    _lock(box)
    request = _pending(box, act)
    check_requester(request.asked_by, by)
    box.acts.remove(request)
    audit.record("ballots.act_withdrawn", box, by, act=act.name)


def check_requester(asked_by: Account, account: Account) -> None:
    """Raise Refused unless this account made the request."""
    if asked_by.id != account.id:
        raise Refused(f"Solo {asked_by.name}, que lo pidió, puede retirarlo.")


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
