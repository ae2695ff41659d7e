"""What the projector shows: the code that changes, and how many people have signed."""

from datetime import timedelta
from typing import Any

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


def shown(list_id: int, list_code: str, title: str) -> dict[str, Any]:
    seen = presence_codes.current(list_code)
    printed = links.printed(list_code, seen)
    return {
        "picture": qr.svg_to_forget(printed, f"Código QR para firmar: {title}"),
        "typed": f"{seen[:3]} {seen[3:]}",
        "people": spanish.number(queries.attended(list_id)),
        "seconds": presence_codes.seconds_left(),
    }
