"""What an official sees first: boxes that are open, and boxes that wait for somebody."""

from datetime import timedelta

import pytest

from participa.ballots.lifecycle import two_person
from participa.ballots.models import Act, BoxKind
from participa.ballots.office import inbox
from participa.core import clock
from participa.core.db import db
from participa.staff.models import Role
from tests.ballots import city
from tests.conftest import store_account
from tests.plan.builders import office


@pytest.fixture(autouse=True)
def asked_by_a_page(app):
    """The entries lead to pages, whose addresses need a request."""
    with app.test_request_context():
        yield


def told(account) -> dict[str, str]:
    return {item.label: item.note for item in inbox.pending(account)}


def test_open_boxes_come_with_their_counters(app):
    made = city.opened(BoxKind.CODES)
    city.draft(BoxKind.OPEN, uuid="Borrador111111")
    made.cast(0, {0})
    [found] = inbox.open_for(city.officials()[0])
    assert (found.public_url, found.count) == (f"/urna/{made.uuid}", 1)


def test_what_does_not_go_on_by_itself_is_told_with_what_it_waits_for(app):
    one, other = city.officials()
    asked = city.draft(BoxKind.CODES, title="Pedida")
    two_person.request(asked.box, Act.OPEN, one)
    over = city.opened(BoxKind.OPEN, uuid="Terminada11111", title="Terminada")
    over.box.opens_at = clock.now() - timedelta(days=2)
    over.box.closes_at = clock.now() - timedelta(days=1)
    city.close(city.opened(BoxKind.OPEN, uuid="Cerrada1111111", title="Cerrada"))
    city.opened(BoxKind.OPEN, uuid="Abierta1111111", title="Abierta")
    db.session.commit()
    found = told(other)
    assert found["Pedida"].endswith("pidió la apertura. Revise y confirme.")
    assert told(one)["Pedida"].startswith("Usted pidió la apertura.")
    assert "Para cerrar se necesitan dos personas." in found["Terminada"]
    assert "Para contar se necesitan dos personas." in found["Cerrada"]
    assert set(found) == {"Pedida", "Terminada", "Cerrada"}


def test_a_missing_trustee_is_named(app):
    made = city.count(city.close(city.opened()))
    assert told(city.officials()[0]) == {
        made.box.title: "Faltan las partes de Custodia 1 y Custodia 2."
    }


def test_an_office_is_told_of_its_own_boxes(app, make):
    mine, other = make(office("dap", "Planeación")), make(office("salud", "Salud"))
    city.opened(BoxKind.OPEN, office_id=other.id)
    city.close(city.opened(BoxKind.OPEN, uuid="Cerrada1111111", office_id=other.id))
    rosa = store_account(Role.RESPONSIBLE, mine)
    assert inbox.open_for(rosa) == []
    assert inbox.pending(rosa) == []


def test_the_staffs_first_page_shows_both(staff, app):
    city.opened(BoxKind.CODES, title="Urna abierta hoy")
    city.close(city.opened(BoxKind.OPEN, uuid="Cerrada1111111", title="Urna por contar"))
    page = staff("EDITOR").get("/gestion").text
    assert "Urna abierta hoy" in page
    assert "Urna por contar" in page
    assert "Para contar se necesitan dos personas." in page
    door = staff("DOOR").get("/gestion").text
    assert "/gestion/urnas" not in door
    assert "/urna/PTcSwkQpEZTh7i" in door
