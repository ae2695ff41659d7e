"""The audit trail: who did what to which record, in the same transaction, as a chain of hashes.

Each entry's digest covers the digest before it, so an entry that is altered, missing or moved
breaks the chain from there on. The head's digest is published daily: whoever rewrote the whole
chain would have to rewrite what others already copied.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Text, insert, update
from sqlalchemy.orm import Mapped, mapped_column

from participa.core import clock
from participa.core.db import db

BEGINNING = "0" * 64


class AuditEntry(db.Model):
    """One act. Personal data never enters `details`: only numbers, codes and staff's words."""

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text, index=True)
    subject: Mapped[str] = mapped_column(Text, index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)


class AuditHead(db.Model):
    """The end of the chain: one row, locked by whoever appends."""

    id: Mapped[int] = mapped_column(primary_key=True)
    length: Mapped[int]
    digest: Mapped[str] = mapped_column(Text)


def record(action: str, subject: Any, by: Any, **details: Any) -> AuditEntry:
    """Append an act ("topics.published") on a flushed record, by an account or a named command."""
    db.session.flush()
    grow = update(AuditHead).where(AuditHead.id == 1).values(length=AuditHead.length + 1)
    row = db.session.execute(grow.returning(AuditHead.length, AuditHead.digest)).one_or_none()
    if row is None:  # the first act of this installation
        db.session.execute(insert(AuditHead).values(id=1, length=1, digest=BEGINNING))
    number, previous = row or (1, BEGINNING)
    entry = AuditEntry(
        number=number,
        at=clock.now().replace(microsecond=0),
        actor=str(by),
        action=action,
        subject=subject if isinstance(subject, str) else name_of(subject),
        details=details,
        previous=previous,
    )
    entry.digest = fingerprint(entry)
    db.session.add(entry)
    db.session.execute(update(AuditHead).where(AuditHead.id == 1).values(digest=entry.digest))
    return entry


def name_of(record: Any) -> str:
    return f"{type(record).__name__}:{record.id}"


def fingerprint(entry: AuditEntry) -> str:
    """SHA-256 over every field of the entry and the digest before it."""
    told = [
        entry.number,
        entry.at.isoformat(),
        entry.actor,
        entry.action,
        entry.subject,
        entry.details,
        entry.previous,
    ]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
