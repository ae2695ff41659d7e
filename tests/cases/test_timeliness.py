"""On time = answered within the term ÷ (answered + open and overdue)."""

from datetime import date, timedelta

import pytest

from participa.cases.models import CaseKind
from participa.cases.timeliness import Timeliness, counted
from tests.cases.builders import filed

pytestmark = pytest.mark.one_engine
FILED = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def today(app, at):
    at(2026, 6, 1, 15)


def answered(days: int, **facts):
    return filed(FILED, CaseKind.GENERAL, answered_on=FILED + timedelta(days=days), **facts)


def test_what_came_in_time_and_what_came_late_are_told_apart():
    assert counted([answered(5), answered(60)]) == Timeliness(1, 2, 0)


def test_an_overdue_question_without_an_answer_lowers_the_figure():
    """Leaving questions open must not make a city look punctual."""
    assert counted([answered(5), filed(FILED, CaseKind.GENERAL)]) == Timeliness(1, 1, 1)


def test_what_still_has_time_and_what_asks_for_nothing_do_not_count():
    waiting = filed(FILED, CaseKind.GENERAL, asked_to_complete_on=FILED)
    recent = filed(date(2026, 5, 29), CaseKind.GENERAL)
    opinion = filed(FILED, CaseKind.OPINION)
    assert counted([waiting, recent, opinion]) == Timeliness(0, 0, 0)
    assert counted([]) == Timeliness(0, 0, 0)
