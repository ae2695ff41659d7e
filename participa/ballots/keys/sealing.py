"""Encryption at rest of content that nobody may read before a box closes.

AES-256-GCM under a key made of the installation's own and of the box's salt (HKDF, RFC 5869), one
key for each purpose. Without the salt nothing opens any more; a copy of before the erasing still
has it, and opens with the installation's key.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from participa.core.errors import Refused

NONCE_BYTES = 12
KEY_BYTES = 32
PAD = b"\x00"
SHUT = (
    "Lo que esta urna guarda sellado no se abre: la llave de la instalación "
    "(PARTICIPA_SECRET_KEY) ya no es la de entonces."
)


class Unsealable(Refused):
    """Decryption failed: wrong installation key or salt."""


def seal(salt: bytes, purpose: str, content: bytes, size: int) -> bytes:
    """Encrypt, NUL-padded to `size` so that the length reveals nothing.

    Raises ValueError if the content is longer than `size` or ends in NUL.
    """
    if len(content) > size or content.endswith(PAD):
        raise ValueError(f"{purpose}: {len(content)} bytes do not fit into {size}")
    nonce = secrets.token_bytes(NONCE_BYTES)
    full = content.ljust(size, PAD)
    return nonce + AESGCM(_key(salt, purpose)).encrypt(nonce, full, purpose.encode())


def unseal(salt: bytes, purpose: str, sealed: bytes) -> bytes:
    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        full = AESGCM(_key(salt, purpose)).decrypt(nonce, rest, purpose.encode())
    except InvalidTag:
        raise Unsealable(SHUT) from None
    return full.rstrip(PAD)


def _key(salt: bytes, purpose: str) -> bytes:
    key = current_app.config["SECRET_KEY"].encode()
    info = f"participa.ballots.{purpose}".encode()
    return HKDF(SHA256(), KEY_BYTES, salt, info).derive(key)
