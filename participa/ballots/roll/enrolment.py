"""The roll of a box: making cards or receiving a registrar's list, and voiding cards.

The roll is fixed by the opening; then cards are voided by two people (lifecycle/voiding.py). Codes
exist only in the response with the cards to print; their public keys are stored.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence

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
from participa.ballots.roll import batches, second_part
from participa.ballots.roll.cards import PrintedCard
from participa.ballots.roll.credential_digest import credential_digest
from participa.belenios import canonical, credentials, roll
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048
from participa.channels.lifecycle import Frozen
from participa.core import audit, clock, spanish
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.core.jobs import jobs
from participa.staff.models import Account
from participa.staff.signing_in import second_factor

MOST_CARDS = batches.MOST_CARDS
MOST_CREDENTIALS = 20_000
PROGRESS_STEP = 50  # credentials between two updates of the job's progress
SECOND_PART = "second-part"  # purpose of the key under which the digits are stored
OTHER_ROLL = "El archivo de segundas partes no es de este padrón: pida los dos al registrador."
SEVERAL_PLACES = "Varios lugares"
OF_REGISTRAR = "Antes de abrir, pida al registrador otro padrón, sin estas tarjetas."
TAKES_TWO = "La urna ya abrió: para anular tarjetas se necesitan dos personas."


class RollFixed(Frozen):
    """The box has opened, so its roll no longer changes."""


def smallest_batch() -> int:
    """The fewest cards of a batch: as many as the ballots without which no box opens."""
    fewest: int = installation().settings.minimum_ballots
    return min(fewest, MOST_CARDS)


def make_cards(
    box: BallotBox, by: Account | str, cards: int, place: str = SEVERAL_PLACES
) -> list[PrintedCard]:
    """Create a batch and return its cards. Their codes are not stored: print them now.

    `place` is one of the box's places, or several of them. Where a later vote replaces an earlier
    one, each card gets a second part.
    """
    second_factor.require(by)
    _may_change(box)
    if box.kind is not BoxKind.CODES:
        raise Refused("En esta urna los códigos los hace el registrador, fuera de la plataforma.")
    if not smallest_batch() <= cards <= MOST_CARDS:
        raise Refused(batch_limits(), "cards")
    if place not in (SEVERAL_PLACES, *box.places):
        raise Refused("Escoja un lugar de la lista de esta urna.", "place")
    new_credentials = credentials.make(cards, box.uuid)
    made_by = by if isinstance(by, Account) else None
    batch = CardBatch(cards=cards, place=place, made_by=made_by)
    box.batches.append(batch)
    db.session.flush()
    seconds = [second_part.new() if box.takes_last else "" for _ in new_credentials]
    digests = {
        credential.public: keyed(box, second_part.digest(second, box.uuid, credential.public))
        for credential, second in zip(new_credentials, seconds, strict=True)
        if second
    }
    enrol(box.id, (credential.public for credential in new_credentials), batch.id, digests)
    audit.record("ballots.cards_made", box, by, cards=cards, batch=batch.id, place=place)
    codes = (credential.code for credential in new_credentials)
    return [PrintedCard(code, second) for code, second in zip(codes, seconds, strict=True)]


def batch_limits() -> str:
    return f"Haga entre {smallest_batch()} y {MOST_CARDS} tarjetas por lote."


def keyed(box: BallotBox, digest: str) -> str:
    """The digest of a second part as it is stored: only this installation can compare it."""
    if box.salt is None:
        raise RollFixed("La urna ya se contó.")
    return sealing.keyed_digest(box.salt, SECOND_PART, digest.encode())


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


def discard_batch(batch: CardBatch, by: Account) -> None:
    """Delete a batch before the opening: printing failed, or the cards were lost."""
    second_factor.require(by)
    box = batch.box
    _may_change(box)
    if batch not in box.batches:
        raise Refused("Ese lote ya no está. Recargue la página.")
    audit.record("ballots.batch_discarded", box, by, part=batch, cards=batch.cards, batch=batch.id)
    db.session.execute(delete(BoxCredential).where(BoxCredential.batch_id == batch.id))
    box.batches.remove(batch)


def receive_roll(box: BallotBox, by: Account, raw: bytes, seconds: bytes = b"") -> jobs.Job:
    """Store the registrar's list and start the job that checks it and replaces the roll.

    `seconds` is the file of second parts, for a box in which a later vote replaces an earlier one.
    """
    second_factor.require(by)
    _may_change(box)
    if box.kind is not BoxKind.VERIFIABLE:
        raise Refused("En esta urna las tarjetas se hacen aquí.")
    private_keys.refuse(raw)
    private_keys.refuse(seconds, "seconds")
    try:
        box.roll = roll.without_names(raw)
    except Malformed as problem:
        raise Refused(str(problem), "file") from None
    box.second_parts = _keyed_file(box, seconds) if seconds else None
    audit.record("ballots.roll_received", box, by, fingerprint=canonical.fingerprint(box.roll))
    return jobs.start("ballots.enrol", f"Padrón de «{box.title}»", str(by), box_id=box.id)


def _keyed_file(box: BallotBox, raw: bytes) -> bytes:
    """The second parts as they are stored until the roll is checked: never the file itself."""
    if not box.takes_last:
        raise Refused(
            "En esta urna vale un solo voto por código: no lleva segundas partes.", "seconds"
        )
    try:
        digests = second_part.read_file(raw)
    except Malformed as problem:
        raise Refused(str(problem), "seconds") from None
    stored = {public: keyed(box, one) for public, one in digests.items()}
    return json.dumps({"file": canonical.fingerprint(raw.strip()), "digests": stored}).encode()


@jobs.work("ballots.enrol")
def check_roll(job: jobs.Progress, box_id: int) -> None:
    """Check each line of the uploaded list, then replace the roll by it."""
    box = db.session.get(BallotBox, box_id)
    if box is None or box.roll is None:  # discarded or finished in the meantime
        return
    handed_in, with_it = box.roll, box.second_parts
    try:
        publics = members(handed_in, job)
        seconds = seconds_of(publics, with_it)
    except Refused:
        _drop_refused_list(box_id, handed_in)
        raise
    _may_change(box)
    if box.roll != handed_in:  # a later list was uploaded, and has its own job
        return
    db.session.execute(delete(BoxCredential).where(BoxCredential.box_id == box_id))
    enrol(box_id, publics, seconds=seconds)
    box.roll_fingerprint = canonical.fingerprint(handed_in)
    box.seconds_fingerprint = json.loads(with_it)["file"] if with_it else None
    box.roll = box.second_parts = None
    box.touch()


def seconds_of(publics: Sequence[int], stored: bytes | None) -> dict[int, str]:
    """The keyed digest of each credential's second part; empty where none came. Raises Refused."""
    if stored is None:
        return {}
    digests: dict[str, str] = json.loads(stored)["digests"]
    if digests.keys() != {str(public) for public in publics}:
        raise Refused(OTHER_ROLL)
    return {public: digests[str(public)] for public in publics}


def _drop_refused_list(box_id: int, handed_in: bytes) -> None:
    """Discard an invalid list; the earlier roll stays in force.

    Runs in a separate transaction, because that of the failed job is rolled back.
    """
    refused = update(BallotBox).where(
        BallotBox.id == box_id, BallotBox.roll == handed_in, BallotBox.opened_at.is_(None)
    )
    with db.engine.begin() as connection:
        nothing = {"roll": None, "second_parts": None}
        connection.execute(refused.values(**nothing, version=BallotBox.version + 1))


def members(record: bytes, job: jobs.Progress) -> list[int]:
    """The public keys of a list without names: group members, none twice. Raises Refused."""
    publics = []
    try:
        items = canonical.items(canonical.read(record, roll.WHAT, roll.LIMIT), roll.WHAT)
        numbers = [canonical.text(item, roll.WHAT) for item in items]
        _check_size(numbers)
        for number, public in enumerate(numbers, start=1):
            publics.append(BELENIOS_2048.member(public, f"{roll.WHAT}, credencial {number}"))
            if number % PROGRESS_STEP == 0:
                job.advance(number, len(numbers))
    except Malformed as problem:
        raise Refused(f"El padrón no sirve. {problem}") from None
    return publics


def _check_size(numbers: Sequence[str]) -> None:
    """Check the size and repetitions before the slow checks.

    Numbers have a single canonical form, so equal numbers are equal strings.
    """
    if not 1 <= len(numbers) <= MOST_CREDENTIALS:
        most = spanish.number(MOST_CREDENTIALS)
        raise Refused(f"El padrón debe tener entre 1 y {most} credenciales.")
    if len(set(numbers)) != len(numbers):
        raise Refused("El padrón repite una credencial.")


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


def _may_change(box: BallotBox) -> None:
    box_lock.lock_draft(box, RollFixed("La urna ya abrió: su padrón no cambia."))
