"""Who registers before the day gets a ticket, and says with it that they have come."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from participa.attendance import queries
from participa.attendance.models import Presence
from participa.attendance.public import presence_codes
from participa.core import clock, codes
from participa.core.db import db
from participa.core.jobs.mail import Outbox
from participa.events import parts
from participa.events import service as events
from tests.attendance import city
from tests.attendance.public.people import MARIA, only_entry, opened, path, rows, sheet, sign
from tests.topics.builders import token

DAY = timedelta(days=1)


@pytest.fixture
def record(app):
    """A list that opens tomorrow and takes registrations until then."""
    return upcoming()


def upcoming(**facts):
    begins = clock.now() + DAY
    times = {"opens_at": begins, "closes_at": begins + timedelta(hours=4)}
    return city.open_list(takes_registrations=True, **times, **facts)


def on_the_day():
    return clock.stopped_at(clock.now() + DAY + timedelta(minutes=5))


def test_who_registers_is_on_the_list_and_has_not_come(client, record):
    page = opened(client, record)
    assert "Inscribirme" in page.text
    answer = sign(client, record)
    assert answer.status_code == 303
    assert queries.on_list(record.id) == 1
    assert queries.attended(record.id) == 0
    ticket = client.get(answer.location)
    assert codes.show(only_entry().receipt) in ticket.text
    assert "<svg" in ticket.text
    assert ticket.headers["X-Robots-Tag"] == "noindex"


def test_a_ticket_shows_a_stranger_nothing_of_the_person(client, record):
    ticket = client.get(sign(client, record, contact="m@ejemplo.org", consent_contact="y").location)
    for word in ("María", "43123456", "43.123.456", "3456", "m@ejemplo.org"):
        assert word not in ticket.text


def test_without_registrations_a_list_that_is_not_open_takes_nobody(client):
    begins = clock.now() + DAY
    record = city.open_list(opens_at=begins, closes_at=begins + DAY)
    page = opened(client, record)
    assert "El listado todavía no abre" in page.text
    assert "mesa de registro" in page.text
    assert client.post(path(record), data=MARIA).status_code == 409


def test_who_registers_twice_has_one_ticket(client, record):
    first, second = sign(client, record), sign(client, record)
    assert second.location == first.location
    assert rows() == 1


def test_on_the_day_one_tap_on_the_ticket_says_that_they_have_come(client, record):
    ticket = sign(client, record).location
    with on_the_day():
        page = client.get(ticket)
        assert "Ya llegué al evento" in page.text
        answer = client.post(ticket, data={"submission": token(page)})
        assert (answer.status_code, "/listo/" in answer.location) == (303, True)
        assert "Listo. Su asistencia quedó registrada" in client.get(answer.location).text
        again = client.post(ticket, data={"submission": token(page)})
        assert again.location == answer.location
    assert len(db.session.scalars(select(Presence)).all()) == 1


def test_on_the_day_the_form_with_the_same_document_is_enough(client, record):
    sign(client, record)
    with on_the_day():
        answer = sign(client, record)
        assert "Listo" in client.get(answer.location).text
    assert (rows(), queries.attended(record.id)) == (1, 1)


def test_a_person_without_document_comes_to_each_session_with_one_receipt(client):
    event = city.event_now()
    middle = event.opens_at + timedelta(hours=2)
    for title, begins in (("Mañana", event.opens_at), ("Tarde", middle)):
        times = {"starts_at": begins, "ends_at": begins + timedelta(hours=2)}
        parts.add(event, event.created_by, parts.KINDS["jornadas"], title=title, **times)
    db.session.commit()
    record = city.open_list(event)
    receipt = sign(client, record, document_type="SD", document="").location
    assert "esta jornada" not in client.get(receipt).text
    with clock.stopped_at(middle + timedelta(minutes=1)):
        ticket = receipt.replace("/listo/", "/pase/")
        assert ticket in client.get(receipt).text
        client.post(ticket, data={"submission": token(client.get(ticket))})
    assert rows() == 1
    assert len(set(db.session.scalars(select(Presence.session_id)))) == 2


def test_before_the_day_nobody_has_come(client, record):
    ticket = sign(client, record).location
    page = client.get(ticket)
    assert "Ya llegué" not in page.text
    answer = client.post(ticket, data={"submission": token(opened(client, record))})
    assert answer.status_code == 422
    assert queries.attended(record.id) == 0


def test_the_receipt_of_who_has_not_come_is_the_ticket(client, record):
    sign(client, record)
    answer = client.get(f"{path(record)}/listo/{only_entry().receipt}")
    assert answer.location.endswith(f"/pase/{only_entry().receipt}")


def test_a_form_opened_before_the_day_does_not_prove_that_somebody_came(client, record):
    form = sheet(client, record)
    with on_the_day():
        late = client.post(path(record), data=form)
        assert late.status_code == 422
        assert 'value="María Pérez Gómez"' in late.text
    assert rows() == 0


def test_where_the_code_of_the_screen_changes_the_ticket_asks_for_it(client):
    record = upcoming(has_rotating_code=True)
    ticket = sign(client, record).location
    with on_the_day():
        page = client.get(ticket)
        refused = client.post(ticket, data={"submission": token(page)})
        assert "Escanee de nuevo el código de la pantalla." in refused.text
        seen = {"submission": token(page), "screen_code": presence_codes.current(record.code)}
        assert client.post(ticket, data=seen).status_code == 303
    assert queries.attended(record.id) == 1


def test_the_ticket_of_an_event_that_is_off_says_so(client, record):
    ticket = sign(client, record).location
    events.cancel(record.event, record.created_by, "Lluvia.")
    db.session.commit()
    assert "El evento no se hará ese día" in client.get(ticket).text


class TestByMail:
    """Only to who left an address and authorised its use."""

    @pytest.fixture(autouse=True)
    def server(self, app, monkeypatch):
        monkeypatch.setattr("participa.core.jobs.mail.is_configured", lambda: True)

    def test_the_ticket_goes_to_the_address(self, client, record):
        sign(client, record, contact="maria@ejemplo.org", consent_contact="y")
        letter = db.session.scalars(select(Outbox)).one()
        assert letter.to == "maria@ejemplo.org"
        assert f"/pase/{only_entry().receipt}" in letter.body

    def test_nothing_goes_without_the_consent_or_twice(self, client, record):
        sign(client, record, contact="maria@ejemplo.org")
        sign(client, record, contact="otra@ejemplo.org", consent_contact="y")
        assert db.session.scalars(select(Outbox)).all() == []


def test_a_door_named_in_the_address_is_noted(client):
    record = city.open_list(doors=["Norte", "Sur"])
    page = opened(client, record, puerta="2")
    form = {"submission": token(page), **MARIA}
    client.post(path(record), query_string={"puerta": "2"}, data=form)
    assert db.session.scalar(select(Presence.door)) == "Sur"
