"""So many at once and no more, and a slot is given back however its work ends."""

from threading import Barrier, BrokenBarrierError, Event, Thread

import pytest

from participa.core import db
from participa.core.errors import Busy
from participa.core.links import ShortLink
from participa.core.throttle import Throttle


def test_as_many_threads_as_slots_are_inside_at_once():
    throttle, inside, leave = Throttle(2, 0.05, "Lleno."), Barrier(3), Event()

    def work():
        with throttle.slot():
            inside.wait(10)
            leave.wait(10)

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    with pytest.raises(Busy, match="Lleno") as refusal, throttle.slot():
        raise BrokenBarrierError
    assert refusal.value.status == 503
    leave.set()
    for thread in threads:
        thread.join()
    with throttle.slot(), throttle.slot():
        pass


def test_a_fault_gives_the_slot_back():
    throttle = Throttle(1, 0, "Lleno.")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), throttle.slot():
            raise ZeroDivisionError


def test_a_transaction_that_only_read_gives_its_connection_back(app):
    throttle = Throttle(1, 0, "Lleno.")
    db.db.session.get(ShortLink, "AQUI")
    with throttle.slot_without_connection():
        assert db.db.engine.pool.checkedout() == 0


def test_what_a_transaction_has_written_stays_in_it(app):
    throttle = Throttle(1, 0, "Lleno.")
    db.db.session.add(ShortLink(code="AQUI", path="/plan"))
    db.db.session.flush()
    assert db.has_writes()
    with throttle.slot_without_connection():
        pass
    db.db.session.commit()
    assert db.db.session.get(ShortLink, "AQUI").path == "/plan"
