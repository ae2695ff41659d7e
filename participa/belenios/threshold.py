"""How a threshold group of trustees comes to its shares: the ceremony, by files over a public page.

The archive's format ("Pedersen", in `trustees`) shows what follows from a ceremony, not how it is
held; this one is our own. Its rounds:

  1. Each of n trustees hands in a certificate. The certificates in their order and the threshold m
     are the ceremony; its fingerprint is in everything that follows.
  2. Each deals: commitments to a polynomial of degree m - 1, and its value at j for every trustee
     j, encrypted for j alone. The document is signed.
  3. Each decrypts what the others dealt to them, checks it against the commitments, and hands in
     the public key of the sum, which is their share.

A trustee keeps one secret x, the same that a key without threshold is. Everything else is derived
from x and the ceremony: the share is computed again when the total is to be opened, from the public
documents of the second round. Those documents must therefore be kept as long as the archive.
The group must have a q of about 256 bits, as BELENIOS-2048 has.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any, NamedTuple

from participa.belenios import canonical, proofs, trustees
from participa.belenios.canonical import Malformed
from participa.belenios.groups import Group
from participa.belenios.trustees import Commitments, Trustee, TrusteeCertificate

LIMIT = 100_000  # bytes of one document
FILE_LIMIT = 1_000_000  # bytes of the file of a ceremony
VERSION = 1
FEWEST, MOST = 3, 9  # trustees
THIS = "La ceremonia"


class WrongShare(Malformed):
    """What a trustee dealt is not what they committed themselves to; `dealer` counts from 1."""

    def __init__(self, dealer: int, receiver: int) -> None:
        super().__init__(
            f"Lo que el custodio {dealer} le repartió al custodio {receiver} no es lo que publicó: "
            "su parte está mal hecha. Avise a los demás y a la ciudad: hay que repetir la "
            "ceremonia con otras llaves."
        )
        self.dealer = dealer


class SealedShare(NamedTuple):
    """A value f(j) encrypted for j: g^r, and f(j) plus a pad that only j and the dealer know."""

    nonce_power: int
    padded: int

    def record(self) -> dict[str, str]:
        return {"nonce": str(self.nonce_power), "share": str(self.padded)}


class Dealing(NamedTuple):
    """What one trustee publishes in the second round."""

    dealer: int  # counted from 1
    commitments: Commitments
    shares: tuple[SealedShare, ...]  # for trustees 1, 2, …
    record: dict[str, Any]

    @property
    def raw(self) -> bytes:
        return canonical.write(self.record)


class Ceremony(NamedTuple):
    """The public documents of a ceremony, in its file `ceremonia.json`.

    `dealings` is empty until everybody has dealt. `names` is what the city calls the trustees; it
    is not part of what is signed.
    """

    threshold: int
    names: list[str]
    certificates: list[TrusteeCertificate]
    dealings: list[Dealing]

    @property
    def is_dealt(self) -> bool:
        return len(self.dealings) == len(self.certificates)


# First round.


def certificate(group: Group, secret: int) -> bytes:
    """The certificate of who holds this secret key; always the same bytes, as it is noted down."""
    verification = group.generator.power(secret)
    encryption = group.generator.power(_decryption_key(group, secret))
    keys = {"verification": str(verification), "encryption": str(encryption)}
    message = canonical.write(keys)
    nonce = _derived(group, secret, f"cert|{message.decode()}")
    return canonical.write(trustees.signed(group, secret, message, nonce))


def read_certificate(group: Group, raw: bytes, what: str) -> TrusteeCertificate:
    """Parse a certificate and verify its signature; raises Malformed."""
    return trustees.read_certificate(group, canonical.read(raw.strip(), what, LIMIT), what)


def ceremony(threshold: int, certificates: Sequence[TrusteeCertificate]) -> str:
    """The fingerprint of a ceremony; raises Malformed if none can be held so."""
    count = len(certificates)
    if not FEWEST <= count <= MOST:
        raise Malformed(f"{THIS} necesita de {FEWEST} a {MOST} custodios, y hay {count}.")
    if not 1 < threshold < count:
        raise Malformed(
            f"{THIS} es de {threshold} de {count} custodios: deben bastar entre 2 y {count - 1}."
        )
    trustees.check_members(threshold, certificates, THIS)
    listed = [one.record for one in certificates]
    return canonical.fingerprint(canonical.write({"threshold": threshold, "certs": listed}))


def number_of(group: Group, secret: int, certificates: Sequence[TrusteeCertificate]) -> int:
    """The number of the trustee with this secret key, from 1; raises Malformed."""
    verification = group.generator.power(secret)
    for number, one in enumerate(certificates, start=1):
        if one.verification == verification:
            return number
    raise Malformed("Esta llave no es de ningún custodio de esta ceremonia. Busque la otra.")


# Second round.


def deal(
    group: Group, secret: int, threshold: int, certificates: Sequence[TrusteeCertificate]
) -> bytes:
    """The document with which the holder of this secret key deals; raises Malformed."""
    named = ceremony(threshold, certificates)
    dealer = number_of(group, secret, certificates)
    polynomial = [_derived(group, secret, f"poly|{named}|{k}") for k in range(threshold)]
    powers = [str(group.generator.power(coefficient)) for coefficient in polynomial]
    coefexps = trustees.signed(group, secret, canonical.write({"coefexps": powers}))
    shares = []
    for receiver, one in enumerate(certificates, start=1):
        r = _derived(group, secret, f"nonce|{named}|{receiver}")
        nonce_power, common = group.generator.power(r), group.secret_power(one.encryption, r)
        pad = _pad(group, named, dealer, receiver, nonce_power, common)
        padded = (_value(group, polynomial, receiver) + pad) % group.q
        shares.append(SealedShare(nonce_power, padded).record())
    about = {"ceremony": named, "dealer": dealer, "coefexps": coefexps, "shares": shares}
    proof = proofs.prove_knowledge(group, secret, _dealing_statement(about))
    return canonical.write(about | {"signature": proof.record()})


def read_dealing(
    group: Group,
    threshold: int,
    certificates: Sequence[TrusteeCertificate],
    number: int,
    raw: bytes,
    what: str,
) -> Dealing:
    """Parse what trustee `number` deals and verify both signatures; raises Malformed.

    Whether a share is what was committed to, only its receiver can check.
    """
    value = canonical.read(raw.strip(), what, LIMIT)
    return _read_dealing(group, threshold, certificates, number, value, what)


def _read_dealing(
    group: Group,
    threshold: int,
    certificates: Sequence[TrusteeCertificate],
    number: int,
    value: Any,
    what: str,
) -> Dealing:
    names = ("ceremony", "dealer", "coefexps", "shares", "signature")
    named, dealer, coefexps, listed, signature = canonical.members(value, what, *names)
    if named != ceremony(threshold, certificates):
        raise Malformed(
            f"{what} es de otra ceremonia: de otros custodios, otras llaves u otro umbral."
        )
    if canonical.number(dealer, f"{what}, «dealer»") != number:
        raise Malformed(f"{what} es el del custodio {dealer}, y se espera el del {number}.")
    signer = certificates[number - 1].verification
    commitments = trustees.read_commitments(group, signer, threshold, coefexps, what)
    shares = []
    for one in canonical.items(listed, f"{what}, «shares»", len(certificates)):
        nonce_power, padded = canonical.members(one, f"{what}, «shares»", "nonce", "share")
        nonce_power = group.member(nonce_power, f"{what}, «nonce»")
        shares.append(SealedShare(nonce_power, group.scalar(padded, f"{what}, «share»")))
    proof = proofs.read_proof(group, signature, f"{what}, «signature»")
    about = {name: member for name, member in value.items() if name != "signature"}
    if not proofs.verify_knowledge(group, signer, _dealing_statement(about), proof):
        raise Malformed(f"{what} no lleva una firma válida del custodio {number}.")
    return Dealing(number, commitments, tuple(shares), value)


# Third round, and again when the total is opened.


def share_of(
    group: Group,
    secret: int,
    threshold: int,
    certificates: Sequence[TrusteeCertificate],
    dealings: Sequence[Dealing],
) -> int:
    """The secret share of the holder of this key, the sum of what all dealt to them.

    Raises WrongShare for the first dealer whose value is not what they committed themselves to.
    """
    named = ceremony(threshold, certificates)
    receiver = number_of(group, secret, certificates)
    _check_all_dealt(certificates, dealings)
    decryption_key = _decryption_key(group, secret)
    share = 0
    for dealing in dealings:
        sealed = dealing.shares[receiver - 1]
        common = group.secret_power(sealed.nonce_power, decryption_key)
        pad = _pad(group, named, dealing.dealer, receiver, sealed.nonce_power, common)
        value = (sealed.padded - pad) % group.q
        expected = trustees.committed(group, dealing.commitments.powers, receiver)
        if group.generator.power(value) != expected:
            raise WrongShare(dealing.dealer, receiver)
        share += value
    return share % group.q


def verification_key(group: Group, share: int) -> bytes:
    """The document of the third round: the public key of a share, with a proof that it is held."""
    return canonical.write(trustees.make(group, share).record())


def read_verification_key(
    group: Group,
    certificates: Sequence[TrusteeCertificate],
    dealings: Sequence[Dealing],
    number: int,
    raw: bytes,
    what: str,
) -> Trustee:
    """Parse the key of the share of trustee `number`; raises Malformed if it is not that share."""
    _check_all_dealt(certificates, dealings)
    powers = trustees.summed(group, [one.commitments for one in dealings])
    value = canonical.read(raw.strip(), what, LIMIT)
    return trustees.read_share_key(group, powers, number, value, what)


def record(
    threshold: int,
    certificates: Sequence[TrusteeCertificate],
    dealings: Sequence[Dealing],
    verification_keys: Sequence[Trustee],
) -> bytes:
    """The trustees record of an election whose only trustees are this group."""
    commitments = [one.commitments for one in dealings]
    item = trustees.threshold_item(threshold, certificates, commitments, verification_keys)
    return canonical.write([item])


# The file of a ceremony.


def write_file(
    threshold: int,
    names: Sequence[str],
    certificates: Sequence[TrusteeCertificate],
    dealings: Sequence[Dealing] = (),
) -> bytes:
    """`ceremonia.json`: for the second round, and with all dealings for what follows."""
    return canonical.write(
        {
            "version": VERSION,
            "threshold": threshold,
            "names": list(names),
            "certificates": [one.record for one in certificates],
            "dealings": [one.record for one in dealings],
        }
    )


def read_file(group: Group, raw: bytes) -> Ceremony:
    """Parse the file of a ceremony and verify every signature; raises Malformed."""
    value = canonical.read(raw, THIS, FILE_LIMIT)
    members = ("version", "threshold", "names", "certificates", "dealings")
    version, threshold, names, certs, dealt = canonical.members(value, THIS, *members)
    if canonical.number(version, f"{THIS}, «version»") != VERSION:
        raise Malformed(f"{THIS} es de la versión {version}, y debe ser la {VERSION}.")
    threshold = canonical.number(threshold, f"{THIS}, «threshold»")
    certificates = [
        trustees.read_certificate(group, one, f"El certificado del custodio {n}")
        for n, one in enumerate(canonical.items(certs, f"{THIS}, «certificates»"), start=1)
    ]
    ceremony(threshold, certificates)
    listed = canonical.items(names, f"{THIS}, «names»", len(certificates))
    names = [canonical.text(name, f"{THIS}, «names»") for name in listed]
    dealt = canonical.items(dealt, f"{THIS}, «dealings»")
    if len(dealt) not in {0, len(certificates)}:
        raise Malformed(f"{THIS} trae {len(dealt)} repartos y hay {len(certificates)} custodios.")
    dealings = [
        _read_dealing(group, threshold, certificates, n, one, f"El reparto del custodio {n}")
        for n, one in enumerate(dealt, start=1)
    ]
    return Ceremony(threshold, names, certificates, dealings)


def _check_all_dealt(
    certificates: Sequence[TrusteeCertificate], dealings: Sequence[Dealing]
) -> None:
    if [one.dealer for one in dealings] != list(range(1, len(certificates) + 1)):
        raise Malformed(f"{THIS} no tiene todavía el reparto de cada custodio.")


def _value(group: Group, polynomial: Sequence[int], place: int) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = (value * place + coefficient) % group.q
    return value


def _dealing_statement(about: dict[str, Any]) -> str:
    """The start of what the signature of a dealing hashes: everything in it."""
    return f"participa-deal|{canonical.fingerprint(canonical.write(about))}|"


def _decryption_key(group: Group, secret: int) -> int:
    return _wide(group, hashlib.sha512(f"participa-dk|{secret}".encode()).digest())


def _derived(group: Group, secret: int, text: str) -> int:
    """A scalar that only the holder of the secret can compute, always the same for a text."""
    digest = hmac.digest(str(secret).encode(), f"participa-{text}".encode(), "sha512")
    return _wide(group, digest)


def _pad(
    group: Group, named: str, dealer: int, receiver: int, nonce_power: int, common: int
) -> int:
    text = f"participa-share|{named}|{dealer}|{receiver}|{nonce_power}|{common}"
    return _wide(group, hashlib.sha512(text.encode()).digest())


def _wide(group: Group, digest: bytes) -> int:
    """512 bits modulo q, which leaves no bias that matters."""
    return int.from_bytes(digest, "big") % group.q
