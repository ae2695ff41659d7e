"""The worker beside the server, and what the operator's commands answer."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

from participa import config
from participa.app import cli, create_app
from participa.bootstrap import ROOT
from participa.core.db import db
from participa.core.installation import installation
from participa.core.ops import audit_verify, migrations, server
from tests.conftest import settings

STOPPED = """
import multiprocessing
from participa.core.ops import server

app = server.load("participa.app:create_app")

def serve():
    gate = server.guarded(app, 8000)
    environ = werkzeug.test.EnvironBuilder("/urna").get_environ()
    list(gate(environ, lambda *said: None))

import werkzeug.test
process = multiprocessing.get_context("fork").Process(target=serve)
process.start()
process.join()
"""


@pytest.mark.slow
def test_what_was_only_counted_is_written_when_the_process_of_the_server_ends(tmp_path):
    app = create_app(settings(tmp_path))
    with app.app_context():
        migrations.upgrade()
        db.engine.dispose()
    done = subprocess.run(
        [sys.executable, "-c", STOPPED],
        check=True,
        env=os.environ | config.to_environment(settings(tmp_path)),
        capture_output=True,
        text=True,
        timeout=180,
    )
    (line,) = map(json.loads, done.stderr.splitlines())
    assert (line["event"], line["rule"], line["status"], line["times"]) == (
        "requests",
        "/urna",
        200,
        1,
    )


def test_the_worker_stops_when_it_is_told_to_and_stays_so(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(server, "run_jobs", lambda app, master: time.sleep(60))
    with socket.socket() as reserved:
        worker = server.Worker(create_app(settings(tmp_path)), reserved)
        worker.start()
        worker.stop()
        assert worker.process.exitcode == -signal.SIGTERM
        assert not worker.thread.is_alive()


def test_sqlite_is_served_by_one_process(tmp_path):
    assert server.processes(settings(tmp_path)) == 1
    pg = settings(tmp_path, "postgresql+psycopg://x/y", workers=3)
    assert server.processes(pg) == 3


def test_another_process_gets_the_same_settings(tmp_path):
    chosen = replace(
        settings(tmp_path / "datos"),
        mail_url="smtps://a:b@c:465",
        mail_from="a@b.co",
        proxies=2,
        workers=3,
        log="events",
        relaxed_limits=True,
        hosts=("a.co", "b.co"),
        entity=config.Entity(nit="890905211"),
    )
    assert config.from_environment(config.to_environment(chosen)) == chosen


# Each start is a copy of one process, which has read the program already.
STARTS = """
import json, os, sys
from participa.app import cli

for place, variables in enumerate(json.load(sys.stdin)):
    if os.fork() == 0:
        os.environ.update(variables)
        os.dup2(os.open(f"{place}.err", os.O_CREAT | os.O_WRONLY, 0o600), 2)
        cli(["serve"])
    print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
"""
MISCONFIGURED = {
    "key": ({"PARTICIPA_SECRET_KEY": "corta"}, "PARTICIPA_SECRET_KEY"),
    "address": ({"PARTICIPA_BASE_URL": "medellin"}, "PARTICIPA_BASE_URL"),
    "engine": ({"PARTICIPA_DATABASE_URL": "mysql://x"}, "PARTICIPA_DATABASE_URL"),
    "log": ({"PARTICIPA_LOG": "mucho"}, "PARTICIPA_LOG"),
    "data": ({"PARTICIPA_DATA": "/dev/null/participa"}, "PARTICIPA_DATA"),
    "folder": ({"PARTICIPA_DATABASE_URL": "sqlite:////no/existe/x.db"}, "No se puede usar"),
}


@pytest.mark.slow
def test_what_is_misconfigured_is_one_sentence_and_exit_2(tmp_path):
    right = config.to_environment(settings(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", STARTS],
        check=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        input=json.dumps([right | changed for changed, _ in MISCONFIGURED.values()]),
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.stdout.split() == ["2"] * len(MISCONFIGURED)
    for place, (_, sentence) in enumerate(MISCONFIGURED.values()):
        (line,) = (tmp_path / f"{place}.err").read_text().strip().splitlines()
        assert sentence in line


def test_migrate_can_be_repeated_and_copies_first_what_it_changes(tmp_path, monkeypatch):
    app = create_app(settings(tmp_path))
    runner = app.test_cli_runner()
    counted = []
    installation(app).seeds = (("Dependencias", lambda: counted.append(1) or 26),)
    first = runner.invoke(cli.commands["migrate"])
    again = runner.invoke(cli.commands["migrate"])
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "Dependencias: 26" in again.output
    assert "La base de datos está al día" in again.output
    assert len(counted) == 2
    with app.app_context():
        db.create_all()
        copy = migrations.copy_sqlite()
        assert copy.stat().st_mode & 0o077 == 0
        assert copy.stat().st_size > 0
        db.session.remove()
        db.engine.dispose()


def test_purge_says_what_it_removed_and_leaves_a_trace(app):
    done = app.test_cli_runner().invoke(cli.commands["purge"])
    assert done.exit_code == 0
    assert "Correos de más de 30 días: 0" in done.output
    assert audit_verify.chain().length == 1


SELDOM = ("alembic", "elementpath", "icalendar", "markdown_it", "pypdf", "typst", "xlsxwriter")


def test_what_few_people_ask_for_takes_no_memory_before(tmp_path):
    """Calendars, exports, the plan's file, PDFs: loaded with the first of them."""
    code = "import sys, participa.app; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True
    )
    assert set(SELDOM) & set(done.stdout.split()) == set()


def test_the_application_is_made_once_for_all_processes_of_the_server(tmp_path, monkeypatch):
    """Forked afterwards, they share its memory; it has neither threads nor connections then."""
    for name, value in config.to_environment(settings(tmp_path)).items():
        monkeypatch.setenv(name, value)
    before = threading.active_count()
    app = server.load(server.ROOF)
    assert threading.active_count() == before
    with app.app_context():
        assert db.engine.pool.checkedin() == db.engine.pool.checkedout() == 0
    assert installation(app).queue.storage._conn is None
