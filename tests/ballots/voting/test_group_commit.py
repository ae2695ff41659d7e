"""Ballots of several voters in one commit: each is answered for itself, and after the commit."""

import time
from threading import Thread

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from participa.ballots.models import BallotBox, BoxBallot, BoxCredential
from participa.ballots.voting import casting, group_commit
from participa.ballots.voting.casting import AlreadyVoted, Deposit, NotOnTheRoll, NotOpen
from participa.core import clock
from participa.core.db import db
from participa.core.errors import Busy
from participa.core.installation import installation
from tests.ballots import city
from tests.ballots.city import NO, YES


def wait_until(is_so):
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.fixture
def queue(app):
    return installation().cache("ballots.deposits").setdefault("own", group_commit.Deposits())


@pytest.fixture
def together(app, queue):
    """Deposit checked ballots that all wait for the same moment; what became of each."""

    def together(checked):
        outcomes = [None] * len(checked)

        def deposit(number):
            with app.app_context():
                try:
                    outcomes[number] = group_commit.deposit(checked[number])
                except BaseException as refusal:
                    outcomes[number] = refusal

        db.session.rollback()
        people = [Thread(target=deposit, args=[number]) for number in range(len(checked))]
        queue.is_led = True  # somebody else's ballots are being committed
        for person in people:
            person.start()
        wait_until(lambda: len(queue.waiting) == len(checked))
        assert db.engine.pool.checkedout() == 0
        with queue.changed:
            queue.is_led = False
            queue.changed.notify_all()
        for person in people:
            person.join(60)
        return outcomes

    return together


@pytest.fixture
def commits(app):
    seen = []

    def commit(connection):
        seen.append(connection)

    event.listen(db.engine, "commit", commit)
    yield seen
    event.remove(db.engine, "commit", commit)


def checked(made, *voters):
    return [casting.examine(made.definition, made.ballot(voter, YES)) for voter in voters]


def stored(made):
    db.session.rollback()
    rows = select(BoxBallot.tracker).where(BoxBallot.box_id == made.id)
    return set(db.session.scalars(rows.order_by(BoxBallot.height)))


def test_sixteen_ballots_that_wait_are_one_commit(app, together, commits):
    made = city.opened(voters=20)
    ballots = checked(made, *range(20))
    del commits[:]
    outcomes = together(ballots)
    assert [outcome.tracker for outcome in outcomes] == [one.sent.tracker for one in ballots]
    assert len(commits) == 2
    assert stored(made) == {one.sent.tracker for one in ballots}
    assert len(made.verify().ballots) == 20


def test_a_lonely_voter_waits_for_nobody(app):
    made = city.opened()
    [one] = checked(made, 0)
    assert group_commit.deposit(one) == Deposit(one.sent.tracker)
    assert stored(made) == {one.sent.tracker}
    [again] = checked(made, 0)
    assert group_commit.deposit(again) == Deposit(one.sent.tracker, is_new=False)


def test_who_is_refused_takes_nobody_along(app, together):
    made = city.opened()
    ballots = checked(made, 0, 1, 2, 3)
    again = casting.examine(made.definition, made.ballot(1, NO))
    void = db.session.get_one(BoxCredential, (made.id, ballots[2].credential))
    void.voided_on = clock.today()
    db.session.commit()
    *outcomes, second = together([*ballots, ballots[0], again])
    assert isinstance(outcomes[2], NotOnTheRoll)
    assert {type(outcomes[1]), type(second)} == {Deposit, AlreadyVoted}
    copies = [outcomes[0], outcomes[4]]
    assert {copy.tracker for copy in copies} == {ballots[0].sent.tracker}
    assert sorted(copy.is_new for copy in copies) == [False, True]
    accepted = {one.tracker for one in [*outcomes, second] if isinstance(one, Deposit)}
    assert stored(made) == accepted
    assert len(accepted) == 3


def test_a_box_that_closes_while_they_wait_takes_none_of_them(app, together):
    made = city.opened()
    ballots = checked(made, 0, 1)
    db.session.get_one(BallotBox, made.id).closed_at = clock.now()
    db.session.commit()
    outcomes = together(ballots)
    assert [type(outcome) for outcome in outcomes] == [NotOpen, NotOpen]
    assert stored(made) == set()


def test_ballots_of_two_boxes_grow_two_chains(app, together):
    one, other = city.opened(), city.opened(uuid="zzzzzzzzzzzzzz")
    outcomes = together([*checked(one, 0, 1), *checked(other, 0, 1)])
    assert all(outcome.is_new for outcome in outcomes)
    assert (len(one.verify().ballots), len(other.verify().ballots)) == (2, 2)


def test_a_ballot_that_breaks_the_transaction_is_stored_alone_or_not_at_all(
    app, together, monkeypatch
):
    made = city.opened()
    ballots, store = checked(made, 0, 1, 2, 3), casting.store

    def fragile(group):
        outcomes = store(group)
        if ballots[1] in group:
            raise ZeroDivisionError
        return outcomes

    monkeypatch.setattr(casting, "store", fragile)
    outcomes = together(ballots)
    assert [type(outcome) for outcome in outcomes] == [
        Deposit,
        ZeroDivisionError,
        Deposit,
        Deposit,
    ]
    assert stored(made) == {one.sent.tracker for one in ballots} - {ballots[1].sent.tracker}


@pytest.mark.parametrize(
    "fault",
    [OperationalError("", {}, Exception("the database is away")), Busy("Espere.")],
    ids=["no database", "a lock that is not free"],
)
def test_what_is_nobody_s_fault_is_said_to_all_at_once_and_later_they_vote(
    app, together, monkeypatch, fault
):
    made, tried = city.opened(), []
    ballots = checked(made, 0, 1, 2)

    def away(group):
        tried.append(len(group))
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(casting, "store", away)
        assert together(ballots) == [fault] * 3
    assert tried == [3]
    assert stored(made) == set()
    assert all(outcome.is_new for outcome in together(ballots))


def test_who_leads_and_is_stopped_leaves_nobody_waiting(app, together, queue, monkeypatch):
    made = city.opened()
    ballots = checked(made, 0, 1, 2)

    def stopped(group):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(group_commit, "commit", stopped)
        outcomes = together(ballots)
    assert [type(outcome) for outcome in outcomes].count(SystemExit) == 1
    assert [str(outcome) for outcome in outcomes].count(group_commit.NOT_STORED) == 2
    assert (queue.is_led, list(queue.waiting)) == (False, [])
    assert db.session.scalar(select(func.count()).select_from(BoxBallot)) == 0
