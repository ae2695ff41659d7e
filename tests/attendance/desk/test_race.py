"""Several desks at once: one presence, one row per person, and nothing anybody noted is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask.testing import FlaskClient

from participa.attendance import queries
from participa.attendance.models import Attendee, DoorPass, Presence
from participa.citizens.models import Consent
from participa.core.audit import AuditEntry
from participa.core.db import db
from tests.attendance import city
from tests.attendance.desk.devices import LINK, PARTS, accept, door_link

DEVICES = 8


@pytest.fixture
def devices(app):
    """Devices at the doors of a list, each with its own link: `devices(record)`."""

    def devices(record) -> list[dict[str, str]]:
        held = []
        for number in range(DEVICES):
            link = door_link(record, f"Mesa {number}", f"{number:026d}".replace("0", "A"))
            cookie = accept(app.test_client(), link).headers["Set-Cookie"]
            name, _, value = cookie.partition(";")[0].partition("=")
            held.append({"name": name, "value": value})
        return held

    return devices


def together(app, held, send):
    """What each device got, when all send at the same moment."""
    db.session.rollback()  # what the threads store is read afterwards
    start = Barrier(len(held))

    def one(number):
        with FlaskClient(app, app.response_class) as client:
            cookie = held[number]
            client.set_cookie(cookie["name"], cookie["value"], path="/puerta")
            start.wait(30)
            return send(client, number)

    with ThreadPoolExecutor(len(held)) as threads:
        return list(threads.map(one, range(len(held))))


def acts(action: str) -> int:
    return db.session.query(AuditEntry).filter_by(action=action).count()


def test_two_desks_that_register_one_person_note_it_once(app, devices):
    record = city.open_list()
    made = city.signed(record, document="1017123456", comes_now=False)
    address = f"/puerta/mesa/{record.code}/ingreso"
    answers = together(
        app,
        devices(record),
        lambda client, _: client.post(address, data={"attendee": made.attendee_id}, headers=PARTS),
    )
    assert {one.status_code for one in answers} == {200}
    told = [one.json["told"] for one in answers]
    assert sum(one.startswith("Listo") for one in told) == 1
    assert sum(one.startswith("Ya está:") for one in told) == DEVICES - 1
    assert db.session.query(Presence).count() == acts("attendance.checked_in") == 1


def test_different_people_at_different_desks_are_all_there(app, devices):
    record = city.open_list()
    ids = [
        city.signed(record, f"Persona {one}", f"10171234{one:02d}", comes_now=False).attendee_id
        for one in range(DEVICES)
    ]
    address = f"/puerta/mesa/{record.code}/ingreso"
    answers = together(
        app,
        devices(record),
        lambda client, one: client.post(address, data={"attendee": ids[one]}, headers=PARTS),
    )
    assert {one.json["told"][:5] for one in answers} == {"Listo"}
    assert queries.attended(record.id) == acts("attendance.checked_in") == DEVICES


def test_one_new_person_at_every_desk_is_one_row(app, devices):
    record = city.open_list()
    held, address = devices(record), f"/puerta/mesa/{record.code}/nueva"
    person = {"person": "adult", "name": "Luis", "document_type": "CC", "document": "1036654321"}

    def send(client, _):
        page = client.get(address).text
        token = page.partition('name="submission" value="')[2].partition('"')[0]
        return client.post(address, data=person | {"submission": token}, headers=PARTS)

    answers = together(app, held, send)
    assert {one.status_code for one in answers} == {200}
    assert db.session.query(Attendee).count() == db.session.query(Presence).count() == 1
    assert db.session.query(Consent).count() == 1


def test_the_last_place_goes_to_one_of_the_desks(app, devices):
    record = city.open_list(capacity=1)
    held, address = devices(record), f"/puerta/mesa/{record.code}/nueva"

    def send(client, number):
        page = client.get(address).text
        token = page.partition('name="submission" value="')[2].partition('"')[0]
        person = {"person": "adult", "name": "Luis", "document_type": "CC"}
        sent = person | {"document": f"103665432{number}", "submission": token}
        return client.post(address, data=sent, headers=PARTS)

    answers = together(app, held, send)
    assert sorted(one.status_code for one in answers) == [200] + [422] * (DEVICES - 1)
    assert queries.on_list(record.id) == 1


def test_an_undo_and_an_exit_at_the_same_moment_break_nothing(app, devices):
    record = city.open_list(takes_exits=True)
    made = city.signed(record, document="1017123456")
    address = f"/puerta/mesa/{record.code}"

    def send(client, number):
        act = ("deshacer", "salida")[number % 2]
        sent = {"attendee": made.attendee_id}
        return client.post(f"{address}/{act}", data=sent, headers=PARTS)

    answers = together(app, devices(record), send)
    assert {one.status_code for one in answers} <= {200, 409}
    assert acts("attendance.taken_back") == 1
    assert (queries.attended(record.id), queries.on_list(record.id)) == (0, 1)


def test_of_many_devices_with_one_link_one_gets_it(app):
    record = city.open_list()
    link = door_link(record)
    db.session.rollback()
    start = Barrier(DEVICES)

    def one(_):
        with FlaskClient(app, app.response_class) as client:
            page = client.get(link).text
            token = page.partition('name="submission" value="')[2].partition('"')[0]
            start.wait(30)
            return client.post(link, data={"submission": token})

    with ThreadPoolExecutor(DEVICES) as threads:
        answers = list(threads.map(one, range(DEVICES)))
    assert sorted(one.status_code for one in answers) == [303] + [409] * (DEVICES - 1)
    assert db.session.query(DoorPass).count() == acts("attendance.pass_claimed") == 1
    assert LINK in link
