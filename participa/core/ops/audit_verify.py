"""Does the audit chain hold? Walks it from the first entry to the head; names the first break."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Row, select

from participa.core import audit
from participa.core.audit import BEGINNING, AuditEntry, AuditHead
from participa.core.db import db

CHUNK = 1000
COLUMNS = AuditEntry.__table__.columns


@dataclass(frozen=True, slots=True)
class LogVerdict:
    """How long the chain is and where it ends; `fault` is a Spanish sentence, or empty."""

    length: int
    digest: str
    fault: str = ""

    @property
    def is_sound(self) -> bool:
        return not self.fault


def chain(published: str = "") -> LogVerdict:
    """Check every entry against the one before, the end against the head, and a digest that was
    published earlier against the whole. Goes on while others append.
    """
    number, digest, found = 0, BEGINNING, not published
    while True:
        before = number
        for entry in entries(after=number or None):
            if fault := broken(entry, number, digest):
                return LogVerdict(number, digest, fault)
            number, digest = entry.number, entry.digest
            found = found or digest == published
        head = db.session.execute(select(AuditHead.length, AuditHead.digest)).one_or_none()
        db.session.rollback()  # the next look is a new one
        length, end = head or (0, BEGINNING)
        if length <= number or number == before:
            break
    if fault := ending(number, digest, length, end):
        return LogVerdict(number, digest, fault)
    if not found:
        return LogVerdict(number, digest, "La huella publicada no aparece en el registro.")
    return LogVerdict(number, digest)


def entries(after: int | None) -> Iterator[Row]:
    """Entries in the order of their numbers, by the chunk."""
    while True:
        rows = select(*COLUMNS).order_by(AuditEntry.number).limit(CHUNK)
        if after is not None:
            rows = rows.where(AuditEntry.number > after)
        chunk = db.session.execute(rows).all()
        yield from chunk
        if len(chunk) < CHUNK:
            return
        after = chunk[-1].number


def broken(entry: Row, number: int, digest: str) -> str:
    """Why this entry cannot follow the one with this number and digest."""
    if entry.number != number + 1:
        if entry.number <= number:
            return f"Sobra la anotación {entry.number}: la primera debe ser la 1."
        return f"Falta la anotación {number + 1}: después de la {number} sigue la {entry.number}."
    if audit.fingerprint(entry) != entry.digest:  # type: ignore[arg-type]  # same columns
        return f"La anotación {entry.number} fue alterada: su huella no corresponde."
    if entry.previous != digest:
        return f"La anotación {entry.number} no continúa la anterior: fue movida o reemplazada."
    return ""


def ending(number: int, digest: str, length: int, end: str) -> str:
    """Why the chain that was walked is not the one that the head tells of."""
    if length > number:
        return f"Falta el final: el registro llega a {number} y debe llegar a {length}."
    if length < number:
        return f"Sobra la anotación {length + 1}: el registro debe terminar en la {length}."
    if end != digest:
        return f"La anotación {number} no es el final que el registro anunció."
    return ""
