"""Task 3.5 counts meetings with their minutes; other plans count the events that were held."""

import pytest

from participa.core.db import db
from participa.events import measures as of_events
from participa.events import service as events
from participa.events.minutes import service
from participa.plan import measures
from tests.conftest import as_demo
from tests.events import city
from tests.events.minutes import acta
from tests.plan.builders import plan, task


def proofs(app, measured: str, build) -> list:
    """The evidence of a task with this measure, for the event that `build` makes of it."""
    made = plan(task(1, measure=measured), year=2031)
    db.session.add(made)
    db.session.commit()
    counted = made.actions[0].tasks[0]
    build([counted])
    with app.test_request_context():
        return list(measures.indicators([counted])[counted.id].evidence)


def closed(tasks):
    return acta.closed(acta.written(city.held(tasks)))


def reopened(tasks):
    event = closed(tasks).event
    service.reopen(event, acta.writer(), "Faltó algo.")
    db.session.commit()


def postponed(tasks):
    events.postpone(city.called(tasks), acta.writer(), "Lluvia")
    db.session.commit()


def cancelled(tasks):
    events.cancel(city.called(tasks), acta.writer(), "Lluvia")
    db.session.commit()


@pytest.mark.parametrize(
    ("build", "meeting", "held"),
    [
        (closed, "", ""),
        (city.held, "Aún no tiene acta.", ""),
        (reopened, "Su acta está reabierta.", ""),
        (city.called, "Está convocado para el ", "Está convocado para el "),
        (postponed, "Está aplazado, sin fecha nueva.", "Está aplazado, sin fecha nueva."),
    ],
)
def test_an_event_counts_or_says_why_not(app, build, meeting, held):
    for name, reason in (("events.meetings_held", meeting), ("events.held", held)):
        [proof] = proofs(app, name, build)
        assert proof.reason.startswith(reason), name
        assert (proof.fulfilled, proof.reason == "") == (reason == "", reason == "")
        db.session.rollback()


@pytest.mark.parametrize("build", [cancelled, city.planned])
def test_what_was_cancelled_or_not_called_is_nobodys_evidence(app, build):
    assert proofs(app, "events.meetings_held", build) == []


def test_the_evidence_leads_to_the_minutes_or_to_the_event(app):
    [proof] = proofs(app, "events.meetings_held", closed)
    assert proof.url.endswith("/acta")
    [proof] = proofs(app, "events.held", city.held)
    assert not proof.url.endswith("/acta")


def test_an_example_counts_in_a_demonstration_only(app):
    with as_demo(app):
        event = acta.written(city.held(is_example=True))
        minutes = acta.closed(event)
        assert of_events.why_no_minutes(minutes.event, True) == ""
    assert "ejemplo" in of_events.why_no_minutes(minutes.event, True)
