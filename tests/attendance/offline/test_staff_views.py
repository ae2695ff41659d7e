"""An official brings in the file of a device, as often as they like."""

import json
from io import BytesIO

from participa.attendance.models import DoorPass, SignInWay
from participa.attendance.offline import receiving
from participa.core import clock
from participa.core.db import db
from tests.attendance import city
from tests.attendance.offline.devices import Phone, of_the_city, phone
from tests.attendance.public.people import rows
from tests.visitor import field


def bring(official, record, content: bytes):
    path = f"/gestion/asistencia/{record.code}/importar"
    sent = {"csrf_token": field(official.get(path), "csrf_token")}
    return official.post(path, data=sent | {"file": (BytesIO(content), "asistencia.json")})


def file_of(device: Phone) -> bytes:
    return json.dumps(device.batch()).encode()


def test_a_file_comes_in_once_however_often_it_is_brought(client, staff):
    record, official = city.open_list(), staff("EDITOR")
    device = phone(client, record)
    device.sign()
    device.sign(name="Ana Ruiz", document="1017123456")
    first = bring(official, record, file_of(device))
    assert "Entraron 2 personas nuevas." in official.get(first.location).text
    again = bring(official, record, file_of(device))
    assert "Entraron 0 personas nuevas. 2 personas ya estaban." in official.get(again.location).text
    assert rows() == 2


def test_what_was_sent_with_a_signal_and_then_brought_in_a_file_is_one_person(client, staff):
    record = city.open_list()
    device = phone(client, record)
    device.sign(document_type="SD", document="")
    device.send(client)
    bring(staff("EDITOR"), record, file_of(device))
    assert rows() == 1


def test_an_entry_that_was_edited_in_the_file_is_told_and_the_others_come_in(client, staff):
    record = city.open_list()
    device = phone(client, record)
    device.sign()
    ana = device.sign(name="Ana Ruiz", document="1017123456")
    edited = file_of(device).replace(ana["sealed"].encode(), b"AAAA")
    page = bring(staff("EDITOR"), record, edited)
    assert page.status_code == 200
    assert "Entró 1 persona nueva. 1 firma no se recibió." in page.text
    assert "N.º 2" in page.text
    assert receiving.ALTERED in page.text
    assert rows() == 1


def test_the_file_of_another_list_and_of_a_photograph_say_what_they_are(client, staff):
    official = staff("EDITOR")
    other = phone(client, city.open_list())
    other.sign()
    record = city.open_list(city.event_now(title="Otro encuentro"))
    assert receiving.OF_ANOTHER in bring(official, record, file_of(other)).text
    path = f"/gestion/asistencia/{record.code}/importar"
    sent = {"csrf_token": field(official.get(path), "csrf_token"), "file": "un texto"}
    assert "Elija el archivo que guardó el dispositivo." in official.post(path, data=sent).text
    refused = bring(official, record, b"\x89PNG\r\n")
    assert refused.status_code == 422
    assert "Este no es un archivo de firmas guardadas." in refused.text
    assert rows() == 0


def test_a_revoked_door_hands_in_its_file(staff):
    record, now = city.open_list(), clock.now()
    door = DoorPass(
        list_id=record.id,
        label="Norte",
        token_digest="x",
        created_at=now,
        expires_at=now,
        revoked_at=now,
    )
    db.session.add(door)
    db.session.commit()
    desk = of_the_city(record, SignInWay.DESK, pass_id=door.id)
    desk.sign()
    bring(staff("EDITOR"), record, file_of(desk))
    assert rows() == 1


def test_after_the_minutes_are_closed_the_page_says_what_comes_first(staff):
    record = city.open_list()
    record.event.closed_at = clock.now()
    db.session.commit()
    page = staff("EDITOR").get(f"/gestion/asistencia/{record.code}/importar").text
    assert receiving.REOPEN_FIRST in page
    assert "<form method" not in page.partition("<main")[2]
