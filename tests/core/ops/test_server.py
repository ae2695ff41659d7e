"""The gate, the worker beside the server, and what the operator's commands answer."""

import io
import json
import os
import signal
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
from participa.core.ops.server import Gate
from tests.conftest import settings


def environ(body=b"", length=None):
    told = {"wsgi.input": io.BytesIO(body), "REQUEST_METHOD": "POST"}
    return told | {"CONTENT_LENGTH": str(len(body)) if length is None else length}


def test_a_full_house_says_so_and_recovers():
    inside, leave = threading.Event(), threading.Event()

    def slow(environ, start_response):
        inside.set()
        leave.wait(10)
        start_response("200 OK", [])
        return [b"Listo"]

    gate = Gate(slow, places=1, wait=0.05)
    told = []
    first = threading.Thread(target=gate, args=(environ(), lambda *said: None))
    first.start()
    inside.wait(10)
    page = b"".join(gate(environ(), lambda status, headers: told.append((status, dict(headers)))))
    assert told[0][0].startswith("503")
    assert told[0][1]["Retry-After"] == "5"
    assert "no se guarda dos veces" in page.decode()
    leave.set()
    first.join()
    assert b"".join(gate(environ(), lambda *said: None)) == b"Listo"


def test_a_hall_that_votes_leaves_places_to_everybody_else():
    leave, inside = threading.Event(), []

    def checking(environ, start_response):
        if environ["PATH_INFO"] != "/plan":
            inside.append(environ)
            leave.wait(10)
        return [b"Listo"]

    gate = Gate(checking, slow_endings=("/papeletas",), places=4, wait=5)
    ballot = {"PATH_INFO": "/urna/PTcSwkQpEZTh7i/papeletas"}
    voters = [
        threading.Thread(target=gate, args=(environ(b"{}") | ballot, lambda *said: None))
        for _ in range(8)
    ]
    for voter in voters:
        voter.start()
    for _ in range(20):
        assert gate(environ() | {"PATH_INFO": "/plan"}, lambda *said: None) == [b"Listo"]
        time.sleep(0.01)
    assert len(inside) == server.SLOW_PLACES
    leave.set()
    for voter in voters:
        voter.join()
    assert len(inside) == 8


STOPPED = """
import multiprocessing
from participa.core.ops import server

def serve():
    gate = server.load("participa.app:create_app")
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
        timeout=60,
    )
    (line,) = map(json.loads, done.stderr.splitlines())
    assert (line["event"], line["rule"], line["status"], line["times"]) == (
        "requests",
        "/urna",
        200,
        1,
    )


def test_a_body_has_arrived_before_anybody_waits_for_it():
    read = []

    def application(environ, start_response):
        read.append((environ["wsgi.input"].read(), environ["CONTENT_LENGTH"]))
        return []

    gate = Gate(application)
    big = b"x" * (server.IN_MEMORY + 1)
    for body in (b"", b"nombre=Ana", big):
        list(gate(environ(body), lambda *said: None))
    list(gate(environ(b"abc", length="-1"), lambda *said: None))
    list(gate(environ(b"abc", length=str(server.MOST_BODY + 1)), lambda *said: None))
    assert [body for body, _ in read] == [b"", b"nombre=Ana", big, b"abc", b"abc"]


def test_a_body_that_nothing_can_keep_is_asked_for_later(monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/no/existe")
    told = []
    gate = Gate(lambda environ, start_response: [b"Listo"])
    big = environ(b"x" * (server.IN_MEMORY + 1))
    page = b"".join(gate(big, lambda status, headers: told.append(status)))
    assert told == ["503 Service Unavailable"]
    assert "Espere unos segundos" in page.decode()
    assert gate(environ(b"nombre=Ana"), lambda *said: None) == [b"Listo"]


def test_a_fault_gives_its_place_back():
    def broken(environ, start_response):
        raise ValueError("broken")

    gate = Gate(broken, places=1, wait=0.05)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            gate(environ(), lambda *said: None)


def test_the_worker_starts_whatever_else_is_forked_meanwhile(monkeypatch):
    """A process that is forked during the start holds its pipes open: so there must be none."""
    pipes, pipe = [], os.pipe
    monkeypatch.setattr(os, "pipe", lambda: pipes.append(pipe()) or pipes[-1])
    monkeypatch.setattr(server, "COMMAND", "import time; time.sleep(60)")
    worker = server.Worker()
    worker.start()
    while worker.process is None and worker.thread.is_alive():
        time.sleep(0.01)
    worker.stop()
    assert worker.process.returncode == -signal.SIGTERM
    assert pipes == []


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
        timeout=60,
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
