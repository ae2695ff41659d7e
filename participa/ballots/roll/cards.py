"""The printed cards: two on a sheet of letter paper, each folded once with the code inside.

The half that covers the code is filled with characters, so that the code cannot be read against the
light. Cards have no number and differ only in their code.
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


def html(codes: Iterable[str], title: str, uuid: str, host: str | None) -> str:
    """The sheets as one self-contained HTML page; without a host, the cards have no QR."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    sheet = environment.from_string((SEED / "cards.html").read_text(encoding="utf-8"))
    cards = ((code, _sign(host, uuid, code)) for code in codes)
    return sheet.render(cards=cards, title=title, address=_printed_address(host, uuid), veil=VEIL)


def pdf(codes: Iterable[str], title: str, uuid: str, host: str | None) -> bytes:
    """The same sheets as one tagged PDF. Requires HAS_PDF."""
    cards = [{"code": code, "sign": _sign(host, uuid, code)} for code in codes]
    content = {
        "title": title,
        "address": _printed_address(host, uuid),
        "veil": VEIL,
        "cards": cards,
    }
    return subprocess.run(  # noqa: S603 - this Python, a file of ours; input goes to stdin
        [sys.executable, "-I", "-c", PRINTER, str(SEED / "cards.typ")],
        input=json.dumps(content).encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout


def _printed_address(host: str | None, uuid: str) -> str:
    return address(host, uuid) if host else f"Urna {uuid}"


def _sign(host: str | None, uuid: str, code: str) -> Markup | None:
    return qr.svg_to_forget(link(host, uuid, code), "Código para votar") if host else None
