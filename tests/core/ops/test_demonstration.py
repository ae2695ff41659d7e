"""Examples and a real city never share a database."""

from contextlib import nullcontext

import pytest

from participa.app import cli
from participa.core import audit
from participa.core.db import db
from participa.core.errors import Unusable
from participa.core.installation import installation
from participa.core.ops import backup, demonstration, migrations, restoring
from participa.core.ops.demonstration import Mixed
from tests.conftest import as_demo
from tests.topics.builders import call

# The commands that do not touch the examples of a demonstration in a city's installation.
REFUSING = (
    "serve",
    "jobs",
    "migrate",
    "purge",
    "create-admin",
    "import-plan",
    "rotate-personal-keys",
)


@pytest.fixture
def examples(app):
    """A database that a demonstration has begun."""
    with as_demo(app):
        demonstration.begin()
        db.session.commit()


@pytest.fixture
def old_examples(app, make):
    """A database of a demonstration from before its beginning was marked."""
    audit.record("staff.account_created", "Account:1", by=demonstration.BY)
    make(call(is_example=True))


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


def test_a_city_does_not_serve_the_examples_of_an_earlier_version(app, old_examples, served):
    assert served() == demonstration.OLD_EXAMPLES_HERE


def test_examples_are_refused_even_where_nobody_has_acted(app, make):
    make(call(is_example=True))
    with pytest.raises(Mixed, match="de una demostración anterior"):
        demonstration.refuse_mixture()


@pytest.mark.parametrize("name", REFUSING)
@pytest.mark.parametrize("kind", ["examples", "old_examples"])
def test_no_command_of_a_city_touches_examples(app, request, monkeypatch, tmp_path, name, kind):
    request.getfixturevalue(kind)
    monkeypatch.setattr(migrations, "is_current", lambda: True)
    (tmp_path / "plan.xlsx").write_bytes(b"")
    arguments = {
        "create-admin": ["--email", "ana@ejemplo.org", "--name", "Ana Ríos"],
        "import-plan": [str(tmp_path / "plan.xlsx")],
    }
    before = db.session.query(audit.AuditEntry).count()
    done = app.test_cli_runner().invoke(cli.commands[name], arguments.get(name, []), input="\n\n")
    assert isinstance(done.exception, Mixed), done.output
    assert db.session.query(audit.AuditEntry).count() == before


def test_whoever_adds_a_command_decides_whether_it_may_touch_examples():
    reading = {"backup", "verify-log", "verify-bel", "urna"}
    assert set(cli.commands) == {*REFUSING} | reading | {"restore", "demo"}


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
        restoring.restore(tmp_path / "ejemplo.zip", overwrite=True)
    assert demonstration.has_begun(), "nothing was replaced"


@pytest.mark.parametrize("where", [as_demo, nullcontext], ids=["demo", "city"])
def test_nobody_restores_the_backup_of_an_earlier_demonstration(app, old_examples, tmp_path, where):
    backup.backup(tmp_path / "ejemplo.zip")
    with where(app), pytest.raises(Unusable, match="de una demostración"):
        restoring.restore(tmp_path / "ejemplo.zip", overwrite=True)
    assert demonstration.holds_examples(), "nothing was replaced"


def test_a_demonstration_does_not_restore_the_backup_of_a_city(app, city, tmp_path):
    backup.backup(tmp_path / "ciudad.zip")
    with as_demo(app), pytest.raises(Unusable, match="copia es de una ciudad"):
        restoring.restore(tmp_path / "ciudad.zip", overwrite=True)


def test_the_trail_says_it_in_words(demo, examples, staff):
    page = staff("ADMINISTRATOR").get("/gestion/registro")
    assert "Empezó la demostración: todo es ejemplo" in page.text
    assert installation().settings.demo
