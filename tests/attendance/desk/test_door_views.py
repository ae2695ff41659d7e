"""The desk of a device without an account: its link lets in one device, and dies with the event."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from participa.attendance import queries, wording
from participa.attendance.desk import door_passes
from participa.attendance.models import Attendee, DoorPass
from participa.attendance.sign_in import Identity
from participa.citizens.models import Consent
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from tests.attendance import city
from tests.attendance.desk.devices import (
    LINK,
    accept,
    address_of,
    at_desk,
    device,
    door_link,
    list_with_sessions,
    new_person,
    typed,
)
from tests.ballots.city import officials

OVER = "Este enlace no abre ninguna puerta."


def test_a_device_accepts_the_link_and_attends_without_an_account(app):
    record = city.open_list(doors=["Puerta norte", "Puerta sur"])
    city.signed(record, document="1017123456", comes_now=False)
    visitor = app.test_client()
    page = visitor.get(door_link(record))
    assert "Atender Puerta norte" in page.text
    assert record.event.title in page.text
    accepted = accept(visitor, f"/puerta/{LINK}")
    assert accepted.location == f"/puerta/mesa/{record.code}"
    found = typed(visitor, record, "perez", is_account=False)
    assert "CC •••• 3456" in found.text
    done = at_desk(visitor, record, found, "Registrar a María Pérez Gómez", is_account=False)
    assert "Listo, quedó registrada a las" in done.text
    assert ", puerta norte." in done.text, "its name is a door of the list"
    assert queries.attended(record.id) == 1


def test_the_day_of_the_event_begins_with_a_capital(app):
    record = city.open_list()
    visitor, link = app.test_client(), door_link(record)
    when = wording.event_when(city.listed(record))
    assert when[0].isupper()
    assert f"<p>{when} · " in visitor.get(link).text
    desk = device(app, link).get(address_of(record, is_account=False)).text
    assert f'<p class="small">{when} · ' in desk


def test_opening_the_link_changes_nothing_so_a_preview_does_not_use_it_up(app):
    record = city.open_list()
    link = door_link(record)
    for _ in range(2):
        assert app.test_client().get(link).status_code == 200
    assert db.session.query(DoorPass).one().claimed_at is None


def test_another_device_with_the_same_link_is_told_kindly_and_the_first_goes_on(app):
    record = city.open_list()
    link = door_link(record)
    first, second = device(app, link), app.test_client()
    told = second.get(link)
    assert told.status_code == 409
    assert "Este enlace ya está en uso en otro aparato" in told.text
    assert accept(second, link).status_code == 409
    assert second.get(f"/puerta/mesa/{record.code}").status_code == 404
    assert first.get(link).location == f"/puerta/mesa/{record.code}"
    assert first.get(f"/puerta/mesa/{record.code.lower()}").status_code == 200


def test_a_second_tap_or_a_lost_answer_does_not_lock_the_device_out(app):
    link = door_link(city.open_list())
    visitor = app.test_client()
    token = re.search(r'name="submission" value="([^"]+)"', visitor.get(link).text)[1]
    answers = []
    for _ in range(2):
        other = app.test_client()  # without the cookie of the first answer
        answers.append(other.post(link, data={"submission": token}))
    assert {one.status_code for one in answers} == {303}
    assert len({one.headers["Set-Cookie"].partition(";")[0] for one in answers}) == 1


def test_the_cookie_is_for_the_door_alone_and_only_its_digest_is_stored(app):
    record = city.open_list()
    link = door_link(record)
    cookie = accept(app.test_client(), link).headers["Set-Cookie"]
    assert cookie.startswith(f"puerta-{record.code}=")
    for rule in ("HttpOnly", "SameSite=Strict", "Path=/puerta", "Max-Age="):
        assert rule in cookie
    secret = cookie.partition("=")[2].partition(";")[0]
    row = db.session.connection().exec_driver_sql("SELECT * FROM door_pass").mappings().one()
    assert secret not in str(row)
    assert LINK not in str(row)


def test_behind_https_the_cookie_travels_over_https_alone(app, monkeypatch):
    state = app.extensions["participa"]
    monkeypatch.setattr(
        state, "settings", replace(state.settings, base_url="https://participa.ejemplo.org")
    )
    record = city.open_list()
    cookie = accept(app.test_client(), door_link(record)).headers["Set-Cookie"]
    assert cookie.startswith(f"__Secure-puerta-{record.code}=")
    assert "; Secure;" in cookie


def revoked(record, door_pass):
    door_passes.revoke(door_pass, officials()[0])


def closed_by_hand(record, door_pass):
    record.closed_at = clock.now()


def expired(record, door_pass):
    door_pass.expires_at = clock.now()


def closed_long_ago(record, door_pass):
    record.opens_at = clock.now() - timedelta(hours=6)
    record.closes_at = clock.now() - door_passes.GRACE


@pytest.mark.parametrize("ends", [revoked, closed_by_hand, expired, closed_long_ago])
def test_a_link_that_is_over_looks_like_one_that_never_was(app, ends):
    record = city.open_list()
    link = door_link(record)
    visitor = device(app, link)
    ends(record, db.session.query(DoorPass).one())
    db.session.commit()
    never = app.test_client().get(f"/puerta/{'ZZ' * 13}")
    assert (never.status_code, OVER in never.text) == (404, True)
    assert app.test_client().get(link).text == never.text
    for path in ("", "/cifras.json", "/nueva"):
        page = visitor.get(f"/puerta/mesa/{record.code}{path}")
        assert (page.status_code, OVER in page.text) == (404, True), path


def test_the_device_of_one_list_opens_no_other(app):
    record, other = city.open_list(), city.open_list(city.event_now(title="Otro evento"))
    visitor = device(app, door_link(record))
    secret = visitor.get_cookie(f"puerta-{record.code}", path="/puerta").value
    visitor.set_cookie(f"puerta-{other.code}", secret, path="/puerta")
    assert visitor.get(f"/puerta/mesa/{other.code}").status_code == 404


def test_every_address_of_the_desk_refuses_who_has_no_cookie(app):
    """Each route of the blueprint: a new one cannot be forgotten here."""
    record = city.open_list()
    device(app, door_link(record))
    adapter = app.url_map.bind("localhost")
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/puerta/mesa/"):
            continue
        for method in rule.methods & {"GET", "POST"}:
            values = {"code": record.code, "word": "ingreso"}
            values = {name: values[name] for name in rule.arguments}
            address = adapter.build(rule.endpoint, values, method=method)
            for secret in ("", "A" * 51):
                stranger = app.test_client()
                if secret:
                    stranger.set_cookie(f"puerta-{record.code}", secret, path="/puerta")
                answer = stranger.open(address, method=method, data={"typed": "perez"})
                assert (answer.status_code, OVER in answer.text) == (404, True), address
                tried += 1
    assert tried >= 14


def test_a_page_of_another_site_cannot_use_the_device(app):
    record = city.open_list()
    made = city.signed(record, document="1017123456", comes_now=False)
    visitor = device(app, door_link(record))
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://malo.example"}):
        sent = {"attendee": made.attendee_id}
        address = f"/puerta/mesa/{record.code}/ingreso"
        assert visitor.post(address, data=sent, headers=headers).status_code == 403
    assert queries.attended(record.id) == 0


def test_a_device_reads_no_contact_not_even_from_the_database(app, questions):
    record = city.open_list()
    contact = {"email": "maria@ejemplo.org", "phone": "3001234567", "organisation": "JAC"}
    person = Identity(name="María Pérez", document_type="CC", document="1017123456", **contact)
    city.signed(record, identity=person, comes_now=False)
    visitor = device(app, door_link(record))
    questions.clear()
    page = typed(visitor, record, "perez", is_account=False).text
    for told in ("maria@ejemplo.org", "3001234567", "JAC", "1017123456"):
        assert told not in page
    assert not [one for one in questions if "attendee.email" in one or "attendee.phone" in one]


def test_acts_of_a_device_bear_its_name_in_the_trail(app):
    record = city.open_list()
    city.signed(record, document="1017123456", comes_now=False)
    visitor = device(app, door_link(record, "Puerta norte"))
    found = typed(visitor, record, "perez", is_account=False)
    at_desk(visitor, record, found, "Registrar a María Pérez Gómez", is_account=False)
    entries = {one.action: one for one in db.session.query(AuditEntry)}
    for action in ("attendance.pass_claimed", "attendance.checked_in"):
        assert entries[action].actor == "Puerta: Puerta norte"
    assert "Pérez" not in str([one.details for one in entries.values()])
    assert db.session.query(DoorPass).one().used_at is not None


def test_somebody_new_at_the_device_is_stored_once_with_a_verbal_consent(app):
    record = city.open_list()
    visitor = device(app, door_link(record))
    page = typed(visitor, record, "luis mejía", is_account=False)
    assert 'name="name" value="Luis Mejía"' in page.text
    sent = {"person": "adult", "document": "1036654321"}
    for _ in range(2):
        done = new_person(visitor, record, page, is_account=False, **sent)
        assert done.status_code == 200
    entry = db.session.query(Attendee).one()
    consent = db.session.get(Consent, entry.consent_id)
    assert (entry.name, consent.channel, consent.operator_id) == ("Luis Mejía", "verbal", None)
    without = new_person(visitor, record, page, is_account=False, submission="", name="Ana", **sent)
    assert without.status_code == 422
    assert queries.on_list(record.id) == 1


def test_after_the_hour_of_closing_exits_can_be_marked_but_nobody_comes_in(app):
    record = city.open_list(takes_exits=True)
    city.signed(record, document="1017123456")
    city.signed(record, "Ana Ruiz", "43123456", comes_now=False)
    visitor = device(app, door_link(record))
    record.closes_at = clock.now() - timedelta(minutes=1)
    record.touch()
    db.session.commit()
    page = typed(visitor, record, "perez", is_account=False)
    assert "El listado cerró el" in page.text
    left = at_desk(visitor, record, page, "Marcar salida a María Pérez Gómez", is_account=False)
    assert "Salió:" in left.text
    assert "Registrar a Ana" not in typed(visitor, record, "ana", is_account=False).text


def test_a_device_remembers_its_door_and_session(app):
    record, sessions = list_with_sessions(doors=["Puerta norte", "Puerta sur"])
    visitor = device(app, door_link(record, "Voluntaria Ana"))
    assert "Elija la puerta" in visitor.get(f"/puerta/mesa/{record.code}").text
    sent = {"door": "Puerta sur", "session": sessions[1].id}
    visitor.post(f"/puerta/mesa/{record.code}/puerta", data=sent)
    assert "Puerta sur · Tarde" in visitor.get(f"/puerta/mesa/{record.code}").text


def test_the_clock_of_the_device_changes_nothing(app, at):
    moment = at(2026, 3, 3, 15, 0)
    record = city.open_list()
    made = city.signed(record, document="1017123456", comes_now=False)
    visitor = device(app, door_link(record))
    sent = {"attendee": made.attendee_id, "at": "1999-01-01T00:00", "entered_at": "2040-01-01"}
    headers = {"Date": "Fri, 01 Jan 1999 00:00:00 GMT"}
    visitor.post(f"/puerta/mesa/{record.code}/ingreso", data=sent, headers=headers)
    entry = db.session.get_one(Attendee, made.attendee_id)
    assert [one.entered_at for one in entry.presences] == [moment]


@pytest.mark.parametrize("value", ["", "-1", "9" * 30, "1e3", "٣", "abc"])
def test_a_button_with_a_strange_person_breaks_nothing(app, value):
    record = city.open_list()
    visitor = device(app, door_link(record))
    for act in ("ingreso", "deshacer", "salida", "reingreso"):
        address = f"/puerta/mesa/{record.code}/{act}"
        page = visitor.post(address, data={"attendee": value}, follow_redirects=True)
        assert page.status_code == 200
        assert 'role="status"' in page.text
