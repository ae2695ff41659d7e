"""What a page takes along so that people can sign on it without a signal.

A device gets a signed token, which says for which list and in which way it signs people in, and a
key, with which it encrypts each entry. The key follows from the token and the installation's key,
and does not travel again: whoever gets hold of a file of entries, but not of the device, can
neither read nor alter them (docs/decisions/0049-what-the-offline-queue-protects.md).
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from participa.attendance.models import SignInWay
from participa.core import clock
from participa.core.errors import Refused
from participa.core.web import link_tokens

PURPOSE = "attendance.offline"
# Entries are taken for so long after the list closed: a phone may be off for a weekend.
ACCEPTED_FOR = timedelta(days=7)
ID_LENGTH = 32
NONCE_BYTES = 12  # of AES-GCM, before what it encrypted


class NoDevice(Refused):
    """The page of a device, without a good token of one."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("Abra esta página desde la mesa de registro, con el enlace de la puerta.")


@dataclass(frozen=True, slots=True)
class Device:
    """Facts of a token. `pass_id` is the door pass, `account_id` the account that opened the page;
    a citizen's phone has neither.
    """

    list_code: str
    way: SignInWay
    nonce: str
    issued_at: datetime
    pass_id: int | None = None
    account_id: int | None = None


def issue(
    list_code: str, way: SignInWay, *, pass_id: int | None = None, account_id: int | None = None
) -> str:
    """A token for one device, valid for this list only."""
    issued_at = int(clock.now().timestamp())
    facts = [list_code, way.name, secrets.token_hex(8), issued_at, pass_id, account_id]
    return link_tokens.issue(PURPOSE, facts)


def read(token: str) -> Device | None:
    """The device of a token; None for one that this installation did not issue."""
    facts = link_tokens.read(PURPOSE, token)
    if facts is None:
        return None
    list_code, way, nonce, issued_at, *whose = facts
    return Device(list_code, SignInWay[way], nonce, datetime.fromtimestamp(issued_at, UTC), *whose)


def key_of(token: str) -> str:
    """The key of the device with this token, in hex."""
    return hmac.digest(_secret(), f"{PURPOSE}.key:{token}".encode(), "sha256").hex()


def opened(token: str, entry_id: str, sealed: str) -> str | None:
    """What the device encrypted as the entry with this id; None if it is not as it was."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        box = AESGCM(bytes.fromhex(key_of(token)))
        return box.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], entry_id.encode()).decode()
    except (ValueError, InvalidTag):
        return None


def submission_id(device: Device, entry_id: str) -> str:
    """The id under which an entry is stored: the same however often and in whatever order it comes.

    Nobody can choose it: it follows from the device, its own id and the installation's key.
    """
    message = f"{PURPOSE}:{device.nonce}:{entry_id}".encode()
    return hmac.digest(_secret(), message, "sha256").hex()[:ID_LENGTH]


def _secret() -> bytes:
    secret: str = current_app.config["SECRET_KEY"]
    return secret.encode()
