"""Where a contribution goes: its class in law, another office, the help of others."""

import pytest
from sqlalchemy import select

from participa.cases.models import CaseKind
from participa.core import clock, workdays
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.jobs.mail import Outbox
from participa.listening.models import CaseStage
from tests.listening.desk import people
from tests.listening.desk.people import DESK, TEXT, address, again, heard
from tests.staff.people import post as send


@pytest.fixture
def official(staff, app):
    return staff("RESPONSIBLE", people.works())


def details(action: str) -> dict:
    return db.session.scalars(select(AuditEntry.details).filter_by(action=action)).one()


def test_an_opinion_that_asks_for_something_is_shown_as_a_petition(official):
    """PQR-08."""
    said = heard(TEXT, wants_answer=False)
    page = official.get(address(said)).text
    assert "pero pide algo" in page
    form = official.get(address(said, "clase")).text
    assert "Parece <b>petición de interés general</b>" in form
    assert "«Por favor»" in form
    done = send(official, address(said, "clase"), kind="GENERAL")
    shown = official.get(done.location).text
    assert "pero pide algo" not in shown
    assert "Vence en" in shown
    kept = again(said)
    assert (kept.case.kind, kept.classified_on) == (CaseKind.GENERAL, clock.today())


def test_a_person_decides_and_may_confirm_what_it_came_as(official):
    """PQR-08."""
    said = heard()
    assert TEXT in official.get(f"{DESK}?senal=sin-clasificar").text
    assert send(official, address(said, "clase"), kind="GENERAL").status_code == 302
    assert TEXT not in official.get(f"{DESK}?senal=sin-clasificar").text
    assert details("listening.kind_confirmed") == {"kind": "Petición de interés general"}


def test_no_class_makes_a_term_end_later(official):
    """PQR-08."""
    said = heard()
    before = said.case.due_on
    for kind in ("CONSULTATION", "OPINION", "PRAISE"):
        assert send(official, address(said, "clase"), kind=kind).status_code == 302
        assert again(said).case.due_on == before
    assert send(official, address(said, "clase"), kind="INFORMATION").status_code == 302
    assert again(said).case.due_on < before


@pytest.mark.parametrize("kind", ["", "QUESTION", "x'--", "RC"])
def test_a_class_that_is_none_is_refused(official, kind):
    said = heard()
    assert send(official, address(said, "clase"), kind=kind).status_code == 422
    assert again(said).classified_on is None


# ---- another office


def test_it_goes_to_the_office_that_is_competent_and_the_person_is_told(official, staff):
    """PQR-02."""
    said = heard(is_anonymous=False, email="luz@ejemplo.org")
    before = said.case.due_on
    health = people.health()
    reason = "El puesto de salud le corresponde"
    page = address(said, "traslado")
    assert "cinco días hábiles para trasladar" in official.get(page).text
    done = send(official, page, office=str(health.id), reason=reason)
    inbox = official.get(done.location).text
    assert "Trasladó el aporte y avisó a la persona." in inbox
    assert TEXT not in inbox
    assert official.get(address(said)).status_code == 404
    kept = again(said)
    assert (kept.stage, kept.case.office_id) == (CaseStage.TRANSFERRED, health.id)
    assert kept.case.due_on == before, "the term goes on"
    assert kept.steps[-1].reason == reason
    letter = db.session.scalars(select(Outbox)).one()
    assert "Secretaría de Salud" in letter.body
    assert "puesto" not in letter.body
    assert details("listening.transferred") == {"office": "salud", "is_late": False}
    theirs = staff("RESPONSIBLE", health).get(address(said)).text
    assert reason in theirs
    assert "Empezar a revisar" in theirs


def test_after_five_working_days_a_transfer_is_still_possible_and_told_as_late(official):
    """PQR-02."""
    said = heard(filed_on=workdays.add(clock.today(), -7))
    page = address(said, "traslado")
    assert "Los 5 días hábiles para trasladar terminaron el" in official.get(page).text
    done = send(official, page, office=str(people.health().id), reason="Es de ellos")
    assert done.status_code == 302
    assert details("listening.transferred")["is_late"] is True


@pytest.mark.parametrize(
    ("office", "reason", "sentence"),
    [
        ("0", "Es de ellos", "Elija una dependencia."),
        ("987654", "Es de ellos", "Elija una dependencia de la lista."),
        ("own", "Es de ellos", "Elija una dependencia de la lista."),
        ("other", "", "Escriba por qué se traslada"),
        ("x", "Es de ellos", "Elija una dependencia de la lista."),
    ],
    ids=["none", "unknown", "its own", "no reason", "no number"],
)
def test_a_transfer_that_leads_nowhere_is_refused_in_words(official, office, reason, sentence):
    said = heard()
    ids = {"own": str(people.works().id), "other": str(people.health().id)}
    refused = send(
        official, address(said, "traslado"), office=ids.get(office, office), reason=reason
    )
    assert refused.status_code == 422
    assert sentence in refused.text
    assert again(said).stage is CaseStage.RECEIVED


def test_what_is_answered_is_opened_again_before_it_goes_elsewhere(official):
    said = heard()
    send(official, address(said, "respuesta"), text="Ya se hizo.", step="send")
    page = official.get(address(said, "traslado")).text
    assert "Para trasladarlo, reábralo primero." in page
    assert "<textarea" not in page


# ---- help


def test_another_office_is_asked_for_its_part_once(official):
    said, health = heard(), people.health()
    page = address(said, "apoyo")
    asked = {"office": str(health.id), "question": "¿Hay puesto de salud allí?"}
    assert send(official, page, **asked).status_code == 302
    shown = official.get(address(said)).text
    assert "Falta su parte" in shown
    assert asked["question"] in shown
    twice = send(official, page, **asked)
    assert twice.status_code == 422
    assert len(again(said).helpers) == 1
    assert again(said).case.office_id == people.works().id


def test_a_part_that_both_colleagues_write_shows_both_texts(official, staff):
    said = heard()
    send(official, address(said, "apoyo"), office=str(people.health().id), question="¿Cuándo?")
    first, second = (staff("RESPONSIBLE", people.health()) for _ in range(2))
    page = address(said, "parte")
    second.get(page)
    shown = dict(second.on_the_page[page])
    assert send(first, page, part="El lunes").status_code == 302
    refused = send(second, page, part="El martes", **shown)
    assert refused.status_code == 409
    assert '<td data-label="Guardado ahora">El lunes</td>' in refused.text
    assert "El martes</textarea>" in refused.text


def test_a_part_of_what_was_answered_meanwhile_is_refused_with_what_was_typed(official, staff):
    said = heard()
    send(official, address(said, "apoyo"), office=str(people.health().id), question="¿Cuándo?")
    send(official, address(said, "respuesta"), text="Se arregla el jueves.", step="send")
    helper = staff("RESPONSIBLE", people.health())
    refused = send(helper, address(said, "parte"), part="El lunes")
    assert refused.status_code in {409, 422}
    assert "su parte no hace falta" in refused.text
    assert "El lunes" in refused.text
    assert again(said).helpers[0].part == ""


def test_a_control_office_that_is_missing_is_told(official):
    said = heard()
    refused = send(official, address(said, "corrupcion"), accused="0")
    assert refused.status_code == 422
    assert "Falta la dependencia de control" in refused.text
    assert not again(said).is_corruption
