"""People who are heard through the page."""

from typing import Any

from participa.listening.models import ListeningPost
from tests.listening.city import TEXT
from tests.visitor import field

ANA: dict[str, Any] = {"wish": "reply", "text": TEXT, "who": "anonymous"}
ROSA: dict[str, Any] = {
    "wish": "reply",
    "text": TEXT,
    "who": "named",
    "name": "Rosa Pérez",
    "contact": "rosa@ejemplo.org",
    "consent": "y",
}


def path(post: ListeningPost) -> str:
    return f"/escuchaderos/{post.code}"


def opened(client, post: ListeningPost) -> str:
    """The token of a form that somebody has just opened."""
    return field(client.get(path(post)), "submission")


def send(client, post: ListeningPost, person: dict[str, Any] | None = None, **more: Any):
    """Send the form without its review, as the script does; a token unless there is one."""
    values = (ANA if person is None else person) | {"confirm": "1"} | more
    values.setdefault("submission", opened(client, post))
    return client.post(path(post), data=values)


def review(client, post: ListeningPost, person: dict[str, Any] | None = None, **more: Any):
    values = (ANA if person is None else person) | {"step": "review"} | more
    values.setdefault("submission", opened(client, post))
    return client.post(path(post), data=values)
