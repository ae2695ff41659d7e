"""The revision of the database, and its upgrade."""

import logging
import sqlite3
from pathlib import Path

import flask_migrate
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation


def revision() -> str | None:
    """The current revision of the database; None before the first migration."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The latest revision of this release."""
    state = installation()
    if state.migration_head is None:
        state.migration_head = scripts().get_current_head()
    return state.migration_head


def scripts() -> ScriptDirectory:
    settings = Config()
    settings.set_main_option("script_location", str(folder()))
    return ScriptDirectory.from_config(settings)


def is_current() -> bool:
    return revision() == head()


def knows(name: str) -> bool:
    """Whether this release has a migration of this name."""
    return any(script.revision == name for script in scripts().walk_revisions())


def upgrade(to: str = "head") -> Path | None:
    """Run the migrations; returns the path of the copy made before, if any.

    DDL is not transactional in SQLite, so its file is copied first when there is something to do.
    """
    copy = None
    if db.engine.dialect.name == "sqlite" and revision() is not None and not is_current():
        copy = copy_sqlite()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    flask_migrate.upgrade(directory=str(folder()), revision=to)
    db.session.remove()
    return copy


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
    """The folder of the migrations, as create_app configured Flask-Migrate."""
    return Path(current_app.extensions["migrate"].directory)
