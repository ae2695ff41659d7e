"""Nothing sent is lost, nothing is stored twice. (design 3.1, NET-02)"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import DateTime, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from participa.core import codes, submissions
from participa.core.db import db

GOLDEN = "8758ce2955f6d46a29104348fea4cdf5da2e0620038f98cab4a5b83872adc1a6"


class Paper(DeclarativeBase):
    """Tables of these tests only."""


class Proposal(submissions.Submission, Paper):
    __tablename__ = "test_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class Answer(submissions.Submission, Paper):
    __tablename__ = "test_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    digest: Mapped[str]


@pytest.fixture
def proposals(app):
    Paper.metadata.create_all(db.engine)
    yield
    db.session.rollback()
    Paper.metadata.drop_all(db.engine)


def send(submission_id, text="Más árboles"):
    new_id = submissions.insert_once(
        Proposal,
        submission_id=submission_id,
        receipt=submissions.receipt(submission_id),
        text=text,
    )
    db.session.commit()
    return new_id


def all_texts():
    return list(db.session.scalars(select(Proposal.text).order_by(Proposal.id)))


def test_each_showing_of_a_form_has_its_own_submission(app):
    shown = {submissions.read(submissions.issue("topics"), "topics") for _ in range(100)}
    assert len(shown) == 100


def test_a_token_of_one_form_does_not_open_another(app):
    with pytest.raises(submissions.Stale, match="envíelo otra vez"):
        submissions.read(submissions.issue("topics"), "surveys")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_no_invented_token_is_accepted(app, token):
    with pytest.raises(submissions.Stale):
        submissions.read(token, "topics")


def test_a_token_with_one_altered_sign_is_refused(app):
    token = submissions.issue("topics")
    for place in range(0, len(token) - 1, 7):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(submissions.Stale):
            submissions.read(token[:place] + other + token[place + 1 :], "topics")


def test_a_page_may_stay_open_for_two_months(app):
    morning = datetime(2024, 9, 3, 9, tzinfo=UTC)
    with time_machine.travel(morning, tick=False):
        token = submissions.issue("topics")
    with time_machine.travel(morning + timedelta(days=60), tick=False):
        assert submissions.read(token, "topics")
    with (
        time_machine.travel(morning + timedelta(days=60, seconds=2), tick=False),
        pytest.raises(submissions.Stale, match="mucho tiempo abierta"),
    ):
        submissions.read(token, "topics")


def test_every_retry_gets_the_same_receipt_and_nobody_else_does(app):
    one, other = "a" * 32, "b" * 32
    assert submissions.receipt(one) == submissions.receipt(one)
    assert submissions.receipt(one) != submissions.receipt(other)
    assert len(submissions.receipt(one)) * 5 >= 80  # bits
    assert set(submissions.receipt(one)) <= set(codes.ALPHABET)


def test_who_does_not_know_the_key_cannot_tell_a_receipt(app, monkeypatch):
    before = submissions.receipt("a" * 32)
    monkeypatch.setitem(app.config, "SECRET_KEY", "otra clave de otra ciudad, igual de larga")
    assert submissions.receipt("a" * 32) != before


def test_the_second_click_stores_nothing_and_changes_nothing(proposals):
    first = send("a" * 32, "Más árboles")
    assert first is not None
    assert send("a" * 32, "Otra cosa") is None
    assert all_texts() == ["Más árboles"]
    assert send("b" * 32, "Otra cosa") not in {None, first}
    assert all_texts() == ["Más árboles", "Otra cosa"]


def test_a_copy_of_an_answer_gets_its_receipt_and_another_content_is_refused(proposals, questions):
    first = submissions.store(Answer, "a" * 32, ("sí", [1, 2]), text="sí")
    assert len(questions) == 1
    db.session.commit()
    again = submissions.store(Answer, "a" * 32, ("sí", [1, 2]), text="sí")
    assert first.id is not None
    assert again == submissions.Stored(None, first.receipt)
    with pytest.raises(submissions.AlreadySent, match="ya se envió") as refusal:
        submissions.store(Answer, "a" * 32, ("no", [1, 2]), text="no")
    assert refusal.value.status == 409
    assert refusal.value.receipt == first.receipt == submissions.receipt("a" * 32)
    assert refusal.value.received_at is not None
    assert list(db.session.scalars(select(Answer.text))) == ["sí"]


def test_a_copy_gets_the_receipt_that_was_given_out_also_an_earlier_and_shorter_one(proposals):
    first = submissions.store(Answer, "a" * 32, ("sí",), text="sí")
    earlier = first.receipt[: submissions.EARLIER_LENGTH]
    db.session.execute(update(Answer).values(receipt=earlier))
    db.session.commit()
    assert submissions.store(Answer, "a" * 32, ("sí",), text="sí").receipt == earlier
    with pytest.raises(submissions.AlreadySent) as refused:
        submissions.store(Answer, "a" * 32, ("no",), text="no")
    assert refused.value.receipt == earlier


def test_the_receipt_of_what_arrived_can_be_looked_up(proposals):
    token = submissions.issue("call:1")
    submission_id = submissions.read(token, "call:1")
    assert submissions.receipt_of(Answer, token, "call:1") is None
    submissions.store(Answer, submission_id, (), text="")
    receipt = submissions.receipt(submission_id)
    assert submissions.receipt_of(Answer, token, "call:1") == receipt
    for other in ((token, "call:2"), ("", "call:1"), ("damaged", "call:1")):
        assert submissions.receipt_of(Answer, *other) is None


def test_the_digest_is_the_one_that_stored_answers_have(app, monkeypatch):
    """It is compared with rows of earlier releases."""
    monkeypatch.setitem(app.config, "SECRET_KEY", "k" * 32)
    payload = ((3, 1), "Comuna 1", "", "Más árboles", "")
    assert submissions.digest_of("a" * 32, payload) == GOLDEN


def test_copies_that_arrive_together_leave_one(app, proposals):
    together = threading.Barrier(6, timeout=30)

    def click(number):
        with app.app_context():
            together.wait()
            return send("a" * 32, f"Copia {number}")

    with ThreadPoolExecutor(6) as crowd:
        results = list(crowd.map(click, range(6)))
    assert sum(result is not None for result in results) == 1
    assert len(all_texts()) == 1
