"""The steps of the tables: in order, explained, and equal to the models in the end."""

import ast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from participa.app import create_app
from participa.core.db import db
from participa.core.ops import migrations
from participa.pages import example
from tests.conftest import as_demo, settings
from tests.house.source import ROOT

STEPS = sorted((ROOT / "migrations" / "versions").glob("*.py"))


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request, tmp_path):
    """An installation whose database has no table yet."""
    address = ""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres").replace("://", "+psycopg://", 1)
        address = new_database(server)
    app = create_app(settings(tmp_path, address))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def new_database(server: str) -> str:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS steps"))
        connection.execute(text("CREATE DATABASE steps"))
    engine.dispose()
    return engine.url.set(database="steps").render_as_string(hide_password=False)


def differences() -> list:
    """What would have to change in the database to equal the models."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, db.metadata)


def test_the_steps_bring_an_empty_database_to_the_models(fresh):
    migrations.upgrade()
    assert differences() == [], "make a migration for what changed in the models"
    assert migrations.is_current()
    alembic = MigrationContext.configure(db.session.connection())
    assert alembic.get_current_revision() == migrations.revision()


@pytest.mark.slow
def test_a_filled_database_goes_all_the_way_down_and_up_again(fresh):
    migrations.upgrade()
    with as_demo(fresh):
        example.seed()
    db.session.commit()
    db.session.remove()
    migrations.library().downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade()
    assert differences() == []


@pytest.mark.parametrize("place", range(len(STEPS)))
def test_a_step_is_numbered_explained_and_stands_by_itself(place):
    path = STEPS[place]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert path.stem.startswith(f"{place + 1:04d}_"), f"{path.name} should be number {place + 1}"
    assert (ast.get_docstring(tree) or "").rstrip().endswith("."), "say in a sentence why"
    told = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id.endswith("revision")
    }
    assert told["revision"] == path.stem
    assert told["down_revision"] == (STEPS[place - 1].stem if place else None)
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names]
    assert not any(name.startswith("participa") for name in names), (
        "tomorrow's models must not change yesterday's step"
    )


def test_there_is_a_first_step():
    assert STEPS
