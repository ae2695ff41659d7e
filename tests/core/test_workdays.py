"""When the city owes an answer. (PQR-01)"""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.core import workdays

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).with_name("data")
VECTORS = json.loads((DATA / "pqrsd-deadline-vectors.json").read_text())["vectors"]
CALENDAR = json.loads((DATA / "holidays-co-2024-2027.json").read_text())
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
CLOSURES = st.frozensets(st.dates(date(2024, 1, 1), date(2025, 12, 31)), max_size=30)
TERMS = {
    "due_10": 10,
    "due_15": 15,
    "due_30": 30,
    "max_extended_10": 20,
    "max_extended_15": 30,
    "max_extended_30": 60,
}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["note"])
def test_the_terms_of_the_law_end_on_the_days_worked_out_by_hand(vector):
    received_on = date.fromisoformat(vector["received"])
    assert workdays.filed_on(received_on) == date.fromisoformat(vector["filed"])
    for name, term in TERMS.items():
        assert workdays.due(received_on, term) == date.fromisoformat(vector[name]), name


@pytest.mark.parametrize("year", CALENDAR["holidays"])
def test_the_holidays_are_those_of_the_law(year):
    expected = {date.fromisoformat(day["date"]) for day in CALENDAR["holidays"][year]}
    assert workdays.holidays(int(year)) == expected
    days = (date(int(year), 1, 1) + timedelta(days=step) for step in range(366))
    working = sum(workdays.is_working(day) for day in days if day.year == int(year))
    assert working == CALENDAR["business_days_per_year"][year]


def test_july_has_a_new_holiday_since_2026():
    assert not workdays.is_working(date(2026, 7, 13))
    assert workdays.is_working(date(2025, 7, 14))


def test_a_day_on_which_the_city_is_closed_does_not_count():
    friday, monday, tuesday = date(2024, 9, 6), date(2024, 9, 9), date(2024, 9, 10)
    assert workdays.add(friday, 1) == monday
    assert workdays.add(friday, 1, {monday}) == tuesday
    assert workdays.due(monday, 1, [monday]) == date(2024, 9, 11)


def test_an_answer_may_be_given_on_the_last_day_itself():
    thursday = date(2024, 9, 5)
    assert workdays.between(thursday, workdays.due(thursday, 10)) == 10
    assert workdays.between(thursday, thursday) == 0
    assert workdays.between(thursday, date(2024, 9, 1)) == 0


@given(DAYS, st.integers(1, 60), CLOSURES)
def test_so_many_working_days_lie_between_a_filing_and_its_term(day, count, closures):
    last = workdays.add(day, count, closures)
    assert workdays.is_working(last, closures)
    assert workdays.between(day, last, closures) == count
    assert workdays.between(day, last - timedelta(days=1), closures) == count - 1


@given(DAYS, st.integers(0, 40), st.integers(0, 40), CLOSURES)
def test_two_terms_one_after_the_other_are_one_long_term(day, first, second, closures):
    in_two_steps = workdays.add(workdays.add(day, first, closures), second, closures)
    assert in_two_steps == workdays.add(day, first + second, closures)


@given(DAYS, st.integers(-40, 40), CLOSURES)
def test_as_many_days_back_lead_to_where_one_began(day, count, closures):
    begin = workdays.filed_on(day, closures)
    assert workdays.add(workdays.add(begin, count, closures), -count, closures) == begin


@given(DAYS, st.integers(0, 40), CLOSURES)
def test_a_closure_never_brings_a_term_forward(day, days, closures):
    assert workdays.due(day, days, closures) >= workdays.due(day, days)
    assert workdays.due(day + timedelta(days=1), days) >= workdays.due(day, days)


def test_the_calendar_is_read_only_when_somebody_asks_for_a_day():
    """Each start of the application would otherwise pay for two hundred countries."""
    code = "import sys, participa.core.workdays; print('holidays.countries' in sys.modules)"
    asked = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert asked.stdout.strip() == "False"
