"""While a hall votes, other pages keep their connections, and whoever waits too long is told so."""

import os
from contextlib import ExitStack, contextmanager
from threading import Event, Thread

import pytest

from participa.ballots.voting import casting
from participa.ballots.voting.casting import PROOFS
from participa.core.db import db
from participa.core.errors import Busy
from tests.ballots import city
from tests.ballots.city import NO, YES


@contextmanager
def all_processors():
    """Others' proofs are being checked on every processor."""
    with ExitStack() as turns:
        for _ in range(os.cpu_count()):
            turns.enter_context(PROOFS.slot())
        yield


@pytest.fixture
def box(app):
    return city.opened()


def test_who_waits_for_the_processor_holds_no_connection(app, box):
    raws, definition = [box.ballot(voter, YES) for voter in range(4)], box.definition
    db.session.remove()
    waiting, deposits = Event(), []

    def vote(raw):
        with app.app_context():
            deposits.append(casting.cast(definition, raw))
            db.session.commit()

    with all_processors():
        crowd = [Thread(target=vote, args=[raw]) for raw in raws]
        for person in crowd:
            person.start()
        waiting.wait(0.5)
        assert deposits == []
        assert db.engine.pool.checkedout() == 0
    for person in crowd:
        person.join()
    assert all(deposit.is_new for deposit in deposits)
    assert len(deposits) == 4


def test_who_waits_too_long_is_told_that_the_ballot_is_not_in_and_may_send_it_again(
    box, monkeypatch
):
    monkeypatch.setattr(PROOFS, "wait_seconds", 0.01)
    with all_processors(), pytest.raises(Busy, match="todavía no entró") as refusal:
        box.cast(0, YES)
    assert refusal.value.status == 503
    assert box.cast(0, YES).is_new


def test_what_the_same_transaction_has_written_before_is_not_lost(box):
    """An example or a command may cast several ballots before it commits."""
    casting.cast(box.definition, box.ballot(0, YES))
    casting.cast(box.definition, box.ballot(1, NO))
    db.session.commit()
    assert len(box.verify().ballots) == 2


def test_a_turn_that_ends_in_a_refusal_is_given_back(box, monkeypatch):
    with pytest.raises(casting.NotABallot):
        casting.cast(box.definition, box.ballot(0, YES)[:-10])
    with pytest.raises(ZeroDivisionError), PROOFS.slot_without_connection():
        raise ZeroDivisionError
    monkeypatch.setattr(PROOFS, "wait_seconds", 0)
    with all_processors():
        assert PROOFS.semaphore.acquire(blocking=False) is False
