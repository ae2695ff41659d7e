"""What waits until the closing is sealed: whoever copies the database cannot read it.

AES-256-GCM under a key made of the installation's own and of the box's salt (HKDF, RFC 5869), one
key for each purpose. Erasing the salt closes every copy for ever, also those in backups.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

NONCE_BYTES = 12
KEY_BYTES = 32
BLOCK = 256  # every paper is as long as the longest of its block, so that length tells little
PAD = b"\x00"


class Unsealable(Exception):
    """The installation's key or the salt is another one: what was sealed stays shut."""


def seal(salt: bytes, purpose: str, content: bytes) -> bytes:
    """`content` may not end in NUL, which fills it up."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    full = content + PAD * (-len(content) % BLOCK)
    return nonce + AESGCM(_key(salt, purpose)).encrypt(nonce, full, purpose.encode())


def unseal(salt: bytes, purpose: str, sealed: bytes) -> bytes:
    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        full = AESGCM(_key(salt, purpose)).decrypt(nonce, rest, purpose.encode())
    except InvalidTag:
        raise Unsealable from None
    return full.rstrip(PAD)


def _key(salt: bytes, purpose: str) -> bytes:
    key = current_app.config["SECRET_KEY"].encode()
    info = f"participa.ballots.{purpose}".encode()
    return HKDF(SHA256(), KEY_BYTES, salt, info).derive(key)
