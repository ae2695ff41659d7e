"""A backup holds every row that was acknowledged before it, and restores what it holds."""

import hashlib
import json
import os
import threading
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from participa.app import cli, create_app
from participa.core import audit, clock, links
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Unusable
from participa.core.files import files
from participa.core.files.files import StoredFile
from participa.core.installation import Duty, installation
from participa.core.jobs import jobs
from participa.core.jobs.mail import Outbox
from participa.core.links import ShortLink
from participa.core.ops import audit_verify, backup, migrations, restoring
from tests.conftest import settings

pytestmark = pytest.mark.slow

HARD = "Ñoño «á» \"'; DROP TABLE\n\t🗳 \\N"


@pytest.fixture
def elsewhere(request, tmp_path):
    """Another installation, empty, on the engine that is asked for."""
    made = []

    @contextmanager
    def elsewhere(engine):
        address = ""
        if engine == "postgresql":
            server = request.getfixturevalue("postgres").replace("://", "+psycopg://", 1)
            name = f"backup_{os.getpid()}_{time.monotonic_ns()}"
            root = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
            with root.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            address = server.replace("/postgres?", f"/{name}?")
        app = create_app(settings(tmp_path / f"other{len(made)}", address))
        made.append(app)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()

    return elsewhere


@pytest.fixture
def full(app, make):
    """A city with something in it of every kind that is hard to copy."""
    stored = files.store_bytes(b"%PDF-1.7 acta", "pdf")
    links.register("7K3F2QXM", f"/temas/{HARD}")
    make(Outbox(to="ana@ejemplo.org", subject=HARD, body="", attempts=2, sent_at=clock.now()))
    audit.record("topics.published", "TopicCall:1", by="ana", words=HARD, nothing=None, list=[1.5])
    db.session.commit()
    return stored


def told():
    """All that the tables hold, as the models read it."""
    return [
        [
            [getattr(row, column.name) for column in model.__table__.columns]
            for row in db.session.scalars(select(model).order_by(*model.__table__.primary_key))
        ]
        for model in (AuditEntry, Outbox, ShortLink, StoredFile)
    ]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_city_can_be_put_back_on_either_engine(app, full, elsewhere, engine, tmp_path):
    manifest = backup.backup(tmp_path / "copia.zip")
    before = told()
    sha256 = full.sha256
    assert f"files/{sha256[:2]}/{sha256[2:]}" in manifest["members"]
    with elsewhere(engine):
        restoring.restore(tmp_path / "copia.zip", overwrite=False)
        assert told() == before
        assert audit_verify.chain().is_sound
        assert files.place(sha256).read_bytes() == b"%PDF-1.7 acta"
        assert files.place(sha256).stat().st_mode & 0o077 == 0
        audit.record("topics.closed", "TopicCall:1", by="ana")
        db.session.add(Outbox(to="luis@ejemplo.org", subject="x", body="x"))
        db.session.commit()  # new rows are numbered after the restored ones


def test_what_was_acknowledged_before_the_backup_is_in_it(app, elsewhere, tmp_path):
    """While eight hands go on writing."""
    acknowledged, stop = [], threading.Event()

    def write(hand):
        number = 0
        while not stop.is_set():
            number += 1
            code = f"{hand}-{number}"
            with app.app_context():
                links.register(code, "/temas")
                db.session.commit()
            acknowledged.append(code)

    hands = [threading.Thread(target=write, args=(hand,)) for hand in range(8)]
    for hand in hands:
        hand.start()
    while len(acknowledged) <= 20 and all(hand.is_alive() for hand in hands):
        time.sleep(0.05)
    before = list(acknowledged)
    backup.backup(tmp_path / "copia.zip")
    during = len(acknowledged)
    stop.set()
    for hand in hands:
        hand.join()
    assert len(before) > 20
    assert during > len(before)  # nobody had to wait for the backup
    with elsewhere(db.engine.dialect.name):
        restoring.restore(tmp_path / "copia.zip", overwrite=False)
        kept = set(db.session.scalars(select(ShortLink.code)))
    assert set(before) <= kept


def test_a_backup_is_private_and_without_the_secret_key(app, full, tmp_path):
    path = tmp_path / "copia.zip"
    (jobs.results() / "secreto.csv").write_text("a")
    backup.backup(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.glob("*.part")) == []
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        content = b"".join(archive.read(name) for name in names)
    assert installation(app).settings.secret_key.encode() not in content
    assert not [name for name in names if "secreto" in name]


def test_a_full_city_is_not_overwritten_unless_asked(app, full, elsewhere, tmp_path):
    backup.backup(tmp_path / "copia.zip")
    with elsewhere(db.engine.dialect.name) as other:
        db.create_all()
        links.register("VIEJO", "/")
        db.session.commit()
        with pytest.raises(Unusable, match="--yes"):
            restoring.restore(tmp_path / "copia.zip", overwrite=False)
        assert db.session.get(ShortLink, "VIEJO")
        db.session.remove()
        restoring.restore(tmp_path / "copia.zip", overwrite=True)
        assert db.session.get(ShortLink, "VIEJO") is None
        assert db.session.get(ShortLink, "7K3F2QXM")
        folder = installation(other).settings.data
        (kept,) = folder.glob("participa.*.copia*")
        assert kept.stat().st_mode & 0o077 == 0


ROWS = "tables/short_link.jsonl"


def spoil(path: Path, how: str) -> None:
    """Damage a backup as a disk, a bad copy or a bad person would."""
    body = path.read_bytes()
    if how in {"cut", "noise"}:
        path.write_bytes(body[: len(body) // 2] if how == "cut" else b"nada")
        return
    with rewritten(path) as (parts, manifest):
        if how == "changed":
            parts[ROWS] = parts[ROWS].replace(b"7K3F2QXM", b"7K3F2QXX")
        elif how == "missing":
            del parts[ROWS]
        elif how == "added":
            parts["tables/account.jsonl.sh"] = b"x"
        else:
            parts["files/../../x"] = b"x"
            manifest["members"]["files/../../x"] = {"sha256": "0" * 64, "size": 1}


@contextmanager
def rewritten(path: Path):
    """The parts of a backup and its manifest, which are written to it again at the end."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts["manifest.json"])
    yield parts, manifest
    parts["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


@pytest.mark.parametrize("how", ["cut", "noise", "changed", "missing", "added", "outside"])
def test_a_damaged_backup_touches_nothing(app, full, tmp_path, how):
    path = tmp_path / "copia.zip"
    backup.backup(path)
    spoil(path, how)
    before = told()
    with pytest.raises(Unusable):
        restoring.restore(path, overwrite=True)
    assert told() == before


@pytest.mark.parametrize(
    "newer", [{"revision": "9999_tomorrow"}, {"format": 2}], ids=["migration", "format"]
)
def test_a_backup_of_a_newer_version_touches_nothing(app, full, tmp_path, newer):
    path = tmp_path / "copia.zip"
    backup.backup(path)
    with rewritten(path) as (_, manifest):
        manifest.update(newer)
    before = told()
    with pytest.raises(Unusable, match="versión más nueva"):
        restoring.restore(path, overwrite=True)
    assert told() == before


@pytest.mark.parametrize(
    "bad",
    [{"members": []}, {"members": {"tables/plan.jsonl": {}}}, {"revision": ...}, {"format": None}],
    ids=["a list", "without digests", "without version", "without format"],
)
def test_a_manifest_that_lacks_something_is_refused_with_a_sentence(app, full, tmp_path, bad):
    path = tmp_path / "copia.zip"
    backup.backup(path)
    with rewritten(path) as (_, manifest):
        manifest.update(bad)
        if bad.get("revision") is ...:
            del manifest["revision"]
    before = told()
    with pytest.raises(Unusable, match="no es una copia"):
        restoring.restore(path, overwrite=True)
    assert told() == before


def test_a_backup_without_a_version_does_not_replace_data_that_have_one(app, full, tmp_path):
    path = tmp_path / "copia.zip"
    backup.backup(path)
    with rewritten(path) as (_, manifest):
        manifest["revision"] = None
    before = told()
    with pytest.raises(Unusable, match="no dice de qué versión"):
        restoring.restore(path, overwrite=True)
    assert told() == before


def test_a_backup_whose_rows_do_not_fit_leaves_what_was_there(app, full, elsewhere, tmp_path):
    path = tmp_path / "copia.zip"
    backup.backup(path)
    with rewritten(path) as (parts, manifest):
        rows = parts["tables/unknown.jsonl"] = b'["id"]\n[1]\n'
        whole = {"sha256": hashlib.sha256(rows).hexdigest(), "size": len(rows)}
        manifest["members"]["tables/unknown.jsonl"] = whole
    with elsewhere(db.engine.dialect.name):
        db.create_all()
        links.register("VIEJO", "/")
        db.session.commit()
        before = told()
        db.session.remove()
        with pytest.raises(Unusable, match="una tabla que esta versión no conoce"):
            restoring.restore(path, overwrite=True)
        assert told() == before


def test_restoring_inserts_what_every_installation_has_as_migrate_does(elsewhere, tmp_path):
    with elsewhere("sqlite"):
        migrations.upgrade()
        backup.backup(tmp_path / "copia.zip")
    with elsewhere("sqlite") as other:
        counted = []
        installation(other).seeds = (("Dependencias", lambda: counted.append(1) or 26),)
        done = other.test_cli_runner().invoke(
            cli.commands["restore"], [str(tmp_path / "copia.zip"), "--yes"]
        )
        assert (done.exit_code, counted) == (0, [1])
        assert "Dependencias: 26" in done.output


def test_a_restore_on_postgresql_sees_servers_on_other_machines(elsewhere, tmp_path, postgres):
    with elsewhere("postgresql") as app:
        db.create_all()
        backup.backup(tmp_path / "copia.zip")
        state = installation(app)
        for duty in (Duty.SERVER, Duty.WORKER):
            state.duty = duty
            db.engine.dispose()
            with db.engine.connect() as connection:
                connection.scalar(text("SELECT 1"))
                state.duty = Duty.COMMAND
                with pytest.raises(Unusable, match="está atendiendo"):
                    restoring.restore(tmp_path / "copia.zip", overwrite=True)
        db.engine.dispose()
        restoring.restore(tmp_path / "copia.zip", overwrite=True)


def test_the_commands_say_what_they_did(app, full, tmp_path):
    runner = app.test_cli_runner()
    path = str(tmp_path / "copia.zip")
    made = runner.invoke(cli.commands["backup"], [path])
    assert made.exit_code == 0
    assert "No incluye PARTICIPA_SECRET_KEY" in made.output
    refused = runner.invoke(cli.commands["restore"], [path])
    assert isinstance(refused.exception, Unusable)
    nowhere = runner.invoke(cli.commands["backup"], ["/no/existe/copia.zip"])
    assert isinstance(nowhere.exception, Unusable)


def test_a_backup_of_a_migrated_city_comes_back_to_the_same_migration(
    elsewhere, tmp_path, postgres
):
    """SQLite to PostgreSQL and home again, through the real migrations."""
    path, home = tmp_path / "copia.zip", tmp_path / "vuelta.zip"
    with elsewhere("sqlite"):
        migrations.upgrade()
        audit.record("topics.published", "TopicCall:1", by="ana", words=HARD)
        db.session.commit()
        first = told()
        db.session.remove()
        backup.backup(path)
    with elsewhere("postgresql"):
        restoring.restore(path, overwrite=False)
        assert migrations.is_current()
        assert told() == first
        db.session.remove()
        backup.backup(home)
        restoring.restore(home, overwrite=True)
        assert told() == first
    with elsewhere("sqlite"):
        restoring.restore(home, overwrite=False)
        assert migrations.is_current()
        assert told() == first
