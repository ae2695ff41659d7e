"""Tagged PDF (PDF/UA-1), drawn by typst from a source of ours and the text that it is given."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MISSING = "□"  # in the PDF, for a sign that its fonts do not have
# All but what the fonts have for certain: Latin letters with their marks, and usual signs.
UNKNOWN = re.compile("[^\t\n\u0020-\u007e\u00a0-\u017f\u2010-\u2026€•→□]")
HAS_PDF = find_spec("typst") is not None  # the extra `pdf`
# In a subprocess, whose memory ends with it; the text is data, never part of the source.
PRINTER = """
import sys, typst
given = {"given": sys.stdin.read()}
made = typst.compile(
    sys.argv[1], format="pdf", sys_inputs=given, ignore_system_fonts=True, pdf_standards=["ua-1"]
)
sys.stdout.buffer.write(made)
"""


def drawn(source: Path, given: Mapping[str, Any]) -> bytes:
    """The file. Requires HAS_PDF. `source` reads `given` as JSON from `sys.inputs.given`.

    The same text is drawn once per process.
    """
    return _kept(source, json.dumps(given, ensure_ascii=False))


def drawn_to_forget(source: Path, given: Mapping[str, Any]) -> bytes:
    """The same, bypassing the cache, for what names a person."""
    return _drawn(source, json.dumps(given, ensure_ascii=False))


def _drawn(source: Path, given: str) -> bytes:
    """PDF/UA allows no sign that the fonts lack, as an emoji; then each is drawn as MISSING."""
    return _compiled(source, given) or _compiled(source, UNKNOWN.sub(MISSING, given), must=True)


_kept = lru_cache(maxsize=16)(_drawn)


def _compiled(source: Path, given: str, must: bool = False) -> bytes:
    """The PDF, or nothing if typst refuses it."""
    return subprocess.run(  # noqa: S603 - this Python, a file of ours; input goes to stdin
        [sys.executable, "-I", "-c", PRINTER, str(source)],
        input=given.encode(),
        stdout=subprocess.PIPE,
        stderr=None if must else subprocess.DEVNULL,
        check=must,
    ).stdout
