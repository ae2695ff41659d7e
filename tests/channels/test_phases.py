"""The phase is one rule with two faces: a property in Python, a condition in SQL."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from participa.channels.phases import Phase, is_in, is_open_now, phase
from participa.core.db import db
from participa.topics.models import TopicCall

NOON = datetime(2026, 8, 3, 17, tzinfo=UTC)
MOMENTS = st.none() | st.integers(-3, 3).map(lambda hours: NOON + timedelta(hours=hours))
FACTS = st.tuples(MOMENTS, MOMENTS, MOMENTS, MOMENTS)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((None, None, None, None), Phase.DRAFT),
        ((None, None, None, NOON), Phase.DRAFT),
        ((NOON, None, None, None), Phase.OPEN),
        ((NOON, NOON, None, None), Phase.OPEN),
        ((NOON, NOON + timedelta(seconds=1), None, None), Phase.SCHEDULED),
        ((NOON, None, NOON, None), Phase.CLOSED),
        ((NOON, None, NOON + timedelta(seconds=1), None), Phase.OPEN),
        ((NOON, NOON + timedelta(days=1), NOON + timedelta(days=2), NOON), Phase.CLOSED),
    ],
)
def test_the_facts_give_the_phase(facts, expected):
    assert phase(*facts, now=NOON) is expected


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(FACTS, min_size=1, max_size=12))
def test_the_database_sees_the_same_phase(app, several):
    db.session.execute(delete(TopicCall))
    expected = {}
    for number, (published_at, opens_at, closes_at, closed_at) in enumerate(several):
        if opens_at and closes_at and closes_at <= opens_at:
            continue  # a constraint of the table refuses it
        call = TopicCall(
            code=f"{number:08d}",
            title="Temas",
            published_at=published_at,
            opens_at=opens_at,
            closes_at=closes_at,
            closed_at=closed_at,
        )
        db.session.add(call)
        expected[call.code] = phase(published_at, opens_at, closes_at, closed_at, NOON)
    db.session.flush()
    for wanted in Phase:
        found = db.session.scalars(select(TopicCall.code).where(is_in(TopicCall, wanted, NOON)))
        assert set(found) == {code for code, is_ in expected.items() if is_ is wanted}
    found = db.session.scalars(select(TopicCall.code).where(is_open_now(TopicCall, NOON)))
    assert set(found) == {code for code, is_ in expected.items() if is_ is Phase.OPEN}
    db.session.rollback()
