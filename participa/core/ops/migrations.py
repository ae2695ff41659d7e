"""Where the database stands among the migrations, and how it comes to the last one."""

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
    """The migration at which the database stands; None when it has none yet."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The last migration of this release."""
    state = installation()
    if state.migration_head is None:
        settings = Config()
        settings.set_main_option("script_location", str(folder()))
        state.migration_head = ScriptDirectory.from_config(settings).get_current_head()
    return state.migration_head


def is_current() -> bool:
    return revision() == head()


def upgrade(to: str = "head") -> Path | None:
    """Bring the database forward; tells where its copy lies, when one was needed.

    SQLite cannot take back a change of tables that breaks half-way, so its file is copied first.
    """
    copy = None
    if db.engine.dialect.name == "sqlite" and revision() is not None and not is_current():
        copy = copy_sqlite()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    flask_migrate.upgrade(directory=str(folder()), revision=to)
    db.session.remove()
    return copy


def copy_sqlite() -> Path:
    """A consistent copy of the live database beside it (the online backup of SQLite)."""
    source = Path(db.engine.url.database or "")
    copy = source.with_name(f"{source.name}.{clock.now():%Y%m%d-%H%M%S-%f}.copia")
    copy.touch(mode=0o600)
    live, kept = sqlite3.connect(source), sqlite3.connect(copy)
    try:
        live.backup(kept)
    finally:
        live.close()
        kept.close()
    return copy


def folder() -> Path:
    """The migrations of this release; read from the roof's Migrate."""
    return Path(current_app.extensions["migrate"].directory)
