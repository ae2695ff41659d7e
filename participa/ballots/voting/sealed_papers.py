"""Encrypted papers stored until the tally: answers to an open consultation, and voter details.

The primary key is the random submission id of the form; it reveals nothing about the person and is
deleted after the tally. Papers have no time, and nothing links one to another.
"""

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update

from participa.ballots.keys import sealing
from participa.ballots.models import BoxHead, PaperKind, SealedPaper
from participa.core.db import db
from participa.core.submissions import INSERT

BATCH = 500
# Bytes of the longest paper of a kind. All are padded to it, so that length reveals nothing.
SIZES = {PaperKind.ANSWER: 1536, PaperKind.SLIP: 3072}
chance = random.SystemRandom()


def store(box_id: int, salt: bytes, kind: PaperKind, submission_id: str, content: Any) -> bool:
    """Encrypt and insert the content; return False if the submission is already stored."""
    raw = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    values = {"id": submission_id, "box_id": box_id, "kind": kind}
    values["sealed"] = sealing.seal(salt, kind.name, raw, SIZES[kind])
    statement = INSERT[db.engine.dialect.name](SealedPaper).on_conflict_do_nothing()
    stored = db.session.execute(statement.values(**values).returning(SealedPaper.id)).scalar()
    return stored is not None


def is_stored(submission_id: str) -> bool:
    return find(submission_id) is not None


def find(submission_id: str) -> bytes | None:
    """The encrypted paper of this submission, or None if there is none or it was counted."""
    row = select(SealedPaper.sealed).where(SealedPaper.id == submission_id)
    return db.session.scalar(row)


def count(box_id: int, kind: PaperKind) -> int:
    rows = select(func.count()).where(SealedPaper.box_id == box_id, SealedPaper.kind == kind)
    return db.session.scalar(rows) or 0


def read_all_shuffled(box_id: int, salt: bytes, kind: PaperKind) -> Iterator[Any]:
    """Decrypt all papers of a kind, in random order."""
    ids = list(db.session.scalars(_of(box_id, kind)))
    chance.shuffle(ids)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        rows = select(SealedPaper.id, SealedPaper.sealed).where(SealedPaper.id.in_(batch))
        by_id = {row.id: row.sealed for row in db.session.execute(rows)}
        for id in batch:
            yield read(salt, kind, by_id[id])


def read(salt: bytes, kind: PaperKind, sealed: bytes) -> Any:
    return json.loads(sealing.unseal(salt, kind.name, sealed))


def read_many(salt: bytes, kind: PaperKind, ids: Sequence[str]) -> list[Any]:
    """Decrypt these papers, ordered by id."""
    rows = select(SealedPaper.sealed).where(SealedPaper.id.in_(ids)).order_by(SealedPaper.id)
    return [read(salt, kind, sealed) for sealed in db.session.scalars(rows)]


def erase(box_id: int) -> None:
    db.session.execute(delete(SealedPaper).where(SealedPaper.box_id == box_id))
    db.session.execute(update(BoxHead).where(BoxHead.box_id == box_id).values(waiting=None))


def _of(box_id: int, kind: PaperKind) -> Any:
    return select(SealedPaper.id).where(SealedPaper.box_id == box_id, SealedPaper.kind == kind)
