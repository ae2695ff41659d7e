"""Trustees: each holds a share of the election key, alone or as one of a threshold group.

A trustees record lists parts of the election key, which is the product of their public keys. A
part of the form "Single" is one trustee's, needed in any case. A part of the form "Pedersen"
belongs to n trustees of whom any m open it: they published commitments to polynomials of degree
m - 1, the sum of the polynomials at j is the secret share of trustee j, and at 0 it is the secret
key of the part. How such trustees come to their shares is in `threshold`; the record shows only
what follows from it. Trustees are numbered from 1 through the whole record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical, proofs
from participa.belenios.canonical import Malformed
from participa.belenios.groups import Group
from participa.belenios.proofs import Proof

LIMIT = 500_000  # bytes
SINGLE = "Single"  # one trustee, who is needed
THRESHOLD = "Pedersen"  # m of n


class Trustee(NamedTuple):
    """A public key with a Schnorr proof that its owner knows the secret key."""

    public_key: int
    proof: Proof
    name: str | None = None

    def record(self) -> dict[str, Any]:
        name = {} if self.name is None else {"name": self.name}
        return {"pok": self.proof.record(), "public_key": str(self.public_key), **name}


class KeyPart(NamedTuple):
    """A part of the election key, which any `threshold` of these trustees open."""

    trustees: tuple[Trustee, ...]
    threshold: int
    public_key: int


class Trustees:
    """The trustees of an election as a sequence, which counts from 0; their numbers are one more.

    The public key of each is that of the share with which they decrypt.
    """

    def __init__(self, group: Group, parts: Sequence[KeyPart]) -> None:
        self.group = group
        self.parts = tuple(parts)
        self._listed = [trustee for part in parts for trustee in part.trustees]

    def __len__(self) -> int:
        return len(self._listed)

    def __iter__(self) -> Iterator[Trustee]:
        return iter(self._listed)

    def __getitem__(self, index: int) -> Trustee:
        return self._listed[index]

    @property
    def threshold(self) -> int:
        """How many trustees are needed at least; all of them if there is no threshold group."""
        return sum(part.threshold for part in self.parts)

    def public_key(self) -> int:
        """The election key."""
        key = 1
        for part in self.parts:
            key = key * part.public_key % self.group.p
        return key

    def lacking(self, decrypted: Collection[int]) -> tuple[int, list[int]]:
        """How many partial decryptions are missing, and the numbers of those who can give them."""
        count, able = 0, []
        for part, numbers in self._numbered():
            waiting = [number for number in numbers if number not in decrypted]
            if (missing := part.threshold - len(numbers) + len(waiting)) > 0:
                count += missing
                able += waiting
        return count, able

    def exponents(self, decrypted: Collection[int]) -> dict[int, int]:
        """The trustees whose partial decryptions are combined, each with the exponent to be used.

        Of those who decrypted, the first ones of each threshold group are taken, as many as needed:
        Lagrange's coefficients at 0 of the polynomial through their shares. Raises Malformed if
        too few decrypted.
        """
        if self.lacking(decrypted)[0]:
            raise Malformed("Faltan descifrados para abrir el total.")
        chosen = {}
        for part, numbers in self._numbered():
            able = [place for place, n in enumerate(numbers, 1) if n in decrypted]
            able = able[: part.threshold]
            for place in able:
                chosen[numbers[place - 1]] = lagrange(self.group, place, able)
        return chosen

    def _numbered(self) -> Iterator[tuple[KeyPart, list[int]]]:
        first = 1
        for part in self.parts:
            yield part, list(range(first, first + len(part.trustees)))
            first += len(part.trustees)


def lagrange(group: Group, place: int, places: Sequence[int]) -> int:
    """The weight of the value at `place` in the value at 0 of a polynomial known at `places`."""
    above = below = 1
    for other in places:
        if other != place:
            above = above * other % group.q
            below = below * (other - place) % group.q
    return above * pow(below, -1, group.q) % group.q


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


def read(group: Group, raw: bytes) -> Trustees:
    """Parse the trustees record and verify every proof; raises Malformed."""
    parts: list[KeyPart] = []
    listed = canonical.items(canonical.read(raw, "La lista de custodios", LIMIT), "Custodios")
    number = 1  # of the next trustee
    for item in listed:
        what = f"El custodio {number}"
        kind, value = canonical.items(item, what, 2)
        if kind == SINGLE:
            trustee = read_one(group, value, what)
            parts.append(KeyPart((trustee,), 1, trustee.public_key))
        elif kind == THRESHOLD:
            parts.append(_read_threshold(group, value, number))
        else:
            raise Malformed(f"{what} es de una clase desconocida.")
        number += len(parts[-1].trustees)
    if not parts:
        raise Malformed("La lista de custodios está vacía.")
    trustees = Trustees(group, parts)
    if len({trustee.public_key for trustee in trustees}) != len(trustees):
        raise Malformed("La lista de custodios repite una llave.")
    return trustees


def public_key(group: Group, trustees: Sequence[Trustee]) -> int:
    """The key of an election that needs all of these trustees: the product of their public keys."""
    key = 1
    for trustee in trustees:
        key = key * trustee.public_key % group.p
    return key


# The form "Pedersen". Lists in it are in the order of the trustees of the group.


class TrusteeCertificate(NamedTuple):
    """The public keys of a member of a threshold group, signed with the first one.

    `verification` checks signatures; with `encryption` others encrypt for this trustee. Neither
    is the key of the share with which the trustee decrypts.
    """

    verification: int
    encryption: int
    record: dict[str, Any]

    @property
    def raw(self) -> bytes:
        return canonical.write(self.record)


class Commitments(NamedTuple):
    """g^a for the coefficients a of a trustee's polynomial, from the constant one on."""

    powers: tuple[int, ...]
    record: dict[str, Any]


def signed(group: Group, secret: int, message: bytes, nonce: int | None = None) -> dict[str, Any]:
    """A text with its signature, as certificates and commitments have it."""
    text = message.decode()
    proof = proofs.prove_knowledge(group, secret, f"sigmsg|{text}|", nonce)
    return {"message": text, "signature": proof.record()}


def read_certificate(group: Group, value: Any, what: str) -> TrusteeCertificate:
    """Parse a certificate and verify its signature; raises Malformed."""
    message, text, proof = _read_signed(group, value, what)
    verification, encryption = canonical.members(message, what, "verification", "encryption")
    key = group.member(verification, f"{what}, «verification»")
    other = group.member(encryption, f"{what}, «encryption»")
    _check_signature(group, key, text, proof, what)
    return TrusteeCertificate(key, other, value)


def read_commitments(
    group: Group, signer: int, threshold: int, value: Any, what: str
) -> Commitments:
    """Parse the commitments of whose signatures `signer` checks; raises Malformed."""
    message, text, proof = _read_signed(group, value, what)
    (listed,) = canonical.members(message, what, "coefexps")
    where = f"{what}, «coefexps»"
    listed = canonical.items(listed, where, threshold)
    powers = tuple(group.member(one, where) for one in listed)
    _check_signature(group, signer, text, proof, what)
    return Commitments(powers, value)


def check_members(threshold: int, certificates: Sequence[TrusteeCertificate], what: str) -> None:
    """That a threshold group can be of these trustees; raises Malformed."""
    if not 1 <= threshold <= len(certificates):
        count = len(certificates)
        raise Malformed(f"{what}: el umbral es {threshold} y hay {count} custodios.")
    keys = [key for one in certificates for key in (one.verification, one.encryption)]
    if len(set(keys)) != len(keys):
        raise Malformed(f"{what}: hay una llave repetida en los certificados.")


def committed(group: Group, powers: Sequence[int], place: int) -> int:
    """g^f(place) for the polynomial f with these commitments."""
    result = 1
    for power in reversed(powers):
        result = group.power(result, place) * power % group.p
    return result


def summed(group: Group, commitments: Sequence[Commitments]) -> list[int]:
    """The commitments to the sum of the polynomials."""
    sums = [1] * len(commitments[0].powers)
    for one in commitments:
        sums = [a * b % group.p for a, b in zip(sums, one.powers)]  # noqa: B905 - the single file runs on Python 3.9
    return sums


def threshold_item(
    threshold: int,
    certificates: Sequence[TrusteeCertificate],
    commitments: Sequence[Commitments],
    keys: Sequence[Trustee],
) -> list[Any]:
    """The item of a trustees record for a threshold group."""
    return [
        THRESHOLD,
        {
            "threshold": threshold,
            "certs": [one.record for one in certificates],
            "coefexps": [one.record for one in commitments],
            "verification_keys": [key.record() for key in keys],
        },
    ]


def read_share_key(
    group: Group, powers: Sequence[int], place: int, value: Any, what: str
) -> Trustee:
    """Parse the key of the share at `place`; raises Malformed if it does not follow from `powers`.

    `powers` are the commitments to the sum of all polynomials.
    """
    key = read_one(group, value, what)
    if key.public_key != committed(group, powers, place):
        raise Malformed(f"{what}: su llave no es la que sale de lo que repartieron los custodios.")
    return key


def _read_threshold(group: Group, value: Any, first: int) -> KeyPart:
    what = f"El grupo del custodio {first}"
    names = ("threshold", "certs", "coefexps", "verification_keys")
    threshold, certs, coefexps, keys = canonical.members(value, what, *names)
    threshold = canonical.number(threshold, f"{what}, «threshold»")
    certificates = [
        read_certificate(group, one, f"El certificado del custodio {n}")
        for n, one in enumerate(canonical.items(certs, f"{what}, «certs»"), start=first)
    ]
    check_members(threshold, certificates, what)
    size = len(certificates)
    listed = canonical.items(coefexps, f"{what}, «coefexps»", size)
    commitments = [
        read_commitments(
            group,
            certificates[n].verification,
            threshold,
            one,
            f"El reparto del custodio {first + n}",
        )
        for n, one in enumerate(listed)
    ]
    powers = summed(group, commitments)
    listed = canonical.items(keys, f"{what}, «verification_keys»", size)
    trustees = [
        read_share_key(group, powers, n + 1, one, f"El custodio {first + n}")
        for n, one in enumerate(listed)
    ]
    return KeyPart(tuple(trustees), threshold, powers[0])


def _read_signed(group: Group, value: Any, what: str) -> tuple[Any, str, Proof]:
    text, signature = canonical.members(value, what, "message", "signature")
    text = canonical.text(text, f"{what}, «message»")
    message = canonical.read(text.encode(), what, LIMIT)
    return message, text, proofs.read_proof(group, signature, f"{what}, «signature»")


def _check_signature(group: Group, key: int, text: str, proof: Proof, what: str) -> None:
    if not proofs.verify_knowledge(group, key, f"sigmsg|{text}|", proof):
        raise Malformed(f"{what}: su firma no es válida en la forma de Belenios 2.0.")


# Private keys.


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
