"""Who asks for their rights is found by document, and each look and each change is written down."""

from datetime import timedelta

import pytest

from participa.attendance.models import Attendee
from participa.attendance.rights import search
from participa.core import audit, clock
from participa.core.db import db
from participa.staff.models import StaffSession
from tests.attendance import city, people
from tests.visitor import field

START = "/gestion/datos-personales"
REASON = "Radicado 2026-0042"
FIND = {"document_type": "CC", "number": "1.017.123.456", "receipt": "", "reason": REASON}


@pytest.fixture
def entries(app):
    return [people.attendee(city.open_list(asks_organisation=True)) for _ in range(2)]


@pytest.fixture
def administrator(staff):
    return staff("ADMINISTRATOR")


def send(visitor, path: str, **typed):
    return visitor.post(path, data=typed | {"csrf_token": field(visitor.get(path), "csrf_token")})


def found(visitor, **typed) -> str:
    answer = send(visitor, START, **(FIND | typed))
    assert answer.status_code == 303, answer.text
    return answer.location.partition("?")[0]


def trail(action: str) -> list[dict]:
    rows = db.session.query(audit.AuditEntry).filter_by(action=action)
    return [one.details for one in rows.order_by(audit.AuditEntry.number)]


def test_every_entry_of_the_person_is_found_and_the_search_is_written_down(administrator, entries):
    people.attendee(entries[0].attendance_list, name="Otra Persona", document="71999888")
    address = found(administrator)
    assert people.NUMBER not in address
    page = administrator.get(address)
    assert page.text.count("•••• 3456") == 2
    assert people.EMAIL in page.text
    assert people.NUMBER not in page.text
    assert "Otra Persona" not in page.text
    assert trail("attendance.person_searched") == [{"reason": REASON, "rows": 2}]


def test_who_signed_without_document_is_found_by_the_receipt(administrator, app):
    entry = people.attendee(document="", document_type="SD")
    page = administrator.get(found(administrator, number="", receipt=entry.receipt.lower()))
    assert people.NAME in page.text


def test_nobody_found_is_said_and_written_down_too(administrator, app):
    page = administrator.get(found(administrator))
    assert "No hay datos de esa persona" in page.text
    assert trail("attendance.person_searched") == [{"reason": REASON, "rows": 0}]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reason": ""}, "Escriba el radicado o el motivo"),
        ({"number": ""}, "Escriba el número de documento o el radicado"),
        ({"number": "12x"}, "tiene de 3 a 10 cifras, sin letras"),
        ({"document_type": "SD"}, "Elija el tipo del documento"),
    ],
    ids=["no-reason", "nothing", "letters", "no-type"],
)
def test_a_search_that_cannot_be_says_what_is_missing(administrator, app, typed, sentence):
    answer = send(administrator, START, **(FIND | typed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert trail("attendance.person_searched") == []


def test_everything_is_erased_at_once_with_the_reason_of_the_request(administrator, entries):
    address = found(administrator)
    assert send(administrator, f"{address}/borrar").status_code == 422
    answer = send(administrator, f"{address}/borrar", is_sure="y")
    assert "Borró los datos de la persona" in administrator.get(answer.location).text
    db.session.expire_all()
    rows = db.session.query(Attendee).all()
    assert [(one.name, one.document) for one in rows] == [("", ""), ("", "")]
    erased = trail("attendance.erased")
    assert [one["reason"] for one in erased] == [REASON, REASON]
    assert people.NAME not in str(erased)
    assert "No queda nada" in administrator.get(f"{address}/borrar").text
    assert "No hay datos de esa persona" in administrator.get(found(administrator)).text


def test_one_entry_is_corrected_as_the_person_asks(administrator, entries):
    address = f"{found(administrator)}/{entries[0].id}/corregir"
    page = administrator.get(address)
    assert people.NUMBER not in page.text
    values = {"name": "María Pérez", "document_type": "CC", "number": ""}
    values |= {"email": people.EMAIL, "phone": "", "organisation": "", "position": ""}
    answer = send(administrator, address, **values)
    assert "Corrigió los datos" in administrator.get(answer.location).text
    assert people.stored(entries[0].id).name == "María Pérez"
    assert people.stored(entries[1].id).name == people.NAME
    [entry] = trail("attendance.corrected")
    assert entry["reason"] == REASON
    assert "nombre" in entry["fields"]


def test_an_entry_that_was_not_found_cannot_be_reached_by_its_number(administrator, entries):
    other = people.attendee(entries[0].attendance_list, name="Otra Persona", document="71999888")
    assert administrator.get(f"{found(administrator)}/{other.id}/corregir").status_code == 404


def test_a_search_ends_after_an_hour_and_is_of_its_account_only(staff, administrator, entries):
    address = found(administrator)
    assert staff("ADMINISTRATOR").get(address).status_code == 410
    assert administrator.get(f"{START}/inventada").status_code == 410
    assert timedelta(hours=1) == search.LASTS


@pytest.mark.parametrize("role", ["EDITOR", "RESPONSIBLE", "READER", "DOOR"])
def test_only_administrators_search_people(staff, app, role):
    assert staff(role).get(START).status_code == 403


def test_the_password_is_asked_again_first(administrator, app):
    row = db.session.get_one(StaffSession, administrator.session.id)
    row.proved_at = clock.now() - timedelta(hours=2)
    db.session.commit()
    assert "confirmar" in administrator.get(START).location
