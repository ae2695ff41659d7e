"""The staff's acts on the pieces of the pedagogic strategy: plan, change, publish, take back."""

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import FileStorage

from participa.core import audit, clock, codes
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files import files
from participa.core.ops import demonstration
from participa.outreach import markdown
from participa.outreach.models import TeachingPiece
from participa.plan import queries as plans
from participa.plan.models import Task
from participa.staff.models import Account

CONTENT = files.DOCUMENTS | files.IMAGES
BLANK = "Para publicar falta el contenido: escriba la página, o ponga un enlace o un archivo."
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
    **facts: Any,
) -> None:
    """Change it; an uploaded file takes the place of the one before."""
    _check(facts)
    before, old = piece.audit_facts(), piece.file
    for name, value in facts.items():
        setattr(piece, name, value)
    piece.tasks = list(tasks)
    if upload is not None:
        piece.file = files.store(upload, CONTENT)
    elif drops_file:
        piece.file = None
    db.session.flush()
    if piece.is_published and not piece.has_content:
        raise Refused(EMPTIED)
    _touch(piece)
    after = piece.audit_facts()
    audit.record("outreach.piece_changed", piece, by, before=before, after=after)
    if old is not None and old is not piece.file:
        files.release(old)


def publish(piece: TeachingPiece, by: Account | str) -> None:
    """Make it public, and let it count for its tasks."""
    if piece.is_published:
        raise Refused("Esta pieza ya está publicada.")
    if not piece.has_content:
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
    """Delete a piece that is not public. It leaves the plan, so the trail keeps the reason."""
    if piece.is_published:
        raise Refused("Antes de descartarla, deje de publicarla.")
    if not reason.strip():
        raise Refused("Escriba por qué se descarta.", "reason")
    audit.record("outreach.piece_discarded", piece, by, reason=reason, **piece.audit_facts())
    stored = piece.file
    db.session.delete(piece)
    db.session.flush()
    if stored is not None:
        files.release(stored)


def _check(facts: dict[str, Any]) -> None:
    text = facts.get("text") or ""
    if strange := markdown.unsafe_links(text):
        raise Refused(f"Este enlace no se puede usar: «{strange[0][:80]}». Cámbielo.", "text")


def _touch(piece: TeachingPiece) -> None:
    piece.version = TeachingPiece.version + 1  # an SQL expression
