"""The term of a case: by the kinds of the law, with what stops and lengthens it."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participa.cases import legal_clock, petitions, service
from participa.cases.calendar import Closure, Outage, forget_closed_days
from participa.cases.models import CaseKind
from participa.core import clock, workdays
from participa.core.db import db
from participa.core.errors import Refused
from tests.cases.builders import filed, question
from tests.plan.builders import account
from tests.topics.builders import call

DATA = Path(__file__).parents[1] / "core" / "data"
VECTORS = json.loads((DATA / "pqrsd-deadline-vectors.json").read_text())["vectors"]
KINDS = {"10": CaseKind.INFORMATION, "15": CaseKind.GENERAL, "30": CaseKind.CONSULTATION}
DAYS = st.dates(date(2024, 1, 1), date(2027, 10, 1))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["note"])
def test_a_petition_is_due_on_the_day_worked_out_by_hand(app, vector):
    """PQR-01."""
    received_on = date.fromisoformat(vector["received"])
    for term, kind in KINDS.items():
        case = filed(received_on, kind)
        assert case.due_on == date.fromisoformat(vector[f"due_{term}"])
        case.extra_days = kind.most_extra
        assert case.due_on == date.fromisoformat(vector[f"max_extended_{term}"])


def test_every_kind_has_the_term_of_its_seed():
    """PQR-01."""
    for kind in CaseKind:
        assert not kind.value or kind.term == petitions.types()[kind.value].term
    assert CaseKind.OPINION.term is None
    assert (CaseKind.DATA_CLAIM.term, CaseKind.DATA_CLAIM.most_extra) == (15, 8)


def test_another_kind_never_makes_the_term_end_later(app):
    """PQR-08: a wrong class shortens no right."""
    day = date(2026, 3, 2)
    general = filed(day, CaseKind.GENERAL).due_on
    assert filed(day, CaseKind.CONSULTATION, filed_as=CaseKind.GENERAL).due_on == general
    assert filed(day, CaseKind.OPINION, filed_as=CaseKind.GENERAL).due_on == general
    assert filed(day, CaseKind.GENERAL, filed_as=CaseKind.OPINION).due_on == general
    assert filed(day, CaseKind.INFORMATION, filed_as=CaseKind.GENERAL).due_on < general


def test_a_closure_moves_what_is_open(app):
    case = filed(date(2026, 3, 2), CaseKind.INFORMATION)
    before = case.due_on
    db.session.add(Closure(closed_on=date(2026, 3, 4), reason="Jornada", act="Decreto 1"))
    db.session.flush()
    forget_closed_days()
    assert case.due_on == workdays.add(before, 1)
    [day] = [one for one in legal_clock.days_of(case) if one.on == date(2026, 3, 4)]
    assert day.why_not == "la ciudad cierra"


def test_while_the_person_completes_it_no_day_counts(app):
    """PQR-02."""
    case = filed(date(2026, 3, 2), CaseKind.GENERAL)
    without = case.due_on
    case.asked_to_complete_on = date(2026, 3, 5)
    assert (case.due_on, case.is_waiting) == (None, True)
    assert legal_clock.days_of(case) == []
    case.completed_on = date(2026, 3, 12)
    assert case.due_on == workdays.add(without, 5)


@pytest.mark.parametrize(
    ("asked_on", "last_on"),
    [
        (date(2026, 3, 5), date(2026, 4, 6)),  # the 5th is a Sunday
        (date(2026, 3, 2), date(2026, 4, 6)),  # the 2nd and the 3rd are of the Holy Week
        (date(2026, 1, 30), date(2026, 3, 2)),  # February has no 30th, and the 28th is a Saturday
        (date(2026, 4, 10), date(2026, 5, 11)),
    ],
    ids=["sunday", "holy-week", "short-month", "monday"],
)
def test_the_person_has_a_month_by_the_calendar_to_complete_it(app, asked_on, last_on):
    """PQR-02."""
    case = filed(asked_on, CaseKind.GENERAL, asked_to_complete_on=asked_on)
    assert legal_clock.time_to_complete(case).last_on == last_on
    assert legal_clock.time_to_complete(filed(asked_on)) is None


def test_who_asks_for_more_time_has_a_second_month_and_each_day_says_why_it_does_not_count(app):
    """Article 17: the month to complete it can be given once more."""
    case = filed(date(2026, 3, 2), CaseKind.GENERAL, asked_to_complete_on=date(2026, 3, 5))
    assert legal_clock.time_to_complete(case).last_on == date(2026, 4, 6)
    case.more_time_asked_on = date(2026, 3, 30)
    time = legal_clock.time_to_complete(case)
    assert (time.first_on, time.last_on) == (date(2026, 4, 6), date(2026, 5, 6))
    case.completed_on = date(2026, 4, 8)
    told = {day.on: day.why_not for day in legal_clock.days_of(case)}
    assert told[date(2026, 4, 6)] == legal_clock.STOPPED
    assert told[date(2026, 4, 7)] == legal_clock.STOPPED_LONGER


def outage(began: date, minutes: int) -> None:
    began_at = clock.at_city(began, 9)
    ended_at = began_at + timedelta(minutes=minutes)
    db.session.add(Outage(began_at=began_at, ended_at=ended_at))
    db.session.flush()


@pytest.mark.parametrize(
    ("began", "minutes", "more"),
    [
        (date(2026, 4, 20), 30, 3),
        (date(2026, 5, 11), 45, 3),
        (date(2026, 4, 20), 29, 0),
        (date(2026, 4, 9), 600, 0),
        (date(2026, 5, 12), 600, 0),
    ],
    ids=["meanwhile", "on-the-last-day", "too-short", "before", "after"],
)
def test_an_outage_gives_the_person_three_working_days_more_and_the_city_none(
    app, began, minutes, more
):
    """PQR-09."""
    case = filed(date(2026, 4, 8), CaseKind.GENERAL)
    due_on = case.due_on
    outage(began, minutes)
    assert case.due_on == due_on
    case.asked_to_complete_on = date(2026, 4, 10)
    time = legal_clock.time_to_complete(case)
    assert time.last_on == workdays.add(date(2026, 5, 11), more) if more else date(2026, 5, 11)
    assert len(time.outages) == (1 if more else 0)


def test_an_outage_in_the_second_month_gives_three_days_more_and_one_in_the_first_only_once(app):
    """PQR-09."""
    case = filed(date(2026, 4, 8), CaseKind.GENERAL, asked_to_complete_on=date(2026, 4, 10))
    case.more_time_asked_on = date(2026, 5, 4)
    assert legal_clock.time_to_complete(case).last_on == date(2026, 6, 11)
    outage(date(2026, 5, 11), 45)  # the last day of the first month, which is moved by it
    assert legal_clock.time_to_complete(case).last_on == date(2026, 6, 16)
    outage(date(2026, 6, 1), 45)
    time = legal_clock.time_to_complete(case)
    assert (time.last_on, len(time.outages)) == (workdays.add(date(2026, 6, 16), 3), 2)


def test_what_its_author_took_back_is_due_no_more(app, at):
    at(2026, 3, 3)
    case = question(call(), kind=CaseKind.GENERAL, filed_as=CaseKind.GENERAL)
    db.session.flush()
    service.desist(case)
    at(2027, 3, 3)
    assert (case.due_on, case.is_late, case.is_waiting) == (None, False, False)
    assert legal_clock.days_of(case) == []
    answered = filed(date(2026, 3, 2), answered_on=date(2026, 3, 9))
    with pytest.raises(Refused, match="Ya se respondió"):
        service.desist(answered)


def test_a_holiday_is_called_by_its_name(app):
    case = filed(date(2026, 3, 20), CaseKind.GENERAL)
    [day] = [one for one in legal_clock.days_of(case) if one.on == date(2026, 3, 23)]
    assert day.why_not == "festivo: Día de San José"


def test_what_comes_after_hours_counts_from_the_next_day_and_staff_are_warned_earlier(app):
    """Both readings of article 54; the alert goes by the earlier date."""
    case = filed(date(2026, 3, 2), CaseKind.GENERAL, is_after_hours=True)
    assert case.due_on == workdays.add(case.alert_on, 1)
    assert legal_clock.days_of(case)[0].why_not == legal_clock.AFTER_HOURS


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DAYS, st.sampled_from([kind for kind in CaseKind if kind.term]), st.booleans())
def test_the_last_day_is_a_working_one_and_anybody_can_count_to_it(app, day, kind, is_late):
    case = filed(day, kind, is_after_hours=is_late)
    days = legal_clock.days_of(case)
    assert workdays.is_working(case.due_on)
    assert days[-1].on == case.due_on
    assert [one.number for one in days if one.number] == list(range(1, kind.term + 1))
    assert all(bool(one.number) != bool(one.why_not) for one in days)


@given(DAYS, st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_another_closure_never_shortens_a_term(day, closed_on):
    without = workdays.due(day, 15)
    assert workdays.due(day, 15, {closed_on}) >= without


def test_a_term_is_extended_once_before_it_ends_and_to_no_more_than_the_double(app, at):
    at(2026, 3, 3)
    case = question(call(), kind=CaseKind.GENERAL, filed_as=CaseKind.GENERAL)
    case.filed_on = date(2026, 3, 2)
    db.session.flush()
    by = account()
    db.session.add(by)
    for days, reason in ((0, "Falta un estudio"), (16, "Falta un estudio"), (5, "")):
        with pytest.raises(Refused):
            service.extend(case, by, days, reason)
    before = case.due_on
    service.extend(case, by, 15, "Falta un estudio de suelos.")
    assert case.due_on == workdays.add(before, 15)
    with pytest.raises(Refused, match="una vez"):
        service.extend(case, by, 1, "Otra vez")


def test_a_term_stays_within_the_double_when_an_extended_case_becomes_of_another_kind(app):
    """PQR-08: thirty days more for a consultation are no thirty more for a copy of a document."""
    case = filed(date(2026, 3, 2), CaseKind.CONSULTATION, extra_days=30)
    assert case.term == 60
    case.kind = CaseKind.INFORMATION
    assert case.term == 20
    assert case.due_on == workdays.due(date(2026, 3, 2), 20)


def test_a_term_that_is_over_is_not_extended(app, at):
    case = question(call(), kind=CaseKind.GENERAL, filed_as=CaseKind.GENERAL)
    case.filed_on = date(2026, 3, 2)
    db.session.flush()
    late = case.due_on + timedelta(days=1)
    at(late.year, late.month, late.day, 15)
    with pytest.raises(Refused, match="venció"):
        service.extend(case, account(), 5, "Tarde")
