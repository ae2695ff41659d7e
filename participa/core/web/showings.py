"""A showing of a citizens' form has an address of its own, which says nothing of the person.

A browser stores one page per address for its Back button. At one address for everybody, two tabs
would share one page, its token, and so one answer.
"""

import re
import secrets
from urllib.parse import urlencode

from flask import request

from participa.core.web.limits import caller

WORD = "hoja"  # in the address
NAMED = "participa.showing"  # in the environment of the request
SHAPE = re.compile(r"[0-9a-f]{8}")
REVIEW_MARK = "."  # between the word of the showing and that of the page to review


def new() -> str:
    return secrets.token_hex(4)


def current() -> str:
    """The showing that the request's address names; empty when it names none."""
    named: str | None = request.environ.get(NAMED)
    if named is None:  # asked some ten times per request
        word = request.args.get(WORD, "").partition(REVIEW_MARK)[0]
        named = request.environ[NAMED] = word if SHAPE.fullmatch(word) else ""
    return named


def address(showing: str = "") -> str:
    """The address of this request, with this showing and no other."""
    words = [(name, value) for name, value in request.args.items(multi=True) if name != WORD]
    words += [(WORD, showing)] if showing else []
    path = f"{request.script_root}{request.path}"
    return f"{path}?{urlencode(words)}" if words else path


def begun(path: str) -> str:
    """The path of a form, at the address of a new showing."""
    return f"{path}{'&' if '?' in path else '?'}{WORD}={new()}"


def is_own() -> bool:
    """Whether the request's address is that of one showing."""
    showing = current()
    return bool(showing) and request.args.getlist(WORD) == [showing]


def own_address() -> str:
    """Where to show a form that was opened at the address for everybody, or at that of a review."""
    return address(current() or new())


def order_of(showing: str) -> str:
    """What decides the order of the options: each time the same for who reloads the form.

    Who passes the address on does not pass on the order, which would favour an option in a group.
    """
    return f"{showing} {caller()} {request.headers.get('User-Agent', '')}"
