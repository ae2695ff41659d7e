"""Who asks for their rights is found by the contact they left, and each look is written down."""

from datetime import timedelta

import pytest

from participa.core import audit, clock
from participa.core.db import db
from participa.listening import acts
from participa.listening.rights import search
from participa.staff.models import StaffSession
from tests.listening.follow_up import people
from tests.visitor import field, where

START = "/gestion/escuchaderos/personas"
REASON = "Radicado 2026-0042"
FIND = {"email": people.EMAIL, "phone": "", "reason": REASON}


@pytest.fixture
def administrator(staff):
    return staff("ADMINISTRATOR")


@pytest.fixture
def cards(app):
    return [people.known(), people.known(wants_answer=False), people.said()]


def send(visitor, path: str, **typed):
    return visitor.post(path, data=typed | {"csrf_token": field(visitor.get(path), "csrf_token")})


def found(visitor, **typed) -> str:
    answer = send(visitor, START, **(FIND | typed))
    assert answer.status_code == 303, answer.text
    return where(answer)


def trail(action: str) -> list[dict]:
    rows = db.session.query(audit.AuditEntry).filter_by(action=action)
    return [one.details for one in rows.order_by(audit.AuditEntry.number)]


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"email": people.EMAIL.upper()},
        {"email": "", "phone": "+57 (300) 123-4567"},
        {"email": "otra@ejemplo.org", "phone": "3001234567"},
    ],
    ids=["mail", "capitals", "phone", "either"],
)
def test_a_person_is_found_by_what_they_left(administrator, cards, typed):
    """DAT-08."""
    address = found(administrator, **typed)
    assert people.EMAIL not in address
    page = administrator.get(address).text
    assert [one.radicado in page for one in cards] == [True, True, False]
    assert page.count(people.TEXT) == 2
    assert "Responderle, si usted deja" in page
    assert trail("listening.person_searched") == [{"reason": REASON, "rows": 2}]


def test_nobody_found_is_said_and_written_down_too(administrator, app):
    page = administrator.get(found(administrator))
    assert "No hay aportes con ese contacto" in page.text
    assert trail("listening.person_searched") == [{"reason": REASON, "rows": 0}]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reason": ""}, "Escriba el radicado o el motivo"),
        ({"email": ""}, "Escriba el correo o el teléfono"),
        ({"email": "maria"}, "correo completo"),
        ({"email": "", "phone": "123"}, "todas sus cifras"),
    ],
    ids=["no-reason", "nothing", "no-mail", "short-phone"],
)
def test_a_search_that_cannot_be_says_what_is_missing(administrator, app, typed, sentence):
    answer = send(administrator, START, **(FIND | typed))
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert trail("listening.person_searched") == []


def test_what_is_over_is_erased_and_of_what_waits_the_contact(administrator, cards):
    """DAT-09."""
    address = found(administrator)
    assert "espera respuesta" in administrator.get(f"{address}/borrar").text
    assert send(administrator, f"{address}/borrar").status_code == 422
    answer = send(administrator, f"{address}/borrar", is_sure="y")
    assert "Borró lo que se podía borrar" in administrator.get(answer.location).text
    waiting, over = cards[0].contribution, cards[1].contribution
    assert (waiting.contact_email, waiting.text) == ("", people.TEXT)
    assert (over.contact_email, over.text, over.erased_on) == ("", "", clock.today())
    assert {one["what"] for one in trail("listening.erased")} == {"contact_data", "contents"}
    assert {one["reason"] for one in trail("listening.erased")} == {REASON}
    assert people.TEXT not in str(trail("listening.erased"))


def test_an_answered_one_is_erased_whole(administrator, cards):
    acts.answer(cards[0].contribution, people.official(), "Ya se arregló.")
    db.session.commit()
    address = found(administrator)
    send(administrator, f"{address}/borrar", is_sure="y")
    assert cards[0].contribution.text == ""
    assert "No queda nada" in administrator.get(f"{address}/borrar").text


def test_a_search_ends_after_an_hour_and_is_of_its_account_only(staff, administrator, cards):
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
