"""The calendar and the page of an event, as residents read them."""

import re
from datetime import date, timedelta

import pytest
import vobject

from participa.core import clock
from participa.core.db import db
from participa.events import service
from participa.events.models import EventSession, SupportRequest
from tests.ballots.city import officials
from tests.events import city
from tests.visitor import field


def test_the_calendar_shows_what_comes_and_what_was(client, app):
    assert "Todavía no hay otro evento convocado." in client.get("/eventos").text
    coming, past = city.called(), city.held(title="El foro de ayer")
    page = client.get("/eventos").text
    assert page.index(coming.title) < page.index(past.title)
    year = clock.local(coming.opens_at).year
    of_year = client.get(f"/eventos?ano={year}").text
    assert coming.title in of_year
    assert client.get("/eventos?ano=1999").status_code == 200


def test_a_plan_is_not_public(client, app):
    event = city.planned()
    for end in ("", ".ics", "/apoyo"):
        assert client.get(f"/eventos/{event.code}{end}").status_code == 404
    assert event.title not in client.get("/eventos").text


def test_the_page_says_when_where_and_what_to_read_before(client, app):
    """RDC-03, ACC-03."""
    event = city.called(map_url="https://mapa.ejemplo.org/x", moderation="La Personera")
    page = client.get(f"/eventos/{event.code}").text
    for told in (
        event.place,
        event.report_url,
        event.accessibility,
        event.methodology,
        event.map_url,
        "La Personera",
        "Pedir un apoyo para participar",
        'property="og:title"',
        "https://wa.me/?text=",
    ):
        assert told in page
    assert len(page.encode()) < 14_000


def test_what_changed_after_the_call_stands_on_top(client, app):
    event = city.called()
    service.cancel(event, officials()[0], "No hay recursos")
    db.session.commit()
    page = client.get(f"/eventos/{event.code}").text
    assert "Se canceló el" in page
    assert "No hay recursos." in page
    assert "Pedir un apoyo para participar" not in page
    assert client.get(f"/eventos/{event.code}/apoyo").status_code == 409


def test_sessions_and_agenda_are_told(client, app):
    event = city.called()
    begins = event.opens_at
    event.sessions.append(
        EventSession(title="Mañana", starts_at=begins, ends_at=begins + timedelta(hours=2))
    )
    db.session.commit()
    assert "Mañana" in client.get(f"/eventos/{event.code}").text


# ---- calendars


def read_back(answer):
    assert answer.mimetype == "text/calendar"
    return vobject.readOne(answer.get_data(as_text=True))


def test_an_independent_program_reads_the_event_in_the_citys_time(client, app):
    event = city.called(
        title="Rendición; con «comas», y líneas muy largas " * 2,
        opens_at=city.at(date(2030, 3, 20), 9),
        closes_at=city.at(date(2030, 3, 20), 12),
    )
    entry = read_back(client.get(f"/eventos/{event.code}.ics")).vevent
    begins = entry.dtstart.value
    assert (begins.hour, begins.utcoffset()) == (9, timedelta(hours=-5))
    assert begins == event.opens_at
    assert entry.dtend.value == event.closes_at
    assert entry.summary.value == event.title
    assert entry.location.value == event.place
    assert entry.url.value.endswith(f"/eventos/{event.code}")
    assert entry.status.value == "CONFIRMED"


def test_the_feed_has_every_called_event_and_says_which_is_cancelled(client, app):
    first, second = city.called(title="Primero"), city.held(title="Segundo")
    city.planned(title="Sin convocar")
    gone = city.called(title="Cancelado")
    known = read_back(client.get(f"/eventos/{gone.code}.ics")).vevent
    service.cancel(gone, officials()[0], "No hay recursos.")
    db.session.commit()
    entries = read_back(client.get("/eventos.ics")).vevent_list
    assert {one.summary.value for one in entries} == {first.title, second.title}
    after = read_back(client.get(f"/eventos/{gone.code}.ics")).vevent
    assert after.status.value == "CANCELLED"
    assert after.uid.value == known.uid.value
    assert int(after.sequence.value) > int(known.sequence.value)


def test_an_empty_feed_is_a_calendar(client, app):
    assert "BEGIN:VCALENDAR" in client.get("/eventos.ics").text


# ---- support


def ask(client, event, **facts):
    city.notice()
    path = f"/eventos/{event.code}/apoyo"
    page = client.get(path)
    return page.request.full_path, {
        "submission": field(page, "submission"),
        "need": "Intérprete de lengua de señas",
        "consent": "y",
    } | facts


def test_who_needs_support_asks_once_and_sees_the_answer(client, staff, app):
    """DAT-05, ACC-03."""
    event = city.called()
    path, sent = ask(client, event)
    first, second = (client.post(path, data=sent) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    receipt = client.get(first.location).text
    assert "Listo." in receipt
    assert "Intérprete" not in receipt
    [asked] = db.session.scalars(db.select(SupportRequest))
    visitor = staff("EDITOR")
    page = f"/gestion/eventos/{event.code}/apoyos/{asked.id}"
    form = visitor.get(page)
    assert "Intérprete de lengua de señas" in form.text
    answer = visitor.post(
        page,
        data={name: field(form, name) for name in ("csrf_token", "shown", "about")}
        | {"answer": "Habrá intérprete."},
    )
    assert answer.status_code == 302
    assert "Habrá intérprete." in client.get(first.location).text


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"need": ""}, "Escriba qué necesita."),
        ({"consent": ""}, "Marque la autorización."),
        ({"need": "x" * 1001}, "Use hasta 1.000 letras."),
    ],
)
def test_a_request_without_consent_or_words_keeps_what_was_typed(client, app, facts, sentence):
    path, sent = ask(client, city.called(), contact="Luz, 300 123")
    answer = client.post(path, data=sent | facts)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Luz, 300 123" in answer.text
    assert db.session.query(SupportRequest).count() == 0


def test_only_those_who_prepare_the_event_read_the_requests(client, staff, app):
    event = city.called()
    path, sent = ask(client, event)
    client.post(path, data=sent)
    for role, sees in (("READER", False), ("EDITOR", True)):
        page = staff(role).get(f"/gestion/eventos/{event.code}").text
        assert ("Intérprete de lengua de señas</td>" in page) is sees


def test_a_receipt_of_another_event_is_not_there(client, app):
    event, other = city.called(), city.called()
    path, sent = ask(client, event)
    address = client.post(path, data=sent).location
    moved = re.sub(event.code, other.code, address)
    assert client.get(moved).status_code == 404
