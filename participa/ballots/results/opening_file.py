"""The file `refuerzo.json` of a box: each trustee's proof that they opened this very total."""

import json

from participa.ballots import archive_store
from participa.ballots.models import BallotBox
from participa.ballots.snapshots import current
from participa.belenios import canonical, opening_proofs


def opening_file(box: BallotBox) -> bytes | None:
    """The file with the proofs so far, byte for byte; None before the first one."""
    election, totals = current(box).election, archive_store.digest_of(box, archive_store.TALLY)
    proofs = [
        json.loads(trustee.opening_proof) for trustee in box.trustees if trustee.opening_proof
    ]
    if election is None or totals is None or not proofs:
        return None
    entries = [opening_proofs.read_entry(election.group, proof, box.uuid) for proof in proofs]
    file = opening_proofs.OpeningProofs(election.fingerprint, totals, entries)
    return file.record()


def digest(box: BallotBox) -> str | None:
    """SHA-256 of the file in hexadecimal, as the minutes state it."""
    body = opening_file(box)
    return canonical.hex_digest(body) if body else None


def lacks_proof(box: BallotBox) -> bool:
    """Whether the published result rests on an opening that is not proved: counted long ago."""
    if not (box.is_secret and box.is_finished):
        return False
    if archive_store.digest_of(box, archive_store.RESULT) is None:
        return False
    opened = archive_store.trustees_with_partial(box)
    numbered = enumerate(box.trustees, start=1)
    return any(number in opened and not one.opening_proof for number, one in numbered)
