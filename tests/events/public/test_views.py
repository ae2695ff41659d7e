"""The calendar and the page of an event, as residents read them."""

import re
from datetime import date, timedelta

import pytest
import vobject

from participa.citizens.notices import PURPOSES
from participa.core import clock, spanish
from participa.core.db import db
from participa.events import service, support, wording
from participa.events.models import EventSession, SupportRequest
from tests.ballots.city import officials, task_of_the_plan
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
        EventSession(
            title="Mañana",
            starts_at=begins,
            ends_at=begins + timedelta(hours=2),
            place="Salón 2",
            capacity=40,
        )
    )
    db.session.commit()
    page = client.get(f"/eventos/{event.code}").text
    told = wording.session_sentence(event.sessions[0])
    assert f"<b>Mañana</b><br>{told}" in page
    assert spanish.hour(begins + timedelta(hours=2)) in told
    assert told.endswith("Salón 2. Cupo: 40 personas.")


def test_no_sentence_of_the_calendar_ends_twice(client, app):
    city.called(
        opens_at=city.at(date(2030, 3, 20), 9),
        closes_at=city.at(date(2030, 3, 20), 12),
        called_on=date(2030, 3, 1),
    )
    page = client.get("/eventos").text.replace("\xa0", " ")
    assert "a 12:00 m. Teatro" in page
    assert ".." not in page


# ---- calendars


def read_back(answer):
    assert answer.mimetype == "text/calendar"
    return vobject.readOne(answer.get_data(as_text=True))


def test_an_independent_program_reads_the_event_in_the_citys_time(client, app):
    event = city.called(
        title="Rendición; con «comas», y líneas muy largas " * 2,
        opens_at=city.at(date(2030, 3, 20), 9),
        closes_at=city.at(date(2030, 3, 20), 12),
        called_on=date(2030, 3, 1),
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
    found = {one.summary.value: one.status.value for one in entries}
    assert found == {
        first.title: "CONFIRMED",
        second.title: "CONFIRMED",
        gone.title: "CANCELLED",
    }
    after = read_back(client.get(f"/eventos/{gone.code}.ics")).vevent
    assert after.status.value == "CANCELLED"
    assert after.uid.value == known.uid.value
    assert int(after.sequence.value) > int(known.sequence.value)


def test_each_session_is_an_entry_of_its_own(client, app):
    event = city.called(capacity=80)
    begins = event.opens_at
    event.sessions.append(
        EventSession(title="Mesas", starts_at=begins, ends_at=begins + timedelta(hours=2))
    )
    db.session.commit()
    whole, part = read_back(client.get(f"/eventos/{event.code}.ics")).vevent_list
    assert (whole.summary.value, part.summary.value) == (event.title, f"Mesas. {event.title}")
    assert (part.dtstart.value, part.dtend.value) == (begins, begins + timedelta(hours=2))
    assert part.location.value == event.place
    assert part.uid.value != whole.uid.value
    feed = read_back(client.get("/eventos.ics")).vevent_list
    assert {one.uid.value for one in feed} == {part.uid.value, whole.uid.value}


def test_the_feed_asks_as_little_for_many_sessions(client, app, questions):
    def cost():
        db.session.rollback()
        del questions[:]
        client.get("/eventos.ics")
        return len(questions)

    session = {"title": "Mesas"}
    for number in range(4):
        event = city.called(title=f"Evento {number}")
        session |= {"starts_at": event.opens_at, "ends_at": event.closes_at}
        event.sessions.append(EventSession(**session))
        db.session.commit()
        if number == 0:
            first = cost()
    assert cost() == first


def moved_back(event, days):
    event.opens_at = clock.now() - timedelta(days=days, hours=2)
    event.closes_at = clock.now() - timedelta(days=days)
    db.session.commit()


def test_a_postponed_event_stays_whatever_its_old_date_was(client, staff, app):
    event = city.called(title="Foro del agua")
    path, sent = ask(client, event)
    assert client.post(path, data=sent).status_code == 303
    service.postpone(event, officials()[0], "Llueve")
    moved_back(event, 40)
    assert support.erase_old() == 0
    calendar = client.get("/eventos").text
    assert calendar.index("Aplazados") < calendar.index("Foro del agua")
    page = client.get(f"/eventos/{event.code}").text
    assert "<dt>Cuándo</dt><dd>Sin fecha: se aplazó</dd>" in page
    year = clock.local(event.opens_at).year
    assert "Foro del agua" not in client.get(f"/eventos?ano={year}").text
    assert "Pedir un apoyo para participar" in page
    assert "Hacer una pregunta" in page
    path, sent = ask(client, event)
    assert client.post(path, data=sent).status_code == 303
    [entry] = read_back(client.get("/eventos.ics")).vevent_list
    assert entry.status.value == "TENTATIVE"
    assert "Poner otra fecha a «Foro del agua»" in staff("EDITOR").get("/gestion").text


def test_a_cancelled_event_stays_a_month(client, app):
    event = city.called(title="Foro del agua")
    service.cancel(event, officials()[0], "No hay recursos")
    event.cancelled_at = clock.now() - timedelta(days=50)
    moved_back(event, 29)
    calendar = client.get("/eventos").text
    assert calendar.index("Cancelados") < calendar.index("Foro del agua")
    [entry] = read_back(client.get("/eventos.ics")).vevent_list
    assert entry.status.value == "CANCELLED"
    moved_back(event, 31)
    assert "Foro del agua" not in client.get("/eventos").text
    assert "VEVENT" not in client.get("/eventos.ics").text
    assert client.get(f"/eventos/{event.code}").status_code == 200


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


def test_a_request_sent_again_after_the_cancelling_leads_to_its_receipt(client, app):
    """What arrived in time is not told to have come too late."""
    event = city.called()
    path, sent = ask(client, event)
    receipt = client.post(path, data=sent).location
    _, late = ask(client, event)
    service.cancel(event, officials()[0], "No hay recursos")
    db.session.commit()
    again = client.post(path, data=sent)
    assert (again.status_code, again.location) == (303, receipt)
    assert client.post(path, data=late).status_code == 409
    assert db.session.query(SupportRequest).count() == 1


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


def test_another_request_on_the_same_sheet_is_kept_and_can_be_sent(client, app):
    event = city.called()
    path, sent = ask(client, event)
    first = client.post(path, data=sent)
    told = {"need": "También una rampa", "contact": "300 123", "contact_consent": "y"}
    again = client.post(path, data=sent | told)
    assert again.status_code == 409
    for words in ("Esta solicitud ya se envió", "También una rampa", "300 123", first.location):
        assert words in again.text
    assert "Enviar otra solicitud" in again.text
    fresh = sent | told | {"submission": field(again, "submission")}
    second = client.post(path, data=fresh)
    assert second.status_code == 303
    assert second.location != first.location
    assert db.session.query(SupportRequest).count() == 2


def test_the_notice_of_a_request_says_what_it_is_for(client, app):
    """DAT-02, DAT-03, DAT-05."""
    path, sent = ask(client, city.called(), contact="Luz, 300 123")
    page = client.get(path).text
    for told in (
        "Preparar el apoyo que usted pide para participar.",
        "Guardamos 1 mes lo que diga de usted.",
        "No está obligado(a) a decir por qué",
        PURPOSES["support"].tick,
        PURPOSES["support_contact"].tick,
    ):
        assert told in page
    assert "estadísticas" not in page
    assert "solo totales" not in page
    notice = client.get(re.search(r'href="(/[^"]+)">Leer el aviso completo', page)[1]).text
    assert "Nadie puede obligarlo(a)" in notice
    assert "solo los totales" not in notice
    bare = client.post(path, data=sent)
    assert "Marque la autorización para responderle, o borre el contacto." in bare.text
    done = client.post(path, data=sent | {"contact_consent": "y"})
    assert client.get(done.location).headers["X-Robots-Tag"] == "noindex"


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


def test_the_calendar_of_a_year_asks_little(client, app, questions):
    for number in range(5):
        city.called(tasks=[task_of_the_plan()], title=f"Evento {number}")
    db.session.rollback()
    del questions[:]
    client.get("/eventos")
    assert len(questions) <= 4, questions
