"""Homomorphic tally: encrypted totals, partial decryptions by the trustees, and the counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from participa.belenios import canonical, proofs
from participa.belenios.ballot import Ballot
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.groups import Group
from participa.belenios.proofs import Ciphertext, Proof
from participa.belenios.trustees import Trustees

LIMIT = 5_000_000  # bytes
LAST_COUNTS = "last"  # the last ballot of a credential replaces its earlier ones
ONE_ONLY = "one"  # a second ballot of a credential is an error
Totals = list[list[Ciphertext]]  # per question, per slot


class PartialDecryption(NamedTuple):
    """One trustee's factors alpha^x, per question and slot, with a proof each."""

    factors: list[list[int]]
    proofs: list[list[Proof]]

    def record(self) -> bytes:
        factors = [[str(factor) for factor in row] for row in self.factors]
        records = [[proof.record() for proof in row] for row in self.proofs]
        return canonical.write({"decryption_factors": factors, "decryption_proofs": records})


def counted_ballots(ballots: Iterable[Ballot], policy: str = LAST_COUNTS) -> list[Ballot]:
    """One ballot per credential, in the order of the credentials' first ballots.

    Raises Malformed for a second ballot of a credential under ONE_ONLY.
    """
    by_credential: dict[int, Ballot] = {}
    for ballot in ballots:
        if policy == ONE_ONLY and ballot.credential in by_credential:
            raise Malformed("Un código votó dos veces, y en esta urna solo vale una.")
        by_credential[ballot.credential] = ballot
    return list(by_credential.values())


def encrypted_totals(election: Election, ballots: Iterable[Ballot]) -> Totals:
    """The product of the ballots' ciphertexts, per question and slot."""
    p = election.group.p
    sums = [[[1, 1] for _ in range(slots)] for slots in election.slots]
    for ballot in ballots:
        for row, answer in zip(sums, ballot.answers):  # noqa: B905 - the single file runs on Python 3.9
            for pair, choice in zip(row, answer.choices):  # noqa: B905 - as above
                pair[0] = pair[0] * choice.alpha % p
                pair[1] = pair[1] * choice.beta % p
    return [[Ciphertext(alpha, beta) for alpha, beta in row] for row in sums]


def multiplied(group: Group, first: Totals, second: Totals, inverse: bool = False) -> Totals:
    """The product of two totals, or of the first with the inverse of the second."""

    def product(one: int, other: int) -> int:
        return one * (pow(other, -1, group.p) if inverse else other) % group.p

    return [
        [
            Ciphertext(product(one.alpha, other.alpha), product(one.beta, other.beta))
            for one, other in zip(*rows)  # noqa: B905 - the single file runs on Python 3.9
        ]
        for rows in zip(first, second)  # noqa: B905 - as above
    ]


def totals_record(totals: Totals) -> bytes:
    return canonical.write([[one.record() for one in row] for row in totals])


def sized_record(ballots: int, totals: bytes) -> bytes:
    """The record that states the number of ballots in the totals; each has weight 1."""
    digest = canonical.hex_digest(totals)
    return canonical.write(
        {"num_tallied": ballots, "total_weight": ballots, "encrypted_tally": digest}
    )


def owned_record(owner: int, payload: bytes) -> bytes:
    """The record that assigns a partial decryption to a trustee; `owner` counts from 1."""
    return canonical.write({"owner": owner, "payload": canonical.hex_digest(payload)})


def decrypt(election: Election, totals: Totals, secret: int) -> PartialDecryption:
    """The partial decryption of these totals with a trustee's secret key."""
    rows = [
        [
            proofs.prove_decryption(election.group, election.fingerprint, secret, one.alpha)
            for one in row
        ]
        for row in totals
    ]
    return PartialDecryption(
        [[factor for factor, _ in row] for row in rows],
        [[proof for _, proof in row] for row in rows],
    )


def read_partial(election: Election, raw: bytes, what: str) -> PartialDecryption:
    """Parse a partial decryption; raises Malformed. Its proofs are not verified."""
    group = election.group
    value = canonical.read(raw, what, LIMIT)
    factors, records = canonical.members(value, what, "decryption_factors", "decryption_proofs")
    questions = len(election.slots)
    factor_rows = canonical.items(factors, f"{what}, «decryption_factors»", questions)
    proof_rows = canonical.items(records, f"{what}, «decryption_proofs»", questions)
    partial = PartialDecryption([], [])
    for number, slots in enumerate(election.slots):
        where = f"{what}, pregunta {number + 1}"
        row = canonical.items(factor_rows[number], where, slots)
        partial.factors.append([group.element(factor, f"{where}, factor") for factor in row])
        partial.proofs.append(proofs.read_proofs(group, proof_rows[number], where, slots))
    return partial


def check_partial(
    election: Election, totals: Totals, public_key: int, partial: PartialDecryption, what: str
) -> None:
    """Verify the proof of every factor against the trustee's public key; raises Malformed."""
    for question, row in enumerate(totals):
        for slot, one in enumerate(row):
            is_proved = proofs.verify_decryption(
                election.group,
                election.fingerprint,
                public_key,
                one.alpha,
                partial.factors[question][slot],
                partial.proofs[question][slot],
            )
            if not is_proved:
                raise Malformed(
                    f"{what}, pregunta {question + 1}, casilla {slot + 1}: "
                    "la prueba del descifrado no es válida."
                )


def counts_of(
    election: Election,
    totals: Totals,
    listed: Trustees,
    partials: Mapping[int, PartialDecryption],
    ballots: int,
) -> list[list[int]]:
    """Decrypt the totals with these trustees' partial decryptions, by their numbers from 1.

    Raises Malformed if they are too few, or do not give counts.
    """
    exponents = listed.exponents(partials)
    chosen = [partials[number] for number in exponents]
    return counts(election, totals, chosen, ballots, list(exponents.values()))


def counts(
    election: Election,
    totals: Totals,
    partials: Sequence[PartialDecryption],
    ballots: int,
    exponents: Sequence[int] | None = None,
) -> list[list[int]]:
    """Decrypt the totals with partial decryptions; where all trustees are needed, of all of them.

    The plaintext of a total is the n with g^n = beta / product of the factors, each raised to its
    exponent (1 if none are given); n is at most the number of ballots. Raises Malformed if a total
    has no such n.
    """
    group, counts = election.group, []
    powers = [1] * len(partials) if exponents is None else exponents
    logarithms = discrete_logarithms(group, ballots)
    for question, row in enumerate(totals):
        row_counts = []
        for slot, one in enumerate(row):
            factor = 1
            for partial, exponent in zip(partials, powers):  # noqa: B905 - as above
                raised = group.power(partial.factors[question][slot], exponent)
                factor = factor * raised % group.p
            power = one.beta * pow(factor, -1, group.p) % group.p
            if power not in logarithms:
                raise Malformed("Los totales descifrados no son un conteo de estas papeletas.")
            row_counts.append(logarithms[power])
        counts.append(row_counts)
    return counts


def discrete_logarithms(group: Group, maximum: int) -> dict[int, int]:
    """A table from g^n to n for n in [0, maximum].

    One multiplication per ballot is far below the cost of verifying it, so that baby-step
    giant-step would not pay.
    """
    power, table = 1, {}
    for n in range(maximum + 1):
        table[power] = n
        power = power * group.g % group.p
    return table


def result_record(counts: Sequence[Sequence[int]]) -> bytes:
    return canonical.write({"result": [list(row) for row in counts]})
