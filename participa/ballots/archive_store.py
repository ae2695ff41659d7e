"""The append-only event chain of a box in the database, and the archive file made of it."""

import json
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import case, func, insert, select, update

from participa.ballots.models import BallotBox, BoxHead, ChainEvent
from participa.belenios import archive
from participa.belenios.archive import Chain
from participa.core import clock
from participa.core.db import db

SETUP, BALLOT, END, TALLY, PARTIAL, RESULT = archive.DATA_RECORDS
EVENTS_PER_CHUNK = 200


def create_head(box: BallotBox) -> None:
    """Insert the row that holds the end of the chain; part of the opening."""
    db.session.execute(
        insert(BoxHead).values(box_id=box.id, height=0, ballots=0, published_ballots=0)
    )


def lock_head(box_id: int, timestamp: int) -> Chain:
    """Lock the head row until the transaction ends and return the end of the chain."""
    lock = update(BoxHead).where(BoxHead.box_id == box_id).values(height=BoxHead.height)
    row = db.session.execute(lock.returning(BoxHead.height, BoxHead.digest)).one()
    return Chain(timestamp, row.digest, row.height)


def append_event(box_id: int, end: Chain, kind: str, *parts: bytes) -> Chain:
    """Append an event and its records at `end` (from `lock_head`); return the new end."""
    return _append(box_id, end, kind, [parts])


def append_ballots(box_id: int, end: Chain, raws: Sequence[bytes]) -> Chain:
    """Append an event for each ballot, as `append_event` does."""
    return _append(box_id, end, BALLOT, [(raw,) for raw in raws])


def _append(box_id: int, end: Chain, kind: str, events: Sequence[tuple[bytes, ...]]) -> Chain:
    rows = []
    for parts in events:
        height = end.height
        body, end = end.add(kind, *parts)
        facts = {"height": height, "kind": kind, "digest": end.head, "body": body}
        rows.append({"box_id": box_id, **facts})
    db.session.execute(insert(ChainEvent.__table__), rows)
    ballots = BoxHead.ballots + (len(rows) if kind == BALLOT else 0)
    head = update(BoxHead).where(BoxHead.box_id == box_id)
    db.session.execute(head.values(height=end.height, digest=end.head, ballots=ballots))
    return end


def timestamp(box: BallotBox) -> int:
    """The timestamp of all files in the archive: midnight, city time, of the opening day."""
    day = clock.local(box.opened_at or clock.now()).date()
    return int(clock.at_city(day).timestamp())


def size(box: BallotBox, height: int) -> int:
    """Length in bytes of the archive up to its first `height` events."""
    events = select(func.sum(func.length(ChainEvent.body))).where(
        ChainEvent.box_id == box.id, ChainEvent.height < height
    )
    return len(archive.beginning(timestamp(box))) + (db.session.scalar(events) or 0)


def archive_chunks(box: BallotBox, height: int) -> Iterator[bytes]:
    """Yield the archive up to its first `height` events; one short SELECT for each chunk."""
    yield archive.beginning(timestamp(box))
    for start in range(0, height, EVENTS_PER_CHUNK):
        yield b"".join(bodies(box.id, start, min(start + EVENTS_PER_CHUNK, height)))


def bodies(box_id: int, start: int, end: int) -> list[bytes]:
    """Archive bytes of the events with `start` <= height < `end`."""
    rows = select(ChainEvent.body).where(
        ChainEvent.box_id == box_id, ChainEvent.height >= start, ChainEvent.height < end
    )
    return list(db.session.scalars(rows.order_by(ChainEvent.height)))


def records(body: bytes) -> list[bytes]:
    """Split the archive bytes of one event into its data records and, last, the event itself."""
    parts, offset = [], 0
    while offset < len(body):
        length = int(body[offset + 124 : offset + 135], 8)
        start = offset + archive.BLOCK
        parts.append(body[start : start + length])
        offset = start + length + -length % archive.BLOCK
    return parts


def head_of(box: BallotBox) -> BoxHead | None:
    """The current end of the chain, read anew; None before the opening."""
    return db.session.get(BoxHead, box.id, populate_existing=True)


def first_event(box: BallotBox, kind: str) -> ChainEvent | None:
    """The first event of this type."""
    events = select(ChainEvent).where(ChainEvent.box_id == box.id, ChainEvent.kind == kind)
    return db.session.scalar(events.order_by(ChainEvent.height).limit(1))


def trustees_with_partial(box: BallotBox) -> set[int]:
    """Numbers of the trustees whose partial decryption is in the archive."""
    parts = select(ChainEvent.body).where(ChainEvent.box_id == box.id, ChainEvent.kind == PARTIAL)
    return {owner_in(records(body)[1]) for body in db.session.scalars(parts)}


def owners_by_box(box_ids: Collection[int]) -> dict[int, set[int]]:
    """Box id → numbers of the trustees whose partial decryption is in the archive.

    Only boxes with published totals have a key.
    """
    part = case((ChainEvent.kind == PARTIAL, ChainEvent.body))
    rows = select(ChainEvent.box_id, part).where(
        ChainEvent.box_id.in_(box_ids), ChainEvent.kind.in_((TALLY, PARTIAL))
    )
    owners: dict[int, set[int]] = {}
    for box_id, body in db.session.execute(rows):
        of_box = owners.setdefault(box_id, set())
        if body is not None:
            of_box.add(owner_in(records(body)[1]))
    return owners


def owner_in(owned: bytes) -> int:
    """Number of the trustee, from the second data record of a PARTIAL event."""
    owner: int = json.loads(owned)["owner"]
    return owner
