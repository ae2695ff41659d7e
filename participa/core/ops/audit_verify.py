"""Verification of the audit chain, from the first entry to the head."""

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
    """Length and last digest of the chain; `fault` is a Spanish sentence, empty if it is intact."""

    length: int
    digest: str
    fault: str = ""

    @property
    def is_sound(self) -> bool:
        return not self.fault


def chain(published: str = "") -> LogVerdict:
    """Verify every entry against the one before, and the last against the head.

    `published` is an earlier digest that must appear in the chain; empty to skip that check.
    Entries that are appended meanwhile are verified too.
    """
    number, digest, has_published = 0, BEGINNING, not published
    while True:
        before = number
        for entry in entries(after=number or None):
            if fault := broken(entry, number, digest):
                return LogVerdict(number, digest, fault)
            number, digest = entry.number, entry.digest
            has_published = has_published or digest == published
        head = db.session.execute(select(AuditHead.length, AuditHead.digest)).one_or_none()
        db.session.rollback()  # the next SELECT must see later commits
        length, end = head or (0, BEGINNING)
        if length <= number or number == before:
            break
    if fault := ending(number, digest, length, end):
        return LogVerdict(number, digest, fault)
    if not has_published:
        return LogVerdict(number, digest, "La huella publicada no aparece en el registro.")
    return LogVerdict(number, digest)


def entries(after: int | None) -> Iterator[Row]:
    """Entries in the order of their numbers, read in chunks."""
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
    """Why this entry cannot follow the given number and digest; empty if it can."""
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
    """Why the last entry contradicts the head; empty if it does not."""
    if length > number:
        return f"Falta el final: el registro llega a {number} y debe llegar a {length}."
    if length < number:
        return f"Sobra la anotación {length + 1}: el registro debe terminar en la {length}."
    if end != digest:
        return f"La anotación {number} no es el final que el registro anunció."
    return ""
