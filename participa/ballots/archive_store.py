"""The append-only event chain of a box in the database, and the archive file made of it."""

import base64
import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, case, func, insert, select, update

from participa.ballots.models import BallotBox, BoxCredential, BoxHead, ChainEvent
from participa.belenios import archive, election
from participa.belenios.archive import Chain
from participa.core import clock
from participa.core.db import db

SETUP, BALLOT, END, TALLY, PARTIAL, RESULT = archive.DATA_RECORDS
EVENTS_PER_CHUNK = 200
ELECTION_BYTES = archive.BLOCK + election.LIMIT  # the first record of an opening, with its header
TAIL = 3 * archive.BLOCK  # of an opening: room for its last data record, before the event itself
# Of tables, and built once: what every ballot needs would else take longer to build than to answer.
HEADS, EVENTS = BoxHead.__table__, ChainEvent.__table__
_THE_HEAD = update(HEADS).where(HEADS.c.box_id == bindparam("of_box"))
LOCK = _THE_HEAD.values(height=HEADS.c.height).returning(
    HEADS.c.digest, HEADS.c.height, HEADS.c.archive_bytes
)
ADVANCE = _THE_HEAD.values(
    height=bindparam("new_height"),
    digest=bindparam("new_digest"),
    archive_bytes=bindparam("new_bytes"),
    ballots=HEADS.c.ballots + bindparam("new_ballots"),
    replaced=HEADS.c.replaced + bindparam("new_replaced"),
    assisted=HEADS.c.assisted + bindparam("new_assisted"),
)
APPEND = insert(EVENTS)


class SetupParts(NamedTuple):
    election: bytes
    roll_fingerprint: str


def create_head(box: BallotBox) -> None:
    """Insert the row that holds the end of the chain and its sums; part of the opening."""
    of_box = BoxCredential.box_id == box.id
    counts = select(func.count(), func.count(BoxCredential.voided_on)).where(of_box)
    cards, void_cards = db.session.execute(counts).one()
    sums = {"ballots": 0, "published_ballots": 0, "cards": cards, "void_cards": void_cards}
    db.session.execute(insert(BoxHead).values(box_id=box.id, height=0, **sums))


def lock_head(box_id: int, timestamp: int) -> Chain:
    """Lock the head row until the transaction ends and return the end of the chain."""
    return Chain(timestamp, *db.session.execute(LOCK, {"of_box": box_id}).one())


def append_event(box_id: int, end: Chain, kind: str, *parts: bytes) -> Chain:
    """Append an event and its records at `end` (from `lock_head`); return the new end."""
    return _append(box_id, end, kind, [parts])


def append_ballots(
    box_id: int, end: Chain, raws: Sequence[bytes], *, replaced: int, assisted: int
) -> Chain:
    """Append an event for each ballot, as `append_event` does.

    `replaced` and `assisted` are what they add to these sums of the head.
    """
    events = [(raw,) for raw in raws]
    return _append(box_id, end, BALLOT, events, replaced=replaced, assisted=assisted)


def _append(
    box_id: int,
    end: Chain,
    kind: str,
    events: Sequence[tuple[bytes, ...]],
    *,
    replaced: int = 0,
    assisted: int = 0,
) -> Chain:
    rows = []
    for parts in events:
        height = end.height
        body, end = end.add(kind, *parts)
        facts = {"height": height, "kind": kind, "digest": end.head, "body": body}
        rows.append({"box_id": box_id, **facts, "archive_bytes": end.size})
    db.session.execute(APPEND, rows)
    place = {"new_height": end.height, "new_digest": end.head, "new_bytes": end.size}
    sums = {
        "new_ballots": len(rows) if kind == BALLOT else 0,
        "new_replaced": replaced,
        "new_assisted": assisted,
    }
    db.session.execute(ADVANCE, {"of_box": box_id, **place, **sums})
    return end


def timestamp(box: BallotBox) -> int:
    """The timestamp of all files in the archive: midnight, city time, of the opening day."""
    day = clock.local(box.opened_at or clock.now()).date()
    return int(clock.at_city(day).timestamp())


def size(box: BallotBox, height: int) -> int:
    """Length in bytes of the archive up to its first `height` events."""
    last = select(ChainEvent.archive_bytes).filter_by(box_id=box.id, height=height - 1)
    return len(archive.beginning(timestamp(box))) + (db.session.scalar(last) or 0)


def digest_at(box: BallotBox, height: int) -> str:
    """The hash of the last of the first `height` events; it fixes the whole file."""
    event = select(ChainEvent.digest).filter_by(box_id=box.id, height=height - 1)
    return db.session.scalars(event).one()


def place_of(connection: Connection, box_id: int, offset: int, most: int) -> tuple[int, int]:
    """The event at this offset, counted from the end of the first file, and where it begins.

    One of the first `most`. Looked for by halves, since heights have an index and lengths do not.
    """
    ends = select(ChainEvent.archive_bytes).where(ChainEvent.box_id == box_id)
    least, begins = 0, 0
    while least < most:
        middle = (least + most + 1) // 2
        end = connection.scalar(ends.where(ChainEvent.height == middle - 1)) or 0
        if end <= offset:
            least, begins = middle, end
        else:
            most = middle - 1
    return least, begins


def archive_chunks(box: BallotBox, height: int) -> Iterator[bytes]:
    """Yield the archive up to its first `height` events; one short SELECT for each chunk."""
    yield archive.beginning(timestamp(box))
    for start in range(0, height, EVENTS_PER_CHUNK):
        yield b"".join(bodies(box.id, start, min(start + EVENTS_PER_CHUNK, height)))


def bodies(box_id: int, start: int, end: int) -> list[bytes]:
    """Archive bytes of the events with `start` <= height < `end`."""
    return list(db.session.scalars(bodies_of(box_id, start, end)))


def bodies_of(box_id: int, start: int, end: int) -> Select[Any]:
    rows = select(ChainEvent.body).where(
        ChainEvent.box_id == box_id, ChainEvent.height >= start, ChainEvent.height < end
    )
    return rows.order_by(ChainEvent.height)


def opening_piece(connection: Connection, box_id: int, start: int, most: int) -> bytes:
    """Up to so many bytes of the first event from this offset in it."""
    piece = func.substr(ChainEvent.body, start + 1, most)
    return bytes(connection.scalar(select(piece).filter_by(box_id=box_id, height=0)) or b"")


def records(body: bytes, most: int | None = None) -> list[bytes]:
    """Split the archive bytes of one event into its data records and, last, the event itself.

    Only the first `most` of them, if that is given.
    """
    parts: list[bytes] = []
    offset = 0
    while offset < len(body) and len(parts) != most:
        length = int(body[offset + 124 : offset + 135], 8)
        start = offset + archive.BLOCK
        parts.append(body[start : start + length])
        offset = start + length + -length % archive.BLOCK
    return parts


def head_of(box: BallotBox) -> BoxHead | None:
    """The current end of the chain, read anew; None before the opening."""
    return db.session.get(BoxHead, box.id, populate_existing=True)


def first_event(box: BallotBox, kind: str) -> ChainEvent | None:
    """The first event of this type, but for ballots."""
    return db.session.scalar(_events(select(ChainEvent), box.id, kind).limit(1))


def digest_of(box: BallotBox, kind: str) -> str | None:
    """The hash of that event, without reading it: the opening holds the whole roll."""
    return db.session.scalar(_events(select(ChainEvent.digest), box.id, kind).limit(1))


def _events(columns: Any, box_id: int, kind: str) -> Any:
    """The opening stands first and all others after the ballots, of which none is looked at."""
    events = columns.where(ChainEvent.box_id == box_id, ChainEvent.kind == kind)
    if kind == SETUP:
        return events.where(ChainEvent.height == 0)
    ballots = select(BoxHead.ballots).where(BoxHead.box_id == box_id).scalar_subquery()
    return events.where(ChainEvent.height > ballots).order_by(ChainEvent.height)


def setup_parts(box: BallotBox) -> SetupParts | None:
    """The election record and the fingerprint of the roll, without splitting the whole opening."""
    body = ChainEvent.body
    ends = func.substr(body, 1, ELECTION_BYTES), func.substr(body, func.length(body) - TAIL + 1)
    row = db.session.execute(select(*ends).filter_by(box_id=box.id, height=0)).one_or_none()
    if row is None:
        return None
    start, tail = (bytes(part) for part in row)
    named = json.loads(tail[tail.index(b'{"election"') :].partition(b"}")[0] + b"}")
    roll = base64.b64encode(bytes.fromhex(named["credentials"])).decode().rstrip("=")
    return SetupParts(records(start, most=1)[0], roll)


def trustees_with_partial(box: BallotBox) -> set[int]:
    """Numbers of the trustees whose partial decryption is in the archive."""
    parts = db.session.scalars(_events(select(ChainEvent.body), box.id, PARTIAL))
    return {owner_in(records(body)[1]) for body in parts}


def owners_by_box(box_ids: Collection[int]) -> dict[int, set[int]]:
    """Box id → numbers of the trustees whose partial decryption is in the archive.

    Only boxes with published totals have a key.
    """
    part = case((ChainEvent.kind == PARTIAL, ChainEvent.body))
    rows = select(ChainEvent.box_id, part).join(BoxHead, BoxHead.box_id == ChainEvent.box_id)
    rows = rows.where(
        ChainEvent.box_id.in_(box_ids),
        ChainEvent.height > BoxHead.ballots,
        ChainEvent.kind.in_((TALLY, PARTIAL)),
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
