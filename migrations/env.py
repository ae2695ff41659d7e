"""Runs the migrations: one head, batch mode for SQLite, the naming convention of the models."""

from alembic import context
from flask import current_app

from participa.core.db import db


def run() -> None:
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            **current_app.extensions["migrate"].configure_args
            | {"render_as_batch": True, "compare_type": True, "compare_server_default": True},
        )
        with context.begin_transaction():
            context.run_migrations()


run()
