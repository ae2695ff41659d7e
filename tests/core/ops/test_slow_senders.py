"""Who sends slowly is given up in time, and nobody else with them."""

import socket
import threading
import time
from contextlib import ExitStack

import pytest

from participa.core.ops import slow_senders
from participa.core.ops.slow_senders import BodyOnItsWay, SlowSenders

NOW = 1000.0


def senders(*seconds, received=0):
    crowd = SlowSenders()
    for number, ago in enumerate(seconds):
        crowd.arrivals[number] = BodyOnItsWay("192.0.2.1", NOW - ago, received)
    return crowd


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(time, "monotonic", lambda: NOW)


def given_up(crowd):
    return [NOW - arrival.begun for arrival in crowd.too_slow()]


def test_a_body_has_its_time_however_many_come(now):
    assert given_up(senders(1, 5, 19)) == []
    assert given_up(senders(21, 5, 40)) == [40, 21]


def test_who_sends_at_a_bearable_pace_may_take_long(now):
    assert given_up(senders(60, received=30_000)) == []
    assert given_up(senders(60, received=60)) == [60]


def test_of_a_crowd_the_oldest_are_given_up_but_none_that_has_just_come(now, monkeypatch):
    monkeypatch.setattr(slow_senders, "MOST_AT_ONCE", 2)
    assert given_up(senders(3, 6, 5, 4)) == [6, 5]
    assert given_up(senders(1, 1, 1, 1)) == []


@pytest.fixture
def talking():
    """A server with visitors, as the system sees it: makes both ends of a new connection."""
    with ExitStack() as stack:
        door = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

        def talk():
            visitor = stack.enter_context(socket.create_connection(door.getsockname()))
            ours = stack.enter_context(door.accept()[0])
            return visitor, ours

        yield talk, door.getsockname()[1]


def ends(connection):
    """Whether our end is closed for reading."""
    connection.settimeout(0.2)
    try:
        return connection.recv(100, socket.MSG_PEEK | socket.MSG_TRUNC) == b""
    except TimeoutError:
        return False


def test_one_that_sends_is_given_up_and_one_that_was_answered_goes_on(talking):
    talk, port = talking
    slow, slow_end = talk()
    slow.sendall(b"a")
    slow_end.recv(10)
    answered, answered_end = talk()
    answered.sendall(b"a")
    answered_end.recv(10)
    time.sleep(0.05)
    answered_end.sendall(b"Listo")
    time.sleep(0.05)
    slow.sendall(b"b")
    slow_end.recv(10)
    slow_senders.give_up(port, [BodyOnItsWay("127.0.0.1", time.monotonic())])
    assert ends(slow_end)
    assert not ends(answered_end)
    slow_end.sendall(b"408")  # it can still be told so
    assert slow.recv(10) == b"408"


def test_nobody_from_another_address_or_at_another_port_is_given_up(talking):
    talk, port = talking
    visitor, ours = talk()
    visitor.sendall(b"a")
    ours.recv(10)
    slow_senders.give_up(port, [BodyOnItsWay("192.0.2.1", time.monotonic())])
    slow_senders.give_up(port + 1, [BodyOnItsWay("127.0.0.1", time.monotonic())])
    assert not ends(ours)


def test_a_body_that_arrived_is_watched_no_longer():
    crowd = SlowSenders()
    with crowd.arriving("192.0.2.1"):
        assert len(crowd.arrivals) == 1
    assert crowd.arrivals == {}


def test_a_crowd_wakes_the_watch(monkeypatch):
    monkeypatch.setattr(slow_senders, "MOST_AT_ONCE", 1)
    crowd, leave = SlowSenders(), threading.Event()

    def wait():
        with crowd.arriving("192.0.2.1"):
            leave.wait(10)

    visitors = [threading.Thread(target=wait) for _ in range(2)]
    for visitor in visitors:
        visitor.start()
    assert crowd.is_crowded.wait(10)
    leave.set()
    for visitor in visitors:
        visitor.join()
