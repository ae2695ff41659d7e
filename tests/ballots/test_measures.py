"""Task 4.1: a ballot box counts when it opened, can be reached and received votes."""

import pytest

from participa.ballots.models import BallotBox, BoxKind
from participa.ballots.voting import open_consultation
from participa.core import clock
from participa.core.db import db
from participa.core.links import ShortLink
from participa.plan import measures
from tests.ballots import city
from tests.conftest import as_demo
from tests.plan.builders import plan, task


@pytest.fixture
def counted(app, make):
    [made] = make(plan(task(1, measure="ballots.working"))).actions[0].tasks
    return made


def indicator(app, of):
    with app.test_request_context():
        return measures.indicators([of])[of.id]


def answered(uuid="z" * 14, **facts):
    made = city.opened(BoxKind.OPEN, uuid=uuid, **facts)
    open_consultation.answer(made.definition, (uuid + "0" * 32)[:32], [city.YES])
    db.session.commit()
    return made


def test_a_box_that_received_votes_moves_the_indicator(app, counted):
    assert indicator(app, counted).value == 0
    city.opened(BoxKind.CODES).cast(0, city.YES)
    told = indicator(app, counted)
    assert (told.value, told.is_met) == (1, True)
    [proof] = told.evidence
    assert proof.url == f"/urna/{city.UUID}"
    assert proof.on == clock.today()
    answered()
    assert indicator(app, counted).value == 2


def test_a_draft_is_nobodys_evidence(app, counted):
    city.draft(BoxKind.OPEN)
    assert indicator(app, counted).evidence == ()


def test_what_does_not_count_says_why(app, counted):
    with as_demo(app):
        answered("a" * 14, is_example=True)
    city.opened(BoxKind.OPEN, uuid="b" * 14)
    lost = answered("c" * 14)
    db.session.delete(db.session.get(ShortLink, lost.box.code))
    db.session.commit()
    told = indicator(app, counted)
    assert told.value == 0
    assert sorted(proof.reason for proof in told.evidence) == [
        "Aún no recibe votos.",
        "Aún no tiene código QR.",
        "Es un ejemplo, con votos inventados.",
    ]


def test_a_counted_box_still_counts_although_its_papers_are_gone(app, counted):
    city.finish(answered())
    assert indicator(app, counted).value == 1


def test_the_evidence_of_many_boxes_is_one_question(app, counted, questions):
    for letter in "abc":
        answered(letter * 14)
    assert counted.id
    assert db.session.query(BallotBox).count() == 3
    questions.clear()
    indicator(app, counted)
    assert len(questions) == 1
