"""A ballot that its voter opened is never cast, and one that is cast is never opened."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from participa.ballots.challenged import ChallengedBallot
from participa.ballots.models import BoxBallot, BoxKind
from participa.ballots.voting import casting, challenges
from participa.belenios import ballot, challenge
from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused
from tests.ballots import city
from tests.ballots.city import NO, YES


def opened(made: city.Voting, voter: int, vote) -> tuple[bytes, bytes]:
    """A ballot, and the document that opens it."""
    election, secret = made.definition.election, made.holders[voter].secret
    raw, randomness = ballot.make_with_randomness(election, secret, [vote])
    return raw, challenge.record(raw, randomness)


def open_one(made: city.Voting, document: bytes) -> str:
    tracker = challenges.open_ballot(made.definition, document)
    db.session.commit()
    return tracker


def kept() -> list[ChallengedBallot]:
    return list(db.session.scalars(select(ChallengedBallot)))


def test_an_opened_ballot_says_what_it_holds_and_is_never_cast(app):
    made = city.opened(BoxKind.CODES)
    raw, document = opened(made, 0, YES)
    tracker = open_one(made, document)
    (found,) = challenges.search(made.definition, tracker[:12])
    assert (found.tracker, found.votes) == (ballot.tracker(raw), ((0,),))
    with pytest.raises(casting.NotABallot, match="se abrió para comprobar"):
        made.put_in(raw)
    db.session.rollback()
    assert db.session.scalars(select(BoxBallot)).all() == []


def test_after_opening_one_the_same_code_votes(app):
    made = city.opened(BoxKind.CODES)
    _, document = opened(made, 0, NO)
    open_one(made, document)
    made.cast(0, YES)
    assert len(db.session.scalars(select(BoxBallot)).all()) == 1


def test_a_ballot_in_the_box_is_not_opened(app):
    made = city.opened(BoxKind.CODES)
    raw, document = opened(made, 0, YES)
    made.put_in(raw)
    with pytest.raises(challenges.NotChallenged, match="ya está en la urna"):
        open_one(made, document)
    db.session.rollback()
    assert kept() == []


def test_opening_it_twice_keeps_it_once(app):
    made = city.opened(BoxKind.CODES)
    _, document = opened(made, 0, YES)
    assert open_one(made, document) == open_one(made, document)
    assert len(kept()) == 1


@pytest.mark.parametrize("first", ["cast", "open"])
def test_of_the_two_at_the_same_time_one_happens(app, first):
    """Whichever comes first under the lock of the chain."""
    made = city.opened(BoxKind.CODES)
    raw, document = opened(made, 0, YES)
    definition = made.definition

    def cast():
        casting.cast(definition, raw)
        db.session.commit()

    def open_it():
        challenges.open_ballot(definition, document)
        db.session.commit()

    acts = [cast, open_it] if first == "cast" else [open_it, cast]
    done = city.at_once(*acts)
    assert sum(isinstance(one, Refused) for one in done) == 1
    assert len(kept()) + len(db.session.scalars(select(BoxBallot)).all()) == 1


def test_a_code_opens_ten_a_day_and_may_still_vote(app, at):
    made = city.opened(BoxKind.CODES)
    for _ in range(challenges.MOST_A_DAY):
        open_one(made, opened(made, 0, YES)[1])
    with pytest.raises(challenges.NotChallenged, match="Mañana puede comprobar más"):
        open_one(made, opened(made, 0, YES)[1])
    db.session.rollback()
    open_one(made, opened(made, 1, YES)[1])
    made.cast(0, YES)


def test_only_codes_of_this_roll_open_a_ballot(app):
    made, other = (
        city.opened(BoxKind.CODES, uuid="A" * 14),
        city.opened(BoxKind.CODES, uuid="B" * 14),
    )
    election = made.definition.election
    raw, randomness = ballot.make_with_randomness(election, other.holders[0].secret, [YES])
    with pytest.raises(casting.NotOnTheRoll):
        open_one(made, challenge.record(raw, randomness))
    db.session.rollback()
    _, foreign = opened(other, 0, YES)
    with pytest.raises(casting.NotABallot, match="es de otra elección"):
        open_one(made, foreign)


def test_the_night_and_the_closing_forget_what_was_marked_but_not_that_it_was_opened(app, at):
    made = city.opened(BoxKind.CODES)
    raw, document = opened(made, 0, YES)
    tracker = open_one(made, document)
    assert challenges.purge() == 0
    for one in kept():
        one.received_on = clock.today() - timedelta(days=1)
    db.session.commit()
    assert challenges.purge() == 1
    db.session.commit()
    (row,) = kept()
    assert (row.record, row.credential, row.tracker) == (None, None, tracker)
    assert challenges.search(made.definition, tracker) == []
    with pytest.raises(casting.NotABallot):
        made.put_in(raw)
    db.session.rollback()
    open_one(made, opened(made, 1, NO)[1])
    city.close(made)
    assert {one.record for one in kept()} == {None}
    assert challenges.count(made.id) == 2
