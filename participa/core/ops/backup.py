"""Backup and restore: a zip with every row and every stored file, made without stopping the server.

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
from typing import IO, Any

from sqlalchemy import Connection, MetaData, Table, Text, cast, func, inspect, select, text
from sqlalchemy.types import JSON, Date, DateTime, LargeBinary, NullType, Numeric

from participa.core import clock
from participa.core.db import db
from participa.core.files.unzip import OversizedZip, UnreadableZip, ZipLimits, ZipReader
from participa.core.installation import installation
from participa.core.ops import demonstration, migrations

FORMAT = 1
CHUNK = 1000
BLOCK = 1 << 20
MANIFEST = "manifest.json"
REVISIONS = "alembic_version"
# A backup may be large; its members are checked by name and digest.
BACKUP = ZipLimits(members=2_000_000, total=1 << 42, member=1 << 40)
MOST_MANIFEST = 1 << 29
CONTENT = re.compile(r"files/[0-9a-f]{2}/[0-9a-f]{62}")
ROWS = re.compile(r"tables/[a-z_]{1,63}\.jsonl")

OF_A_DEMO = "Esta copia es de una demostración: sus datos son ejemplos y no se reponen aquí."
OF_THE_CITY = (
    "Esta copia es de una ciudad, o de una demostración anterior: no se repone en una demostración."
)


class Unusable(Exception):
    """The command cannot continue; the message says why in Spanish."""


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


def examine(archive: ZipReader) -> dict[str, Any]:
    """Return the manifest; raises Unusable unless its members are complete and unchanged."""
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST, most=MOST_MANIFEST))
        members = manifest["members"]
        is_ours = manifest["format"] == FORMAT and {*members, MANIFEST} == {*archive.names}
    except (KeyError, ValueError, TypeError, UnreadableZip, OversizedZip):
        raise Unusable("El archivo no es una copia de participa, o está incompleto.") from None
    if not is_ours or not all(CONTENT.fullmatch(n) or ROWS.fullmatch(n) for n in members):
        raise Unusable("El archivo no es una copia de participa, o le sobran o faltan partes.")
    for name, expected in members.items():
        if not is_whole(archive, name, expected):
            raise Unusable(f"La copia está dañada: {name} no coincide con su huella.")
    return manifest


def is_whole(archive: ZipReader, name: str, expected: dict[str, Any]) -> bool:
    digest = hashlib.sha256()
    try:
        with archive.open(name) as member:
            while block := member.read(BLOCK):
                digest.update(block)
    except (UnreadableZip, OversizedZip):
        return False
    return digest.hexdigest() == expected["sha256"]


def restore(path: Path, overwrite: bool) -> dict[str, Any]:
    """Replace the data of this installation; the backup is verified before anything changes."""
    try:
        archive = ZipReader(path, BACKUP)
    except (UnreadableZip, OversizedZip):
        raise Unusable("No se puede leer la copia. Revise la ruta y que esté completa.") from None
    with archive:
        manifest = examine(archive)
        refuse_mixture(manifest, archive)
        if not overwrite and holds_something():
            raise Unusable("Esta instalación ya tiene datos. Use --yes para reemplazarlos todos.")
        prepare(manifest["revision"])
        with db.engine.begin() as connection:
            load(connection, archive)
        put_files(archive)
        if manifest["revision"] is not None:
            migrations.upgrade()
    return manifest


def refuse_mixture(manifest: dict[str, Any], archive: ZipReader) -> None:
    """Raise Unusable if this backup and this installation are not both of a demonstration."""
    is_demo = manifest.get("is_demo", False)
    if demonstration.is_demo():
        if not is_demo:
            raise Unusable(OF_THE_CITY)
    elif is_demo or any(has_example(archive, name) for name in archive.names):
        raise Unusable(OF_A_DEMO)


def has_example(archive: ZipReader, name: str) -> bool:
    """Whether a row of this table is an example; the manifest of an earlier version lacks it."""
    if not ROWS.fullmatch(name):
        return False
    with archive.open(name) as member:
        columns = json.loads(member.readline())
        if demonstration.MARK not in columns:
            return False
        place = columns.index(demonstration.MARK)
        return any(json.loads(row)[place] for row in member)


def holds_something() -> bool:
    with db.engine.connect() as connection:
        known = [table for table in tables(connection) if table.name != REVISIONS]
        return any(connection.execute(select(table).limit(1)).first() for table in known)


def prepare(revision: str | None) -> None:
    """Create empty tables at the revision of the backup."""
    if db.engine.dialect.name == "sqlite" and holds_something():
        migrations.copy_sqlite()
    with db.engine.begin() as connection:
        old = MetaData()
        old.reflect(connection)
        old.drop_all(connection)
        for name in enumerations(connection):
            connection.execute(text(f'DROP TYPE IF EXISTS "{name}"'))
    if revision is None:  # made without migrations: a development database
        db.create_all()
    else:
        migrations.upgrade(revision)


def enumerations(connection: Connection) -> list[str]:
    if connection.dialect.name != "postgresql":
        return []
    kinds = "SELECT typname FROM pg_type WHERE typtype = 'e' AND typnamespace = "
    schema = "to_regnamespace(current_schema())"
    return list(connection.scalars(text(f"{kinds}{schema}")))


def load(connection: Connection, archive: ZipReader) -> None:
    """Insert all rows; foreign keys are checked at the end, so the order does not matter."""
    known = {table.name: table for table in tables(connection)}
    with without_references(connection, known.values()):
        for table in known.values():
            if table.name != REVISIONS:
                connection.execute(table.delete())  # rows inserted by migrations
        for name in archive.names:
            if ROWS.fullmatch(name):
                if Path(name).stem not in known:
                    raise Unusable(f"La copia trae una tabla que esta versión no conoce: {name}.")
                with archive.open(name) as member:
                    fill_table(connection, known[Path(name).stem], member)
    count_on(connection, known.values())


class without_references:  # noqa: N801 - used as a context manager
    """Suspend the foreign keys of the tables; they are restored and checked at the end."""

    def __init__(self, connection: Connection, known: Iterable[Table]):
        self.connection = connection
        self.keys = [
            (table.name, key["name"], ddl(connection, table.name, key))
            for table in known
            for key in inspect(connection).get_foreign_keys(table.name)
        ]
        self.is_postgresql = connection.dialect.name == "postgresql"

    def __enter__(self) -> None:
        if not self.is_postgresql:
            self.connection.exec_driver_sql("BEGIN")  # resets the pragma when it ends
            self.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            return
        for table, name, _ in self.keys:
            self.connection.execute(text(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"'))

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
        if kind is not None or not self.is_postgresql:
            return
        for table, name, definition in self.keys:
            add = f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}'
            self.connection.execute(text(add))


def ddl(connection: Connection, table: str, key: Any) -> str:
    """The definition of a foreign key in PostgreSQL's own SQL; empty on SQLite."""
    if connection.dialect.name != "postgresql":
        return ""
    question = (
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conname = :name AND conrelid = to_regclass(:owner)"
    )
    named = {"name": key["name"], "owner": f'"{table}"'}
    return str(connection.scalar(text(question), named))


def fill_table(connection: Connection, table: Table, member: IO[bytes]) -> None:
    names = json.loads(member.readline())
    columns = [table.columns[name] for name in names]
    for column in columns:
        if isinstance(column.type, JSON):  # inserted as text, without encoding it again
            column.type = NullType()
    chunk: list[dict[str, Any]] = []
    for row in member:
        values = zip(columns, json.loads(row), strict=True)
        chunk.append({column.name: typed(column.type, value) for column, value in values})
        if len(chunk) == CHUNK:
            connection.execute(table.insert(), chunk)
            chunk = []
    if chunk:
        connection.execute(table.insert(), chunk)


def typed(kind: Any, value: Any) -> Any:
    """The value as the driver expects it for this column."""
    if value is None:
        return None
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    return Decimal(str(value)) if type(kind) is Numeric else value


def count_on(connection: Connection, known: Iterable[Table]) -> None:
    """Set PostgreSQL's sequences after the highest restored id."""
    if connection.dialect.name != "postgresql":
        return
    for table in known:
        for column in table.primary_key.columns:
            owner = {"owner": f'"{table.name}"', "name": column.name}
            query = text("SELECT pg_get_serial_sequence(:owner, :name)")
            if sequence := connection.scalar(query, owner):
                last = connection.scalar(select(func.max(column))) or 0
                connection.execute(select(func.setval(sequence, last + 1, False)))


def put_files(archive: ZipReader) -> None:
    folder: Path = installation().settings.data
    for name in archive.names:
        path = folder / name
        if not CONTENT.fullmatch(name) or path.is_file():
            continue
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.part")
        with archive.open(name) as member, unfinished.open("wb") as file:
            while block := member.read(BLOCK):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o600)
        unfinished.rename(path)
