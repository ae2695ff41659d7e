"""Those who keep the key together: all of them are needed to open a total, nobody can alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical, proofs
from participa.belenios.canonical import Malformed
from participa.belenios.groups import Group
from participa.belenios.proofs import Proof
from participa.belenios.questions import Unsupported

LIMIT = 500_000
ALL_NEEDED = "Single"
SOME_NEEDED = "Pedersen"


class Trustee(NamedTuple):
    """The public half of a key, with the proof that its owner holds the other half."""

    public_key: int
    proof: Proof
    name: str | None = None

    def record(self) -> dict[str, Any]:
        name = {} if self.name is None else {"name": self.name}
        return {"pok": self.proof.record(), "public_key": str(self.public_key), **name}


def statement(group: Group, public_key: int) -> str:
    return f"pok|{group.name}|{public_key}|"


def make(group: Group, secret: int, name: str | None = None) -> Trustee:
    public = group.generator.power(secret)
    return Trustee(public, proofs.prove_knowledge(group, secret, statement(group, public)), name)


def read_one(group: Group, value: Any, what: str) -> Trustee:
    pok, public_key, name = canonical.members(value, what, "pok", "public_key", "name?")
    public = group.member(public_key, f"{what}, «public_key»")
    proof = proofs.read_proof(group, pok, f"{what}, «pok»")
    if not proofs.verify_knowledge(group, public, statement(group, public), proof):
        raise Malformed(f"{what}: la prueba de que tiene su llave no es válida.")
    return Trustee(public, proof, None if name is None else canonical.text(name, what))


def write(trustees: Sequence[Trustee]) -> bytes:
    """The record of an election whose result needs all of these."""
    return canonical.write([[ALL_NEEDED, trustee.record()] for trustee in trustees])


def read(group: Group, raw: bytes) -> list[Trustee]:
    found = []
    listed = canonical.items(canonical.read(raw, "La lista de custodios", LIMIT), "Custodios")
    for number, item in enumerate(listed, start=1):
        what = f"El custodio {number}"
        kind, value = canonical.items(item, what, 2)
        if kind == SOME_NEEDED:
            raise Unsupported(f"{what} es de llave por umbral, que aquí no se revisa.")
        if kind != ALL_NEEDED:
            raise Malformed(f"{what} es de una clase desconocida.")
        found.append(read_one(group, value, what))
    if not found:
        raise Malformed("La lista de custodios está vacía.")
    if len({trustee.public_key for trustee in found}) != len(found):
        raise Malformed("La lista de custodios repite una llave.")
    return found


def public_key(group: Group, trustees: Sequence[Trustee]) -> int:
    """The key of the election: what is hidden for it, all trustees together open."""
    key = 1
    for trustee in trustees:
        key = key * trustee.public_key % group.p
    return key


def write_secret(secret: int) -> bytes:
    """The file of a private key, as other programs of this format read it."""
    return canonical.write(str(secret)) + b"\n"


def read_secret(group: Group, raw: bytes) -> int:
    text = canonical.read(raw.strip(), "El archivo de la llave", 1_000)
    secret = group.scalar(text, "La llave privada")
    if secret == 0:
        raise Malformed("La llave privada es cero.")
    return secret
