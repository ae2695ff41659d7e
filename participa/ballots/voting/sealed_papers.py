"""Papers that wait sealed until the counting: the answers to an open consultation, and the slips.

Their key is the submission of the form that they came with, which says nothing about the person
and is gone when the paper is counted. No paper has a time, and none leads to another.
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

PIECE = 500
# What the longest of a kind takes. All of a kind are as long as that, so that length tells nothing.
SIZES = {PaperKind.ANSWER: 1536, PaperKind.SLIP: 3072}
chance = random.SystemRandom()


def store(box_id: int, salt: bytes, kind: PaperKind, submission_id: str, content: Any) -> bool:
    """Seal this and keep it; False when the same submission is there already."""
    raw = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    values = {"id": submission_id, "box_id": box_id, "kind": kind}
    values["sealed"] = sealing.seal(salt, kind.name, raw, SIZES[kind])
    statement = INSERT[db.engine.dialect.name](SealedPaper).on_conflict_do_nothing()
    stored = db.session.execute(statement.values(**values).returning(SealedPaper.id)).scalar()
    return stored is not None


def is_stored(submission_id: str) -> bool:
    return find(submission_id) is not None


def find(submission_id: str) -> bytes | None:
    """What was sealed under this submission, while it waits."""
    found = select(SealedPaper.sealed).where(SealedPaper.id == submission_id)
    return db.session.scalar(found)


def count(box_id: int, kind: PaperKind) -> int:
    rows = select(func.count()).where(SealedPaper.box_id == box_id, SealedPaper.kind == kind)
    return db.session.scalar(rows) or 0


def read_all_shuffled(box_id: int, salt: bytes, kind: PaperKind) -> Iterator[Any]:
    """What every paper of a kind says, in an order that chance gives."""
    ids = list(db.session.scalars(_of(box_id, kind)))
    chance.shuffle(ids)
    for start in range(0, len(ids), PIECE):
        batch = ids[start : start + PIECE]
        rows = select(SealedPaper.id, SealedPaper.sealed).where(SealedPaper.id.in_(batch))
        by_id = {row.id: row.sealed for row in db.session.execute(rows)}
        for id in batch:
            yield read(salt, kind, by_id[id])


def read(salt: bytes, kind: PaperKind, sealed: bytes) -> Any:
    return json.loads(sealing.unseal(salt, kind.name, sealed))


def read_many(salt: bytes, kind: PaperKind, ids: Sequence[str]) -> list[Any]:
    """What these papers say."""
    rows = select(SealedPaper.sealed).where(SealedPaper.id.in_(ids)).order_by(SealedPaper.id)
    return [read(salt, kind, sealed) for sealed in db.session.scalars(rows)]


def erase(box_id: int) -> None:
    db.session.execute(delete(SealedPaper).where(SealedPaper.box_id == box_id))
    db.session.execute(update(BoxHead).where(BoxHead.box_id == box_id).values(waiting=None))


def _of(box_id: int, kind: PaperKind) -> Any:
    return select(SealedPaper.id).where(SealedPaper.box_id == box_id, SealedPaper.kind == kind)
