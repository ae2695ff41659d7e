"""The open consultation: answers wait sealed, and live totals tell no neighbour's answer."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from participa.ballots.models import (
    BoxHead,
    BoxKind,
    OpenAnswer,
    PaperKind,
    QuestionKind,
    SealedPaper,
)
from participa.ballots.results import results
from participa.ballots.voting import open_consultation, sealed_papers
from participa.ballots.voting.casting import NotOpen
from participa.core import submissions
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.core.submissions import AlreadySent
from tests.ballots import city
from tests.ballots.city import BLANK, NO, SCALE, YES

PRIORITIES = (
    QuestionKind.PRIORITIES,
    "¿Qué va primero?",
    {"answers": ("Salud", "Vías", "Agua"), "most": 2, "has_blank": True},
)


@pytest.fixture
def poll(app):
    return city.opened(BoxKind.OPEN)


@pytest.fixture
def live(app, monkeypatch):
    monkeypatch.setattr(sealed_papers, "chance", random.Random(5))
    return city.opened(BoxKind.OPEN, shows_live=True)


def answer(made, number, *votes):
    receipt = open_consultation.answer(made.definition, f"{number:032x}", votes)
    db.session.commit()
    return receipt


def papers():
    return db.session.scalar(select(func.count()).select_from(SealedPaper))


def told(made):
    """What anybody can read while the box is open: of how many answers, and the counts."""
    db.session.rollback()
    head = db.session.get(BoxHead, made.id)
    return head.published_ballots, head.published


def test_an_answer_is_kept_sealed_and_has_a_receipt(poll):
    receipt = answer(poll, 1, YES)
    assert receipt == submissions.receipt(f"{1:032x}")
    assert list(sealed_papers.read_all_shuffled(poll.id, poll.box.salt, PaperKind.ANSWER)) == [
        [[0]]
    ]
    assert db.session.get(BoxHead, poll.id).ballots == 1


def test_a_copy_gets_the_same_receipt_and_is_kept_once(poll):
    assert answer(poll, 1, YES) == answer(poll, 1, YES)
    assert papers() == 1
    assert db.session.get(BoxHead, poll.id).ballots == 1


def test_copies_that_arrive_together_are_one(poll):
    definition = poll.definition

    def send():
        return open_consultation.answer(definition, "a" * 32, [YES])

    receipts = city.at_once(*[send] * 12)
    assert set(receipts) == {submissions.receipt("a" * 32)}
    assert papers() == 1
    assert db.session.get(BoxHead, poll.id).ballots == 1


def test_another_answer_from_the_same_showing_of_the_form_is_not_taken_for_a_copy(poll):
    answer(poll, 1, YES)
    with pytest.raises(AlreadySent, match="no se puede cambiar") as refusal:
        answer(poll, 1, NO)
    assert refusal.value.status == 409
    definition = poll.definition

    def send(vote):
        return lambda: open_consultation.answer(definition, "b" * 32, [vote])

    outcomes = city.at_once(*[send(YES), send(NO)] * 4)
    assert sum(isinstance(outcome, AlreadySent) for outcome in outcomes) == 4


NOT_ALLOWED = {
    "too many": ([frozenset({0, 1, 2})], "Escoja entre 1 y 2 opciones."),
    "none": ([frozenset()], "Escoja entre 1 y 2 opciones."),
    "an option that is not there": ([frozenset({7})], "Escoja opciones de la lista"),
}


@pytest.mark.parametrize(("votes", "says"), NOT_ALLOWED.values(), ids=NOT_ALLOWED)
def test_what_a_question_does_not_allow_is_refused_by_its_number(app, votes, says):
    made = city.opened(BoxKind.OPEN, PRIORITIES)
    with pytest.raises(Refused) as refusal:
        answer(made, 1, *votes)
    assert says in str(refusal.value)
    assert refusal.value.field == "q1"
    assert papers() == 0


def test_a_blank_vote_is_an_answer_where_there_is_one(app):
    made = city.opened(BoxKind.OPEN, PRIORITIES, SCALE)
    answer(made, 1, BLANK, YES)
    answer(made, 2, {0, 2}, BLANK)
    city.finish(made)
    assert [one.outcome.blank for one in results.results_of(made.box, made.definition)] == [1, 1]
    assert results.results_of(made.box, made.definition)[0].outcome.counts == (1, 0, 1)


def test_before_it_opens_and_after_it_closes_nothing_is_kept(poll):
    draft = city.draft(BoxKind.OPEN, uuid="zzzzzzzzzzzzzz")
    with pytest.raises(NotOpen, match="todavía no abre"):
        answer(draft, 1, YES)
    answer(poll, 1, YES)
    city.close(poll)
    with pytest.raises(NotOpen, match="cerró"):
        answer(poll, 2, YES)
    assert answer(poll, 1, YES) == submissions.receipt(f"{1:032x}")
    assert papers() == 1


def test_a_process_that_remembers_an_open_box_notices_the_closing(poll):
    remembered = poll.definition
    city.close(poll)
    with pytest.raises(NotOpen, match="acaba de cerrar"):
        open_consultation.answer(remembered, "a" * 32, [YES])
    db.session.rollback()
    city.count(poll)
    with pytest.raises(NotOpen):
        open_consultation.answer(remembered, "a" * 32, [YES])
    assert papers() == 0


def test_a_secret_box_takes_no_plain_answers(app):
    made = city.opened(BoxKind.CODES)
    with pytest.raises(NotOpen):
        answer(made, 1, YES)
    assert papers() == 0


# ---- live totals


def test_the_first_group_is_told_when_another_one_waits_behind_it(live):
    for number in range(9):
        answer(live, number, YES)
    assert told(live) == (0, None)
    answer(live, 9, YES)
    assert told(live) == (5, [[5, 0]])


def test_totals_move_by_whole_groups_and_never_by_one(live):
    """(i) Who looks before and after one neighbour votes learns nothing of that vote."""
    seen = [told(live)]
    for number in range(23):
        answer(live, number, YES if number % 2 else NO)
        seen.append(told(live))
    steps = [after[0] - before[0] for before, after in pairwise(seen)]
    assert set(steps) == {0, 5}
    assert seen[-1][0] == 15
    assert all(sum(counts[0]) == ballots for ballots, counts in seen if counts)


def test_the_result_tells_at_least_a_group_more_than_the_last_live_total(live):
    """Else the difference would be what the last few people answered."""
    for number in range(21):
        answer(live, number, YES)
    before = told(live)[0]
    city.finish(live)
    assert results.published_ballots(live.box) - before >= 5


def test_chance_decides_which_of_those_that_wait_are_told(app, monkeypatch):
    """Whoever knows the order of the voters does not know whose answers a group holds."""
    monkeypatch.setattr(sealed_papers, "chance", random.Random(5))
    seen = set()
    for letter in "abcdef":
        made = city.opened(BoxKind.OPEN, uuid=letter * 14, shows_live=True)
        for number in range(10):
            vote = YES if number < 5 else NO
            open_consultation.answer(made.definition, f"{letter}{number:031x}", [vote])
            db.session.commit()
        seen.add(tuple(told(made)[1][0]))
    assert len(seen) > 1


def test_answers_that_arrive_together_are_each_told_once(live):
    definition = live.definition

    def send(number):
        return lambda: open_consultation.answer(
            definition, f"{number:032x}", [YES if number % 3 else NO]
        )

    city.at_once(*map(send, range(12)))
    city.at_once(*map(send, range(12, 24)))
    ballots, counts = told(live)
    assert ballots == sum(counts[0]) == 15
    city.finish(live)
    assert results.results_of(live.box, live.definition)[0].outcome.counts == (16, 8)


def test_nobody_who_copies_the_database_sees_who_is_in_a_group(live):
    """Neither a mark on a paper nor a list of numbers; what is kept is sealed, always as long."""
    lengths = set()
    for number in range(12):
        answer(live, number, YES)
        head = db.session.get(BoxHead, live.id, populate_existing=True)
        lengths.add(len(head.waiting))
        assert f"{number:032x}".encode() not in head.waiting
    assert len(lengths) == 1
    assert {column.name for column in SealedPaper.__table__.columns} == {
        "id",
        "box_id",
        "kind",
        "sealed",
    }
    city.finish(live)
    assert db.session.get(BoxHead, live.id, populate_existing=True).waiting is None


def test_without_live_results_nothing_is_told_before_the_counting(poll):
    for number in range(20):
        answer(poll, number, YES)
    assert told(poll) == (0, None)
    assert results.results_of(poll.box, poll.definition) == []
    city.finish(poll)
    assert results.published_ballots(poll.box) == 20
    assert db.session.scalar(select(func.count()).select_from(OpenAnswer)) == 20


def test_the_largest_groups_fit_into_what_is_sealed(app, monkeypatch):
    settings = replace(installation(app).settings, small_cell=50)
    monkeypatch.setattr(installation(app), "settings", settings)
    made = city.opened(BoxKind.OPEN, shows_live=True)
    for number in range(100):
        open_consultation.answer(made.definition, f"{number:032x}", [YES])
    db.session.commit()
    assert told(made)[0] == 50


def test_the_size_of_a_group_is_the_citys_smallest_cell(app, monkeypatch):
    settings = replace(installation(app).settings, small_cell=3)
    monkeypatch.setattr(installation(app), "settings", settings)
    made = city.opened(BoxKind.OPEN, shows_live=True)
    for number in range(6):
        answer(made, number, YES)
    assert told(made)[0] == 3
