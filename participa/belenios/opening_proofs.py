"""Proofs that the published factors open this encrypted tally, in the file `refuerzo.json`.

The proof inside a partial decryption names the election and the trustee's key. The one here names
the encrypted tally and the factors too: all of them at once, as one Chaum-Pedersen proof about a
random combination of them, whose coefficients are a hash of everything that is proved. With it come
a proof of possession of the key for this very election. The archive itself stays as other programs
read it; the file names the event that carries the tally.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical, proofs, tally
from participa.belenios.canonical import Malformed
from participa.belenios.election import Election
from participa.belenios.groups import Group
from participa.belenios.proofs import Proof
from participa.belenios.tally import PartialDecryption, Totals

VERSION = 1
LIMIT = 100_000  # bytes
WHAT = "El refuerzo"
COEFFICIENT_BYTES = 16


class Statement(NamedTuple):
    """What a trustee proves: these factors open these totals with the secret of this key."""

    election: Election
    tally_digest: str  # of the record of the totals, in hexadecimal
    totals: Totals
    public_key: int
    partial: PartialDecryption

    @property
    def alphas(self) -> list[int]:
        return [one.alpha for row in self.totals for one in row]

    @property
    def factors(self) -> list[int]:
        return [factor for row in self.partial.factors for factor in row]


class ProvedOpening(NamedTuple):
    """The proofs of one trustee; `factors` is the digest of the record of the decryption."""

    owner: int  # counted from 1
    factors: str
    proof: Proof
    possession: Proof

    def record(self) -> dict[str, Any]:
        numbered = {"owner": self.owner, "factors": self.factors}
        return numbered | self.proof.record() | {"possession": self.possession.record()}


class OpeningProofs(NamedTuple):
    """The content of the file. `archive` is the hash of the event that carries the totals."""

    election: str
    archive: str
    entries: list[ProvedOpening]

    def record(self) -> bytes:
        listed = [entry.record() for entry in self.entries]
        about = {"version": VERSION, "election": self.election, "archive": self.archive}
        return canonical.write(about | {"proofs": listed})


def prove(statement: Statement, secret: int) -> Proof:
    """Prove log_g X = log_a f for the random combination (a, f) of all alphas and factors."""
    group = statement.election.group
    seed, a, f = _combined(statement)
    w = group.random()
    commitments = f"{group.generator.power(w)}|{group.secret_power(a, w)}"
    challenge = group.hash(f"{seed}|{a},{f}|{commitments}")
    return Proof(challenge, (w - secret * challenge) % group.q)


def verify(statement: Statement, proof: Proof) -> bool:
    """Whether the proof holds, and all alphas and factors are members of the group."""
    group = statement.election.group
    if not all(group.is_member(element) for element in statement.alphas + statement.factors):
        return False
    seed, a, f = _combined(statement)
    key = group.power(statement.public_key, proof.challenge)
    first = group.generator.power(proof.response) * key % group.p
    second = group.power(a, proof.response) * group.power(f, proof.challenge) % group.p
    return group.hash(f"{seed}|{a},{f}|{first}|{second}") == proof.challenge


def _combined(statement: Statement) -> tuple[str, int, int]:
    """The seed in hexadecimal, and the products of alpha_i^e_i and of factor_i^e_i."""
    group, alphas, factors = statement.election.group, statement.alphas, statement.factors
    named = [
        "participa-decrypt",
        statement.election.fingerprint,
        str(statement.public_key),
        statement.tally_digest,
        ",".join(map(str, alphas)),
        ",".join(map(str, factors)),
    ]
    seed = hashlib.sha256("|".join(named).encode()).digest()
    a = f = 1
    for number, (alpha, factor) in enumerate(zip(alphas, factors)):  # noqa: B905 - Python 3.9
        coefficient = _coefficient(seed, number)
        a = a * group.power(alpha, coefficient) % group.p
        f = f * group.power(factor, coefficient) % group.p
    return seed.hex(), a, f


def _coefficient(seed: bytes, number: int) -> int:
    digest = hashlib.sha256(seed + number.to_bytes(4, "big")).digest()
    return int.from_bytes(digest[:COEFFICIENT_BYTES], "big")


def possession_statement(election: Election, public_key: int) -> str:
    """The start of what the proof of possession hashes: the key, in this election."""
    return f"participa-pok|{election.fingerprint}|{public_key}|"


def make_entry(
    election: Election, totals: Totals, secret: int, owner: int, partial: PartialDecryption
) -> bytes:
    """The third line of what a trustee delivers: the entry of the file about this decryption."""
    group = election.group
    public_key = group.generator.power(secret)
    digest = canonical.hex_digest(tally.totals_record(totals))
    statement = Statement(election, digest, totals, public_key, partial)
    knows = possession_statement(election, public_key)
    entry = ProvedOpening(
        owner,
        canonical.hex_digest(partial.record()),
        prove(statement, secret),
        proofs.prove_knowledge(group, secret, knows),
    )
    return canonical.write(entry.record())


def make_part(election: Election, totals: Totals, secret: int, owner: int) -> bytes:
    """The file that a trustee delivers: three lines, the decryption, its owner and the entry."""
    partial = tally.decrypt(election, totals, secret)
    record = partial.record()
    entry = make_entry(election, totals, secret, owner, partial)
    return b"".join(line + b"\n" for line in (record, tally.owned_record(owner, record), entry))


def read_entry(group: Group, value: Any, what: str) -> ProvedOpening:
    """Parse an entry; raises Malformed. Nothing is verified."""
    names = ("owner", "factors", "challenge", "response", "possession")
    owner, factors, challenge, response, possession = canonical.members(value, what, *names)
    if not canonical.is_hex_digest(factors):
        raise Malformed(f"{what}, «factors» no es una huella.")
    return ProvedOpening(
        canonical.number(owner, f"{what}, «owner»"),
        factors,
        Proof(group.scalar(challenge, what), group.scalar(response, what)),
        proofs.read_proof(group, possession, what),
    )


def read(group: Group, raw: bytes) -> OpeningProofs:
    """Parse the file; raises Malformed. Nothing is verified."""
    value = canonical.read(raw, WHAT, LIMIT)
    version, election, archive, listed = canonical.members(
        value, WHAT, "version", "election", "archive", "proofs"
    )
    if canonical.number(version, f"{WHAT}, «version»") != VERSION:
        raise Malformed(f"{WHAT} es de la versión {version}, y debe ser la {VERSION}.")
    entries = [read_entry(group, one, WHAT) for one in canonical.items(listed, WHAT)]
    owners = [entry.owner for entry in entries]
    if owners != sorted(set(owners)):
        raise Malformed(f"{WHAT} no lleva los custodios en orden, cada uno una vez.")
    election = canonical.text(election, f"{WHAT}, «election»")
    return OpeningProofs(election, canonical.text(archive, f"{WHAT}, «archive»"), entries)


def check(
    raw: bytes,
    election: Election,
    tally_event: str,
    totals: Totals,
    public_keys: Sequence[int],
    partials: Mapping[int, PartialDecryption],
) -> set[int]:
    """Verify the file against its archive; returns the numbers of the trustees who prove it.

    `tally_event` is the hash of the event with the totals; `public_keys` and `partials` are those
    of the archive. Raises Malformed.
    """
    content = read(election.group, raw)
    if content.election != election.fingerprint:
        raise Malformed(f"{WHAT} es de otra elección.")
    if content.archive != tally_event:
        raise Malformed(f"{WHAT} es de otro total.")
    for entry in content.entries:
        if entry.owner not in partials:
            raise Malformed(f"{WHAT}: no hay un descifrado del custodio {entry.owner}.")
        key = public_keys[entry.owner - 1]
        check_entry(entry, election, totals, key, partials[entry.owner])
    return {entry.owner for entry in content.entries}


def check_entry(
    entry: ProvedOpening,
    election: Election,
    totals: Totals,
    public_key: int,
    partial: PartialDecryption,
) -> None:
    """Verify the proofs of one trustee about this decryption; raises Malformed."""
    who = f"el custodio {entry.owner}"
    if entry.factors != canonical.hex_digest(partial.record()):
        raise Malformed(f"{WHAT}: la prueba del custodio {entry.owner} es de otro descifrado.")
    knows = possession_statement(election, public_key)
    if not proofs.verify_knowledge(election.group, public_key, knows, entry.possession):
        raise Malformed(f"{WHAT}: {who} no prueba que tiene su llave en esta elección.")
    digest = canonical.hex_digest(tally.totals_record(totals))
    if not verify(Statement(election, digest, totals, public_key, partial), entry.proof):
        raise Malformed(f"{WHAT}: {who} no prueba que abre este total.")
