"""Row by row: which account sees which contribution, and what an office that helps sees of it."""

import pytest
from sqlalchemy import select

from participa.core.db import db
from participa.listening import acts
from participa.staff.models import Account, Office
from tests.listening.desk import people
from tests.listening.desk.people import DESK, address, again, heard
from tests.staff.people import post as send

QUESTION = "¿Cuándo pasa la cuadrilla por allí?"
NOTE = "Nota que lee solo quien responde"
SEES, PART, NOTHING, SHUT = "sees", "part", "nothing", "shut"
# Who looks: a role and the office. What they see of one that the works office answers, of one in
# which the health office helps, and of a report about the works office, which control looks into.
MATRIX = (
    ("RESPONSIBLE", "works", SEES, SEES, NOTHING),
    ("RESPONSIBLE", "health", NOTHING, PART, NOTHING),
    ("RESPONSIBLE", "control", NOTHING, NOTHING, SEES),
    ("RESPONSIBLE", None, NOTHING, NOTHING, NOTHING),
    ("EDITOR", None, SEES, SEES, NOTHING),
    ("EDITOR", "works", SEES, SEES, NOTHING),
    ("EDITOR", "control", SEES, SEES, SEES),
    ("ADMINISTRATOR", None, SEES, SEES, SEES),
    ("ADMINISTRATOR", "health", SEES, SEES, SEES),
    ("ADMINISTRATOR", "works", SEES, SEES, NOTHING),
    ("READER", None, SHUT, SHUT, SHUT),
    ("DOOR", "works", SHUT, SHUT, SHUT),
)
OFFICES = {
    "works": people.works,
    "health": people.health,
    "control": people.control,
    None: lambda: None,
}


def three(by: Account) -> list:
    """One of the works office, one with help from health, one that reports the works office."""
    works, control = people.works(), people.control()
    at = people.post()
    plain, helped, reported = (heard(f"Aporte {word}", at) for word in ("uno", "dos", "tres"))
    acts.ask_help(helped, by, people.health(), QUESTION)
    acts.note(helped, by, NOTE)
    acts.mark_corruption(reported, by, works, control)
    db.session.commit()
    return [plain, helped, reported]


@pytest.mark.parametrize(
    ("role", "office", "plain", "helped", "reported"),
    MATRIX,
    ids=[f"{row[0].lower()} of {row[1]}" for row in MATRIX],
)
def test_an_account_sees_its_own_and_nothing_of_the_office_reported(
    staff, app, role, office, plain, helped, reported
):
    """PQR-11: a report of corruption stays hidden from the office that it is about."""
    said = three(db.session.get_one(Account, staff("ADMINISTRATOR").account.id))
    visitor, seen = staff(role, OFFICES[office]()), (plain, helped, reported)
    inbox = visitor.get(DESK)
    for one, sees in zip(said, seen, strict=True):
        page = visitor.get(address(again(one)))
        status = {SEES: 200, PART: 200, NOTHING: 404, SHUT: 403}[sees]
        assert page.status_code == status, (one.text, sees)
        assert (one.text in page.text) == (sees in {SEES, PART})
        assert (one.text in inbox.text) == (sees in {SEES, PART})
        act = visitor.get(address(one, "respuesta")).status_code
        assert act == (200 if sees == SEES else 403 if sees == SHUT else 404)
    if SHUT in seen:
        assert inbox.status_code == 403


def test_an_office_that_helps_reads_its_question_and_gives_its_part_and_no_more(staff, app):
    chief = db.session.get_one(Account, staff("ADMINISTRATOR").account.id)
    helped = three(chief)[1]
    helped.contact_name, helped.is_anonymous = "Luz Marina Ríos", False
    db.session.commit()
    helper = staff("RESPONSIBLE", people.health())
    page = helper.get(address(helped))
    assert QUESTION in page.text
    for hidden in (NOTE, "Luz Marina", "Quién hizo qué", "Trasladar", "Ver el contacto"):
        assert hidden not in page.text, hidden
    for word in (
        "clase", "traslado", "apoyo", "nota", "marcas", "respuesta", "mensaje", "completar",
        "prorroga", "cierre", "reapertura", "corrupcion", "riesgo-vital", "contacto",
    ):  # fmt: skip
        assert helper.get(address(helped, word)).status_code == 404, word
    done = send(helper, address(helped, "parte"), part="El jueves en la mañana.")
    assert done.status_code == 302
    official = staff("RESPONSIBLE", people.works())
    assert "El jueves en la mañana." in official.get(address(helped)).text
    assert "El jueves en la mañana." in official.get(address(helped, "respuesta")).text
    assert official.get(address(helped, "parte")).status_code == 404


def test_who_reports_corruption_out_of_the_own_office_sees_it_no_more(staff, app):
    """PQR-11."""
    control, said = people.control(), heard("Un señor pidió plata por el cupo.")
    official = staff("RESPONSIBLE", people.works())
    page = address(said, "corrupcion")
    done = send(official, page, accused=str(people.works().id))
    assert done.status_code == 302
    assert said.text not in official.get(done.location).text
    assert official.get(address(said)).status_code == 404
    assert staff("RESPONSIBLE", control).get(address(said)).status_code == 200
    kept = again(said)
    assert (kept.case.office_id, kept.case.kind.label) == (control.id, "Denuncia")


def test_a_report_of_corruption_is_neither_given_to_the_accused_nor_helped_by_anybody(staff, app):
    """PQR-11."""
    chief = staff("ADMINISTRATOR")
    reported = three(db.session.get_one(Account, chief.account.id))[2]
    works = db.session.scalars(select(Office).filter_by(slug="obras")).one()
    assert chief.get(address(reported, "apoyo")).status_code == 404
    assert f'value="{works.id}"' not in chief.get(address(reported, "traslado")).text
    refused = send(chief, address(reported, "traslado"), office=str(works.id), reason="Es suyo")
    assert refused.status_code == 422
    assert again(reported).case.office.slug == "sec-evaluacion-control"
