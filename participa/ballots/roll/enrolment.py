"""The roll of a box: making cards or receiving a registrar's list, and voiding cards.

The roll is fixed by the opening; cards can be voided until the closing. Codes exist only in the
response with the cards to print; their public keys are stored.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import delete, exists, func, insert, select, update

from participa.ballots import archive_store, box_lock
from participa.ballots.keys import sealing
from participa.ballots.models import BallotBox, BoxBallot, BoxCredential, BoxKind, CardBatch
from participa.ballots.roll import second_part
from participa.ballots.roll.cards import PrintedCard
from participa.ballots.roll.credential_digest import credential_digest
from participa.belenios import canonical, credentials, roll, void_list
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048
from participa.channels.lifecycle import Frozen
from participa.core import audit, clock, spanish
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.core.jobs import jobs
from participa.staff.models import Account

MOST_CARDS = 500  # of one batch, made during one request
MOST_CREDENTIALS = 20_000
PROGRESS_STEP = 50  # credentials between two updates of the job's progress
SECOND_PART = "second-part"  # purpose of the key under which the digits are stored
OTHER_ROLL = "El archivo de segundas partes no es de este padrón: pida los dos al registrador."
TOO_LATE = "La urna ya cerró. Las tarjetas sin usar ya no pueden votar."


class RollFixed(Frozen):
    """The box has opened, so its roll no longer changes."""


def make_cards(box: BallotBox, by: Account | str, cards: int, place: str = "") -> list[PrintedCard]:
    """Create a batch and return its cards. Their codes are not stored: print them now.

    Where a later vote replaces an earlier one, each card gets a second part.
    """
    _may_change(box)
    if box.kind is not BoxKind.CODES:
        raise Refused("En esta urna los códigos los hace el registrador, fuera de la plataforma.")
    if not 1 <= cards <= MOST_CARDS:
        raise Refused(f"Haga entre 1 y {MOST_CARDS} tarjetas por lote.", "cards")
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
    box = batch.box
    _may_change(box)
    if batch not in box.batches:
        raise Refused("Ese lote ya no está. Recargue la página.")
    audit.record("ballots.batch_discarded", box, by, cards=batch.cards, batch=batch.id)
    db.session.execute(delete(BoxCredential).where(BoxCredential.batch_id == batch.id))
    box.batches.remove(batch)


def receive_roll(box: BallotBox, by: Account, raw: bytes, seconds: bytes = b"") -> jobs.Job:
    """Store the registrar's list and start the job that checks it and replaces the roll.

    `seconds` is the file of second parts, for a box in which a later vote replaces an earlier one.
    """
    _may_change(box)
    if box.kind is not BoxKind.VERIFIABLE:
        raise Refused("En esta urna las tarjetas se hacen aquí.")
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
    return json.dumps({public: keyed(box, one) for public, one in digests.items()}).encode()


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
    box.roll = box.second_parts = None
    box.touch()


def seconds_of(publics: Sequence[int], stored: bytes | None) -> dict[int, str]:
    """The keyed digest of each credential's second part; empty where none came. Raises Refused."""
    if stored is None:
        return {}
    digests: dict[str, str] = json.loads(stored)
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


def void(box: BallotBox, by: Account, publics: Collection[int]) -> int:
    """Void these cards; return how many were not void yet.

    A used card cannot be voided, because its ballot is in the append-only chain.
    """
    _lock_for_voiding(box)
    digests = [credential_digest(public) for public in publics]
    chosen = (BoxCredential.box_id == box.id, BoxCredential.digest.in_(digests))
    on_roll = db.session.scalar(select(func.count()).select_from(BoxCredential).where(*chosen)) or 0
    if on_roll != len(set(digests)):
        raise Refused("Una de estas tarjetas no es de esta urna. Revíselas; no se anuló ninguna.")
    used = select(exists().where(BoxBallot.box_id == box.id, BoxBallot.credential.in_(digests)))
    if db.session.scalar(used):
        raise Refused("Una de estas tarjetas ya votó, y eso no se deshace. No se anuló ninguna.")
    fresh = update(BoxCredential).where(*chosen, BoxCredential.voided_on.is_(None))
    done: int = db.session.execute(fresh.values(voided_on=clock.today())).rowcount  # type: ignore[attr-defined]
    audit.record("ballots.cards_voided", box, by, cards=done)
    return done


def void_batch(batch: CardBatch, by: Account) -> int:
    """Void the unused cards of a lost or stolen batch; return how many."""
    box = batch.box
    _lock_for_voiding(box)
    voted = select(BoxBallot.credential).where(BoxBallot.box_id == box.id)
    unused = update(BoxCredential).where(
        BoxCredential.batch_id == batch.id,
        BoxCredential.voided_on.is_(None),
        BoxCredential.digest.not_in(voted),
    )
    done: int = db.session.execute(unused.values(voided_on=clock.today())).rowcount  # type: ignore[attr-defined]
    batch.voided_at = clock.now()
    audit.record("ballots.batch_voided", box, by, batch=batch.id, cards=done)
    return done


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
    try:
        return void_list.read(raw)
    except Malformed as problem:
        raise Refused(f"Este archivo no sirve. {problem}", "file") from None


def publics_of_codes(box: BallotBox, typed: Sequence[str]) -> list[int]:
    """Derive public keys from typed codes. The codes are not stored."""
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


def _lock_for_voiding(box: BallotBox) -> None:
    """Lock the box, so that no vote and no closing interleaves. Raises Refused once closed."""
    if box.opened_at is None:
        _may_change(box)
        return
    archive_store.lock_head(box.id, archive_store.timestamp(box))
    db.session.refresh(box, ["closed_at"])
    if box.is_closed:
        raise Refused(TOO_LATE)
