"""The printed cards: two on a sheet of letter paper, each folded once with the code inside.

The half that covers the code is printed with a veil of signs, so that nobody reads it against
the light. A card has no number: nothing tells one from another but its code.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from participa.core import qr

SEED = Path(__file__).resolve().parent / "seed"
HAS_PDF = find_spec("typst") is not None  # the extra `pdf`
MOST_IN_PDF = 1_000  # cards of one file, which take 0.3 GB while it is made
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?", re.IGNORECASE)
VEIL = "8W#HM"
# In a process of its own: typst remembers for a while what it set, and the codes must be forgotten.
# No standard is asked for: PDF/UA would refuse all cards for one sign that no font has.
PRINTER = """
import sys, typst
given = {"sheets": sys.stdin.read()}
made = typst.compile(sys.argv[1], format="pdf", sys_inputs=given, ignore_system_fonts=True)
sys.stdout.buffer.write(made)
"""


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
    sheet = environment.from_string((SEED / "cards.html").read_text(encoding="utf-8"))
    cards = ((code, _sign(host, uuid, code)) for code in codes)
    return sheet.render(cards=cards, title=title, address=_where(host, uuid), veil=VEIL)


def pdf(codes: Iterable[str], title: str, uuid: str, host: str | None) -> bytes:
    """The same sheets as one PDF with its text tagged; call it where HAS_PDF is so."""
    cards = [{"code": code, "sign": _sign(host, uuid, code)} for code in codes]
    given = {"title": title, "address": _where(host, uuid), "veil": VEIL, "cards": cards}
    return subprocess.run(  # noqa: S603 - this Python, a file of ours, and what is typed as data
        [sys.executable, "-I", "-c", PRINTER, str(SEED / "cards.typ")],
        input=json.dumps(given).encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout


def _where(host: str | None, uuid: str) -> str:
    return address(host, uuid) if host else f"Urna {uuid}"


def _sign(host: str | None, uuid: str, code: str) -> Markup | None:
    return qr.svg_to_forget(link(host, uuid, code), "Código para votar") if host else None
