"""Official formats for tests: only what the test says matters; the rest is filled in."""

from datetime import date

from participa.core import clock
from participa.core.files.files import StoredFile
from participa.formats.models import FormatTwin, FormatVersion, OfficialFormat, VersionState

REFERENCE = "DE-FORC-012"
NOT_NEEDED = {"needs_variables": False, "needs_variables_reason": "La firman dos personas."}
WHOLE = ("curso_vida", "discapacidad", "territorio")  # one variable of each family
BLOCKS = ["POPULATION", "DIFFERENTIAL", "TERRITORIAL"]


def version(
    number: str = "1", state: VersionState = VersionState.DRAFT, **columns
) -> FormatVersion:
    """A version; one that was in force has its day and its Isolución reference."""
    facts = {"valid_from_on": date(2024, 3, 1), "change_note": "Primera versión."}
    if state in {VersionState.APPROVED, VersionState.OBSOLETE}:
        facts |= {"approved_at": clock.now(), "isolucion": "ISO-1"}
    if state is VersionState.OBSOLETE:
        facts |= {"obsolete_at": clock.now()}
    return FormatVersion(number=number, state=state, **(facts | columns))


def on_paper(number: str = "1", **columns) -> FormatVersion:
    """A version in force with a file, in which its reviewer found the three families."""
    digest = number.rjust(64, "a")
    pdf = StoredFile(sha256=digest, extension="pdf", size=9, media_type="application/pdf")
    facts = {"state": VersionState.APPROVED, "declared_blocks": BLOCKS, "file": pdf}
    return version(number, **(facts | columns))


def official(reference: str = REFERENCE, **columns) -> OfficialFormat:
    return OfficialFormat(reference=reference, **({"name": "Priorización de temas"} | columns))


def in_force(reference: str = REFERENCE, **columns) -> OfficialFormat:
    """A format with its first version approved."""
    made = {"versions": [version(state=VersionState.APPROVED)]} | columns
    return official(reference, **made)


def twin(record_id: int = 1, variables=WHOLE, **columns) -> FormatTwin:
    """A published topic call."""
    facts = {
        "source": "topics",
        "title": "Temas de 2024",
        "path": "/temas/7K3F2QXM?canal=qr",
        "code": "7K3F2QXM",
        "published_at": clock.now(),
    }
    return FormatTwin(record_id=record_id, variables=list(variables), **(facts | columns))
