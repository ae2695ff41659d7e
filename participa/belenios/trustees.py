"""Trustees: each holds a share of the election key, and decryption needs the shares of all.

The election key is the product of their public keys. Threshold keys ("Pedersen") are not
implemented: the format's versions disagree about them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical, proofs
from participa.belenios.canonical import Malformed
from participa.belenios.groups import Group
from participa.belenios.proofs import Proof
from participa.belenios.questions import Unsupported

LIMIT = 500_000  # bytes
SINGLE = "Single"  # n-of-n
THRESHOLD = "Pedersen"


class Trustee(NamedTuple):
    """A public key with a Schnorr proof that its owner knows the secret key."""

    public_key: int
    proof: Proof
    name: str | None = None

    def record(self) -> dict[str, Any]:
        name = {} if self.name is None else {"name": self.name}
        return {"pok": self.proof.record(), "public_key": str(self.public_key), **name}


def statement(group: Group, public_key: int) -> str:
    """The start of what the proof of knowledge hashes."""
    return f"pok|{group.name}|{public_key}|"


def make(group: Group, secret: int, name: str | None = None) -> Trustee:
    public = group.generator.power(secret)
    return Trustee(public, proofs.prove_knowledge(group, secret, statement(group, public)), name)


def read_one(group: Group, value: Any, what: str) -> Trustee:
    """Parse a trustee and verify the proof of knowledge; raises Malformed."""
    pok, public_key, name = canonical.members(value, what, "pok", "public_key", "name?")
    public = group.member(public_key, f"{what}, «public_key»")
    proof = proofs.read_proof(group, pok, f"{what}, «pok»")
    if not proofs.verify_knowledge(group, public, statement(group, public), proof):
        raise Malformed(f"{what}: la prueba de que tiene su llave no es válida.")
    return Trustee(public, proof, None if name is None else canonical.text(name, what))


def write(trustees: Sequence[Trustee]) -> bytes:
    """The trustees record of an election that needs all of them."""
    return canonical.write([[SINGLE, trustee.record()] for trustee in trustees])


def read(group: Group, raw: bytes) -> list[Trustee]:
    """Parse the trustees record and verify every proof; raises Malformed or Unsupported."""
    trustees = []
    listed = canonical.items(canonical.read(raw, "La lista de custodios", LIMIT), "Custodios")
    for number, item in enumerate(listed, start=1):
        what = f"El custodio {number}"
        kind, value = canonical.items(item, what, 2)
        if kind == THRESHOLD:
            raise Unsupported(f"{what} es de llave por umbral, que aquí no se revisa.")
        if kind != SINGLE:
            raise Malformed(f"{what} es de una clase desconocida.")
        trustees.append(read_one(group, value, what))
    if not trustees:
        raise Malformed("La lista de custodios está vacía.")
    if len({trustee.public_key for trustee in trustees}) != len(trustees):
        raise Malformed("La lista de custodios repite una llave.")
    return trustees


def public_key(group: Group, trustees: Sequence[Trustee]) -> int:
    """The election key: the product of the trustees' public keys."""
    key = 1
    for trustee in trustees:
        key = key * trustee.public_key % group.p
    return key


def write_secret(secret: int) -> bytes:
    """The file of a private key, as belenios-tool reads and writes it."""
    return canonical.write(str(secret)) + b"\n"


def read_secret(group: Group, raw: bytes) -> int:
    """Parse the file of a private key; raises Malformed."""
    text = canonical.read(raw.strip(), "El archivo de la llave", 1_000)
    secret = group.scalar(text, "La llave privada")
    if secret == 0:
        raise Malformed("La llave privada es cero.")
    return secret
