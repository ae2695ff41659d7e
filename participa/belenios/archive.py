"""The file `<uuid>.bel`: all public records of an election, chained by hashes, byte for byte.

It is an old kind of tar without an end mark, so that it grows at its end only: a later file
begins with every earlier one. Each event names the event before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from participa.belenios import canonical
from participa.belenios.canonical import Malformed

BLOCK = 512
FIRST = "BELENIOS"
VERSION = 1
MOST_SECONDS = 8**11
DATA, EVENT = ".data.json", ".event.json"
# How many records of data stand before an event of each type.
PARTS = {
    "Setup": 4,
    "Ballot": 1,
    "EndBallots": 0,
    "EncryptedTally": 2,
    "PartialDecryption": 2,
    "Result": 1,
}


class UnreadableArchive(Exception):
    """This is no archive at all."""


class Record(NamedTuple):
    number: int
    digest: str
    is_event: bool
    body: bytes
    end: int  # where it ends in the file


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
    """One file of the archive, filled up to whole blocks."""
    return _tar_header(name, len(body), timestamp) + body + bytes(-len(body) % BLOCK)


def beginning(timestamp: int) -> bytes:
    """The first file, whose moment (in seconds) is the moment of all others: it tells nothing."""
    body = canonical.write({"version": VERSION, "timestamp": str(timestamp)})
    return pack(FIRST, body, timestamp)


class Chain(NamedTuple):
    """Where an archive ends: enough to add the next event."""

    timestamp: int
    head: str | None = None
    height: int = 0

    def add(self, kind: str, *parts: bytes) -> tuple[bytes, Chain]:
        """What to append to the file, and the chain after it; the last part is the payload."""
        if len(parts) != PARTS[kind]:
            raise ValueError(f"{kind} takes {PARTS[kind]} parts")
        event = event_record(self.head, self.height, kind, parts[-1] if parts else None)
        grown = b"".join(
            pack(canonical.hex_digest(part) + DATA, part, self.timestamp) for part in parts
        )
        head = canonical.hex_digest(event)
        grown += pack(head + EVENT, event, self.timestamp)
        return grown, Chain(self.timestamp, head, self.height + 1)


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


def timestamp_of(raw: bytes) -> int:
    """The moment in the first file. Unreadable if these bytes are no archive."""
    stranger = UnreadableArchive("Este archivo no es una urna (.bel).")
    if not raw.startswith(FIRST.encode() + b"\0"):
        raise stranger
    try:
        size = int(raw[124:135], 8)
        timestamp = json.loads(raw[BLOCK : BLOCK + size])["timestamp"]
        seconds = canonical.decimal(timestamp, "El momento", MOST_SECONDS)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise stranger from None
    if raw[: len(first := beginning(seconds))] != first:
        raise Malformed("Registro 0: el encabezado del archivo no tiene la forma debida.")
    return seconds


def read(raw: bytes) -> Iterator[Record]:
    """The records after the first, each written as it must be and named by its hash."""
    timestamp = timestamp_of(raw)
    offset, number = len(beginning(timestamp)), 0
    while offset < len(raw):
        number += 1
        found = _read_one(raw, offset, number, timestamp)
        yield found
        offset = found.end


def _read_one(raw: bytes, offset: int, number: int, timestamp: int) -> Record:
    header = raw[offset : offset + BLOCK]
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
        raise Malformed(f"Registro {number}: el archivo está cortado.")
    if canonical.hex_digest(body) != digest:
        raise Malformed(f"Registro {number}: su contenido no es el que dice su nombre (huella).")
    whole = pack(name, body, timestamp)
    if raw[offset : offset + len(whole)] != whole:
        raise Malformed(f"Registro {number}: su encabezado o su relleno fue alterado.")
    return Record(number, digest, name.endswith(EVENT), body, offset + len(whole))
