"""Nothing acknowledged is lost, nothing is stored twice, and a full house says so (rule 1)."""

import os
import signal
import socket
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from participa.app import create_app
from participa.core import codes
from participa.core.db import db
from participa.core.ops import migrations, server
from participa.core.ops.gate import WAIT_SECONDS
from tests.conftest import settings as plain_settings
from tests.core import live
from tests.core.live import Live, Note, together


def run_on(server, statement):
    address = server.replace("://", "+psycopg://", 1)
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request, tmp_path_factory):
    """A city that is served by a real server, on each engine."""
    address = ""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        name = f"live_{os.getpid()}"
        run_on(server, f"CREATE DATABASE {name}")
        address = server.replace("://", "+psycopg://", 1).replace("/postgres?", f"/{name}?")
    folder = tmp_path_factory.mktemp("live")
    chosen = replace(plain_settings(folder, address), relaxed_limits=True, workers=2)
    app = create_app(chosen)
    with app.app_context():
        migrations.upgrade()
        live.Base.metadata.create_all(db.engine)
        db.session.remove()
        db.engine.dispose()
    served = Live(chosen)
    yield served
    if served.is_running:
        served.kill()


@pytest.fixture
def city(served):
    """The same city, running, without rows."""
    if not served.is_running:
        served.start()
    served.empty()
    return served


def keep_sending(city, stop, acknowledged, unanswered):
    while not stop.is_set():
        form = None
        try:
            form = city.form()
            status, receipt, _ = city.send(form)
        except OSError:
            unanswered.extend([form] if form else [])
            time.sleep(0.05)
            continue
        if status == 200:
            acknowledged.append(codes.read(receipt))


def test_a_killed_server_loses_nothing_that_it_acknowledged(city):
    acknowledged, unanswered = [], []
    stop = threading.Event()

    def some_more():
        seen = len(acknowledged)
        wait_for(lambda: len(acknowledged) > seen + 30)

    with ThreadPoolExecutor(8) as hands:
        for _ in range(8):
            hands.submit(keep_sending, city, stop, acknowledged, unanswered)
        try:
            for _ in range(2):
                some_more()
                city.kill()
                city.start()
            some_more()
        finally:
            stop.set()
    stored = city.rows()
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))
    for form in unanswered:  # whoever got no answer sends it again, to the server that came back
        assert city.send(form)[0] == 200
    expected = len(stored)
    again = city.rows()
    assert expected <= len(again) <= expected + len(unanswered)
    assert len(again) == len(set(again))


def test_thirty_two_copies_that_arrive_together_are_one(city):
    form = city.form()
    answers = together(32, city.send, form)
    assert {status for status, _, _ in answers} == {200}
    assert len({receipt for _, receipt, _ in answers}) == 1
    assert len(city.rows()) == 1


def test_without_the_constraint_the_race_is_real(city):
    """The control: look first and insert then, and several of the copies win."""
    engine = create_engine(city.settings.database_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE unguarded (submission_id TEXT)"))
    looked = threading.Barrier(32, timeout=live.START_SECONDS)

    def look_then_insert(_):
        with engine.connect() as connection:
            found = connection.scalar(text("SELECT count(*) FROM unguarded"))
            looked.wait()
            if not found:
                connection.execute(text("INSERT INTO unguarded VALUES ('the same')"))
                connection.commit()

    with ThreadPoolExecutor(32) as hands:
        list(hands.map(look_then_insert, range(32)))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM unguarded")) > 1


def seconds_of_sending(city):
    begun = time.monotonic()
    assert city.send(city.form())[0] == 200
    return time.monotonic() - begun


def test_one_hundred_and_fifty_slow_senders_do_not_stop_the_others(city):
    alone = [seconds_of_sending(city) for _ in range(15)]
    slow = []
    for number in range(150):
        if number % 2:
            slow.append(slow_sender(city.port, city.path))
            continue
        connection = socket.create_connection(("127.0.0.1", city.port))
        head = f"POST {city.path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n"
        connection.sendall(head.encode())
        slow.append(connection)
    time.sleep(0.5)
    meanwhile = []
    for _ in range(30):
        for number, connection in enumerate(slow):
            connection.sendall(b"a" if number % 2 else b"X: a\r\n")
        meanwhile.append(seconds_of_sending(city))
    for connection in slow:
        connection.close()
    assert max(meanwhile) < WAIT_SECONDS  # nobody waited for a place that a slow one held
    assert median(meanwhile) < max(0.5, 5 * median(alone))  # a busy machine is slow for everybody
    assert len(city.rows()) == 45


def slow_sender(port, path):
    """Somebody who sends the beginning of a form, and will never be done."""
    connection = socket.create_connection(("127.0.0.1", port))
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\n\r\nwords="
    connection.sendall((head + kind).encode())
    return connection


def test_more_slow_senders_than_the_server_has_hands_are_given_up_and_told_so(city):
    slow = [slow_sender(city.port, city.path) for _ in range(520)]
    form = wait_for(lambda: reached(city.form))
    assert wait_for(lambda: reached(lambda: city.send(form)[0])) == 200
    first = slow[0]
    first.settimeout(live.START_SECONDS)
    assert first.recv(1000).startswith(b"HTTP/1.1 408 ")
    for connection in slow:
        connection.close()
    assert len(city.rows()) == 1


def reached(ask):
    try:
        return ask()
    except OSError:
        return None


def workers(city):
    """The processes of the jobs that this server started."""
    threads = Path(f"/proc/{city.process.pid}/task").glob("*/children")
    started = [int(one) for thread in threads for one in thread.read_text().split()]
    return [one for one in started if does_jobs(one)]


def does_jobs(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == server.JOBS
    except OSError:
        return False


def wait_for(question):
    deadline = time.monotonic() + live.START_SECONDS
    while time.monotonic() < deadline:
        if found := question():
            return found
        time.sleep(0.1)
    raise TimeoutError


def test_a_worker_that_dies_is_started_again_and_ends_with_the_server(city):
    (first,) = wait_for(lambda: workers(city))
    os.kill(first, signal.SIGKILL)
    (second,) = wait_for(lambda: [one for one in workers(city) if one != first])
    os.kill(city.process.pid, signal.SIGKILL)  # the server alone, without a word to anybody
    wait_for(lambda: not does_jobs(second))
    city.kill()


def test_the_server_stops_cleanly_with_its_worker(city):
    assert city.stop() == 0
    with pytest.raises(OSError, match="refused"):
        city.get("/listo")


@pytest.fixture
def locked(tmp_path):
    """A city on SQLite whose database somebody else can hold."""
    app = live_app(tmp_path)
    path = tmp_path / "participa.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    yield app, other
    other.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def live_app(folder):
    chosen = plain_settings(folder)
    os.environ.update(live.config.to_environment(chosen))
    app = live.create_app()
    with app.app_context():
        db.create_all()
        live.Base.metadata.create_all(db.engine)
    return app


def post(app, words="a"):
    visitor = app.test_client()
    token = visitor.get("/notas").text
    return visitor.post("/notas", data={"submission": token, "words": words})


def test_a_database_that_is_held_for_three_seconds_is_waited_for(locked):
    app, other = locked
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(3, other.execute, ["ROLLBACK"])
    release.start()
    answer = post(app)
    release.join()
    if answer.status_code == 503:
        assert int(answer.headers["Retry-After"]) > 0
    else:
        assert answer.status_code == 200
    with app.app_context():
        stored = db.session.scalars(select(Note.receipt)).all()
    assert len(stored) == (1 if answer.status_code == 200 else 0)
    assert post(app).status_code == 200


def test_a_database_that_stays_held_is_a_full_house_and_never_a_false_receipt(locked, monkeypatch):
    app, other = locked
    with app.app_context():
        db.engine.dispose()
    monkeypatch.setattr("participa.core.db.WAIT_SECONDS", 0.2)
    other.execute("BEGIN IMMEDIATE")
    answer = post(app)
    other.execute("ROLLBACK")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert post(app).status_code == 200


def set_for_all(app, pragma):
    """There is one connection in the pool, which whoever comes next uses."""
    with app.app_context():
        db.session.connection().exec_driver_sql(f"PRAGMA {pragma}")
        db.session.rollback()


def test_a_read_only_database_can_be_read_and_answers_503_to_writers(locked):
    app, _ = locked
    set_for_all(app, "query_only = ON")
    answer = post(app)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "No quedó guardado lo que acaba de enviar." in answer.text
    assert app.test_client().get("/salud").json["checks"]["database"] is True
    set_for_all(app, "query_only = OFF")
    assert post(app).status_code == 200


def test_a_disk_without_room_can_be_read_answers_507_to_writers_and_recovers(locked):
    app, _ = locked
    set_for_all(app, "max_page_count = 1")  # not one page more than there are
    answer = post(app, "a" * 50_000)
    assert answer.status_code == 507
    assert int(answer.headers["Retry-After"]) > 0
    assert "No quedó guardado lo que acaba de enviar." in answer.text
    assert app.test_client().get("/salud").json["checks"]["database"] is True
    set_for_all(app, "max_page_count = 1000000")
    assert post(app, "a" * 50_000).status_code == 200
