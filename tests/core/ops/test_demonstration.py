"""Examples and a real city never share a database."""

import pytest

from participa.app import cli
from participa.core import audit
from participa.core.db import db
from participa.core.installation import installation
from participa.core.ops import backup, demonstration, migrations
from participa.core.ops.backup import Unusable
from participa.core.ops.demonstration import Mixed
from tests.conftest import as_demo


@pytest.fixture
def examples(app):
    """A database that a demonstration has begun."""
    with as_demo(app):
        demonstration.begin()
        db.session.commit()


@pytest.fixture
def city(app):
    """A database in which a city has acted."""
    audit.record("staff.account_created", "Account:1", by="ana")
    db.session.commit()


@pytest.fixture
def served(app, monkeypatch):
    """Ask the command `serve` for this installation; what it says when it refuses."""
    monkeypatch.setattr(migrations, "is_current", lambda: True)
    runner = app.test_cli_runner()

    def served() -> str:
        answer = runner.invoke(cli.commands["serve"], ["--port", "0"])
        assert isinstance(answer.exception, Mixed), answer.output
        return str(answer.exception)

    return served


def test_a_city_does_not_serve_the_database_of_a_demonstration(app, examples, served):
    assert served() == demonstration.EXAMPLES_HERE


def test_a_demonstration_does_not_serve_the_database_of_a_city(demo, city, served):
    assert served() == demonstration.NO_EXAMPLES_HERE


def test_each_serves_its_own_and_an_empty_one(app):
    demonstration.refuse_mixture()
    with as_demo(app):
        demonstration.refuse_mixture()
        demonstration.begin()
        db.session.commit()
        demonstration.refuse_mixture()


def test_a_city_serves_its_own(app, city):
    demonstration.refuse_mixture()


def test_a_demonstration_does_not_begin_in_the_database_of_a_city(demo, city):
    with pytest.raises(Mixed, match="no es de una demostración"):
        demonstration.begin()


def test_a_demonstration_begins_nowhere_else(app):
    with pytest.raises(Mixed, match="solo existen en una demostración"):
        demonstration.begin()


def test_a_city_does_not_restore_the_backup_of_a_demonstration(app, examples, tmp_path):
    backup.backup(tmp_path / "ejemplo.zip")
    with pytest.raises(Unusable, match="copia es de una demostración"):
        backup.restore(tmp_path / "ejemplo.zip", overwrite=True)
    assert demonstration.has_begun(), "nothing was replaced"


def test_a_demonstration_does_not_restore_the_backup_of_a_city(app, city, tmp_path):
    backup.backup(tmp_path / "ciudad.zip")
    with as_demo(app), pytest.raises(Unusable, match="copia es de una ciudad"):
        backup.restore(tmp_path / "ciudad.zip", overwrite=True)


def test_the_trail_says_it_in_words(demo, examples, staff):
    page = staff("ADMINISTRATOR").get("/gestion/registro")
    assert "Empezó la demostración: todo es ejemplo" in page.text
    assert installation().settings.demo
