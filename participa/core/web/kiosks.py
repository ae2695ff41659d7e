"""A tablet that passes from hand to hand stays with one form, until somebody types its PIN.

The lock is a signed cookie of the tablet. It holds for every page of this site, also without
scripts. What else the tablet has, its other applications and its settings, is locked by the tablet
itself.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from participa.core.installation import installation
from participa.core.personal import sealing
from participa.core.web import limits, link_tokens

KIOSK = "kiosco"  # the channel, in the address of a form
COOKIE = PURPOSE = GUESS = "tableta"
LASTS = timedelta(days=30)
LEAVE = "/tableta/salir"
ALWAYS = ("/static/", "/favicon.ico", LEAVE)


@dataclass(frozen=True, slots=True)
class KioskPlace:
    """Where a tablet stays. `start` is the address of the form, with its query; `places` are the
    paths that belong to it, one that ends in "/" with all that is below it.
    """

    start: str
    places: tuple[str, ...]
    back: str  # where the staff goes on after the PIN


@dataclass(frozen=True, slots=True)
class KioskLock:
    """A tablet that is locked: what its cookie says."""

    start: str
    places: tuple[str, ...]
    back: str
    nonce: str
    digest: str  # of the PIN, under the installation's key: the tablet cannot be asked for it

    def holds(self, path: str, query: Mapping[str, str], is_get: bool) -> bool:
        """Whether a request may be answered. A page under the start keeps the start's query: it
        says that nothing of a person may stay on the device.
        """
        if not _is_among(path, (*ALWAYS, *self.places)):
            return False
        start = urlsplit(self.start)
        is_form = path == start.path or path.startswith(f"{start.path}/")
        return not (is_get and is_form) or all(
            query.get(name) == value for name, value in parse_qsl(start.query)
        )


def is_kiosk() -> bool:
    """Whether nothing that is typed may stay on the device."""
    return request.args.get("canal") == KIOSK


def lock(response: AnyResponse, place: KioskPlace, pin: str) -> AnyResponse:
    """Let this device leave the form with this PIN alone, and drop the pages that it stores."""
    nonce = secrets.token_hex(8)
    facts = asdict(place) | {"nonce": nonce, "digest": sealing.digest(f"kiosk:{nonce}", pin)}
    response.set_cookie(
        COOKIE,
        link_tokens.issue(PURPOSE, facts),
        max_age=int(LASTS.total_seconds()),
        secure=installation().settings.is_https,
        httponly=True,
        samesite="Lax",
    )
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def locked() -> KioskLock | None:
    """The lock of the device that asks; None for one that is free."""
    cookie = request.cookies.get(COOKIE)
    facts: Any = cookie and link_tokens.read(PURPOSE, cookie, LASTS)
    return KioskLock(**facts) if facts else None


def is_right(kiosk: KioskLock, pin: str) -> bool:
    """Whether this is its PIN; wrong ones are counted, and beyond a limit refused with 429."""
    limits.before_guess(GUESS, kiosk.nonce)
    if kiosk.digest in sealing.digests(f"kiosk:{kiosk.nonce}", pin):
        return True
    limits.wrong_guess(GUESS, kiosk.nonce)
    return False


def release(response: AnyResponse) -> AnyResponse:
    response.delete_cookie(COOKIE)
    return response


def init_app(app: Flask) -> None:
    app.before_request(stay)


def stay() -> Response | AnyResponse | None:
    """Lead a locked tablet back to its form."""
    if "Cookie" not in request.headers:  # of all people with a phone of their own
        return None
    kiosk = locked()
    is_get = request.method in {"GET", "HEAD"}
    if kiosk is None or kiosk.holds(request.path, request.args, is_get):
        return None
    response = redirect(kiosk.start, 303)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_among(path: str, places: tuple[str, ...]) -> bool:
    return any(path == one or (one.endswith("/") and path.startswith(one)) for one in places)
