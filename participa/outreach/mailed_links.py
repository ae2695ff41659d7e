"""The links that subscribers get by mail: one confirms an address, the other leaves the list.

A link is good for one row: its key is drawn anew for each subscriber. Whether it is still in time
follows from the row, not from the link.
"""

import hmac
from enum import Enum

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from participa.core import links
from participa.core.db import db
from participa.core.errors import Refused
from participa.outreach.models import Subscriber


class MailedLink(Enum):
    """What a mailed link is for, with the endpoint that it opens."""

    CONFIRM = "outreach_mail.confirm"
    LEAVE = "outreach_mail.leave"


class NoSuchLink(Refused):
    """The link is damaged or of another purpose."""


def address(purpose: MailedLink, subscriber: Subscriber) -> str:
    """The absolute address. Works without a request: a job sends letters too."""
    adapter = current_app.url_map.bind("localhost")
    token = _signer(purpose).dumps([subscriber.id, subscriber.key])
    return links.absolute(adapter.build(purpose.value, {"token": token}))


def read(purpose: MailedLink, token: str) -> Subscriber | None:
    """The subscriber; None if the row is gone. Raises NoSuchLink for a damaged link."""
    try:
        id, key = _signer(purpose).loads(token)
    except (BadSignature, TypeError, ValueError):
        raise NoSuchLink("Este enlace está incompleto. Ábralo otra vez desde el correo.") from None
    subscriber = db.session.get(Subscriber, id)
    if subscriber is None or not hmac.compare_digest(subscriber.key, key):
        return None
    return subscriber


def _signer(purpose: MailedLink) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"outreach.{purpose.name}")
