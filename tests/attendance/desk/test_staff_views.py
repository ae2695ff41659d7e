"""The desk of accounts: search, register, take back, somebody new, exits."""

import re
from datetime import timedelta

import pytest

from participa.attendance import queries, sign_in
from participa.attendance.models import Attendee, DoorPass, Presence, SignInWay
from participa.attendance.sign_in import Arrival
from participa.citizens.models import Consent
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from tests.attendance import city
from tests.attendance.desk.devices import (
    PARTS,
    at_desk,
    buttons,
    list_with_sessions,
    new_person,
    typed,
)
from tests.events import city as events
from tests.house.test_two_officials import form_of
from tests.plan.builders import office


@pytest.fixture
def door(staff):
    return staff("DOOR")


def registered(record, name="María Pérez Gómez", document="1017123456"):
    """Somebody who registered before the day and has not come yet."""
    return city.signed(record, name, document, comes_now=False)


def test_the_attendant_finds_and_registers_a_person_in_two_steps(door):
    record = city.open_list()
    registered(record)
    for words in ("perez", "3456", "María G"):
        page = typed(door, record, words)
        assert "María Pérez Gómez" in page.text
        assert "CC •••• 3456" in page.text
        assert "1017123456" not in page.text
    done = at_desk(door, record, page, "Registrar a María Pérez Gómez")
    assert "Listo, quedó registrada a las" in done.text
    assert "Llegaron 1 de 1." in done.text
    assert queries.attended(record.id) == 1


def test_who_is_there_already_is_told_with_hour_and_door(staff, at):
    at(2026, 3, 3, 23, 12)
    door = staff("DOOR")
    record = city.open_list(doors=["Puerta norte", "Puerta sur"])
    made = registered(record)
    sign_in.enter(made.attendee_id, Arrival(way=SignInWay.PHONE, door="Puerta norte"))
    db.session.commit()
    page = typed(door, record, "perez")
    assert "Ya está: 6:12\xa0p.\xa0m., puerta norte" in page.text
    assert "Registrar a María" not in page.text


def test_what_was_searched_never_stands_in_an_address(door):
    record = city.open_list()
    registered(record)
    page = typed(door, record, "perez")
    done = at_desk(door, record, page, "Registrar a María Pérez Gómez", follow=False)
    assert "perez" not in done.location.lower()
    assert "mar" not in done.location.lower().partition("?")[2].partition("=")[0]


def test_a_mistake_is_taken_back_and_the_person_stays_on_the_list(door):
    record = city.open_list()
    registered(record)
    page = at_desk(door, record, typed(door, record, "perez"), "Registrar a María Pérez Gómez")
    back = at_desk(door, record, page, "Deshacer a María Pérez Gómez")
    assert "Se deshizo: sigue en la lista" in back.text
    assert (queries.attended(record.id), queries.on_list(record.id)) == (0, 1)


def test_after_ten_minutes_the_desk_takes_nothing_back(staff, at):
    at(2026, 3, 3, 15, 0)
    door = staff("DOOR")
    record = city.open_list()
    made = registered(record)
    at_desk(door, record, typed(door, record, "perez"), "Registrar a María Pérez Gómez")
    at(2026, 3, 3, 15, 11)
    assert "Deshacer a" not in typed(door, record, "perez").text
    late = door.post(
        f"/gestion/asistencia/{record.code}/mesa/deshacer",
        data=token(door, record) | {"attendee": made.attendee_id},
        follow_redirects=True,
    )
    assert "Ya pasaron diez minutos" in late.text
    assert queries.attended(record.id) == 1


def token(visitor, record) -> dict[str, str]:
    page = visitor.get(f"/gestion/asistencia/{record.code}/mesa").text
    return {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1]}


def test_somebody_new_is_registered_from_what_was_searched_with_consent_given_aloud(door):
    record = city.open_list(asks_contact=True)
    page = typed(door, record, "1.036.654.321")
    assert "Nadie en la lista con eso." in page.text
    assert 'name="document" value="1.036.654.321"' in page.text
    done = new_person(door, record, page, person="adult", name="Luis Mejía", document="1036654321")
    assert "Listo, quedó registrada a las" in done.text
    entry = db.session.query(Attendee).one()
    assert (entry.name, entry.document, entry.way.name) == ("Luis Mejía", "1036654321", "DESK")
    consent = db.session.get(Consent, entry.consent_id)
    assert (consent.channel, consent.operator_id) == ("verbal", door.account.id)
    assert consent.purposes == ["attendance"]


@pytest.mark.parametrize("answer", ["minor", "silent"])
def test_of_a_minor_and_of_who_says_no_nothing_is_stored_but_they_count(door, answer):
    """DAT-07, DAT-03."""
    record = city.open_list()
    page = typed(door, record, "luis")
    new_person(door, record, page, person=answer, name="Luis Mejía", document="1036654321")
    entry = db.session.query(Attendee).one()
    assert (entry.name, entry.document, entry.consent_id) == ("", "", None)
    assert queries.attended(record.id) == 1


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"person": "", "name": "Luis"}, "Marque qué dijo la persona después de oír el aviso."),
        ({"person": "adult", "name": ""}, "Escriba el nombre de la persona."),
        (
            {"person": "adult", "name": "Luis", "document": "10AB"},
            "tiene de 3 a 10 cifras, sin letras.",
        ),
        (
            {"person": "adult", "name": "Luis", "document": "1036654321", "phone": "3001234567"},
            "Marque que autoriza que le escriban, o borre el correo y el celular.",
        ),
    ],
    ids=["no answer", "no name", "letters in the number", "contact without consent"],
)
def test_a_form_to_repair_says_how_and_keeps_what_was_typed(door, sent, sentence):
    record = city.open_list()
    refused = new_person(door, record, typed(door, record, "luis"), **sent)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert not sent["name"] or 'value="Luis"' in refused.text
    assert queries.on_list(record.id) == 0


def test_the_same_form_sent_twice_is_one_person_and_another_person_needs_another(door):
    record = city.open_list()
    page = typed(door, record, "luis")
    for _ in range(2):
        done = new_person(door, record, page, person="adult", name="Luis", document="1036654321")
        assert done.status_code == 200
    other = new_person(door, record, page, person="adult", name="Ana", document="43123456")
    assert "ya registró a otra persona" in other.text
    again = new_person(door, record, other, person="adult", name="Ana", document="43123456")
    assert "Listo, quedó registrada" in again.text
    assert queries.attended(record.id) == 2


def test_a_document_that_is_there_under_another_name_is_told(door):
    record = city.open_list()
    city.signed(record, document="1017123456")
    page = typed(door, record, "juan")
    told = new_person(door, record, page, person="adult", name="Juan", document="1017123456")
    assert "Está con otro nombre: compare." in told.text
    assert "María Pérez Gómez" in told.text
    assert queries.on_list(record.id) == 1


def test_a_new_person_who_is_undone_leaves_nothing_and_does_not_return_with_the_old_form(door):
    record = city.open_list()
    page = typed(door, record, "luis")
    sent = {"person": "adult", "name": "Luis Mejía", "document": "1036654321"}
    done = new_person(door, record, page, **sent)
    assert "ya no está en la lista" in at_desk(door, record, done, "Deshacer a Luis Mejía").text
    assert db.session.query(Attendee).one().name == ""
    assert "Ese registro se deshizo" in new_person(door, record, page, **sent).text
    assert queries.on_list(record.id) == 0
    new_person(door, record, typed(door, record, "luis"), **sent)
    assert queries.attended(record.id) == 1


def test_a_full_list_says_how_many_there_are_and_how_many_have_not_come(door):
    record = city.open_list(capacity=1)
    registered(record)
    full = new_person(
        door, record, typed(door, record, "luis"), person="adult", name="L", document="43123456"
    )
    assert "El cupo está completo: caben 1 y hay 1 en la lista. Faltan por llegar 1." in full.text
    page = at_desk(door, record, typed(door, record, "perez"), "Registrar a María Pérez Gómez")
    assert "Listo, quedó registrada" in page.text, "who has a place comes in"


def test_exits_are_marked_only_where_the_list_takes_them(door):
    record = city.open_list(takes_exits=True)
    registered(record)
    page = at_desk(door, record, typed(door, record, "perez"), "Registrar a María Pérez Gómez")
    assert "Adentro: 1." in page.text
    left = at_desk(door, record, page, "Marcar salida a María Pérez Gómez")
    assert "Adentro: 0." in left.text
    back = at_desk(door, record, left, "Volvió a entrar a María Pérez Gómez")
    assert "Adentro: 1." in back.text
    assert db.session.query(Presence).one().left_at is None
    plain = city.open_list(city.event_now(title="Otro evento"))
    city.signed(plain, "Ana Ruiz", "43123456")
    assert "Marcar salida" not in typed(door, plain, "ana").text


def test_a_ticket_registers_by_its_code_or_its_address(door):
    record = city.open_list()
    for number, scan in enumerate(("{}", "http://localhost/asistencia/X/pase/{}?canal=correo")):
        made = registered(record, f"Persona {'AB'[number]}", f"101712345{number}")
        code = made.receipt
        page = scanned(door, record, scan.format(code))
        assert "Listo, quedó registrada" in page.text
        again = scanned(door, record, f"{code[:4]} {code[4:8].lower()}-{code[8:]}")
        assert "Ya está:" in again.text
    assert queries.attended(record.id) == 2


def scanned(visitor, record, text):
    return visitor.post(
        f"/gestion/asistencia/{record.code}/mesa",
        data=token(visitor, record) | {"scan": text},
        follow_redirects=True,
    )


@pytest.mark.parametrize(
    ("scan", "sentence"),
    [
        ("https://ejemplo.org/menu", "Ese código no es un pase."),
        ("ZZZZZZZZZZZZ", "Ese pase no está en esta lista."),
        ("", "Ese código no es un pase."),
    ],
    ids=["another QR", "unknown", "nothing"],
)
def test_what_is_no_ticket_says_what_to_do(door, scan, sentence):
    record = city.open_list()
    page = scanned(door, record, scan)
    assert page.status_code == 409
    assert sentence in page.text


def test_a_ticket_of_another_event_is_told(door):
    record, other = city.open_list(), city.open_list(city.event_now(title="Otro evento"))
    made = registered(other)
    assert "Ese pase es de otro evento." in scanned(door, record, made.receipt).text
    assert queries.attended(other.id) == 0


def test_the_session_follows_the_hour_and_can_be_chosen_with_the_door(door):
    record, (first, second) = list_with_sessions(doors=["Puerta norte", "Puerta sur"])
    made = registered(record)
    address = f"/gestion/asistencia/{record.code}/mesa"
    at_desk(door, record, typed(door, record, "perez"), "Registrar a María Pérez Gómez")
    chosen = {"door": "Puerta sur", "session": second.id}
    door.post(f"{address}/puerta", data=token(door, record) | chosen)
    page = door.get(address).text
    assert "Puerta sur · Tarde" in page
    at_desk(door, record, typed(door, record, "perez"), "Registrar a María Pérez Gómez")
    rows = {one.session_id: one.door for one in db.session.query(Presence)}
    assert rows == {first.id: "", second.id: "Puerta sur"}
    assert queries.attended(record.id) == 1
    assert made.is_new


def test_a_door_that_the_list_does_not_have_is_not_stored(door):
    record = city.open_list(doors=["Puerta norte"])
    registered(record)
    address = f"/gestion/asistencia/{record.code}/mesa/puerta"
    door.post(address, data=token(door, record) | {"door": "<script>", "session": "99"})
    at_desk(door, record, typed(door, record, "perez"), "Registrar a María Pérez Gómez")
    assert db.session.query(Presence).one().door == ""


@pytest.mark.parametrize("stage", ["draft", "closed_list"])
def test_nobody_is_registered_while_the_list_is_shut(door, stage):
    record = getattr(city, stage)()
    made = registered(record)
    page = typed(door, record, "perez")
    assert "María Pérez Gómez" in page.text
    assert "Registrar a" not in page.text
    refused = door.post(
        f"/gestion/asistencia/{record.code}/mesa/ingreso",
        data=token(door, record) | {"attendee": made.attendee_id},
        follow_redirects=True,
    )
    assert "El listado" in refused.text
    assert queries.attended(record.id) == 0


def test_the_script_gets_the_same_answers_in_parts(door):
    record = city.open_list()
    registered(record)
    address, proof = f"/gestion/asistencia/{record.code}/mesa", token(door, record)
    found = door.post(address, data=proof | {"typed": "perez"}, headers=PARTS)
    assert "Registrar" in found.json["people"]
    assert found.json["told"] == "Una persona."
    entry = buttons(found.json["people"])["Registrar a María Pérez Gómez"]
    done = door.post(f"{address}/ingreso", data=proof | entry, headers=PARTS)
    assert done.json["told"].startswith("Listo, quedó registrada a las")
    assert "Llegaron 1 de 1." in done.json["counters"]
    gone = door.post(f"{address}/ingreso", data=proof | {"attendee": "999"}, headers=PARTS)
    assert (gone.status_code, gone.json["is_refused"]) == (409, True)


def test_following_the_counters_does_not_lengthen_a_session(staff, at):
    at(2026, 3, 3, 15, 0)
    door = staff("DOOR")
    record = city.open_list()
    address = f"/gestion/asistencia/{record.code}/mesa/cifras.json"
    door.get(address)
    at(2026, 3, 3, 15, 10)
    assert "Set-Cookie" not in door.get(address).headers


def test_acts_are_in_the_trail_without_personal_data(door):
    record = city.open_list()
    made = registered(record)
    page = at_desk(door, record, typed(door, record, "perez"), "Registrar a María Pérez Gómez")
    at_desk(door, record, page, "Deshacer a María Pérez Gómez")
    acts = {one.action: one for one in db.session.query(AuditEntry)}
    for action in ("attendance.checked_in", "attendance.taken_back"):
        assert acts[action].actor == door.account.email
        assert acts[action].details == {"entry": made.attendee_id}
        assert acts[action].subject == f"AttendanceList:{record.id}"


def test_only_the_own_office_attends_its_list(staff, make):
    own, other = make(office()), make(office("cultura", "Secretaría de Cultura"))
    record = city.open_list(office_id=own.id)
    address = f"/gestion/asistencia/{record.code}/mesa"
    assert staff("RESPONSIBLE", own).get(address).status_code == 200
    assert staff("RESPONSIBLE", other).get(address).status_code == 404
    assert staff("READER").get(address).status_code == 403


def test_who_attends_the_door_finds_the_lists_of_today_at_home(staff, at):
    at(2026, 3, 3, 14, 0)
    door = staff("DOOR")
    record = city.open_list()
    event = events.called(title="Foro de la tarde")
    event.opens_at, event.closes_at = clock.now() + timedelta(hours=3), clock.now() + city.LONG
    db.session.commit()
    later = city.open_list(event)
    page = door.get("/gestion").text
    for one in (record, later):
        assert f'href="/gestion/asistencia/{one.code}/mesa"' in page
    assert f"/gestion/asistencia/{later.code}/mesa" not in page.replace(
        f'href="/gestion/asistencia/{later.code}/mesa"', ""
    )


def test_a_link_for_a_device_is_shown_once_with_its_code_and_can_be_withdrawn(staff):
    record = city.open_list(doors=["Puerta norte"])
    editor = staff("EDITOR")
    address = f"/gestion/asistencia/{record.code}/puertas"
    sent = form_of(editor.get(address), address, "label") | {"label": "Puerta norte"}
    made = editor.post(address, data=sent)
    [link] = re.findall(r"http://localhost/puerta/\w+", made.text)[:1]
    assert "<svg" in made.text
    assert link in editor.post(address, data=sent).text, "a second click shows the same link"
    assert db.session.query(DoorPass).count() == 1
    page = editor.get(address)
    assert link not in page.text
    assert "Sin usar" in page.text
    assert link.rpartition("/")[2] not in str(db.session.query(DoorPass).one().__dict__)
    door_pass = db.session.query(DoorPass).one()
    editor.post(f"{address}/{door_pass.id}/retirar", data=token(editor, record))
    assert "Retirado" in editor.get(address).text
    assert editor.application.test_client().get(link).status_code == 404
    actions = [one.action for one in db.session.query(AuditEntry)]
    assert actions.count("attendance.pass_created") == actions.count("attendance.pass_revoked") == 1


def test_who_attends_doors_searches_no_list_of_the_past(staff):
    record = city.closed_list()
    city.signed(record, "Ana Ruiz")
    desk, later = f"/gestion/asistencia/{record.code}/mesa", clock.now() + timedelta(hours=5)
    assert "Ana Ruiz" in typed(staff("DOOR"), record, "ana").text
    with clock.stopped_at(later):
        answer = staff("DOOR").get(desk)
        assert answer.status_code == 409
        assert "la puerta no lo busca más" in answer.text
        assert staff("EDITOR").get(desk).status_code == 200


def test_a_closed_list_makes_no_links(staff):
    record = city.closed_list()
    page = staff("EDITOR").get(f"/gestion/asistencia/{record.code}/puertas").text
    assert "Este listado ya cerró" in page
    assert "Hacer el enlace" not in page
