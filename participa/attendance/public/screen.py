"""What the projector shows: the code that changes, and how many people have signed."""

from datetime import timedelta
from typing import Any

from flask import request

from participa.attendance import queries
from participa.attendance.public import presence_codes
from participa.core import links, qr, spanish
from participa.core.web import link_tokens

# A session of the staff ends after half an hour without use, an event does not: the projected page
# asks for its next code with a token of its own.
PURPOSE = "attendance.screen"
LASTS = timedelta(hours=16)


def token(list_code: str) -> str:
    return link_tokens.issue(PURPOSE, list_code)


def may_show(list_code: str, token: str) -> bool:
    return bool(link_tokens.read(PURPOSE, token, LASTS) == list_code)


def code_here(list_code: str) -> str:
    """The code to scan, with the number of the door that the address names."""
    door = request.args.get(links.PLACE, "")
    is_number = door.isdecimal() and len(door) < 3 and int(door) > 0
    return links.at_place(list_code, int(door)) if is_number else list_code


def shown(list_id: int, list_code: str, title: str) -> dict[str, Any]:
    seen = presence_codes.current(list_code)
    printed = links.printed(code_here(list_code), seen)
    return {
        "picture": qr.svg_to_forget(printed, f"Código QR para firmar: {title}"),
        "typed": f"{seen[:3]} {seen[3:]}",
        "people": spanish.number(queries.attended(list_id)),
        "seconds": presence_codes.seconds_left(),
    }
