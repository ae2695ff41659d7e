"""Signatures of documents with the key of a trustee or of the registrar: Schnorr, in a file apart.

The holder signs on their own machine; the key never leaves it.
"""

from __future__ import annotations

from participa.belenios import canonical, proofs
from participa.belenios.canonical import Malformed
from participa.belenios.groups import BELENIOS_2048
from participa.belenios.proofs import Proof

GROUP = BELENIOS_2048
WHAT = "La firma"
LIMIT = 10_000  # bytes


def statement(document_digest: str, public_key: int) -> str:
    """The start of what the signature hashes."""
    return f"participa-firma|{document_digest}|{public_key}|"


def sign(secret: int, document: bytes) -> bytes:
    """The signature file of a document's bytes."""
    public_key, digest = GROUP.generator.power(secret), canonical.hex_digest(document)
    proof = proofs.prove_knowledge(GROUP, secret, statement(digest, public_key))
    about = {"document": digest, "public_key": str(public_key)}
    return canonical.write(about | proof.record())


def check(raw: bytes, document: bytes, public_key: int | None = None) -> int:
    """Verify a signature file; returns the public key of who signed.

    Raises Malformed if it is of another document or, where one is given, of another key.
    """
    value = canonical.read(raw.strip(), WHAT, LIMIT)
    names = ("document", "public_key", "challenge", "response")
    digest, key, challenge, response = canonical.members(value, WHAT, *names)
    if digest != canonical.hex_digest(document):
        raise Malformed(f"{WHAT} es de otro documento.")
    signer = GROUP.member(key, f"{WHAT}, «public_key»")
    if public_key is not None and signer != public_key:
        raise Malformed(f"{WHAT} es de otra llave.")
    proof = Proof(GROUP.scalar(challenge, WHAT), GROUP.scalar(response, WHAT))
    if not proofs.verify_knowledge(GROUP, signer, statement(digest, signer), proof):
        raise Malformed(f"{WHAT} no es válida.")
    return signer
