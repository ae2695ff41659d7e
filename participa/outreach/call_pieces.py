"""The staff's acts on what called people to an event."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from participa.core import audit, clock, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.fields import is_web_address
from participa.core.files import files
from participa.core.files.files import StoredFile
from participa.events.models import Event
from participa.events.service import require_unlocked
from participa.outreach.models import CallPiece, Medium
from participa.staff.models import Account

MOST = 60  # of one event
PROOFS = files.DOCUMENTS | files.IMAGES
MOST_PEOPLE = 10_000_000
EARLIEST = timedelta(days=365)  # before the event
BAD_PROOF = "Ponga una dirección completa, como https://ejemplo.org/informe, o un archivo."
FUTURE = "Escriba el día en que salió: uno que ya llegó."
REACH = "Escriba cuántas personas, del 1 al 10.000.000; o déjelo vacío."


def add(event: Event, by: Account | None, upload: FileStorage | None, **facts: Any) -> CallPiece:
    """Note one medium by which people were called, with its proof if there is one."""
    require_unlocked(event)
    check(event, facts)
    count = select(func.count(CallPiece.id)).filter_by(event_id=event.id)
    if (db.session.scalar(count) or 0) >= MOST:
        raise Refused(f"Una convocatoria lleva hasta {MOST} medios. Quite uno antes de agregar.")
    piece = CallPiece(event_id=event.id, **facts)
    if upload is not None:
        piece.proof_file = files.store(upload, PROOFS)
    db.session.add(piece)
    db.session.flush()
    audit.record("outreach.call_added", event, by or "demo", part=piece, **told(piece))
    return piece


def change(
    event: Event, by: Account, call: CallPiece, upload: FileStorage | None, **facts: Any
) -> None:
    """Change it; an uploaded file takes the place of the one before."""
    require_unlocked(event)
    check(event, facts)
    before, old = told(call), call.proof_file
    for name, value in facts.items():
        setattr(call, name, value)
    if upload is not None:
        call.proof_file = files.store(upload, PROOFS)
    db.session.flush()
    audit.record("outreach.call_changed", event, by, part=call, before=before, after=told(call))
    let_go(old, call.proof_file)


def remove(event: Event, by: Account, piece: CallPiece) -> None:
    require_unlocked(event)
    audit.record("outreach.call_removed", event, by, part=piece, removed=told(piece))
    stored = piece.proof_file
    db.session.delete(piece)
    db.session.flush()
    let_go(stored, None)


def check(event: Event, facts: dict[str, Any]) -> None:
    """Refuse a day that has not come, is after the event or long before it, and no proof."""
    done_on, reach = facts["done_on"], facts.get("estimated_reach")
    if done_on > clock.today():
        raise Refused(FUTURE, "done_on")
    if (last := last_day(event)) is not None and done_on > last:
        raise Refused(f"El evento terminó el {spanish.day(last)}: se convoca antes.", "done_on")
    if done_on < (first := first_day(event)):
        raise Refused(
            "Eso fue más de un año antes del evento. Escriba un día desde el "
            f"{spanish.day(first)}.",
            "done_on",
        )
    if facts.get("proof_url") and not is_web_address(facts["proof_url"]):
        raise Refused(BAD_PROOF, "proof_url")
    if reach is not None and not 1 <= reach <= MOST_PEOPLE:
        raise Refused(REACH, "estimated_reach")


def first_day(event: Event) -> date:
    """The first day on which somebody may have been called: a year before the event."""
    opens_on = clock.local(event.opens_at or event.created_at).date()
    return opens_on - EARLIEST


def last_day(event: Event) -> date | None:
    return clock.local(event.closes_at).date() if event.closes_at else None


def told(piece: CallPiece) -> dict[str, Any]:
    """The facts as the audit trail stores them."""
    stored = piece.proof_file
    return {
        "medium": piece.medium.name,
        "done_on": piece.done_on.isoformat(),
        "piece": piece.piece,
        "estimated_reach": piece.estimated_reach,
        "proof_url": piece.proof_url,
        "sha256": stored.sha256 if stored else None,
    }


def let_go(old: StoredFile | None, new: StoredFile | None) -> None:
    """Release a file that nothing refers to any more."""
    if old is not None and old is not new:
        files.release(old)


def labels(pieces: list[CallPiece]) -> list[str]:
    """The media of these pieces, each once, in the order of the enum."""
    used = {piece.medium for piece in pieces}
    return [medium.value for medium in Medium if medium in used]
