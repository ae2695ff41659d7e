"""Replacing a stored ballot takes the digits of the card itself; its code alone does nothing."""

import pytest
from sqlalchemy import select

from participa.ballots.models import BoxBallot, BoxCredential, BoxKind
from participa.ballots.roll import enrolment, second_part
from participa.ballots.voting import casting, second_vote
from participa.ballots.voting.casting import Deposit
from participa.ballots.voting.second_vote import SecondPartNeeded
from participa.belenios import ballot
from participa.core.db import db
from participa.core.errors import Refused
from tests.ballots import city
from tests.ballots.city import NO, YES

RIGHT, WRONG = "482173", "482174"


@pytest.fixture
def box(app):
    """A box in which a later vote replaces an earlier one; its first card says 482 173."""
    made = city.draft(BoxKind.CODES, allows_paper=False, takes_last=True)
    city.give_second_parts(made, RIGHT)
    return city.open_now(made)


def again(made, second="", vote=NO, voter=0):
    """Another ballot of this voter, with these digits beside it."""
    raw = ballot.make(made.definition.election, made.holders[voter].secret, [vote])
    return cast(made, raw, second)


def cast(made, raw, second=""):
    try:
        done = casting.cast(made.definition, raw, second)
    except Refused:
        db.session.rollback()
        raise
    db.session.commit()
    return done


def sending(made, raw, second=""):
    """For `city.at_once`: it commits."""
    box = made.definition
    return lambda: casting.cast(box, raw, second)


def trackers(made) -> list[str]:
    rows = select(BoxBallot.tracker).filter_by(box_id=made.id).order_by(BoxBallot.height)
    return list(db.session.scalars(rows))


def tries(made) -> int:
    rows = select(BoxCredential.second_tries).filter_by(box_id=made.id)
    return sum(one or 0 for one in db.session.scalars(rows))


def test_a_first_vote_needs_no_digits(box):
    assert again(box).is_new
    assert again(box, second=WRONG, voter=1).is_new, "nothing is compared where nothing is replaced"
    assert tries(box) == 0


def test_a_second_vote_without_the_digits_is_refused_and_the_first_stays(box):
    first = again(box, vote=YES)
    with pytest.raises(SecondPartNeeded, match="Para cambiarlo, escriba las seis") as refusal:
        again(box)
    assert (refusal.value.field, refusal.value.status) == ("second", 409)
    assert trackers(box) == [first.tracker]
    assert tries(box) == 0, "asking what is needed uses no try"
    city.finish(box)
    assert box.verify().counts == [[1, 0]]


@pytest.mark.parametrize("typed", ["482173", "482 173", " 482-173 ", "4 8 2 1 7 3"])
def test_with_the_digits_however_they_are_typed_the_last_vote_counts(box, typed):
    again(box, vote=YES)
    assert again(box, typed).is_new
    city.finish(box)
    assert box.verify().counts == [[0, 1]]


def test_a_lost_answer_of_a_second_vote_gets_its_tracker_again_also_without_the_digits(box):
    again(box, vote=YES)
    raw = ballot.make(box.definition.election, box.holders[0].secret, [NO])
    done = cast(box, raw, RIGHT)
    assert cast(box, raw, RIGHT) == Deposit(done.tracker, is_new=False)
    assert cast(box, raw) == Deposit(done.tracker, is_new=False)
    assert len(trackers(box)) == 2


def test_five_wrong_tries_are_all_and_the_first_ballot_stays(box):
    first = again(box, vote=YES)
    for left in ("Quedan 4 intentos", "Quedan 3 intentos", "Quedan 2 intentos", "Queda 1 intento"):
        with pytest.raises(SecondPartNeeded, match=left):
            again(box, WRONG)
    for typed in (WRONG, WRONG, RIGHT):
        with pytest.raises(SecondPartNeeded, match="lleve la tarjeta a la mesa"):
            again(box, typed)
    assert trackers(box) == [first.tracker]
    assert again(box, voter=1).is_new, "the tries are of one card"


def test_the_right_digits_give_the_tries_back(box):
    again(box, vote=YES)
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(SecondPartNeeded):
                again(box, WRONG)
        assert again(box, RIGHT).is_new
    assert tries(box) == 0


@pytest.mark.parametrize(
    "typed", ["48217", "4821733", "a482173", "٤٨٢١٧٣", "482173\x00", "9" * 999]
)
def test_what_is_not_six_digits_is_told_so_and_uses_no_try(box, typed):
    again(box, vote=YES)
    with pytest.raises(SecondPartNeeded, match="Son 6 cifras"):
        again(box, typed)
    assert tries(box) == 0


def test_the_table_gives_the_tries_back(box):
    again(box, vote=YES)
    for _ in range(5):
        with pytest.raises(SecondPartNeeded):
            again(box, WRONG)
    enrolment.give_tries_back(box.box, city.officials()[0], box.codes[0])
    db.session.commit()
    assert again(box, RIGHT).is_new


def test_whoever_lacks_the_code_uses_up_no_try(box):
    """The credential is public; a ballot that it did not sign is refused before digits count."""
    again(box, vote=YES)
    theirs = ballot.make(box.definition.election, box.holders[1].secret, [NO])
    old, new = (str(box.holders[number].public).encode() for number in (1, 0))
    with pytest.raises(casting.NotABallot):
        cast(box, theirs.replace(old, new), WRONG)
    assert tries(box) == 0


def test_thirty_two_guesses_at_once_are_five(box):
    first = again(box, vote=YES)
    raw = ballot.make(box.definition.election, box.holders[0].secret, [NO])
    done = city.at_once(*(sending(box, raw, f"{number:06d}") for number in range(32)))
    assert all(isinstance(one, SecondPartNeeded) for one in done)
    assert tries(box) == 5
    assert trackers(box) == [first.tracker]


def test_different_first_ballots_of_one_code_at_once_leave_one(box):
    """Each finds no ballot when it is checked; the lock of the chain lets one in."""
    election, secret = box.definition.election, box.holders[0].secret
    done = city.at_once(*(sending(box, ballot.make(election, secret, [YES])) for _ in range(8)))
    assert sum(isinstance(one, Deposit) for one in done) == 1
    assert sum(isinstance(one, SecondPartNeeded) for one in done) == 7
    assert len(trackers(box)) == 1


def test_the_same_second_vote_many_times_at_once_is_stored_once(box):
    again(box, vote=YES)
    raw = ballot.make(box.definition.election, box.holders[0].secret, [NO])
    done = city.at_once(*(sending(box, raw, RIGHT) for _ in range(4)))
    assert {one.tracker for one in done if isinstance(one, Deposit)} == {ballot.tracker(raw)}
    assert len(trackers(box)) == 2


def test_the_digits_stand_in_no_row_and_their_digest_needs_the_key_of_the_installation(
    box, app, monkeypatch
):
    stored = set(db.session.scalars(select(BoxCredential.second_digest)))
    for table in db.metadata.sorted_tables:
        assert RIGHT not in str(db.session.execute(table.select()).all()), table.name
    plain = second_part.digest(RIGHT, box.uuid, box.holders[0].public)
    assert plain not in stored
    assert enrolment.keyed(box.box, plain) in stored
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key of another installation")
    assert enrolment.keyed(box.box, plain) not in stored


def test_cards_from_before_the_digits_replace_their_ballot_as_they_did(app):
    made = city.opened(BoxKind.CODES, takes_last=True)
    assert not made.definition.has_second_part
    again(made, vote=YES)
    assert again(made).is_new
    assert len(trackers(made)) == 2


def test_a_card_without_digits_among_others_that_have_them_votes_as_before(app):
    made = city.draft(BoxKind.CODES, allows_paper=False, takes_last=True)
    city.give_second_parts(made, RIGHT, voters=(0,))
    city.open_now(made)
    again(made, vote=YES, voter=1)
    assert again(made, voter=1).is_new


def test_where_one_vote_is_all_the_digits_open_nothing(app):
    made = city.opened(BoxKind.CODES)
    again(made, vote=YES)
    with pytest.raises(casting.AlreadyVoted):
        again(made, RIGHT)


def test_the_server_that_encrypts_asks_for_the_digits_too(box):
    def assisted(second, submission_id):
        done = casting.cast_assisted(box.definition, box.codes[0], [NO], submission_id, second)
        db.session.commit()
        return done

    again(box, vote=YES)
    with pytest.raises(SecondPartNeeded):
        assisted("", "a" * 32)
    db.session.rollback()
    assert assisted(RIGHT, "b" * 32).is_new
    assert second_vote.MOST_TRIES == 5
