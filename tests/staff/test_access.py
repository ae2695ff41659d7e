"""Every page of the staff with every role, and with nobody."""

import pytest

from participa.core.db import db
from participa.staff import access, service
from participa.staff.models import Account, Role
from tests.staff.people import post

pytestmark = pytest.mark.one_engine

ALL = {role.name for role in Role}
BUT_DOOR = ALL - {"DOOR"}
CHIEF = {"ADMINISTRATOR"}
PAGES = {
    "/gestion/cuenta": ALL,
    "/gestion/cuenta/clave": ALL,
    "/gestion/cuenta/confirmar": ALL,
    "/gestion/cuenta/segundo-paso": ALL,
    "/gestion/cuenta/codigos": ALL,
    "/gestion/trabajos": ALL,
    "/gestion/dependencias": BUT_DOOR,
    "/gestion/dependencias/nueva": CHIEF,
    "/gestion/dependencias/1": CHIEF,
    "/gestion/dependencias/1/nombre": CHIEF,
    "/gestion/cuentas": CHIEF,
    "/gestion/cuentas/invitar": CHIEF,
    "/gestion/cuentas/1": CHIEF,
    "/gestion/cuentas/1/cambiar": CHIEF,
    "/gestion/registro": CHIEF,
}
ACTS = {
    "/gestion/dependencias/1/retirar": CHIEF,
    "/gestion/dependencias/1/reactivar": CHIEF,
    "/gestion/dependencias/1/nombres/1/quitar": CHIEF,
    "/gestion/cuentas/1/invitar-otra-vez": CHIEF,
    "/gestion/cuentas/1/inhabilitar": CHIEF,
    "/gestion/cuentas/1/habilitar": CHIEF,
    "/gestion/cuentas/1/quitar-segundo-paso": CHIEF,
    "/gestion/cuentas/1/terminar-sesiones": CHIEF,
    "/gestion/cuentas/1/sesiones/999/terminar": CHIEF,
    "/gestion/registro/exportar/csv": CHIEF,
}


@pytest.mark.parametrize("role", sorted(ALL))
def test_each_role_opens_its_pages_and_no_other(staff, role):
    service.seed_offices()
    visitor = staff(role)
    opened = {page for page in PAGES if visitor.get(page).status_code == 200}
    assert opened == {page for page, roles in PAGES.items() if role in roles}


@pytest.mark.parametrize("role", sorted(ALL - CHIEF))
def test_no_other_role_does_what_an_administrator_does(staff, role):
    staff("EDITOR")
    service.seed_offices()
    db.session.commit()
    visitor = staff(role)
    answers = {act: post(visitor, "/gestion/cuenta", act).status_code for act in ACTS}
    assert set(answers.values()) == {403}, answers


def test_nobody_gets_in_without_an_account(client):
    for page in PAGES:
        assert client.get(page).location == f"/gestion/entrar?next={page}"
    for act in ACTS:
        assert post(client, "/gestion/entrar", act).status_code == 401


def test_every_page_of_the_staff_package_is_walked_here(app):
    """A new route of this package without a line above fails here."""
    adapter = app.url_map.bind("localhost")
    walked = {adapter.match(page)[0] for page in PAGES}
    walked |= {adapter.match(act, method="POST")[0] for act in ACTS}
    ours = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(("staff_a", "staff_o"))
    }
    own = {
        "staff_account.receive_daily_mail",
        "staff_account.stop_daily_mail",
        "staff_account.offer_second_factor",
        "staff_account.remove_second_factor",
    }
    assert ours - walked == own


def test_what_is_sent_without_the_forms_token_is_refused(staff):
    chief = staff("ADMINISTRATOR")
    for act in [*ACTS, "/gestion/cuenta/segundo-paso/quitar", "/gestion/salir"]:
        assert chief.post(act).status_code == 400
    assert chief.get("/gestion/cuenta").status_code == 200


def test_a_guarded_view_that_declares_nobody_is_shut(app):
    views = [(name, view) for name, view in app.view_functions.items() if name.startswith("staff_")]
    assert all(getattr(view, "allowed_roles", None) for _, view in views)


def test_a_refusal_is_logged(staff, capsys):
    reader = staff("READER")
    reader.get("/gestion/cuentas")
    told = capsys.readouterr()
    assert "staff.refused_role" in told.out + told.err
    assert reader.account.email not in told.out + told.err


def test_the_header_offers_what_the_role_may_open(staff):
    assert "/gestion/cuentas" not in staff("EDITOR").get("/gestion/cuenta").text
    assert "/gestion/cuentas" in staff("ADMINISTRATOR").get("/gestion/cuenta").text


def test_a_responsible_person_works_only_for_the_own_office(app):
    own = Account(role=Role.RESPONSIBLE, office_id=3)
    assert access.works_for(own, [1, 3])
    assert not access.works_for(own, [1, 2])
    assert not access.works_for(own, [])
    assert access.works_for(Account(role=Role.EDITOR, office_id=3), [1, 2])
