"""The printed cards: two on a sheet of letter paper, each folded once with the code inside.

The half that covers the code is printed with a veil of signs, so that nobody reads it against
the light. A card has no number: nothing tells one from another but its code.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from participa.core import qr

SHEET = Path(__file__).resolve().parent / "seed" / "cards.html"
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?", re.IGNORECASE)
VEIL = "8W#HM"


def read_host(typed: str) -> str:
    """The name of the site, also out of its address; ValueError if it is none."""
    host = typed.strip().removeprefix("https://").rstrip("/")
    if not HOST.fullmatch(host):
        raise ValueError("Escriba --host así: participa.ciudad.gov.co")
    return host.lower()


def address(host: str, uuid: str) -> str:
    return f"https://{host}/urna/{quote(uuid)}"


def link(host: str, uuid: str, code: str) -> str:
    """What the QR carries; a browser keeps what stands behind # to itself."""
    return f"{address(host, uuid)}#c={quote(code)}"


def html(codes: Iterable[str], title: str, uuid: str, host: str | None) -> str:
    """The sheets as one page without anything from elsewhere; without a host, no QR."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    sheet = environment.from_string(SHEET.read_text(encoding="utf-8"))
    cards = ((code, _sign(host, uuid, code)) for code in codes)
    where = address(host, uuid) if host else f"Urna {uuid}"
    return sheet.render(cards=cards, title=title, address=where, veil=VEIL)


def _sign(host: str | None, uuid: str, code: str) -> Markup | None:
    return qr.svg(link(host, uuid, code), "Código para votar") if host else None
