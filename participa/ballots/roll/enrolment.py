"""The roll of a box: making cards, and voiding them.

The roll is fixed by the opening; then cards are voided by two people (lifecycle/voiding.py). Codes
exist only in what is printed (card_files.py for many of them); their public keys are stored.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import delete, exists, func, insert, select, update

from participa.ballots import box_lock
from participa.ballots.keys import private_keys, sealing
from participa.ballots.models import (
    BallotBox,
    BoxBallot,
    BoxCredential,
    BoxHead,
    BoxKind,
    CardBatch,
)
from participa.ballots.public_changes import DraftVoiding
from participa.ballots.roll import batches, second_part, uploads
from participa.ballots.roll.cards import PrintedCard
from participa.ballots.roll.credential_digest import credential_digest
from participa.belenios import credentials, roll
from participa.belenios.canonical import Malformed
from participa.channels.lifecycle import Frozen
from participa.core import audit, clock
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.staff.models import Account
from participa.staff.signing_in import second_factor

MOST_CARDS = batches.MOST_CARDS
MOST_CREDENTIALS = uploads.MOST_CREDENTIALS
SECOND_PART = "second-part"  # purpose of the key under which the digits are stored
SEVERAL_PLACES = "Varios lugares"
FIXED = "La urna ya abrió: su padrón no cambia."
OF_REGISTRAR = "Antes de abrir, pida al registrador otro padrón, sin estas tarjetas."
TAKES_TWO = "La urna ya abrió: para anular tarjetas se necesitan dos personas."


class RollFixed(Frozen):
    """The box has opened, so its roll no longer changes."""


def smallest_batch() -> int:
    """The fewest cards of a batch: as many as the ballots without which no box opens."""
    fewest: int = installation().settings.minimum_ballots
    return min(fewest, MOST_CARDS)


class DrawnCards(NamedTuple):
    """New codes that are on no roll yet: the cards, and keyed digests of their second parts."""

    cards: list[PrintedCard]
    publics: list[int]
    seconds: dict[int, str]


def make_cards(
    box: BallotBox, by: Account | str, cards: int, place: str = SEVERAL_PLACES
) -> list[PrintedCard]:
    """Create a batch and return its cards. Their codes are not stored: print them now.

    `place` is one of the box's places, or several of them.
    """
    second_factor.require(by)
    lock_for_cards(box)
    check_place(box, place)
    if not smallest_batch() <= cards <= MOST_CARDS:
        raise Refused(batch_limits(), "cards")
    drawn = draw(box, cards)
    add_batch(box, by, drawn, place)
    return drawn.cards


def lock_for_cards(box: BallotBox) -> None:
    """Lock a draft whose cards the server makes. Raises Refused."""
    lock_for_roll(box)
    if box.kind is not BoxKind.CODES:
        raise Refused("En esta urna los códigos los hace el registrador, fuera de la plataforma.")


def check_place(box: BallotBox, place: str) -> None:
    if place not in (SEVERAL_PLACES, *box.places):
        raise Refused("Escoja un lugar de la lista de esta urna.", "place")


def draw(box: BallotBox, number: int) -> DrawnCards:
    """New cards, stored nowhere. Where a vote can be changed, each card gets a second part."""
    made = credentials.make(number, box.uuid)
    seconds = [second_part.new() if box.takes_last else "" for _ in made]
    digests = {
        credential.public: keyed(box, second_part.digest(second, box.uuid, credential.public))
        for credential, second in zip(made, seconds, strict=True)
        if second
    }
    cards = [PrintedCard(one.code, second) for one, second in zip(made, seconds, strict=True)]
    return DrawnCards(cards, [credential.public for credential in made], digests)


def add_batch(
    box: BallotBox,
    by: Account | str,
    drawn: DrawnCards,
    place: str,
) -> CardBatch:
    """Put drawn cards on the roll of a locked box, as one batch."""
    made_by, cards = by if isinstance(by, Account) else None, len(drawn.cards)
    batch = CardBatch(cards=cards, place=place, made_by=made_by, box_id=box.id)
    db.session.add(batch)
    db.session.flush()
    enrol(box.id, drawn.publics, batch.id, drawn.seconds)
    audit.record("ballots.cards_made", box, by, cards=cards, batch=batch.id, place=place)
    return batch


def batch_limits() -> str:
    return f"Haga entre {smallest_batch()} y {MOST_CARDS} tarjetas por lote."


def keyed(box: BallotBox, digest: str) -> str:
    """The digest of a second part as it is stored: only this installation can compare it."""
    return keyer(box)(digest.encode())


def keyer(box: BallotBox) -> Callable[[bytes], str]:
    """The same for many digests."""
    if box.salt is None:
        raise RollFixed("La urna ya se contó.")
    return sealing.keyed_digests(box.salt, SECOND_PART)


def enrol(
    box_id: int,
    publics: Iterable[int],
    batch_id: int | None = None,
    seconds: Mapping[int, str] | None = None,
) -> None:
    """Add public credentials to the roll, ordered by digest so that the order reveals nothing.

    `seconds` has the keyed digests of their second parts.
    """
    rows = [
        {
            "box_id": box_id,
            "digest": credential_digest(public),
            "public": str(public),
            "batch_id": batch_id,
            "second_digest": (seconds or {}).get(public),
        }
        for public in publics
    ]
    rows.sort(key=lambda row: str(row["digest"]))
    repeated = Refused("Una credencial ya está en el padrón de esta urna.")
    with unique_or_refuse("pk_credential", repeated):
        db.session.execute(insert(BoxCredential), rows)


def remove_batch(batch: CardBatch, by: Account | str) -> None:
    """Take the cards of a batch from the roll of a draft."""
    details = {"cards": batch.cards, "batch": batch.id}
    audit.record("ballots.batch_discarded", batch.box, by, part=batch, **details)
    db.session.execute(delete(BoxCredential).where(BoxCredential.batch_id == batch.id))
    db.session.delete(batch)


def void(box: BallotBox, by: Account, publics: Collection[int], reason: str) -> int:
    """Void these cards of a draft; return how many. The minutes will say who did it and why.

    Refused if a batch would keep a few cards that can vote, see roll/batches.
    """
    second_factor.require(by)
    box_lock.lock_draft(box, RollFixed(TAKES_TWO))
    if box.kind is BoxKind.VERIFIABLE:
        raise Refused(OF_REGISTRAR)
    if not reason.strip():
        raise Refused("Escriba por qué se anulan: el motivo sale en el acta.", "reason")
    done = mark_void(box, publics)
    touched = batches.touched_by(box, [credential_digest(public) for public in publics])
    batches.check_not_small(box, [id for id in touched if id is not None])
    for batch_id, cards in touched.items():
        facts = {"cards": cards, "reason": reason.strip(), "by": by}
        db.session.add(DraftVoiding(box_id=box.id, batch_id=batch_id, **facts))
    audit.record("ballots.cards_voided", box, by, cards=done, reason=reason.strip())
    return done


def check_voidable(box: BallotBox, publics: Collection[int]) -> None:
    """Raise Refused unless each card is on the roll, is not void and has not voted.

    A used card cannot be voided, because its ballot is in the append-only chain.
    """
    digests = {credential_digest(public) for public in publics}
    chosen = (BoxCredential.box_id == box.id, BoxCredential.digest.in_(digests))
    counts = select(func.count(), func.count(BoxCredential.voided_on)).where(*chosen)
    on_roll, are_void = db.session.execute(counts).one()
    if on_roll != len(digests):
        raise Refused("Una de estas tarjetas no es de esta urna. Revíselas; no se anuló ninguna.")
    if are_void:
        raise Refused("Una de estas tarjetas ya está anulada. Quítela de la lista y repita.")
    used = select(exists().where(BoxBallot.box_id == box.id, BoxBallot.credential.in_(digests)))
    if db.session.scalar(used):
        raise Refused("Una de estas tarjetas ya votó, y eso no se deshace. No se anuló ninguna.")


def mark_void(box: BallotBox, publics: Collection[int]) -> int:
    """Void these cards of a locked box; return how many. Raises Refused, see `check_voidable`."""
    check_voidable(box, publics)
    digests = [credential_digest(public) for public in publics]
    chosen = (BoxCredential.box_id == box.id, BoxCredential.digest.in_(digests))
    voided = update(BoxCredential).where(*chosen).values(voided_on=clock.today())
    done: int = db.session.execute(voided).rowcount  # type: ignore[attr-defined]
    _count_void(box, done)
    return done


def mark_valid(box: BallotBox, publics: Collection[int]) -> None:
    """Let these void cards of a locked box vote again."""
    digests = [credential_digest(public) for public in publics]
    chosen = (BoxCredential.box_id == box.id, BoxCredential.digest.in_(digests))
    valid = update(BoxCredential).where(*chosen).values(voided_on=None)
    _count_void(box, -db.session.execute(valid).rowcount)  # type: ignore[attr-defined]


def _count_void(box: BallotBox, more: int) -> None:
    """Keep the sum of an open box; a draft has none, and its opening counts."""
    head = update(BoxHead).where(BoxHead.box_id == box.id)
    db.session.execute(head.values(void_cards=BoxHead.void_cards + more))


def unused_of_batch(batch: CardBatch) -> list[int]:
    """The public keys of the cards of a batch that are not void and have not voted, in order."""
    voted = select(BoxBallot.credential).where(BoxBallot.box_id == batch.box_id)
    unused = select(BoxCredential.public).where(
        BoxCredential.batch_id == batch.id,
        BoxCredential.voided_on.is_(None),
        BoxCredential.digest.not_in(voted),
    )
    return sorted(map(int, db.session.scalars(unused)))


def void_publics(box: BallotBox) -> list[int]:
    """The public keys of all void cards of a box, in order."""
    void = select(BoxCredential.public).where(
        BoxCredential.box_id == box.id, BoxCredential.voided_on.is_not(None)
    )
    return sorted(map(int, db.session.scalars(void)))


def forget_batches(box: BallotBox) -> None:
    """Forget of which batch each used card was; only how many of each batch voted remains."""
    voted = select(BoxBallot.credential).where(BoxBallot.box_id == box.id)
    of_box = (BoxCredential.box_id == box.id, BoxCredential.digest.in_(voted))
    used = select(func.count()).where(*of_box, BoxCredential.batch_id == CardBatch.id)
    known = exists().where(BoxCredential.box_id == box.id, BoxCredential.batch_id == CardBatch.id)
    rows = update(CardBatch).where(CardBatch.box_id == box.id, known)
    options = {"synchronize_session": False}
    db.session.execute(rows.values(used=used.scalar_subquery()).execution_options(**options))
    cards = update(BoxCredential).where(*of_box, BoxCredential.batch_id.is_not(None))
    db.session.execute(cards.values(batch_id=None).execution_options(**options))


def give_tries_back(box: BallotBox, by: Account, typed: str) -> None:
    """Let the second part of this card be typed again, after five wrong ones."""
    try:
        code = credentials.read_code(typed)
    except credentials.Mistyped as problem:
        raise Refused(str(problem), "code") from None
    public = credentials.derive(code, box.uuid).public
    row = update(BoxCredential).filter_by(box_id=box.id, digest=credential_digest(public))
    done = db.session.execute(row.values(second_tries=None)).rowcount  # type: ignore[attr-defined]
    if not done:
        raise Refused("Ese código no es de esta urna.", "code")
    audit.record("ballots.tries_given_back", box, by)


def publics_of_list(raw: bytes) -> list[int]:
    """The public keys on a list of void cards, as `participa urna void` writes it."""
    private_keys.refuse(raw)
    try:
        return roll.read_void(raw)
    except Malformed as problem:
        raise Refused(f"Este archivo no sirve. {problem}", "file") from None


def publics_of_codes(box: BallotBox, typed: Sequence[str]) -> list[int]:
    """Derive public keys from typed codes. The codes are not stored."""
    private_keys.refuse("\n".join(typed).encode(), "codes")
    publics = []
    for number, line in enumerate(typed, start=1):
        try:
            code = credentials.read_code(line)
        except credentials.Mistyped as problem:
            raise Refused(f"Tarjeta {number}: {problem}", "codes") from None
        publics.append(credentials.derive(code, box.uuid).public)
    return publics


def lock_for_roll(box: BallotBox) -> None:
    """Lock a draft whose roll is about to change. Raises RollFixed."""
    box_lock.lock_draft(box, RollFixed(FIXED))
