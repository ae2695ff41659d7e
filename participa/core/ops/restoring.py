"""Restoring: the data of an installation are replaced by those of a backup (core.ops.backup)."""

import base64
import hashlib
import json
import os
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, MetaData, Table, func, inspect, select, text
from sqlalchemy.types import JSON, Date, DateTime, LargeBinary, NullType, Numeric

from participa.core import clock
from participa.core.db import db
from participa.core.errors import Unusable
from participa.core.files.unzip import OversizedZip, UnreadableZip, ZipLimits, ZipReader
from participa.core.installation import installation
from participa.core.ops import backup, demonstration, migrations, presence
from participa.core.ops.backup import (
    BLOCK,
    CHUNK,
    CONTENT,
    FORMAT,
    MANIFEST,
    REVISIONS,
    ROWS,
    tables,
)

# A backup may be large; its members are checked by name and digest.
BACKUP = ZipLimits(members=2_000_000, total=1 << 42, member=1 << 40)
MOST_MANIFEST = 1 << 29

OF_A_DEMO = "Esta copia es de una demostración: sus datos son ejemplos y no se reponen aquí."
OF_THE_CITY = (
    "Esta copia es de una ciudad, o de una demostración anterior: no se repone en una demostración."
)
OF_A_NEWER_VERSION = (
    "Esta copia es de una versión más nueva de participa. No se cambió nada. Actualice participa, "
    "y reponga la copia después."
)

OF_NO_VERSION = "Esta copia no dice de qué versión de participa es. No se cambió nada."


def examine(archive: ZipReader) -> dict[str, Any]:
    """Return the manifest; raises Unusable unless its members are complete and unchanged."""
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST, most=MOST_MANIFEST))
        members, form = manifest["members"], manifest["format"]
        digests = {name: part["sha256"] for name, part in members.items()}
        is_said = {"revision", "made_at"} <= manifest.keys()
        is_ours = form == FORMAT and is_said and {*members, MANIFEST} == {*archive.names}
        is_newer = isinstance(form, int) and form > FORMAT
    except (AttributeError, KeyError, ValueError, TypeError, UnreadableZip, OversizedZip):
        raise Unusable("El archivo no es una copia de participa, o está incompleto.") from None
    if is_newer:
        raise Unusable(OF_A_NEWER_VERSION)
    if not is_ours or not all(CONTENT.fullmatch(n) or ROWS.fullmatch(n) for n in members):
        raise Unusable("El archivo no es una copia de participa, o le sobran o faltan partes.")
    for name, expected in digests.items():
        if not is_whole(archive, name, expected):
            raise Unusable(f"La copia está dañada: {name} no coincide con su huella.")
    return manifest


def is_whole(archive: ZipReader, name: str, expected: str) -> bool:
    digest = hashlib.sha256()
    try:
        with archive.open(name) as member:
            while block := member.read(BLOCK):
                digest.update(block)
    except (UnreadableZip, OversizedZip):
        return False
    return digest.hexdigest() == expected


def restore(path: Path, overwrite: bool) -> dict[str, Any]:
    """Replace the data of this installation, and return the manifest of the backup.

    Nothing changes before the backup is known to be whole and to fit, and nobody serves. What was
    there is copied first, and comes back if the rows do not fit after all.
    """
    with opened(path) as archive:
        manifest = examine(archive)
        refuse_newer(manifest["revision"])
        refuse_mixture(manifest, archive)
        with presence.alone():
            has_rows = holds_something()
            if has_rows and not overwrite:
                raise Unusable(
                    "Esta instalación ya tiene datos. Use --yes para reemplazarlos todos."
                )
            copy = copy_all() if has_rows else None
            try:
                replace(archive, manifest["revision"])
            except BaseException:
                if copy is not None:
                    put_back(copy)
                raise
    return manifest | {"copy": copy}


def opened(path: Path) -> ZipReader:
    try:
        return ZipReader(path, BACKUP)
    except (UnreadableZip, OversizedZip):
        raise Unusable("No se puede leer la copia. Revise la ruta y que esté completa.") from None


def refuse_newer(revision: str | None) -> None:
    if revision is not None and not migrations.knows(revision):
        raise Unusable(OF_A_NEWER_VERSION)
    if revision is None and migrations.revision() is not None:
        raise Unusable(OF_NO_VERSION)


def copy_all() -> Path:
    """A copy of this installation as it is: of SQLite the file, of PostgreSQL a backup."""
    if db.engine.dialect.name == "sqlite":
        return migrations.copy_sqlite()
    folder: Path = installation().settings.data
    copy = folder / f"participa.{clock.now():%Y%m%d-%H%M%S-%f}.copia.zip"
    backup.backup(copy)
    return copy


def put_back(copy: Path) -> None:
    if db.engine.dialect.name == "sqlite":
        migrations.put_back(copy)
        return
    with opened(copy) as archive:
        replace(archive, examine(archive)["revision"])


def replace(archive: ZipReader, revision: str | None) -> None:
    prepare(revision)
    with db.engine.begin() as connection:
        load(connection, archive)
    put_files(archive)
    if revision is not None:
        migrations.upgrade()


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
    db.session.remove()
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
