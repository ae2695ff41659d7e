"""The audit trail: actor, action and record of every staff act, as a chain of hashes.

An entry is written in the transaction of the act. Its digest covers the previous digest, so an
entry that is altered, missing or moved breaks the chain from there on. /salud publishes the digest
of the head: rewriting the whole chain would contradict the copies that others have stored.
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
    """One act. `details` holds numbers, codes and texts of the staff, never personal data."""

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text, index=True)
    subject: Mapped[str] = mapped_column(Text, index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)


class AuditHead(db.Model):
    """The end of the chain: a single row, whose lock serialises appends."""

    id: Mapped[int] = mapped_column(primary_key=True)
    length: Mapped[int]
    digest: Mapped[str] = mapped_column(Text)


# Nobody loads the head as an object, so its table is asked, and no session looks for one to mend.
HEAD = db.metadata.tables[AuditHead.__tablename__]
GROW = (
    update(HEAD)
    .where(HEAD.c.id == 1)
    .values(length=HEAD.c.length + 1)
    .returning(HEAD.c.length, HEAD.c.digest)
)


def record(action: str, subject: Any, by: Any, part: Any = None, **details: Any) -> AuditEntry:
    """Append an entry: action ("topics.published"), subject (record or text), and actor.

    `part` is the record in the subject that the act is about, as a question of a ballot box.
    """
    db.session.flush()
    if part is not None:
        details["part"] = name_of(part)
    row = db.session.execute(GROW).one_or_none()
    if row is None:  # the first act of this installation
        db.session.execute(insert(HEAD).values(id=1, length=1, digest=BEGINNING))
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
    db.session.execute(update(HEAD).where(HEAD.c.id == 1).values(digest=entry.digest))
    return entry


def name_of(record: Any) -> str:
    return f"{type(record).__name__}:{record.id}"


def fingerprint(entry: AuditEntry) -> str:
    """SHA-256 over every field of the entry, including the previous digest."""
    fields = [
        entry.number,
        entry.at.isoformat(),
        entry.actor,
        entry.action,
        entry.subject,
        entry.details,
        entry.previous,
    ]
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
