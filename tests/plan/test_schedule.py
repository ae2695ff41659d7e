from datetime import date

import pytest

from participa.plan import schedule
from participa.plan.measures import Evidence, Indicator
from participa.plan.models import Unit
from participa.plan.schedule import ScheduleState

FIRST, LAST = schedule.begins_on(2024, 3), schedule.ends_on(2024, 9)


def with_proof_of(*days: date) -> Indicator:
    return Indicator(Unit.COUNT, 1, tuple(Evidence(1, "Prueba", "/p", day) for day in days))


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        pytest.param(
            date(2024, 2, 29), ScheduleState.NOT_STARTED, id="the day before its first month"
        ),
        pytest.param(date(2024, 3, 1), ScheduleState.GOING, id="the first day"),
        pytest.param(date(2024, 9, 30), ScheduleState.GOING, id="the last day"),
        pytest.param(date(2024, 10, 1), ScheduleState.LATE, id="the day after"),
        pytest.param(date(2025, 4, 1), ScheduleState.LATE, id="the same months of another year"),
    ],
)
def test_the_months_of_a_task_tell_its_state(today, expected):
    assert schedule.state(FIRST, LAST, with_proof_of(), today) is expected
    assert schedule.state(FIRST, LAST, None, today) is expected


def test_what_is_met_is_met_before_and_after_its_months():
    done = with_proof_of(date(2024, 2, 1))
    for today in (date(2024, 2, 2), date(2024, 5, 1), date(2026, 1, 1)):
        assert schedule.state(FIRST, LAST, done, today) is ScheduleState.DONE


def test_what_was_met_after_its_last_month_says_so():
    assert schedule.is_out_of_term(LAST, with_proof_of(date(2024, 10, 1)))
    assert not schedule.is_out_of_term(LAST, with_proof_of(date(2024, 9, 30)))
    assert not schedule.is_out_of_term(LAST, with_proof_of())
    assert not schedule.is_out_of_term(LAST, None)


def test_february_ends_as_the_year_wants():
    assert schedule.ends_on(2024, 2) == date(2024, 2, 29)
    assert schedule.ends_on(2025, 2) == date(2025, 2, 28)
