"""The staff's acts on the pieces of the pedagogic strategy: plan, change, publish, take back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import FileStorage

from participa.core import audit, clock, codes
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.fields import is_web_address
from participa.core.files import files
from participa.core.ops import demonstration
from participa.outreach import markdown
from participa.outreach.models import PieceChange, TeachingPiece
from participa.plan import queries as plans
from participa.plan.models import Task
from participa.staff.models import Account

CONTENT = files.DOCUMENTS | files.IMAGES
BLANK = "Para publicar falta el contenido: escriba la página, o ponga un enlace o un archivo."
BAD_ADDRESS = "Ponga una dirección completa, como https://ejemplo.org/informe."
LATE = (
    "La pieza está vencida. Escriba por qué cambia el día: se publica en «Qué es rendir cuentas»."
)
EMPTIED = "Una pieza publicada no se queda sin contenido. Antes, deje de publicarla."
DEMO = "demo"  # the author in the audit entries of an example


def plan(
    by: Account | None, tasks: Sequence[Task], upload: FileStorage | None = None, **facts: Any
) -> TeachingPiece:
    """Store a planned piece. Without an office it gets that of its task."""
    if facts.get("is_example"):
        demonstration.require_demo()
    _check(facts)
    piece = TeachingPiece(code=codes.new(), created_by=by, **facts)
    if upload is not None:
        piece.file = files.store(upload, CONTENT)
    db.session.add(piece)
    piece.tasks = list(tasks)
    if not (piece.office_id or (by and by.is_limited_to_office)):
        piece.office = plans.answering_office(piece.tasks)
    audit.record("outreach.piece_planned", piece, by or DEMO, **piece.audit_facts())
    return piece


def change(
    piece: TeachingPiece,
    by: Account,
    tasks: Sequence[Task],
    upload: FileStorage | None = None,
    drops_file: bool = False,
    reason: str = "",
    **facts: Any,
) -> None:
    """Change it; an uploaded file takes the place of the one before.

    Another day for one that is overdue needs a reason, and is told on the public page.
    """
    _check(facts)
    planned_on = facts.get("planned_on", piece.planned_on)
    if piece.is_overdue and planned_on != piece.planned_on:
        if not reason.strip():
            raise Refused(LATE, "reason")
        _tell(piece, reason, planned_on)
    before, old = piece.audit_facts(), piece.file
    for name, value in facts.items():
        setattr(piece, name, value)
    piece.tasks = list(tasks)
    if upload is not None:
        piece.file = files.store(upload, CONTENT)
    elif drops_file:
        piece.file = None
    db.session.flush()
    if piece.is_published and not has_something_to_open(piece):
        raise Refused(EMPTIED)
    _touch(piece)
    after = piece.audit_facts()
    told = {"reason": reason.strip()} if reason.strip() else {}
    audit.record("outreach.piece_changed", piece, by, before=before, after=after, **told)
    if old is not None and old is not piece.file:
        files.release(old)


def publish(piece: TeachingPiece, by: Account | str) -> None:
    """Make it public, and let it count for its tasks."""
    if piece.is_published:
        raise Refused("Esta pieza ya está publicada.")
    if not has_something_to_open(piece):
        raise Refused(BLANK)
    piece.published_at = clock.now()
    _touch(piece)
    audit.record("outreach.piece_published", piece, by, **piece.audit_facts())


def unpublish(piece: TeachingPiece, by: Account) -> None:
    """Take it back; it counts no more."""
    if not piece.is_published:
        raise Refused("Esta pieza no está publicada.")
    piece.published_at = None
    _touch(piece)
    audit.record("outreach.piece_unpublished", piece, by, **piece.audit_facts())


def discard(piece: TeachingPiece, by: Account, reason: str) -> None:
    """Delete a piece that is not public. It leaves the plan: why stays public."""
    if piece.is_published:
        raise Refused("Antes de descartarla, deje de publicarla.")
    if not reason.strip():
        raise Refused("Escriba por qué se descarta.", "reason")
    _tell(piece, reason, None)
    audit.record("outreach.piece_discarded", piece, by, reason=reason, **piece.audit_facts())
    stored = piece.file
    db.session.delete(piece)
    db.session.flush()
    if stored is not None:
        files.release(stored)


def has_something_to_open(piece: TeachingPiece) -> bool:
    """Whether there is a text to read, a file, or an address that a browser opens."""
    return bool(piece.text.strip()) or piece.file_id is not None or is_web_address(piece.url)


def _tell(piece: TeachingPiece, reason: str, moved_to_on: date | None) -> None:
    """Leave the public trace of a change of the plan."""
    facts = {"title": piece.title, "planned_on": piece.planned_on, "is_example": piece.is_example}
    change = PieceChange(moved_to_on=moved_to_on, reason=reason.strip(), **facts)
    db.session.add(change)


def _check(facts: dict[str, Any]) -> None:
    text = facts.get("text") or ""
    if strange := markdown.unsafe_links(text):
        raise Refused(f"Este enlace no se puede usar: «{strange[0][:80]}». Cámbielo.", "text")
    if facts.get("url") and not is_web_address(facts["url"]):
        raise Refused(BAD_ADDRESS, "url")


def _touch(piece: TeachingPiece) -> None:
    piece.version = TeachingPiece.version + 1  # an SQL expression
