"""Signed tokens of links that open a page without an account, each for one purpose."""

import hashlib
from datetime import timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer


def issue(purpose: str, facts: Any) -> str:
    """A token that carries these JSON values; they can be read by anybody, and not changed."""
    return _serializer(purpose).dumps(facts)


def read(purpose: str, token: str, lasts: timedelta | None = None) -> Any:
    """The values of a token; None if it is altered, of another purpose, or older than `lasts`."""
    try:
        age = int(lasts.total_seconds()) if lasts else None
        return _serializer(purpose).loads(token, max_age=age)
    except BadSignature:
        return None


def digest_of(secret: str) -> str:
    """The stored digest of the random part of a token; the token cannot be derived from it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=purpose)
