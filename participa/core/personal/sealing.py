"""Personal data encrypted in their column, and keyed digests with which they are found again.

The keys are `Settings.personal_keys`: the first one encrypts, and every one decrypts, so that a key
can be replaced (`participa rotate-personal-keys`). A copy of the database alone reveals nothing.
Fernet is AES-128-CBC with HMAC-SHA-256; the keys are derived with HKDF (RFC 5869).
"""

import base64
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Text, TypeDecorator

from participa.core.installation import installation

UNREADABLE = "(no se puede leer: falta la llave)"
KEY_BYTES = 32


class Sealed(TypeDecorator[str]):
    """Text that is encrypted in the database; an empty text stays empty.

    Two equal texts are stored differently: look them up by a `digest` in another column.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return seal(value) if value else value

    def process_result_value(self, value, dialect):
        return unseal(value) if value else value


def seal(text: str) -> str:
    return _boxes(_keys()).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text; UNREADABLE when none of the keys is the one that encrypted it."""
    try:
        return _boxes(_keys()).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return UNREADABLE


def can_open(sealed: str) -> bool:
    """Whether one of the keys opens it."""
    try:
        _boxes(_keys()).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def reseal(sealed: str) -> str:
    """The same text under the first key. Raises InvalidToken when no key opens it."""
    return _boxes(_keys()).rotate(sealed.encode()).decode()


def digest(purpose: str, text: str) -> str:
    """HMAC-SHA-256 in hex under the first key, to be stored beside a sealed text."""
    return _digest(_keys()[0], purpose, text)


def digests(purpose: str, text: str) -> list[str]:
    """The digests of a text under every key, to look it up while a key is being replaced."""
    return [_digest(key, purpose, text) for key in _keys()]


def has_several_keys() -> bool:
    """Whether a key is being replaced: then equal texts may be stored with different digests."""
    return len(_keys()) > 1


def _keys() -> tuple[str, ...]:
    settings = installation().settings
    return settings.personal_keys or (settings.secret_key,)


@lru_cache(maxsize=8)
def _boxes(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, "seal"))) for key in keys])


@lru_cache(maxsize=32)
def _derived(key: str, use: str) -> bytes:
    info = f"participa.personal.{use}".encode()
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(key.encode())


def _digest(key: str, purpose: str, text: str) -> str:
    return hmac.new(_derived(key, "lookup"), f"{purpose}\n{text}".encode(), "sha256").hexdigest()
