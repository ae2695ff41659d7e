"""Crowds at the box, and a server that dies: what was acknowledged is there, once, in its place."""

import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from participa.ballots.lifecycle import closing, voiding
from participa.ballots.models import BallotBox, BoxBallot, BoxKind
from participa.ballots.public_changes import Voiding
from participa.belenios import ballot, election, verifier
from participa.core.db import db
from tests.ballots import city
from tests.ballots.city import NO, YES
from tests.ballots.polling import Polling, database_of_its_own

CROWD = 32
chance = random.Random(2024)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request, tmp_path_factory):
    address = ""
    if request.param == "postgresql":
        address = database_of_its_own(request.getfixturevalue("postgres"))
    polling = Polling(tmp_path_factory.mktemp("polling"), address)
    yield polling
    if polling.is_running:
        polling.kill()
    with polling.inside():
        db.engine.dispose()


@pytest.fixture
def polling(served):
    if not served.is_running:
        served.start()
    with served.inside():
        yield served


@pytest.fixture
def opened(polling):
    """A box of its own for each test, whose ballots are made beforehand."""

    def opened(**facts):
        return city.opened(uuid=election.new_uuid(), **facts)

    return opened


def fresh(made, voter, vote):
    """Other bytes each time, as a phone makes them."""
    return ballot.make(made.definition.election, made.holders[voter].secret, [vote])


def all_at_once(polling, made, raws):
    """What each of them got, sent at the same moment."""
    start, uuid = threading.Barrier(len(raws)), made.uuid
    db.session.rollback()

    def send(raw):
        start.wait(30)
        return polling.deposit(uuid, raw)

    with ThreadPoolExecutor(len(raws)) as hands:
        return list(hands.map(send, raws))


def wait_until(is_so):
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def reread(made):
    """What a stranger finds in the file."""
    db.session.rollback()
    return made.verify()


def test_of_thirty_two_ballots_of_one_code_exactly_one_comes_in(polling, opened):
    made = opened()
    raws = [fresh(made, 0, YES) for _ in range(CROWD)]
    answers = all_at_once(polling, made, raws)
    winners = [told["tracker"] for status, told in answers if status == 200]
    assert len(winners) == 1
    others = [(status, told["problem"]) for status, told in answers if status != 200]
    assert {status for status, _ in others} == {409}
    assert all("Con este código ya se votó." in problem for _, problem in others)
    assert [one.tracker for one in reread(made).ballots] == winners


def test_thirty_two_copies_of_one_ballot_are_one_and_get_the_same_tracker(polling, opened):
    made = opened()
    answers = all_at_once(polling, made, [fresh(made, 0, YES)] * CROWD)
    assert {status for status, _ in answers} == {200}
    assert len({told["tracker"] for _, told in answers}) == 1
    assert len(reread(made).ballots) == 1


def test_where_the_last_counts_all_come_in_and_the_last_one_is_counted(polling, opened):
    made = opened(takes_last=True)
    raws = [fresh(made, 0, chance.choice([YES, NO])) for _ in range(CROWD)]
    answers = all_at_once(polling, made, raws)
    assert {status for status, _ in answers} == {200}
    city.count(city.close(made))
    found = reread(made)
    assert sorted(one.raw for one in found.ballots) == sorted(raws)
    assert found.totals == [found.ballots[-1].answers[0].choices]
    assert found.num_counted == 1


def test_nothing_comes_in_after_the_closing_and_nothing_acknowledged_is_missing(polling, opened):
    made = opened(voters=24)
    raws = [fresh(made, voter, YES) for voter in range(24)]
    waiting, answers = count(), []

    def vote():
        while (number := next(waiting)) < len(raws):
            answers.append((number, *polling.deposit(uuid, raws[number])))

    uuid, box_id = made.uuid, made.id
    with ThreadPoolExecutor(6) as hands:
        voters = [hands.submit(vote) for _ in range(6)]
        wait_until(lambda: len(answers) >= 6)
        db.session.rollback()
        closing.close(db.session.get(type(made.box), box_id), "prueba")
        db.session.commit()
        for voter in voters:
            voter.result()
    told = {status for _, status, _ in answers}
    assert told == {200, 409}
    acknowledged = {body["tracker"] for _, status, body in answers if status == 200}
    found = reread(made)
    assert found.last_event == "EndBallots"
    assert {one.tracker for one in found.ballots} == acknowledged


def test_a_card_that_becomes_void_while_it_votes_is_either_in_or_void(polling, opened):
    made = opened(kind=BoxKind.CODES, voters=10)
    raws = [fresh(made, voter, YES) for voter in range(10)]
    asked = voiding.request_batch(made.box.batches[0], city.officials()[0], "Se perdió")
    db.session.commit()
    asked_id, answers, uuid = asked.id, [], made.uuid

    def vote(raw):
        answers.append(polling.deposit(uuid, raw))

    with ThreadPoolExecutor(3) as hands:
        voters = [hands.submit(vote, raw) for raw in raws]
        wait_until(lambda: len(answers) >= 2)
        db.session.rollback()
        confirmed = db.session.get_one(Voiding, asked_id)
        voiding.confirm(confirmed, city.officials()[1])
        voided = confirmed.cards
        db.session.commit()
        for voter in voters:
            voter.result()
    accepted = [body["tracker"] for status, body in answers if status == 200]
    assert voided + len(accepted) == 10
    assert voided > 0
    assert {status for status, _ in answers} == {200, 403}
    assert {one.tracker for one in reread(made).ballots} == set(accepted)


def killed_while_many_vote(polling, made, kill, moments):
    """Sixteen vote at a time, so that their ballots share commits, and something is killed.

    `moments` are numbers of acknowledged ballots. Those that got no answer are sent again, as the
    page of a voter does, and each is then in the chain, once.
    """
    raws = [fresh(made, number % 10, chance.choice([YES, NO])) for number in range(120)]
    snapshot, uuid, made_id = made.archive, made.uuid, made.id
    acknowledged, unanswered, waiting, is_up = {}, [], iter(raws), threading.Event()
    db.session.rollback()

    def vote():
        while (raw := next(waiting, None)) and is_up.wait(60):
            try:
                status, told = polling.deposit(uuid, raw)
            except OSError:
                unanswered.append(raw)
                continue
            if status == 200:
                acknowledged[told["tracker"]] = raw

    with ThreadPoolExecutor(16) as hands:
        for _ in range(16):
            hands.submit(vote)
        for enough in moments:
            is_up.set()
            wait_until(lambda: len(acknowledged) >= enough)  # noqa: B023 - asked at once
            time.sleep(chance.uniform(0, 0.1))
            kill(is_up)
        is_up.set()
    assert unanswered
    stored = select(BoxBallot.tracker).where(BoxBallot.box_id == made_id)
    assert set(acknowledged) <= set(db.session.scalars(stored))
    for raw in unanswered:
        status, told = polling.deposit(uuid, raw)
        in_its_place = status == 200 and told["tracker"] == ballot.tracker(raw)
        replaced = status == 409 and "después se reemplazó" in told["problem"]
        assert in_its_place or replaced
    db.session.rollback()
    whole = city.archive_of(db.session.get_one(BallotBox, made_id))
    trackers = [one.tracker for one in verifier.verify(whole, snapshot).ballots]
    assert {*acknowledged, *map(ballot.tracker, unanswered)} <= set(trackers)
    assert len(trackers) == len(set(trackers))


def test_a_killed_server_loses_no_acknowledged_ballot_and_the_chain_stays_whole(polling, opened):
    def power_cut(is_up):
        is_up.clear()
        polling.kill()
        polling.start()

    killed_while_many_vote(polling, opened(takes_last=True), power_cut, (20, 50))


def test_a_process_that_is_killed_during_proofs_answers_nothing_twice(polling, opened):
    """The server starts another in its place; the page of the voter sends the same bytes again."""

    def kill_one(is_up):
        os.kill(polling.workers()[0], signal.SIGKILL)
        wait_until(polling.is_answering)

    killed_while_many_vote(polling, opened(takes_last=True), kill_one, (30,))


def test_without_the_guard_the_race_is_real(polling):
    """The control: look whether the code has voted and insert then, and several votes come in."""
    engine = create_engine(polling.settings.database_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE unguarded_ballot (credential TEXT)"))
    start = threading.Barrier(CROWD)

    def look_then_insert(_):
        with engine.connect() as connection:
            start.wait(30)
            if not connection.scalar(text("SELECT count(*) FROM unguarded_ballot")):
                time.sleep(0.01)  # the proofs
                connection.execute(text("INSERT INTO unguarded_ballot VALUES ('the same')"))
                connection.commit()

    with ThreadPoolExecutor(CROWD) as hands:
        list(hands.map(look_then_insert, range(CROWD)))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM unguarded_ballot")) > 1
