"""Voiding cards of an open box: one official asks, another one confirms, and the list is public.

In a verifiable box the list carries the registrar's signature. A list can be undone on the day on
which it was confirmed, also by two people; its trace stays. Codes are never stored, only the public
keys that follow from them.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update

from participa.ballots import archive_store, queries
from participa.ballots.keys import private_keys
from participa.ballots.keys.trustee_keys import GROUP, LIMIT
from participa.ballots.lifecycle.two_person import check_confirmer, check_requester
from participa.ballots.models import BallotBox, BoxKind, CardBatch
from participa.ballots.public_changes import Voiding
from participa.ballots.roll import batches, enrolment
from participa.ballots.roll.credential_digest import credential_digest
from participa.belenios import canonical, roll, signatures, trustees
from participa.belenios.canonical import Malformed
from participa.channels.lifecycle import NotReady
from participa.core import audit, clock, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.staff.models import Account
from participa.staff.signing_in import second_factor

TOO_LATE = "La urna ya cerró. Las tarjetas sin usar ya no pueden votar."
NO_REGISTRAR = (
    "Esta urna abrió sin que el registrador aceptara su papel con su llave. Sin su firma no se "
    "anula ninguna tarjeta: diga en el acta cuántas sobraron."
)
ONLY_SIGNED = "En esta urna se anula solo con la lista del registrador y con su firma."
NO_REASON = "Escriba por qué se anulan: el motivo se publica con la lista."
NO_UNDO_REASON = "Escriba por qué se deshace: el motivo se publica con la lista."
GONE = "Esa petición ya no está. Recargue la página."
DONE = "Otra persona ya lo confirmó."
VOID_BATCH = "Este lote ya se anuló."
NOTHING_LEFT = (
    "De este lote no queda ninguna tarjeta por anular: votaron, ya se anularon, o quedaban tan "
    "pocas que se olvidó cuáles eran. Anule por sus códigos las que tenga."
)


def request_codes(box: BallotBox, by: Account, typed: Sequence[str], reason: str) -> Voiding:
    """Ask to void the cards with these codes, of which only the public keys are stored."""
    if box.kind is BoxKind.VERIFIABLE:
        raise Refused(no_registrar(box) or ONLY_SIGNED, "codes")
    publics = enrolment.publics_of_codes(box, typed)
    return _request_list(box, by, roll.write(set(publics)), reason)


def request_list(
    box: BallotBox, by: Account, document: bytes, reason: str, signature: bytes = b""
) -> Voiding:
    """Ask to void the cards on this list, stored byte for byte.

    In a verifiable box `signature` is the registrar's, of these bytes.
    """
    private_keys.refuse(document, "file", private_keys.PRIVATE_OF_AN_OPEN_BOX)
    if box.kind is BoxKind.VERIFIABLE:
        if sentence := no_registrar(box):
            raise Refused(sentence, "file")
        _check_signature(box, document, signature)
    return _request_list(box, by, document, reason, signature or None)


def _request_list(
    box: BallotBox, by: Account, document: bytes, reason: str, signature: bytes | None = None
) -> Voiding:
    publics = enrolment.publics_of_list(document)
    if not publics or len(set(publics)) != len(publics):
        raise Refused("La lista está vacía o repite una tarjeta. Revísela y súbala otra vez.")
    _lock_open(box)
    enrolment.check_voidable(box, publics)
    made = Voiding(
        cards=len(publics),
        document=document,
        fingerprint=canonical.fingerprint(document),
        signature=signature,
    )
    return _ask(box, by, made, reason)


def request_batch(batch: CardBatch, by: Account, reason: str) -> Voiding:
    """Ask to void the unused cards of a lost or stolen batch; the confirmation lists them."""
    _lock_open(batch.box)
    if batch.voided_at is not None:
        raise Refused(VOID_BATCH)
    made = Voiding(batch=batch, cards=batch.cards)  # not how many are unused: that is its turnout
    return _ask(batch.box, by, made, reason)


def _ask(box: BallotBox, by: Account, made: Voiding, reason: str) -> Voiding:
    second_factor.require(by)
    if not reason.strip():
        raise Refused(NO_REASON, "reason")
    _check_not_asked(box, made)
    if not made.is_of_unknown_size:
        _check_handed_out(box, made.cards)
    made.box, made.asked_by, made.reason = box, by, reason.strip()
    db.session.add(made)
    box.touch()
    facts = {"cards": made.cards, "fingerprint": made.fingerprint, "batch": made.batch_id}
    audit.record("ballots.voiding_asked", box, by, reason=reason, **facts)
    return made


def _check_not_asked(box: BallotBox, made: Voiding) -> None:
    """Refuse a second request about a card, under the lock of the box.

    One of an account that was disabled since does not count: nobody can confirm it any more.
    """
    digests = _digests_of(made)
    of = batches.touched_by(box, digests)
    for other in queries.waiting_voidings(box):
        if other.is_confirmed or not other.asked_by.active:
            continue
        same_batch = made.batch is not None and other.batch is made.batch
        crosses = other.batch_id in of if other.batch is not None else False
        theirs = _digests_of(other)
        crosses |= made.batch is not None and made.batch.id in batches.touched_by(box, theirs)
        if same_batch or crosses or digests & theirs:
            raise Refused(
                f"{other.asked_by.name} ya pidió anular una de estas tarjetas, y falta que otra "
                "persona lo confirme. Confírmelo, o espere a que lo retire."
            )


def _digests_of(voiding: Voiding) -> set[str]:
    """Of the cards on its list; empty for a batch, whose list is made when it is confirmed."""
    return {credential_digest(public) for public in publics_of(voiding)}


def _check_handed_out(box: BallotBox, cards: int) -> None:
    """Refuse to void so many cards that more were handed out than could vote."""
    told = queries.cards(box)
    left = told.made - told.void - cards
    if told.handed_out is not None and told.handed_out > left:
        raise Refused(
            f"La mesa dice que entregó {spanish.number(told.handed_out)} tarjetas, y con esta "
            f"anulación quedarían {spanish.number(left)}. Revise los códigos, o corrija antes "
            "«Tarjetas entregadas»."
        )


def confirm(voiding: Voiding, by: Account) -> None:
    """Void the cards, once. Refused if one of a list has voted meanwhile; then nothing is voided.

    Of a batch, the cards that have not voted by now are voided.
    """
    box = voiding.box
    _lock_open(box)
    _require_pending(voiding)
    check_confirmer(box, voiding.asked_by, by)
    confirmation = {"confirmed_by_id": by.id, "confirmed_at": clock.now()}
    _claim(voiding, Voiding.confirmed_at, confirmation)
    if voiding.batch is not None:
        publics = enrolment.unused_of_batch(voiding.batch)
        if not publics:
            raise Refused(NOTHING_LEFT)
        voiding.document = roll.write(publics)
        voiding.fingerprint = canonical.fingerprint(voiding.document)
        voiding.cards = len(publics)
        voiding.batch.voided_at = clock.now()
    publics = publics_of(voiding)
    _check_handed_out(box, len(publics))
    enrolment.mark_void(box, publics)
    batches.forget_small(box)
    last = select(func.max(Voiding.number)).where(Voiding.box_id == box.id)
    voiding.number = (db.session.scalar(last) or 0) + 1
    box.touch()
    audit.record("ballots.voiding_confirmed", box, by, **_facts(voiding, voiding.asked_by))


def withdraw(voiding: Voiding, by: Account) -> None:
    """Take back one's own request that nobody confirmed."""
    second_factor.require(by)
    box = voiding.box
    _lock(box)
    _require_pending(voiding)
    check_requester(voiding.asked_by, by)
    voiding.withdrawn_at, voiding.document, voiding.signature = clock.now(), None, None
    box.touch()
    audit.record("ballots.voiding_withdrawn", box, by, cards=voiding.cards)


def request_undoing(voiding: Voiding, by: Account, reason: str) -> None:
    """Ask to let the cards of this list vote again; only on the day of its confirmation."""
    second_factor.require(by)
    _lock_open(voiding.box)
    if sentence := why_not_undo(voiding):
        raise NotReady(sentence)
    if voiding.waits_for_undoing:
        raise Refused("Alguien más acaba de pedir deshacerla. Revise y confirme.")
    if not reason.strip():
        raise Refused(NO_UNDO_REASON, "reason")
    voiding.undo_asked_by, voiding.undo_asked_at = by, clock.now()
    voiding.undo_reason = reason.strip()
    voiding.box.touch()
    facts = {"list": voiding.number, "reason": voiding.undo_reason}
    audit.record("ballots.undoing_asked", voiding.box, by, **facts)


def confirm_undoing(voiding: Voiding, by: Account) -> None:
    """Let the cards vote again, once. The list, both reasons and all four people stay public."""
    box = voiding.box
    _lock_open(box)
    asked_by = voiding.undo_asked_by
    if asked_by is None or voiding.is_undone:
        raise Refused(DONE if voiding.is_undone else GONE)
    if sentence := why_not_undo(voiding):
        raise NotReady(sentence)
    check_confirmer(box, asked_by, by)
    _claim(voiding, Voiding.undone_at, {"undone_by_id": by.id, "undone_at": clock.now()})
    enrolment.mark_valid(box, publics_of(voiding))
    batches.forget_small(box)
    if voiding.batch is not None:
        voiding.batch.voided_at = None
    box.touch()
    audit.record("ballots.voiding_undone", box, by, **_facts(voiding, asked_by))


def withdraw_undoing(voiding: Voiding, by: Account) -> None:
    """Take back one's own request to undo a list."""
    second_factor.require(by)
    _lock(voiding.box)
    asked_by = voiding.undo_asked_by
    if asked_by is None or voiding.is_undone:
        raise Refused(DONE if voiding.is_undone else GONE)
    check_requester(asked_by, by)
    voiding.undo_asked_by = voiding.undo_asked_at = None
    voiding.undo_reason = ""
    voiding.box.touch()
    audit.record("ballots.undoing_withdrawn", voiding.box, by, list=voiding.number)


def why_not_undo(voiding: Voiding) -> str:
    """Spanish sentence: why this list can no longer be undone; "" if it can."""
    if not voiding.is_confirmed:
        return "Todavía no se ha confirmado. Quien la pidió puede retirarla."
    if voiding.is_undone:
        return "Esta lista ya se deshizo."
    if voiding.box.is_closed:
        return TOO_LATE
    if voiding.confirmed_on != clock.today():
        return "Una anulación se deshace solo el mismo día. Esta queda en firme."
    return ""


def no_registrar(box: BallotBox) -> str:
    """Why no list can be signed in this box; "" if one can, or needs no signature."""
    is_missing = box.kind is BoxKind.VERIFIABLE and box.registrar_key is None
    return NO_REGISTRAR if is_missing else ""


def publics_of(voiding: Voiding) -> list[int]:
    """The public keys on the list of a confirmed voiding."""
    return roll.read_void(voiding.document or b"[]")


def _check_signature(box: BallotBox, document: bytes, signature: bytes) -> None:
    if not signature:
        raise Refused(
            "Suba también la firma del registrador, el archivo «anuladas.firma.json».", "signature"
        )
    private_keys.refuse(signature, "signature", private_keys.PRIVATE_OF_AN_OPEN_BOX)
    what = "La llave del registrador"
    try:
        value = canonical.read(box.registrar_key or b"", what, LIMIT)
        key = trustees.read_one(GROUP, value, what).public_key
        signatures.check(signature, document, key)
    except Malformed as problem:
        raise Refused(
            f"Esta firma no sirve para esta lista. {problem} Pida al registrador que firme "
            "este mismo archivo.",
            "signature",
        ) from None


def _claim(voiding: Voiding, still_empty: Any, values: dict[str, Any]) -> None:
    """Set these columns unless somebody else has; the row then reads as it was stored."""
    mine = update(Voiding).where(Voiding.id == voiding.id, still_empty.is_(None))
    unsynchronized = mine.values(**values).execution_options(synchronize_session=False)
    if db.session.execute(unsynchronized).rowcount != 1:  # type: ignore[attr-defined]
        raise Refused(DONE)
    db.session.refresh(voiding)


def _lock_open(box: BallotBox) -> None:
    """Lock an open box, so that no vote and no closing interleaves. Raises Refused otherwise."""
    if box.opened_at is None:
        raise Refused("La urna no ha abierto: anule las tarjetas en su página, sin pedirlo.")
    _lock(box)
    if box.is_closed:
        raise Refused(TOO_LATE)


def _lock(box: BallotBox) -> None:
    archive_store.lock_head(box.id, archive_store.timestamp(box))
    db.session.flush()
    db.session.expire_all()


def _require_pending(voiding: Voiding) -> None:
    if voiding.is_confirmed or voiding.withdrawn_at is not None:
        raise Refused(DONE if voiding.is_confirmed else GONE)


def _facts(voiding: Voiding, asked_by: Account) -> dict[str, object]:
    return {
        "list": voiding.number,
        "cards": voiding.cards,
        "fingerprint": voiding.fingerprint,
        "batch": voiding.batch_id,
        "asked_by": asked_by.email,
    }
