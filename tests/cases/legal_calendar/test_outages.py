"""A failure of the site is certified in public, and gives three days to whoever had to write."""

from datetime import UTC, datetime, timedelta

import pytest

from participa.cases.calendar import Outage
from participa.cases.legal_calendar import outages
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.installation import installation
from participa.core.jobs import queue
from participa.core.jobs.worker import Pulse
from tests.cases.builders import question
from tests.topics.builders import call
from tests.visitor import field, where

NOTE = "/gestion/radicados/calendario/falla"
TYPED = {
    "began_at": "2026-03-02T08:00",
    "ended_at": "2026-03-02T09:40",
    "reason": "Se cayó el enlace de la sede.",
}


def stored() -> list[Outage]:
    return list(db.session.scalars(db.select(Outage).order_by(Outage.id)))


def restart(app) -> None:
    """Another process of the worker, which remembers nothing."""
    installation(app).clear_caches()


def send(visitor, **changes):
    page = visitor.get(NOTE)
    kept = {name: field(page, name) for name in ("csrf_token", "creation")}
    return visitor.post(NOTE, data=kept | TYPED | changes)


def test_after_a_silence_the_site_certifies_its_own_failure(app, client, at):
    """PQR-09."""
    at(2026, 3, 2, 13, 0)
    outages.watch()
    restart(app)
    at(2026, 3, 2, 14, 40)
    outages.watch()
    [outage] = stored()
    assert (outage.minutes, outage.noted_by_id) == (100, None)
    entry = db.session.scalars(db.select(AuditEntry).filter_by(action="cases.outage_noted")).one()
    assert entry.actor == "participa"
    text = client.get(f"/fallas/{outage.id}").text
    assert "2 de marzo de 2026, 8:00\xa0a.\xa0m." in text
    assert "no recibió escritos durante 1 hora y 40 minutos" in text
    assert "artículo 62, numeral 2" in text
    assert "hasta el <b>jueves 5 de marzo</b>: son 3 días hábiles más" in text
    assert "El plazo de la ciudad para responder no cambia." in text
    assert f'href="/fallas/{outage.id}"' in client.get("/fallas").text


def test_a_site_that_beats_every_minute_has_no_failure(app, at):
    for minute in range(45):
        at(2026, 3, 2, 13, minute)
        outages.watch()
    assert stored() == []
    assert db.session.get(Pulse, "watch").at == datetime(2026, 3, 2, 13, 44, tzinfo=UTC)


def test_a_short_silence_is_no_failure(app, at):
    at(2026, 3, 2, 13, 0)
    outages.watch()
    restart(app)
    at(2026, 3, 2, 13, 29)
    outages.watch()
    assert stored() == []


def test_a_worker_that_was_busy_with_long_jobs_has_not_failed(app, at):
    at(2026, 3, 2, 13, 0)
    outages.watch()
    at(2026, 3, 2, 14, 0)
    outages.watch()
    assert stored() == []


def test_a_database_that_was_away_is_a_failure(app, at, monkeypatch):
    at(2026, 3, 2, 13, 0)
    outages.watch()
    with monkeypatch.context() as broken:
        broken.setattr(db.session, "scalar", lambda *_: 1 / 0)
        at(2026, 3, 2, 13, 1)
        with pytest.raises(ZeroDivisionError):
            outages.watch()
    at(2026, 3, 2, 14, 0)
    outages.watch()
    assert [one.minutes for one in stored()] == [60]


def test_of_two_workers_that_wake_at_once_one_certifies(app, at):
    at(2026, 3, 2, 13, 0)
    outages.watch()
    restart(app)
    last_at = db.session.get(Pulse, "watch").at
    later = at(2026, 3, 2, 15, 0)
    assert outages._beat(last_at, later)
    assert not outages._beat(last_at, later)


def test_a_demonstration_that_nobody_shows_has_no_failures(demo, at):
    at(2026, 3, 2, 13, 0)
    outages.watch()
    restart(demo)
    at(2026, 3, 9, 13, 0)
    outages.watch()
    assert stored() == []


def test_the_watch_beats_every_minute():
    assert queue.PERIODIC["cases.watch"] == ("*", "*")


def test_the_staff_certify_what_the_site_cannot_notice(staff, client, at):
    at(2026, 3, 2, 20)
    visitor = staff("EDITOR")
    done = send(visitor)
    assert where(done).startswith("/gestion/radicados/calendario")
    [outage] = stored()
    public, address = f"/fallas/{outage.id}", f"{NOTE}/{outage.id}/quitar"
    assert TYPED["reason"] in client.get(public).text
    page = visitor.get("/gestion/radicados/calendario")
    sent = {"csrf_token": field(page, "csrf_token"), "shown": field(page, "shown")}
    assert visitor.post(address, data=sent).status_code == 302
    assert stored() == []
    assert client.get(public).status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ended_at": "2026-03-02T07:00"}, "La falla termina después de empezar."),
        ({"ended_at": "2026-03-02T08:29"}, "Solo se certifican fallas de 30 minutos o más."),
        ({"ended_at": "2026-03-02T23:00"}, "esa hora no ha llegado"),
        ({"began_at": "2025-03-02T08:00"}, "Son más de 31 días."),
        ({"reason": ""}, "Escriba qué falló"),
        ({"began_at": "ayer"}, "Escriba fecha y hora así"),
    ],
)
def test_an_impossible_failure_gets_a_sentence(staff, at, changes, sentence):
    at(2026, 3, 2, 20)
    refused = send(staff("EDITOR"), **changes)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert stored() == []


def test_the_same_hours_are_certified_once(staff, at):
    at(2026, 3, 2, 20)
    visitor = staff("EDITOR")
    send(visitor)
    refused = send(visitor, began_at="2026-03-02T09:00", ended_at="2026-03-02T11:00")
    assert "Esas horas ya están en otra falla." in refused.text
    assert len(stored()) == 1


def test_what_the_site_noticed_itself_is_not_taken_back(staff, make, at):
    at(2026, 3, 2, 20)
    outage = make(Outage(began_at=clock.now() - timedelta(hours=2), ended_at=clock.now()))
    page = staff("EDITOR").get("/gestion/radicados/calendario")
    assert f"/falla/{outage.id}/quitar" not in page.text


def test_a_failure_gives_the_city_no_day(app, make, at):
    at(2026, 3, 2, 20)
    case = make(question(call()))
    before = case.due_on
    make(Outage(began_at=clock.now() - timedelta(hours=2), ended_at=clock.now()))
    assert case.due_on == before
