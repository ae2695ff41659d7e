"""At any moment, for any code that somebody types."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.attendance.public import presence_codes
from participa.attendance.public.presence_codes import EARLIER, GRANT_LASTS, LATER, STEP_SECONDS
from participa.core import clock, codes

pytestmark = [pytest.mark.one_engine, pytest.mark.usefixtures("app")]
LIST = "7K3F2QXM"
BEGIN = clock.at_city(date(2026, 1, 1))
MOMENTS = st.integers(0, 10**9).map(lambda seconds: BEGIN + timedelta(seconds=seconds))


def is_taken(seen: str, moment: datetime, code: str = LIST) -> bool:
    with clock.stopped_at(moment):
        return presence_codes.is_current(code, seen)


@given(MOMENTS, st.integers(0, STEP_SECONDS * LATER))
def test_a_code_is_taken_for_as_long_as_a_slow_phone_needs(moment, seconds):
    seen = presence_codes.current(LIST, moment)
    assert is_taken(seen, moment + timedelta(seconds=seconds))


@given(MOMENTS, st.integers(0, STEP_SECONDS * EARLIER))
def test_the_clock_of_the_machine_that_checks_may_be_late(moment, seconds):
    seen = presence_codes.current(LIST, moment)
    assert is_taken(seen, moment - timedelta(seconds=seconds))


@given(MOMENTS, st.integers(STEP_SECONDS * (LATER + 1), 10**6))
def test_an_old_code_is_not_taken(moment, seconds):
    seen = presence_codes.current(LIST, moment)
    assert not is_taken(seen, moment + timedelta(seconds=seconds))


@given(MOMENTS, st.text(codes.ALPHABET, min_size=8, max_size=8))
def test_the_code_of_another_list_is_not_taken(moment, other):
    assert is_taken(presence_codes.current(LIST, moment), moment, other) == (other == LIST)


@given(MOMENTS, st.integers(0, int(GRANT_LASTS.total_seconds())), st.integers(1, 10**6))
def test_whoever_scanned_a_code_has_time_to_fill_in_the_form_and_not_for_ever(moment, soon, late):
    with clock.stopped_at(moment):
        permit = presence_codes.grant(LIST)
    with clock.stopped_at(moment + timedelta(seconds=soon)):
        assert presence_codes.is_granted(LIST, permit)
        assert not presence_codes.is_granted("00000000", permit)
    with clock.stopped_at(moment + GRANT_LASTS + timedelta(seconds=late)):
        assert not presence_codes.is_granted(LIST, permit)


@given(MOMENTS)
def test_the_screen_shows_a_code_until_the_next_one(moment):
    left = presence_codes.seconds_left(moment)
    now = presence_codes.current(LIST, moment)
    assert presence_codes.current(LIST, moment + timedelta(seconds=left - 1)) == now
    assert presence_codes.current(LIST, moment + timedelta(seconds=left)) != now


@pytest.mark.slow
@given(st.text(max_size=30))
def test_nothing_that_somebody_types_breaks_it(typed):
    assert not presence_codes.is_granted(LIST, typed)
    assert is_taken(typed, BEGIN) == (codes.read(typed) in possible())


def possible() -> set[str]:
    steps = range(-LATER, EARLIER + 1)
    moments = (BEGIN + timedelta(seconds=STEP_SECONDS * step) for step in steps)
    return {presence_codes.current(LIST, moment) for moment in moments}
