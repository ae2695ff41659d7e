"""A trustee who votes too, and opens another number than the total.

The proof inside a partial decryption does not name what it opens. Who holds a key and casts the
last ballot can therefore fit the randomness of that ballot to a proof made before, of a factor that
shifts the total. `refuerzo.json` is there because of this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from unittest.mock import patch

from participa.belenios import ballot, proofs
from participa.belenios.election import Election
from participa.belenios.proofs import Ciphertext, Opening, Proof
from participa.belenios.tally import PartialDecryption, Totals


@dataclass(frozen=True)
class Slot:
    """One slot: the randomness to vote with, and the factor and proof to publish later."""

    r: int
    shift: int  # votes added to the true total
    proof: Proof


def plan(election: Election, secret: int, before: Totals, shifts: Sequence[int]) -> list[Slot]:
    """Fit a ballot to `before`, the totals of the others, so that each slot is shifted."""
    group, slots = election.group, []
    public = group.generator.power(secret)
    for one, shift in zip(before[0], shifts, strict=True):
        w, b = group.random(), group.random()
        a = group.generator.power(w)
        second = group.power(one.alpha, w) * group.generator.power(b) % group.p
        challenge = group.hash(f"decrypt|{election.fingerprint}|{public}|{a},{second}")
        r = (b + shift * challenge) * pow(w, -1, group.q) % group.q
        slots.append(Slot(r, shift, Proof(challenge, (w - secret * challenge) % group.q)))
    return slots


def fitted_ballot(election: Election, credential: int, vote: object, slots: list[Slot]) -> bytes:
    """A valid ballot whose encryptions have the planned randomness."""
    group, randomness = election.group, iter([slot.r for slot in slots])

    def encrypt(key: proofs.FixedBase, m: int) -> tuple[Ciphertext, Opening]:
        r = next(randomness)
        beta = key.power(r) * group.generator.power(m) % group.p
        return Ciphertext(group.generator.power(r), beta), Opening(r, m)

    with patch.object(proofs, "encrypt", encrypt):
        return ballot.make(election, credential, [vote])


def false_partial(
    election: Election, totals: Totals, secret: int, slots: list[Slot]
) -> PartialDecryption:
    """Factors that open shifted totals, with proofs that the archive's format accepts."""
    group = election.group
    factors = [
        group.power(one.alpha, secret) * group.generator.power(-slot.shift) % group.p
        for one, slot in zip(totals[0], slots, strict=True)
    ]
    return PartialDecryption([factors], [[slot.proof for slot in slots]])
