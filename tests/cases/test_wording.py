"""The term of a case in words."""

from datetime import date, timedelta

import pytest

from participa.cases.wording import term_in_words
from tests.cases.builders import filed

FILED, DUE = date(2026, 11, 10), date(2026, 12, 2)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-2, ("Vence en 2 días", "going")),
        (-1, ("Vence mañana", "going")),
        (0, ("Vence hoy", "late")),
        (1, ("Vencida", "late")),
    ],
)
def test_the_term_of_an_open_question_is_told_by_the_day(app, at, days, words):
    """RDC-04."""
    today = DUE + timedelta(days=days)
    at(today.year, today.month, today.day, 15)
    case = filed(FILED)
    assert term_in_words(case) == words
    assert (case.is_late, case.is_near) == (days > 0, True)


@pytest.mark.parametrize(
    ("answered_on", "words"),
    [
        (DUE, ("Respondida a tiempo", "done")),
        (DUE + timedelta(days=1), ("Respondida fuera de término", "late")),
    ],
)
def test_an_answer_came_in_time_or_late(app, answered_on, words):
    """RDC-04."""
    case = filed(FILED, answered_on=answered_on)
    assert term_in_words(case) == words
