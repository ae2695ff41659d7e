"""participa serve starts whole or says in one sentence why it does not, and serves alone."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from participa import config
from participa.app import cli, create_app
from participa.core.db import db
from participa.core.errors import Unusable
from participa.core.ops import backup, listener, migrations, presence, server
from tests.conftest import settings
from tests.core.live import COMMAND, START_SECONDS, Live, free_port

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The data of a city that is up to date."""
    folder = tmp_path_factory.mktemp("start")
    app = create_app(settings(folder))
    with app.app_context():
        migrations.upgrade()
        db.session.remove()
        db.engine.dispose()
    return folder


@pytest.fixture
def served(folder):
    city = Live(settings(folder), path="/")
    city.start()
    yield city
    if city.is_running:
        city.kill()


def serve(folder, *words, limits=None, **variables):
    environment = os.environ | config.to_environment(settings(folder)) | variables
    return subprocess.run(
        [sys.executable, "-c", COMMAND, "serve", *words],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        preexec_fn=limits,
    )


def says(done, sentence):
    assert (done.returncode, done.stderr.strip().splitlines()) == (2, [sentence])


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_a_port_that_another_participa_serves_is_refused(served, folder, host):
    done = serve(folder, "--port", str(served.port), "--host", host)
    says(done, listener.TAKEN.format(port=served.port))
    assert served.get("/listo")[0] == 200


def test_a_port_that_shares_itself_with_everybody_is_refused_all_the_same(folder):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        says(serve(folder, "--port", str(port)), listener.TAKEN.format(port=port))


def test_while_the_city_is_served_nobody_can_share_its_port(served):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", served.port))


def test_of_two_that_start_at_the_same_moment_one_is_refused():
    with listener.reserve("127.0.0.1", free_port()) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConnectionRefusedError):  # not before it can answer
            socket.create_connection(("127.0.0.1", port))
        for host in ("127.0.0.1", "0.0.0.0"):
            with pytest.raises(Unusable, match="está ocupado"):
                listener.reserve(host, port)
        listener.open_door(first)
        socket.create_connection(("127.0.0.1", port)).close()
        with pytest.raises(Unusable, match="está ocupado"):
            listener.reserve("127.0.0.1", port)


def test_who_is_still_leaving_does_not_keep_the_next_server_from_the_port():
    with listener.reserve("127.0.0.1", free_port()) as first:
        port = first.getsockname()[1]
        listener.open_door(first)
        first.setblocking(True)
        with socket.create_connection(("127.0.0.1", port)) as visitor:
            first.accept()[0].close()  # the server is the first to say good-bye
            assert visitor.recv(1) == b""
    listener.reserve("127.0.0.1", port).close()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--port", "99999"], listener.NOT_A_PORT),
        (["--port", "ocho mil"], listener.NOT_A_PORT),
        (["--host", "192.0.2.7"], listener.NO_HOST.format(host="192.0.2.7")),
        (["--host", "no..existe"], listener.NO_HOST.format(host="no..existe")),
    ],
    ids=["too high", "no number", "another machine's", "no name"],
)
def test_a_wrong_door_is_one_sentence(folder, words, sentence):
    says(serve(folder, *words), sentence)


def test_a_full_disk_is_one_sentence(folder):
    """A limit on the size of files stands for it: whatever is written, there is no room for."""
    no_room = (resource.RLIMIT_FSIZE, (0, 0))
    done = serve(folder, limits=lambda: resource.setrlimit(*no_room))
    assert done.returncode == 2
    (sentence,) = done.stderr.strip().splitlines()
    assert "espacio" in sentence


def test_a_database_that_cannot_be_written_is_one_sentence(folder):
    address = f"sqlite:///file:{folder / 'participa.db'}?mode=ro&uri=true"
    done = serve(folder, PARTICIPA_DATABASE_URL=address)
    says(
        done,
        "No se puede escribir en la base de datos. Revise el espacio, el disco y los permisos.",
    )


def test_a_folder_that_takes_no_files_is_one_sentence(folder):
    address = f"sqlite:///{folder / 'participa.db'}"
    done = serve(folder, PARTICIPA_DATA="/proc", PARTICIPA_DATABASE_URL=address)
    assert done.returncode == 2
    (sentence,) = done.stderr.strip().splitlines()
    assert sentence.startswith("No se puede usar ")


def children(pid):
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for one in lists for child in one.read_text().split()]


def is_alive(pid):
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_no_process_of_a_server_outlives_it(served):
    deadline = time.monotonic() + START_SECONDS
    while len(children(served.process.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)  # until the worker of the jobs has begun
    family = children(served.process.pid)
    assert len(family) == 2
    os.kill(served.process.pid, signal.SIGKILL)
    served.process.wait()
    while any(map(is_alive, family)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(is_alive, family))
    with listener.reserve("127.0.0.1", served.port):
        pass  # the port is free


def test_a_job_that_goes_on_does_not_keep_the_port_from_the_next_server(served):
    deadline = time.monotonic() + START_SECONDS
    jobs = None
    while jobs is None and time.monotonic() < deadline:
        family = children(served.process.pid)
        named = [one for one in family if server.JOBS in Path(f"/proc/{one}/comm").read_text()]
        jobs = next(iter(named), None)
    os.kill(jobs, signal.SIGSTOP)  # a job that takes long
    try:
        os.kill(served.process.pid, signal.SIGKILL)
        served.process.wait()
        others = [one for one in family if one != jobs]
        while any(map(is_alive, others)) and time.monotonic() < deadline:
            time.sleep(0.1)
        listener.reserve("127.0.0.1", served.port).close()
    finally:
        os.kill(jobs, signal.SIGKILL)


def test_nothing_is_restored_under_the_people_who_are_served(folder, tmp_path):
    app = create_app(settings(folder))
    runner = app.test_cli_runner()
    path = tmp_path / "copia.zip"
    with app.app_context():
        backup.backup(path)
        with presence.serving():
            done = runner.invoke(cli.commands["restore"], [str(path), "--yes"])
        assert isinstance(done.exception, Unusable)
        assert str(done.exception) == presence.SERVED
        with presence.alone(), pytest.raises(Unusable, match="reponiendo"), presence.serving():
            pass
        db.session.remove()
        db.engine.dispose()


def test_a_connection_sends_each_answer_at_once():
    """Nagle's algorithm held the second packet of an answer back for 40 ms."""
    with listener.reserve("127.0.0.1", free_port()) as reserved:
        listener.open_door(reserved)
        with socket.create_connection(reserved.getsockname()):
            reserved.setblocking(True)
            accepted, _ = reserved.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
