"""The code that changes on the projector, so that only who sees the screen can sign.

Whoever scans it gets a grant for a while: the form can be filled in calmly. Codes and grants are of
one list, and signed with the installation's key.
"""

from datetime import datetime, timedelta

from flask import current_app

from participa.core import clock, codes
from participa.core.web import link_tokens

STEP_SECONDS = 30
LENGTH = 6  # characters; a guess hits one of ACCEPTED steps in 200 million
# A code is accepted this many steps after its own, and one before it: phones are slow, and the
# clocks of two machines differ.
LATER, EARLIER = 3, 1
GRANT_LASTS = timedelta(minutes=20)
PURPOSE = "attendance.presence"
EXPIRED = "El código de la pantalla ya cambió. Escanee de nuevo el código de la pantalla."


def current(list_code: str, now: datetime | None = None) -> str:
    """The code that the projector shows now."""
    return _code(list_code, _step(now or clock.now()))


def is_current(list_code: str, typed: str) -> bool:
    """Whether a scanned or typed code is, or just was, on the screen of this list."""
    step = _step(clock.now())
    accepted = (_code(list_code, step + by) for by in range(-LATER, EARLIER + 1))
    return codes.read(typed) in set(accepted)


def grant(list_code: str) -> str:
    """A token for who has just scanned a current code."""
    return link_tokens.issue(PURPOSE, list_code)


def is_granted(list_code: str, token: str) -> bool:
    return bool(link_tokens.read(PURPOSE, token, GRANT_LASTS) == list_code)


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def _code(list_code: str, step: int) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return codes.derive(key, f"{PURPOSE}:{list_code}:{step}", LENGTH)
