"""The roll of a verifiable box: the registrar's list is received, checked by a job, and stored."""

import hashlib
from collections.abc import Sequence
from itertools import islice, pairwise, repeat
from typing import IO, NamedTuple

from sqlalchemy import delete, insert, update

from participa.ballots.models import BallotBox, BoxCredential, BoxKind
from participa.ballots.roll import enrolment, uploads
from participa.ballots.roll.uploads import DIGEST_BYTES
from participa.belenios import roll
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048
from participa.core import audit
from participa.core.db import db, end_reading
from participa.core.errors import Refused
from participa.core.jobs import jobs
from participa.staff.models import Account
from participa.staff.signing_in import second_factor

PROGRESS_STEP = 50  # credentials between two updates of the job's progress
ROWS_AT_ONCE = 1_000
OTHER_ROLL = "El archivo de segundas partes no es de este padrón: pida los dos al registrador."


class SecondDigests(NamedTuple):
    """The second parts of a list: the fingerprint of their file, and the keyed digests."""

    fingerprint: str
    digests: list[str]


def receive(
    box: BallotBox, by: Account, sent: IO[bytes], seconds: IO[bytes] | None = None
) -> jobs.Job:
    """Store the registrar's list and start the job that checks it and replaces the roll.

    `seconds` is the file of second parts, for a box in which a later vote replaces an earlier one.
    """
    second_factor.require(by)
    if box.opened_at is not None:
        raise enrolment.RollFixed(enrolment.FIXED)
    if box.kind is not BoxKind.VERIFIABLE:
        raise Refused("En esta urna las tarjetas se hacen aquí.")
    if seconds and not box.takes_last:
        raise Refused(
            "En esta urna vale un solo voto por código: no lleva segundas partes.", "seconds"
        )
    name = uploads.store(box.id, sent)
    if seconds:
        uploads.store_seconds(name, seconds, enrolment.keyer(box))
    enrolment.lock_for_roll(box)
    box.roll_upload = name
    audit.record("ballots.roll_received", box, by, fingerprint=uploads.fingerprint(name))
    return jobs.start("ballots.enrol", f"Padrón de «{box.title}»", str(by), box_id=box.id)


@jobs.work("ballots.enrol")
def check_roll(job: jobs.Progress, box_id: int) -> None:
    """Check each line of the uploaded list, then replace the roll by it."""
    box = db.session.get(BallotBox, box_id)
    if box is None or box.roll_upload is None:  # discarded or finished in the meantime
        return
    handed_in = box.roll_upload
    end_reading()  # checking takes minutes
    try:
        places = checked(handed_in, job)
        seconds = seconds_of(handed_in, places)
    except Refused:
        _drop_refused_list(box_id, handed_in)
        raise
    box = db.session.get(BallotBox, box_id)
    if box is None:
        return
    enrolment.lock_for_roll(box)
    if box.roll_upload != handed_in:  # a later list was uploaded, and has its own job
        return
    db.session.execute(delete(BoxCredential).where(BoxCredential.box_id == box_id))
    _enrol(box_id, handed_in, places, seconds)
    box.roll_fingerprint = uploads.fingerprint(handed_in)
    box.seconds_fingerprint = seconds.fingerprint if seconds else None
    box.roll_upload = None
    box.touch()
    uploads.erase(box_id)


def checked(name: str, job: jobs.Progress) -> list[bytes]:
    """For each credential of a list its digest and its place, in the order of the digests.

    Raises Refused unless all are members of the group and none is there twice.
    """
    found: list[bytes] = []
    total = sum(1 for _ in uploads.lines(name))
    try:
        for number, (place, public) in enumerate(uploads.lines(name), start=1):
            what = f"{roll.WHAT}, credencial {number}"
            BELENIOS_2048.member(public.decode("utf-8", "replace"), what)
            digest = hashlib.sha256(public).digest()
            found.append(digest + place.to_bytes(uploads.OFFSET_BYTES, "big"))
            if number % PROGRESS_STEP == 0:
                job.advance(number, total)
    except Malformed as problem:
        raise Refused(f"El padrón no sirve. {problem}") from None
    found.sort()
    if any(one[:DIGEST_BYTES] == other[:DIGEST_BYTES] for one, other in pairwise(found)):
        raise Refused("El padrón repite una credencial.")
    return found


def seconds_of(name: str, places: Sequence[bytes]) -> SecondDigests | None:
    """The keyed digests of the second parts, in the order of `places`. Raises Refused."""
    stored = uploads.seconds(name)
    if stored is None:
        return None
    fingerprint, records = stored
    ours = [place[:DIGEST_BYTES] for place in places]
    if [record[:DIGEST_BYTES] for record in records] != ours:
        raise Refused(OTHER_ROLL)
    return SecondDigests(fingerprint, [record[DIGEST_BYTES:].hex() for record in records])


def _enrol(box_id: int, name: str, places: Sequence[bytes], seconds: SecondDigests | None) -> None:
    """Insert in the order of the digests, which reveals nothing, some rows at a time."""
    offsets = (int.from_bytes(place[DIGEST_BYTES:], "big") for place in places)
    digests = (place[:DIGEST_BYTES].hex() for place in places)
    keyed = iter(seconds.digests) if seconds else repeat(None)
    rows = (
        {"box_id": box_id, "digest": digest, "public": public.decode(), "second_digest": second}
        for digest, public, second in zip(
            digests, uploads.publics_at(name, offsets), keyed, strict=False
        )
    )
    while some := list(islice(rows, ROWS_AT_ONCE)):
        db.session.execute(insert(BoxCredential.__table__), some)


def _drop_refused_list(box_id: int, handed_in: str) -> None:
    """Discard an invalid list; the earlier roll stays in force.

    Runs in a separate transaction, because that of the failed job is rolled back.
    """
    refused = update(BallotBox).where(
        BallotBox.id == box_id, BallotBox.roll_upload == handed_in, BallotBox.opened_at.is_(None)
    )
    with db.engine.begin() as connection:
        values = {"roll_upload": None, "version": BallotBox.version + 1}
        connection.execute(refused.values(**values))
