"""The photographs of an event: added with a description, removed, shown without metadata."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import FileStorage

from participa.core import audit
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.core.files import files
from participa.events.models import Event, Photograph
from participa.events.service import require_unlocked
from participa.staff.models import Account

MOST = 20
LONGEST = 1600  # pixels: enough for a page and a sheet, light on a phone


def add(event: Event, by: Account, upload: FileStorage, description: str) -> Photograph:
    """Store a photograph of the event. The caller has locked the event."""
    require_unlocked(event)
    if len(event.photographs) >= MOST:
        raise Refused(f"Un evento lleva hasta {MOST} fotos. Quite una antes de agregar otra.")
    stored = files.store_picture(upload, LONGEST)
    photograph = Photograph(file_id=stored.id, description=description)
    already = Refused("Esa foto ya está en este evento.", "file")
    with unique_or_refuse("uq_photograph_event_id_file_id", already):
        event.photographs.append(photograph)
        db.session.flush()
    event.touch()
    details = {"sha256": stored.sha256, "text": description}
    audit.record("events.photograph_added", event, by, part=photograph, **details)
    return photograph


def remove(event: Event, by: Account, photograph: Photograph) -> None:
    require_unlocked(event)
    stored = photograph.file
    details = {"sha256": stored.sha256, "text": photograph.description}
    audit.record("events.photograph_removed", event, by, part=photograph, **details)
    event.photographs.remove(photograph)
    event.touch()
    db.session.flush()
    files.release(stored)


def photograph_of(event: Event, photograph_id: int) -> Photograph | None:
    """The photograph with this number, if it is of this event."""
    rows = select(Photograph).filter_by(id=photograph_id, event_id=event.id)
    return db.session.scalar(rows.options(joinedload(Photograph.file)))
