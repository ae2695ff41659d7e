"""The minutes as a tagged PDF, drawn from the same sections as the page."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from participa.core.files import tagged_pdf
from participa.events.minutes import reading

SOURCE = Path(__file__).resolve().parent / "seed" / "minutes.typ"


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


def printed(document: Mapping[str, Any], imprint: Imprint) -> bytes:
    """The file. Requires `participa.core.files.tagged_pdf.HAS_PDF`."""
    return tagged_pdf.drawn(SOURCE, content(document, imprint))
