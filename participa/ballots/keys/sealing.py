"""Encryption at rest of content that nobody may read before a box closes.

AES-256-GCM. The key is derived with HKDF (RFC 5869) from the installation's secret key, the salt of
the box and the purpose. Once the salt is erased, nothing can be decrypted, except from an older
backup together with the installation's key.
"""

import hmac
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from participa.core.errors import Refused

NONCE_BYTES = 12
KEY_BYTES = 32
PAD = b"\x00"
WRONG_KEY = (
    "Lo que esta urna guarda sellado no se abre: la llave de la instalación "
    "(PARTICIPA_SECRET_KEY) ya no es la de entonces."
)


class DecryptionFailed(Refused):
    """Decryption failed: wrong installation key or salt."""


def seal(salt: bytes, purpose: str, content: bytes, size: int) -> bytes:
    """Encrypt, NUL-padded to `size` so that the length reveals nothing.

    Raises ValueError if the content is longer than `size` or ends in NUL.
    """
    if len(content) > size or content.endswith(PAD):
        raise ValueError(f"{purpose}: {len(content)} bytes do not fit into {size}")
    nonce = secrets.token_bytes(NONCE_BYTES)
    padded = content.ljust(size, PAD)
    return nonce + AESGCM(_key(salt, purpose)).encrypt(nonce, padded, purpose.encode())


def unseal(salt: bytes, purpose: str, sealed: bytes) -> bytes:
    """Decrypt and remove the padding. Raises DecryptionFailed."""
    nonce, encrypted = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        padded = AESGCM(_key(salt, purpose)).decrypt(nonce, encrypted, purpose.encode())
    except InvalidTag:
        raise DecryptionFailed(WRONG_KEY) from None
    return padded.rstrip(PAD)


def keyed_digest(salt: bytes, purpose: str, content: bytes) -> str:
    """HMAC-SHA-256 in hex, to compare short secrets that are not stored themselves."""
    return keyed_digests(salt, purpose)(content)


def keyed_digests(salt: bytes, purpose: str) -> Callable[[bytes], str]:
    """The same for many contents under one key."""
    key = _key(salt, purpose)
    return lambda content: hmac.new(key, content, "sha256").hexdigest()


def _key(salt: bytes, purpose: str) -> bytes:
    key = current_app.config["SECRET_KEY"].encode()
    info = f"participa.ballots.{purpose}".encode()
    return HKDF(SHA256(), KEY_BYTES, salt, info).derive(key)
