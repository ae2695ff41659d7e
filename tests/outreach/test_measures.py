"""What the plan counts: published pieces (5.1) and events called through mass media (7.2)."""

from datetime import timedelta

import pytest

from participa.core import clock
from participa.core.db import db
from participa.events import service
from participa.outreach import measures, teaching
from participa.outreach.models import Medium
from participa.plan import measures as plan_measures
from participa.plan.models import Unit
from tests.outreach import city
from tests.plan import builders as plans


def a_task(measure: str, year: int | None = None, **facts):
    kept = plans.plan(
        plans.task(1, measure=measure, unit=Unit.PERCENT, target=100, **facts),
        year=year or clock.today().year,
    )
    db.session.add(kept)
    db.session.commit()
    return kept.actions[0].tasks[0]


def evidence(app, measure, task):
    with app.test_request_context():
        return {one.title: one for one in measure([task.id])}


@pytest.fixture
def summer(at):
    return at(2026, 7, 15, 15)


def test_a_published_piece_counts_and_a_planned_one_says_when(app, summer):
    task = a_task("outreach.pieces_published")
    city.published([task], title="Una")
    city.piece([task], title="Dos")
    city.piece([task], title="Tres", planned_on=clock.today() - timedelta(days=5))
    found = evidence(app, measures.pieces_published, task)
    assert [one.fulfilled for one in found.values()].count(True) == 1
    assert found["Dos"].reason == "Prevista para el 25 de julio de 2026."
    assert found["Tres"].reason == "Se venció el 10 de julio de 2026."
    with app.test_request_context():
        indicator = plan_measures.indicators([task])[task.id]
    assert (indicator.numerator, indicator.denominator) == (1, 3)


def test_a_piece_that_is_taken_back_counts_no_more(app, summer):
    task = a_task("outreach.pieces_published")
    made = city.published([task])
    teaching.unpublish(made, city.official())
    db.session.commit()
    assert not evidence(app, measures.pieces_published, task)[made.title].fulfilled


def test_every_called_event_of_the_year_is_in_the_denominator(app, summer):
    task = a_task("outreach.events_called")
    told, silent = city.called(title="Contado"), city.called(title="Callado")
    city.planned(title="Sin convocar")
    gone = city.called(title="Cancelado")
    service.cancel(gone, city.official(), "Llueve.")
    city.spot(told)
    db.session.commit()
    found = evidence(app, measures.events_called, task)
    assert set(found) == {"Contado", "Callado"}
    assert found["Contado"].fulfilled
    assert found["Callado"].reason.endswith("No tuvo ninguno.")
    assert "Son masivos: prensa, radio, televisión y redes sociales." in found["Callado"].reason
    assert found["Callado"].url == f"/eventos/{silent.code}/convocatoria"


def test_an_event_of_another_year_belongs_to_the_plan_of_that_year(app, summer):
    task = a_task("outreach.events_called", year=2027)
    last_evening = clock.at_city(clock.today().replace(month=12, day=31), 20)
    facts = {"opens_at": last_evening, "closes_at": last_evening + timedelta(hours=2)}
    city.called(title="Última noche", **facts)
    assert evidence(app, measures.events_called, task) == {}, "it is 2027 in UTC, not in the city"


@pytest.mark.parametrize(
    ("medium", "facts", "counts"),
    [
        (Medium.RADIO, {}, True),
        (Medium.RADIO, {"proof_url": ""}, False),
        (Medium.LOUDSPEAKER, {}, False),
        (Medium.SOCIAL, {"proof_url": "", "upload": True}, True),
    ],
    ids=["radio with proof", "radio without", "loudspeaker", "a file"],
)
def test_a_mass_medium_with_proof_makes_an_event_called(app, summer, medium, facts, counts):
    task = a_task("outreach.events_called")
    event = city.called()
    if facts.pop("upload", False):
        facts["upload"] = city.proof()
    city.spot(event, medium, **facts)
    assert evidence(app, measures.events_called, task)[event.title].fulfilled is counts


def test_the_rule_of_the_city_decides_and_is_told(app, summer):
    city.rule(2, Medium.RADIO, Medium.LOUDSPEAKER)
    task = a_task("outreach.events_called")
    event = city.called()
    for _ in range(2):
        city.spot(event, Medium.RADIO)
    found = evidence(app, measures.events_called, task)[event.title]
    assert not found.fulfilled, "two spots are one medium"
    assert found.reason.endswith("Solo tuvo 1.")
    assert "Un evento cuenta si tuvo al menos 2 medios masivos con soporte." in found.reason
    city.spot(event, Medium.LOUDSPEAKER)
    assert evidence(app, measures.events_called, task)[event.title].fulfilled


def test_an_example_counts_in_a_demonstration_alone(app, summer, client):
    task = a_task("outreach.events_called")
    event = city.called()
    city.spot(event)
    event.is_example = True
    db.session.commit()
    found = evidence(app, measures.events_called, task)[event.title]
    assert (found.fulfilled, found.reason) == (False, "Es un ejemplo.")
