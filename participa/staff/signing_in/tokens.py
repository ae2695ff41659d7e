"""Tokens of mailed links: valid for one purpose, a limited time, and one use."""

import hashlib
from datetime import timedelta
from enum import Enum

from flask import current_app
from itsdangerous import BadSignature

from participa.core.db import db
from participa.core.errors import Refused
from participa.staff.models import Account
from participa.staff.signing_in.sessions import Signer


class LinkPurpose(Enum):
    """The purpose of a mailed link and its period of validity."""

    INVITATION = "invitation", timedelta(hours=24)
    RESET = "reset", timedelta(hours=1)

    @property
    def lasts(self) -> timedelta:
        return self.value[1]


class LinkOver(Refused):
    """The token is invalid, expired, for another purpose, or already used."""


def issue(purpose: LinkPurpose, account: Account) -> str:
    return _signer(purpose).sign(f"{account.id}.{_state(account)}").decode()


def read(purpose: LinkPurpose, token: str) -> Account:
    """The account of a valid token; raises LinkOver otherwise."""
    try:
        signed = _signer(purpose).unsign(token, max_age=int(purpose.lasts.total_seconds())).decode()
    except BadSignature:
        raise LinkOver("Este enlace ya no sirve. Pida uno nuevo.") from None
    id, _, state = signed.partition(".")
    account = db.session.get(Account, int(id))
    if account is None or not account.active or _state(account) != state:
        raise LinkOver("Este enlace ya se usó o ya no sirve. Pida uno nuevo.")
    return account


def _state(account: Account) -> str:
    """A hash that changes with the password, which invalidates the links mailed before."""
    facts = f"{account.fs_uniquifier}:{account.password or ''}"
    return hashlib.sha256(facts.encode()).hexdigest()[:32]


def _signer(purpose: LinkPurpose) -> Signer:
    return Signer(current_app.config["SECRET_KEY"], salt=f"staff.{purpose.name}")
