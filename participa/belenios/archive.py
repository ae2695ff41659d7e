"""The archive `<uuid>.bel`: all public records of an election, as a hash chain of events.

A pre-POSIX (v7) tar file without end-of-archive blocks, so that it is append-only: every earlier
copy is a prefix of a later one. The first file holds version and timestamp. All others are named by
the SHA-256 of their content: data records, and after the data records that an event needs, the
event itself, which holds the hash of the previous event ("parent") and of its last data record
("payload").
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from mmap import mmap
from typing import NamedTuple, Union

from participa.belenios import canonical
from participa.belenios.canonical import Malformed

Raw = Union[bytes, mmap]  # noqa: UP007 - a file may be larger than the memory; Python 3.9
BLOCK = 512  # bytes
FIRST = "BELENIOS"
VERSION = 1
MAX_SECONDS = 8**11  # a tar timestamp has 11 octal digits
DATA, EVENT = ".data.json", ".event.json"
# The number of data records before an event of each type.
DATA_RECORDS = {
    "Setup": 4,
    "Ballot": 1,
    "EndBallots": 0,
    "EncryptedTally": 2,
    "PartialDecryption": 2,
    "Result": 1,
}


class UnreadableArchive(Exception):
    """The file is not an archive of this format; the message is in Spanish."""


class Cut(Malformed):
    """The archive ends within a record, or before the event that its last records belong to."""


class Record(NamedTuple):
    number: int  # from 1; the first file of the archive has number 0
    digest: str  # of the body, in hexadecimal
    is_event: bool
    body: bytes
    end: int  # offset in the archive after the record and its padding


def _tar_header(name: str, size: int, timestamp: int) -> bytes:
    block = bytearray(BLOCK)

    def put(offset: int, text: str) -> None:
        block[offset : offset + len(text)] = text.encode("ascii")

    put(0, name)
    put(100, "0000644")
    put(108, "0000000")
    put(116, "0000000")
    put(124, f"{size:011o}")
    put(136, f"{timestamp:011o}")
    put(148, " " * 8)
    put(156, "0")
    put(148, f"{sum(block):06o}\0 ")
    return bytes(block)


def pack(name: str, body: bytes, timestamp: int) -> bytes:
    """One tar entry: header and body, zero-padded to whole blocks."""
    return _tar_header(name, len(body), timestamp) + body + bytes(-len(body) % BLOCK)


def beginning(timestamp: int) -> bytes:
    """The first file. All files share its timestamp (Unix seconds), which so reveals no order."""
    body = canonical.write({"version": VERSION, "timestamp": str(timestamp)})
    return pack(FIRST, body, timestamp)


class Chain(NamedTuple):
    """The end of an archive: what is needed to append the next event."""

    timestamp: int
    head: str | None = None  # hash of the last event
    height: int = 0  # of the next event
    size: int = 0  # bytes of all events, without the first file

    def add(self, kind: str, *parts: bytes) -> tuple[bytes, Chain]:
        """The bytes to append for one event, and the chain after it.

        `parts` are the event's data records; the last one is its payload.
        """
        if len(parts) != DATA_RECORDS[kind]:
            raise ValueError(f"{kind} takes {DATA_RECORDS[kind]} parts")
        event = event_record(self.head, self.height, kind, parts[-1] if parts else None)
        appended = b"".join(
            pack(canonical.hex_digest(part) + DATA, part, self.timestamp) for part in parts
        )
        head = canonical.hex_digest(event)
        appended += pack(head + EVENT, event, self.timestamp)
        size = self.size + len(appended)
        return appended, Chain(self.timestamp, head, self.height + 1, size)


def event_record(parent: str | None, height: int, kind: str, payload: bytes | None) -> bytes:
    record: dict[str, str | int] = {} if parent is None else {"parent": parent}
    record |= {"height": height, "type": kind}
    if payload is not None:
        record["payload"] = canonical.hex_digest(payload)
    return canonical.write(record)


def setup_record(election: bytes, trustees: bytes, credentials: bytes) -> bytes:
    digest = canonical.hex_digest
    return canonical.write(
        {
            "election": digest(election),
            "trustees": digest(trustees),
            "credentials": digest(credentials),
        }
    )


def timestamp_of(raw: Raw) -> int:
    """The timestamp (Unix seconds) of the first file.

    Raises UnreadableArchive if the bytes do not start as an archive, Malformed if its first file is
    not in the canonical form.
    """
    unreadable = UnreadableArchive("Este archivo no es una urna (.bel).")
    start = FIRST.encode() + b"\0"
    if raw[: len(start)] != start:
        raise unreadable
    try:
        size = int(raw[124:135], 8)
        timestamp = json.loads(raw[BLOCK : BLOCK + size])["timestamp"]
        seconds = canonical.decimal(timestamp, "El momento", MAX_SECONDS)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise unreadable from None
    if raw[: len(first := beginning(seconds))] != first:
        raise Malformed("Registro 0: el encabezado del archivo no tiene la forma debida.")
    return seconds


def read(raw: Raw) -> Iterator[Record]:
    """The records after the first file; raises Malformed unless re-packing gives the same bytes."""
    timestamp = timestamp_of(raw)
    return read_on(raw, timestamp, len(beginning(timestamp)), 0)


def read_on(raw: Raw, timestamp: int, offset: int, number: int) -> Iterator[Record]:
    """The records from this offset on, after so many others. Raises Cut if they end within one."""
    while offset < len(raw):
        number += 1
        record = _read_record(raw, offset, number, timestamp)
        yield record
        offset = record.end


def _read_record(raw: Raw, offset: int, number: int, timestamp: int) -> Record:
    header = raw[offset : offset + BLOCK]
    if len(header) < BLOCK:
        raise Cut(f"Registro {number}: hay bytes ajenos donde debía empezar.")
    try:
        name = header[:100].rstrip(b"\0").decode("ascii")
        size = int(header[124:135].decode("ascii"), 8)
    except ValueError:
        raise Malformed(f"Registro {number}: hay bytes ajenos donde debía empezar.") from None
    digest = name.partition(".")[0]
    body = raw[offset + BLOCK : offset + BLOCK + size]
    if not canonical.is_hex_digest(digest) or name[len(digest) :] not in {DATA, EVENT}:
        raise Malformed(f"Registro {number}: su nombre no es el de un registro.")
    if len(body) != size:
        raise Cut(f"Registro {number}: el archivo está cortado.")
    if canonical.hex_digest(body) != digest:
        raise Malformed(f"Registro {number}: su contenido no es el que dice su nombre (huella).")
    packed = pack(name, body, timestamp)
    if raw[offset : offset + len(packed)] != packed:
        problem = Cut if packed.startswith(raw[offset : offset + len(packed)]) else Malformed
        raise problem(f"Registro {number}: su encabezado o su relleno fue alterado.")
    return Record(number, digest, name.endswith(EVENT), body, offset + len(packed))
