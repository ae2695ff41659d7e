"""The links that subscribers get by mail: one confirms an address, the other leaves the list.

A link is good for one row: its key is drawn anew for each subscriber. Whether it is still in time
follows from the row, not from the link.
"""

import hmac
from enum import Enum

from flask import current_app

from participa.core import links
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.web import link_tokens
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
    token = link_tokens.issue(of(purpose), [subscriber.id, subscriber.key])
    return links.absolute(adapter.build(purpose.value, {"token": token}))


def read(purpose: MailedLink, token: str) -> Subscriber | None:
    """The subscriber; None if the row is gone. Raises NoSuchLink for a damaged link."""
    facts = link_tokens.read(of(purpose), token)
    if facts is None:
        raise NoSuchLink("Este enlace está incompleto. Ábralo otra vez desde el correo.")
    id, key = facts
    subscriber = db.session.get(Subscriber, id)
    if subscriber is None or not hmac.compare_digest(subscriber.key, key):
        return None
    return subscriber


def of(purpose: MailedLink) -> str:
    """The purpose as a token carries it."""
    return f"outreach.{purpose.name}"
