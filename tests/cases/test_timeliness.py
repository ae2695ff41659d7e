"""The figure of the answers in time, and what would make it look better than it is."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from participa.cases import timeliness
from participa.cases.models import Case, CaseKind
from participa.core import workdays
from participa.core.db import db
from tests.cases.builders import filed, question
from tests.topics.builders import call

TODAY = date(2026, 6, 1)
FILED = date(2026, 3, 2)
LAST = workdays.due(FILED, 15)


@pytest.fixture(autouse=True)
def noon(at):
    at(2026, 6, 1, 17)


def general(**facts) -> Case:
    return filed(FILED, CaseKind.GENERAL, **facts)


def test_an_open_overdue_case_lowers_the_figure(app):
    """The Austin test: not answering must never look better than answering late."""
    answered = [general(answered_on=LAST) for _ in range(3)]
    figure = timeliness.counted(answered)
    assert (figure.percent, figure.owed) == (100, 3)
    lower = timeliness.counted([*answered, general()])
    assert (lower.percent, lower.on_time, lower.answered, lower.overdue) == (75, 3, 3, 1)
    late = timeliness.counted([*answered, general(answered_on=TODAY)])
    assert late.percent == lower.percent


def test_what_is_not_due_yet_and_what_has_no_term_do_not_count(app):
    fresh = filed(TODAY, CaseKind.GENERAL)
    praise = filed(FILED, CaseKind.PRAISE, answered_on=TODAY)
    waiting = general(asked_to_complete_on=FILED)
    taken_back = general(desisted_on=LAST)
    figure = timeliness.counted([fresh, praise, waiting, taken_back])
    assert (figure.owed, figure.percent) == (0, None)
    assert figure.words == "Sin denominador: aún no hay respuestas ni vencidos."


def test_the_last_day_is_in_time_and_the_next_one_is_not(app):
    days = [LAST, LAST + timedelta(days=1)]
    assert [timeliness.counted([general(answered_on=day)]).on_time for day in days] == [1, 0]


def test_the_figure_is_printed_with_its_numbers(app):
    figure = timeliness.Timeliness(on_time=26, answered=28, overdue=2)
    assert figure.words.replace("\xa0", " ") == "86,7 % = 26 ÷ (28 + 2)"
    assert timeliness.FORMULA == "respondidos a tiempo ÷ (respondidos + vencidos sin responder)"


def test_a_figure_of_a_year_counts_its_answers_and_all_that_is_overdue_now(app):
    """What was left unanswered in an earlier year does not go away with it."""
    made = call()
    facts = {"kind": CaseKind.GENERAL, "filed_as": CaseKind.GENERAL}
    last_year = date(2025, 3, 3)
    for place, (filed_on, answered_on) in enumerate(
        [(FILED, LAST), (last_year, last_year), (last_year, None), (TODAY, None)]
    ):
        question(made, f"{place:012}", filed_on=filed_on, answered_on=answered_on, **facts)
    db.session.commit()
    figure = timeliness.of(select(Case), date(2026, 1, 1), TODAY)
    assert (figure.on_time, figure.answered, figure.overdue) == (1, 1, 1)
