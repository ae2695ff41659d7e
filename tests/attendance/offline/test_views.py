"""The pages that devices keep for when there is no signal."""

import pytest
from limits import RateLimitItemPerMinute

from participa.attendance import device_tokens
from participa.attendance.models import DoorPass, Presence, SignInWay
from participa.attendance.public import presence_codes
from participa.core import clock
from participa.core.db import db
from participa.core.web import limits
from tests.attendance import city
from tests.attendance.offline.devices import of_the_city, phone, post
from tests.attendance.public.people import opened


def address(record, way: SignInWay, page: str, **whose) -> str:
    token = device_tokens.issue(record.code, way, **whose)
    return f"/asistencia/{record.code}/{page}?equipo={token}"


def test_what_phones_keep_is_the_same_for_everybody_and_lets_nobody_in(client, app):
    record = city.open_list(has_rotating_code=True)
    first = client.get(f"/asistencia/{record.code}/sin-senal")
    assert first.headers["Cache-Control"].startswith("public")
    assert app.test_client().get(f"/asistencia/{record.code}/sin-senal").text == first.text
    assert "data-device=" not in first.text
    assert 'name="submission" value=""' in first.text


def test_where_the_code_changes_only_who_saw_the_screen_can_sign_without_a_signal(client):
    record = city.open_list(has_rotating_code=True)
    assert "data-device" not in opened(client, record).text
    seen = phone(client, record, pase=presence_codes.current(record.code))
    seen.sign()
    assert [one["state"] for one in seen.send(client)] == ["stored"]


def test_the_door_of_the_poster_is_that_of_the_entry(client):
    record = city.open_list(doors=["Norte", "Sur"])
    device = phone(client, record)
    for number, door in enumerate(("2", "Norte", "9", "")):
        device.sign(door=door, document=f"101712345{number}", name=f"Persona {number}")
    device.send(client)
    doors = db.session.scalars(db.select(Presence.door).order_by(Presence.id))
    assert list(doors) == ["Sur", "Norte", "", ""]


@pytest.mark.parametrize(
    ("way", "page", "words"),
    [
        (SignInWay.DESK, "mesa-sin-senal", "este dispositivo"),
        (SignInWay.KIOSK, "tableta", "esta tableta"),
    ],
    ids=["desk", "tablet"],
)
def test_a_device_of_the_city_opens_its_page_with_its_own_token_only(client, way, page, words):
    record = city.open_list()
    shown = client.get(address(record, way, page))
    assert shown.status_code == 200
    assert words in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert "worker-src 'self'" in shown.headers["Content-Security-Policy"]
    other = city.open_list(city.event_now(title="Otro encuentro"))
    strange = address(other, way, page).partition("?")[2]
    for bad in ("", "equipo=x", strange, address(record, SignInWay.PHONE, page).partition("?")[2]):
        refused = client.get(f"/asistencia/{record.code}/{page}?{bad}")
        assert refused.status_code == 403
        assert "Abra esta página desde la mesa de registro" in refused.text


def test_the_tablet_of_a_revoked_door_does_not_open(client):
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
    path = address(record, SignInWay.KIOSK, "tableta", pass_id=door.id)
    assert client.get(path).status_code == 403


def test_the_desk_hands_its_device_what_it_takes_along(staff):
    record = city.open_list(doors=["Norte"])
    page = staff("EDITOR").get(f"/gestion/asistencia/{record.code}/mesa").text
    assert "anotar sin señal" in page
    assert f'data-scope="/gestion/asistencia/{record.code}/mesa"' in page
    assert "Importar las" in page


def test_the_worker_may_serve_pages_outside_its_folder_and_is_asked_for_each_time(client):
    script = client.get("/asistencia/sin-senal.js")
    assert script.headers["Service-Worker-Allowed"] == "/"
    assert script.mimetype in {"text/javascript", "application/javascript"}
    assert "max-age=0" in script.headers["Cache-Control"]
    light = client.get("/asistencia/sin-senal.js", headers={"Accept-Encoding": "gzip"})
    assert len(light.data) < len(script.data) / 2


def test_a_list_that_is_not_there_has_none_of_these_pages(client):
    for page in ("sin-senal", "tableta", "mesa-sin-senal"):
        assert client.get(f"/asistencia/AAAAAAAA/{page}").status_code == 404
    assert client.post("/asistencia/AAAAAAAA/pendientes", json={}).status_code == 404


def test_the_entries_of_a_phone_are_counted_like_forms(client, monkeypatch):
    monkeypatch.setattr(limits, "PHONES", RateLimitItemPerMinute(30))
    record = city.open_list()
    tablet, group = of_the_city(record, SignInWay.KIOSK), phone(client, record).batch([{}] * 15)
    tablet.sign()
    crowd = tablet.batch(tablet.queue * 40)
    assert post(client, record, crowd).status_code == 200
    assert [post(client, record, group).status_code for _ in range(2)] == [200, 429]
