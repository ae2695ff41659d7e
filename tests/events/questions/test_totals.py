"""How many questions an event received and how they were answered."""

from datetime import date

from participa.cases.models import Case
from participa.core import clock
from participa.core.db import db
from participa.events.questions.queries import public_questions
from participa.events.questions.totals import totals_of
from participa.events.record_models import AskedBy, EventQuestion
from tests.events import city


def question(event, code, way, filed_on, answered_on=None, is_there=False, is_public=True):
    published_at = clock.now() if answered_on and is_public else None
    case = Case(code=code * 12, source="events", text=code, filed_on=filed_on)
    case.answered_on = answered_on
    case.published_at = published_at
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
    assert len(questions) - before <= 3  # the event, its questions, and the closed days
    assert found.by_way == ((AskedBy.WEB, 1), (AskedBy.CARD, 2), (AskedBy.SPOKEN, 2))
    assert (found.received, found.answered) == (5, 3)
    assert (found.answered_there, found.answered_in_writing, found.answered_late) == (1, 2, 1)
    assert (found.pending, found.late, found.unpublished) == (2, 1, 0)
    assert found.due == ((date(2026, 11, 25), 1), (date(2026, 12, 14), 1))


def test_an_answer_that_nobody_reads_leaves_its_question_pending_on_every_page(app):
    event = city.held()
    question(event, "A", AskedBy.WEB, clock.today(), clock.today())
    question(event, "B", AskedBy.WEB, clock.today(), clock.today(), is_public=False)
    question(event, "C", AskedBy.WEB, clock.today())
    db.session.commit()
    stated, page = totals_of(event.id), public_questions(event.id)
    assert (stated.answered, stated.pending, stated.unpublished) == (1, 2, 1)
    assert (page.answered, page.pending) == (stated.answered, stated.pending)


def test_an_event_without_questions_has_zeros(app):
    found = totals_of(city.held().id)
    assert (found.by_way, found.received, found.pending, found.late) == ((), 0, 0, 0)
