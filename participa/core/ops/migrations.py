"""The revision of the database, and its upgrade."""

import logging
import sqlite3
from pathlib import Path
from types import ModuleType

from flask import current_app
from sqlalchemy import Column, MetaData, String, Table, inspect, select

from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation

# The table that Alembic writes. A server only reads it: Alembic takes 25 MiB of each process.
VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32)))


def revision() -> str | None:
    """The current revision of the database; None before the first migration."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table(VERSION.name):
            return None
        found: str | None = connection.scalar(select(VERSION.c.version_num))
        return found


def names() -> list[str]:
    """The revisions of this release: a file's name is its revision, and begins with its number."""
    return sorted(path.stem for path in (folder() / "versions").glob("[0-9]*.py"))


def head() -> str | None:
    """The latest revision of this release."""
    state = installation()
    if state.migration_head is None:
        state.migration_head = max(names(), default=None)
    return state.migration_head


def is_current() -> bool:
    return revision() == head()


def knows(name: str) -> bool:
    """Whether this release has a migration of this name."""
    return name in names()


def upgrade(to: str = "head") -> Path | None:
    """Run the migrations; returns the path of the copy made before, if any.

    DDL is not transactional in SQLite, so its file is copied first when there is something to do.
    """
    copy = None
    if db.engine.dialect.name == "sqlite" and revision() is not None and not is_current():
        copy = copy_sqlite()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    library().upgrade(revision=to)
    db.session.remove()
    return copy


def library() -> ModuleType:
    """Flask-Migrate, set up for the current application."""
    import flask_migrate  # noqa: PLC0415 - see VERSION

    app = current_app._get_current_object()  # type: ignore[attr-defined]  # of the proxy
    if "migrate" not in app.extensions:
        flask_migrate.Migrate(app, db, directory=str(folder()), render_as_batch=True)
    module: ModuleType = flask_migrate
    return module


def copy_sqlite() -> Path:
    """Copy the live database to a file beside it, with SQLite's online backup."""
    source = Path(db.engine.url.database or "")
    copy = source.with_name(f"{source.name}.{clock.now():%Y%m%d-%H%M%S-%f}.copia")
    copy.touch(mode=0o600)
    source_db, copy_db = sqlite3.connect(source), sqlite3.connect(copy)
    try:
        source_db.backup(copy_db)
    finally:
        source_db.close()
        copy_db.close()
    return copy


def put_back(copy: Path) -> None:
    """Make the database what it was when copy_sqlite made this copy."""
    db.session.remove()
    db.engine.dispose()
    source_db, copy_db = sqlite3.connect(db.engine.url.database or ""), sqlite3.connect(copy)
    try:
        copy_db.backup(source_db)
    finally:
        source_db.close()
        copy_db.close()


def folder() -> Path:
    """The folder of the migrations, beside the package."""
    return Path(current_app.root_path).parent / "migrations"
