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
LONGEST_TYPED = 20  # with spaces and hyphens
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
    return link_tokens.issue(PURPOSE, [list_code, int(clock.now().timestamp())])


def is_granted(list_code: str, token: str) -> bool:
    """Whether the token was granted for this list, and not more than GRANT_LASTS ago."""
    granted = link_tokens.read(PURPOSE, token)
    if granted is None or granted[0] != list_code:
        return False
    age = clock.now().timestamp() - granted[1]
    return bool(age <= GRANT_LASTS.total_seconds())


def seconds_left(now: datetime | None = None) -> int:
    """For how many seconds the projector still shows the current code; at least 1."""
    return STEP_SECONDS - int((now or clock.now()).timestamp()) % STEP_SECONDS


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def _code(list_code: str, step: int) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return codes.derive(key, f"{PURPOSE}:{list_code}:{step}", LENGTH)
