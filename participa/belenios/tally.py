"""From ballots to the result: totals that stay hidden until all trustees open them together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from participa.belenios import canonical, proofs
from participa.belenios.ballot import Ballot
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.groups import Group
from participa.belenios.proofs import Ciphertext, Proof

LIMIT = 5_000_000
LAST_COUNTS = "last"  # who votes again replaces the earlier ballot
ONE_ONLY = "one"
Totals = list[list[Ciphertext]]  # per question, per slot


class Partial(NamedTuple):
    """What one trustee adds to open each total, with the proofs."""

    factors: list[list[int]]
    proofs: list[list[Proof]]

    def record(self) -> bytes:
        factors = [[str(factor) for factor in row] for row in self.factors]
        checked = [[proof.record() for proof in row] for row in self.proofs]
        return canonical.write({"decryption_factors": factors, "decryption_proofs": checked})


def kept(ballots: Iterable[Ballot], policy: str = LAST_COUNTS) -> list[Ballot]:
    """The ballots that count: one per credential, in the order of the credentials' first votes."""
    found: dict[int, Ballot] = {}
    for ballot in ballots:
        if policy == ONE_ONLY and ballot.credential in found:
            raise Malformed("Un código votó dos veces, y en esta urna solo vale una.")
        found[ballot.credential] = ballot
    return list(found.values())


def encrypted(election: Election, ballots: Iterable[Ballot]) -> Totals:
    """The hidden totals of these ballots."""
    p = election.group.p
    sums = [[[1, 1] for _ in range(slots)] for slots in election.slots]
    for ballot in ballots:
        for row, answer in zip(sums, ballot.answers):  # noqa: B905 - the single file runs on Python 3.9
            for pair, choice in zip(row, answer.choices):  # noqa: B905 - as above
                pair[0] = pair[0] * choice.alpha % p
                pair[1] = pair[1] * choice.beta % p
    return [[Ciphertext(alpha, beta) for alpha, beta in row] for row in sums]


def record(totals: Totals) -> bytes:
    return canonical.write([[one.record() for one in row] for row in totals])


def sized_record(ballots: int, totals: bytes) -> bytes:
    """How many ballots are in the totals; the format also asks for their weight, here the same."""
    digest = canonical.hex_digest(totals)
    return canonical.write(
        {"num_tallied": ballots, "total_weight": ballots, "encrypted_tally": digest}
    )


def owned_record(owner: int, payload: bytes) -> bytes:
    """Which trustee (from 1) a partial decryption is of."""
    return canonical.write({"owner": owner, "payload": canonical.hex_digest(payload)})


def decrypt(election: Election, totals: Totals, secret: int) -> Partial:
    """A trustee's part, which opens only these totals."""
    rows = [
        [
            proofs.prove_decryption(election.group, election.fingerprint, secret, one.alpha)
            for one in row
        ]
        for row in totals
    ]
    return Partial(
        [[factor for factor, _ in row] for row in rows],
        [[proof for _, proof in row] for row in rows],
    )


def read_partial(election: Election, raw: bytes, what: str) -> Partial:
    group = election.group
    value = canonical.read(raw, what, LIMIT)
    factors, checked = canonical.members(value, what, "decryption_factors", "decryption_proofs")
    questions = len(election.slots)
    factor_rows = canonical.items(factors, f"{what}, «decryption_factors»", questions)
    proof_rows = canonical.items(checked, f"{what}, «decryption_proofs»", questions)
    found = Partial([], [])
    for number, slots in enumerate(election.slots):
        where = f"{what}, pregunta {number + 1}"
        row = canonical.items(factor_rows[number], where, slots)
        found.factors.append([group.element(factor, f"{where}, factor") for factor in row])
        found.proofs.append(proofs.read_proofs(group, proof_rows[number], where, slots))
    return found


def check_partial(
    election: Election, totals: Totals, public_key: int, partial: Partial, what: str
) -> None:
    """Refuse a part that the owner of this key did not make of these totals."""
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


def counts(
    election: Election, totals: Totals, partials: Sequence[Partial], ballots: int
) -> list[list[int]]:
    """What the totals say, with the parts of all trustees; no count exceeds the ballots."""
    group, found = election.group, []
    known = logarithms(group, ballots)
    for question, row in enumerate(totals):
        opened = []
        for slot, one in enumerate(row):
            factor = 1
            for partial in partials:
                factor = factor * partial.factors[question][slot] % group.p
            power = one.beta * pow(factor, -1, group.p) % group.p
            if power not in known:
                raise Malformed("Los totales descifrados no son un conteo de estas papeletas.")
            opened.append(known[power])
        found.append(opened)
    return found


def logarithms(group: Group, most: int) -> dict[int, int]:
    """n for each g^n up to the most; a count is small, so a table is enough."""
    power, known = 1, {}
    for n in range(most + 1):
        known[power] = n
        power = power * group.g % group.p
    return known


def result_record(found: Sequence[Sequence[int]]) -> bytes:
    return canonical.write({"result": [list(row) for row in found]})
