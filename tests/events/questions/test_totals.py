"""How many questions an event received and how they were answered."""

from datetime import date

from participa.cases.models import Case
from participa.core.db import db
from participa.events.questions.totals import totals_of
from participa.events.record_models import AskedBy, EventQuestion
from tests.events import city


def question(event, code, way, filed_on, answered_on=None, is_there=False):
    case = Case(code=code * 12, source="events", text=code, filed_on=filed_on)
    case.answered_on = answered_on
    db.session.add(EventQuestion(event=event, case=case, asked_by=way, is_answered_there=is_there))


def test_the_totals_count_ways_answers_and_terms(app, questions, at):
    at(2026, 11, 30, 15)
    event, other = city.held(), city.held()
    first = date(2026, 11, 3)  # due on 25 November: a Monday in between is a holiday
    question(event, "A", AskedBy.WEB, first, date(2026, 11, 3), is_there=True)
    question(event, "B", AskedBy.CARD, first, date(2026, 11, 25))
    question(event, "C", AskedBy.CARD, first, date(2026, 11, 26))
    question(event, "D", AskedBy.SPOKEN, first)
    question(event, "E", AskedBy.SPOKEN, date(2026, 11, 20))
    question(other, "F", AskedBy.QR, first)
    db.session.commit()
    before = len(questions)
    found = totals_of(event.id)
    assert len(questions) - before <= 2  # the row of the event, and one SELECT
    assert found.by_way == ((AskedBy.WEB, 1), (AskedBy.CARD, 2), (AskedBy.SPOKEN, 2))
    assert (found.received, found.answered) == (5, 3)
    assert (found.answered_there, found.answered_in_writing, found.answered_late) == (1, 2, 1)
    assert (found.pending, found.late) == (2, 1)


def test_an_event_without_questions_has_zeros(app):
    found = totals_of(city.held().id)
    assert (found.by_way, found.received, found.pending, found.late) == ((), 0, 0, 0)
