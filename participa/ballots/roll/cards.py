"""The printed cards: four on a sheet of letter paper, each folded once with the code inside.

The half that covers the code is filled with characters, so that the code cannot be read against the
light. Cards have no number and differ only in their code and their second part, which no QR holds.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from participa.ballots.roll import second_part
from participa.core import qr

SEED = Path(__file__).resolve().parent / "seed"
HAS_PDF = find_spec("typst") is not None  # the extra `pdf`
MOST_IN_PDF = 1_000  # cards per file; making it takes 0.3 GB of memory
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?", re.IGNORECASE)
VEIL = "8W#HM"  # the characters that cover the code
# In a subprocess: typst caches its input for a while, and the codes must not stay in memory.
# No PDF standard is set: PDF/UA would reject all cards for one character that no font has.
PRINTER = """
import sys, typst
given = {"sheets": sys.stdin.read()}
made = typst.compile(sys.argv[1], format="pdf", sys_inputs=given, ignore_system_fonts=True)
sys.stdout.buffer.write(made)
"""


class PrintedCard(NamedTuple):
    """What is printed inside one card; `second` is "" where no second vote needs it."""

    code: str
    second: str = ""


class Face(NamedTuple):
    """What all cards of a box print.

    Without a host the cards have no QR. `short` is the address that people type, without its
    scheme; `closes` is the moment until which votes are taken, in words. Both may be "".
    """

    title: str
    uuid: str
    host: str | None = None
    short: str = ""
    closes: str = ""

    @property
    def address(self) -> str:
        whole = address(self.host, self.uuid).removeprefix("https://") if self.host else ""
        return self.short or whole or f"Urna {self.uuid}"


def read_host(typed: str) -> str:
    """The host name in lower case, from a host name or an https address; else ValueError."""
    host = typed.strip().removeprefix("https://").rstrip("/")
    if not HOST.fullmatch(host):
        raise ValueError("Escriba --host así: participa.ciudad.gov.co")
    return host.lower()


def address(host: str, uuid: str) -> str:
    return f"https://{host}/urna/{quote(uuid)}"


def link(host: str, uuid: str, code: str) -> str:
    """The address in the QR. Browsers do not send the fragment after # to the server."""
    return f"{address(host, uuid)}#c={quote(code)}"


def html(cards: Iterable[PrintedCard], face: Face) -> str:
    """The sheets as one self-contained HTML page."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["second"] = second_part.show
    sheet = environment.from_string((SEED / "cards.html").read_text(encoding="utf-8"))
    printed = ((card, _sign(face, card.code)) for card in cards)
    return sheet.render(cards=printed, face=face, veil=VEIL)


def pdf(cards: Iterable[PrintedCard], face: Face) -> bytes:
    """The same sheets as one tagged PDF. Requires HAS_PDF."""
    content = {
        "title": face.title,
        "address": face.address,
        "closes": face.closes,
        "veil": VEIL,
        "cards": [
            {
                "code": card.code,
                "second": second_part.show(card.second) if card.second else None,
                "sign": _sign(face, card.code),
            }
            for card in cards
        ],
    }
    return subprocess.run(  # noqa: S603 - this Python, a file of ours; input goes to stdin
        [sys.executable, "-I", "-c", PRINTER, str(SEED / "cards.typ")],
        input=json.dumps(content).encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout


def _sign(face: Face, code: str) -> Markup | None:
    if not face.host:
        return None
    return qr.svg_to_forget(link(face.host, face.uuid, code), "Código para votar")
