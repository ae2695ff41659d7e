"""A backup: a zip with every row and every stored file, made without stopping the server.

Rows are stored as JSON lines per table, all from one snapshot, so a backup of SQLite can be
restored into PostgreSQL and the other way round. Not included: the secret key (another key makes
earlier receipts and open forms invalid), results of jobs, and the queue.
"""

import base64
import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, Text, cast, select, text
from sqlalchemy.types import JSON

from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation
from participa.core.ops import demonstration

FORMAT = 1
CHUNK = 1000
BLOCK = 1 << 20
MANIFEST = "manifest.json"
REVISIONS = "alembic_version"
CONTENT = re.compile(r"files/[0-9a-f]{2}/[0-9a-f]{62}")
ROWS = re.compile(r"tables/[a-z_]{1,63}\.jsonl")


class Writer:
    """A zip whose last member, the manifest, has size and SHA-256 of each of the others."""

    def __init__(self, archive: zipfile.ZipFile):
        self.archive = archive
        self.members: dict[str, dict[str, Any]] = {}

    def add(self, name: str, blocks: Iterable[bytes], packed: bool) -> None:
        digest, size = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        entry.external_attr = 0o600 << 16
        with self.archive.open(entry, "w", force_zip64=True) as member:
            for block in blocks:
                digest.update(block)
                size += len(block)
                member.write(block)
        self.members[name] = {"sha256": digest.hexdigest(), "size": size}


def backup(path: Path) -> dict[str, Any]:
    """Write the backup and return its manifest. The file appears under its name when complete."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", compresslevel=6) as archive:
                manifest = fill(Writer(archive))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def fill(writer: Writer) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "revision": None,
    }
    # Rows first: a stored file is written to the disk before its row is committed.
    with db.engine.connect() as connection:
        freeze(connection)
        manifest["is_demo"] = demonstration.has_begun(connection)
        for table in tables(connection):
            if table.name == REVISIONS:
                manifest["revision"] = connection.scalar(select(table.c.version_num))
                continue
            writer.add(f"tables/{table.name}.jsonl", lines(connection, table), packed=True)
        connection.rollback()
    folder = installation().settings.data / "files"
    for path in sorted(folder.glob("??/*")):
        name = f"files/{path.parent.name}/{path.name}"
        if CONTENT.fullmatch(name):
            writer.add(name, blocks(path), packed=False)
    manifest["members"] = writer.members
    writer.archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def freeze(connection: Connection) -> None:
    """Read from one snapshot until the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    else:
        connection.exec_driver_sql("BEGIN")


def tables(connection: Connection) -> list[Table]:
    """The tables in the database, which may be older than the models."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [metadata.tables[name] for name in sorted(metadata.tables)]


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Each row as a JSON array; the first line names the columns."""
    yield line([column.name for column in table.columns])
    columns = [cast(c, Text) if isinstance(c.type, JSON) else c for c in table.columns]
    rows = connection.execution_options(yield_per=CHUNK).execute(select(*columns))
    for chunk in rows.partitions():
        yield b"".join(line([plain(value) for value in row]) for row in chunk)


def line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, Decimal) else value


def blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block
