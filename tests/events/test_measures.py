"""Task 3.5 counts meetings of a body with their minutes; other plans count events with minutes."""

import re

import pytest

from participa.channels.mentions import ATTENDANCE, Mention
from participa.core.db import db
from participa.events import measures as of_events
from participa.events import service as events
from participa.events.minutes import service
from participa.plan import measures
from tests.conftest import as_demo
from tests.events import city
from tests.events.minutes import acta
from tests.groups import builders as groups
from tests.plan.builders import plan, task

NAMES = ("events.meetings_held", "events.held")


def proofs(app, build) -> list:
    """The evidence of a task for each of NAMES, for the event that `build` makes of them."""
    made = plan(*(task(place, measure=name) for place, name in enumerate(NAMES, 1)), year=2031)
    db.session.add(made)
    db.session.commit()
    counted = list(made.actions[0].tasks)
    build(counted)
    with app.test_request_context():
        found = measures.indicators(counted)
        return [list(found[one.id].evidence) for one in counted]


def met(tasks, **written):
    """A meeting of the Comité with its minutes."""
    event = city.held(tasks, groups=[groups.group()])
    return acta.closed(acta.written(event, **written))


def met_by_nobody(tasks):
    return met(tasks, attended=0)


def held_without_a_body(tasks):
    return acta.closed(acta.written(city.held(tasks)))


def counted_with_a_list(tasks):
    event = acta.written(city.held(tasks, groups=[groups.group()]), attended=None)
    seen = Mention("Listado", figures=(("Firmas", "98"),), fills=ATTENDANCE)
    service.close(event, acta.writer(), [seen])
    db.session.commit()


def closed_again(tasks):
    """Reopened, and closed with other words: the newest minutes are what counts."""
    event = met_by_nobody(tasks).event
    service.reopen(event, acta.writer(), "Faltó contar a la gente.")
    acta.closed(acta.written(event, attended=9))


def reopened(tasks):
    event = met(tasks).event
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
        (met, "", ""),
        (counted_with_a_list, "", ""),
        (closed_again, "", ""),
        (held_without_a_body, "No dice qué instancia se reunió.", ""),
        (met_by_nobody, "El acta no dice quién asistió.", ""),
        (city.held, "Aún no tiene acta.", "Aún no tiene acta."),
        (reopened, "Su acta está reabierta.", "Su acta está reabierta."),
        (city.called, "Está convocado para el ", "Está convocado para el "),
        (postponed, "Está aplazado, sin fecha nueva.", "Está aplazado, sin fecha nueva."),
    ],
)
def test_an_event_counts_or_says_why_not(app, build, meeting, held):
    for [proof], reason in zip(proofs(app, build), (meeting, held), strict=True):
        assert proof.reason.startswith(reason)
        assert (proof.fulfilled, proof.reason == "") == (reason == "", reason == "")


@pytest.mark.parametrize("build", [cancelled, city.planned])
def test_what_was_cancelled_or_not_called_is_nobodys_evidence(app, build):
    assert proofs(app, build) == [[], []]


@pytest.mark.parametrize(("build", "page"), [(met, "/acta"), (city.held, "")])
def test_the_evidence_leads_to_the_minutes_or_to_the_event(app, build, page):
    for [proof] in proofs(app, build):
        assert re.fullmatch(rf"/eventos/\w{{8}}{page}", proof.url)


def test_an_example_counts_in_a_demonstration_only(app):
    with as_demo(app):
        event = acta.written(city.held(is_example=True))
        minutes = acta.closed(event)
        assert of_events.why_not_held(minutes.event, minutes.document, True) == ""
    assert "ejemplo" in of_events.why_not_held(minutes.event, minutes.document, True)
