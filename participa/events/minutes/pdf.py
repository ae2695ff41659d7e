"""The minutes as a tagged PDF (PDF/UA-1), drawn by typst from the same sections as the page."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from participa.events.minutes import reading

SOURCE = Path(__file__).resolve().parent / "seed" / "minutes.typ"
MISSING = "□"  # in the PDF, for a sign that its fonts do not have
# All but what the fonts have for certain: Latin letters with their marks, and usual signs.
UNKNOWN = re.compile("[^\t\n\u0020-\u007e\u00a0-\u017f\u2010-\u2026€•→□]")
HAS_PDF = find_spec("typst") is not None  # the extra `pdf`
# In a subprocess, whose memory ends with it; the text is data, never part of the source.
PRINTER = """
import sys, typst
given = {"minutes": sys.stdin.read()}
made = typst.compile(
    sys.argv[1], format="pdf", sys_inputs=given, ignore_system_fonts=True, pdf_standards=["ua-1"]
)
sys.stdout.buffer.write(made)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What stands around the document on paper: addresses, hash, signatures, notices."""

    short: str  # the address that people type
    sha256: str
    signatures: Sequence[tuple[str, str, str]]  # the post, the role and the office, the day
    lines: Sequence[str]  # the posts of those who sign by hand
    notes: Sequence[str]  # that it was reopened, or that there is a newer revision


def content(document: Mapping[str, Any], imprint: Imprint) -> dict[str, Any]:
    """What typst is given."""
    return {
        "entity": document["entidad"],
        "header": document["formato_oficial"],
        "heading": reading.heading(document),
        "title": document["evento"]["titulo"],
        "closed": reading.closed(document),
        "example": document["ejemplo"],
        "parts": [asdict(part) for part in reading.parts(document)],
        **asdict(imprint),
    }


def pdf(document: Mapping[str, Any], imprint: Imprint) -> bytes:
    """The file. Requires HAS_PDF. The same minutes are drawn once per process."""
    return _drawn(json.dumps(content(document, imprint), ensure_ascii=False))


@lru_cache(maxsize=16)
def _drawn(given: str) -> bytes:
    """PDF/UA allows no sign that the fonts lack, as an emoji; then each is drawn as MISSING."""
    return _compiled(given) or _compiled(UNKNOWN.sub(MISSING, given), must=True)


def _compiled(given: str, must: bool = False) -> bytes:
    """The PDF, or nothing if typst refuses it."""
    return subprocess.run(  # noqa: S603 - this Python, a file of ours; input goes to stdin
        [sys.executable, "-I", "-c", PRINTER, str(SOURCE)],
        input=given.encode(),
        stdout=subprocess.PIPE,
        stderr=None if must else subprocess.DEVNULL,
        check=must,
    ).stdout
