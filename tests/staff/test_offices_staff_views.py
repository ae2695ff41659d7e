"""Offices: the city's list, with the names that its documents use."""

import json

import pytest

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.staff import queries, service
from participa.staff.models import Office
from tests.staff.people import post


@pytest.fixture
def city(app):
    service.seed_offices()
    db.session.commit()


def office(slug: str) -> Office:
    return db.session.scalars(db.select(Office).filter_by(slug=slug)).one()


def details(action: str) -> list[dict]:
    rows = db.select(AuditEntry).filter_by(action=action).order_by(AuditEntry.number)
    return [entry.details for entry in db.session.scalars(rows)]


def test_the_city_comes_with_its_offices(city):
    assert len(queries.offices()) == len(json.loads(service.SEED.read_text())["dependencies"])
    assert office("ext-gobernacion-antioquia").is_external
    assert queries.offices()[-1].is_group


def test_seeding_again_adds_nothing_and_undoes_nothing(city, staff):
    chief = staff("ADMINISTRATOR").account
    service.rename(office("dap"), "Departamento de Planeación", by=chief)
    db.session.commit()
    assert service.seed_offices() == 0
    assert office("dap").name == "Departamento de Planeación"


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("Departamento Administrativo de Planeación", "dap"),
        ("Departamento Adm de Planeación", "dap"),
        ("Departamento Adm de Planeación Distrital", "dap"),
        (
            "Secretaría de Gestión Humana y Atención a la Ciudadanía",
            "sec-gestion-humana-servicio-ciudadania",
        ),
        (
            "Secretaría Gestión Humana y Servicio a la Ciudadanía",
            "sec-gestion-humana-servicio-ciudadania",
        ),
        ("Gobernación de Antioquia", "ext-gobernacion-antioquia"),
        ("Dependencias y entidades", "todas-dependencias-entidades"),
    ],
)
def test_each_name_that_the_plan_writes_means_one_office(city, written, slug):
    assert queries.alias_table()[written].slug == slug


def test_the_table_of_names_asks_twice_however_many_offices_there_are(city, questions):
    db.session.expire_all()
    questions.clear()
    queries.alias_table()
    assert len(questions) == 2


def test_a_renamed_office_is_still_found_by_its_old_name(city, staff):
    chief = staff("ADMINISTRATOR")
    page = f"/gestion/dependencias/{office('sec-turismo-entretenimiento').id}/nombre"
    post(chief, page, name="Secretaría de Turismo")
    table = queries.alias_table()
    assert table["Secretaría de Turismo y Entretenimiento"] == table["Secretaría de Turismo"]
    assert details("staff.office_renamed") == [
        {"before": "Secretaría de Turismo y Entretenimiento", "after": "Secretaría de Turismo"}
    ]


def test_two_offices_cannot_bear_one_name(city, staff):
    page = post(
        staff("ADMINISTRATOR"),
        f"/gestion/dependencias/{office('dap').id}/nombre",
        name="Secretaría de Salud",
    )
    assert page.status_code == 422
    assert "Ya hay una dependencia con ese nombre." in page.text
    assert 'value="Secretaría de Salud"' in page.text


def test_another_name_is_added_and_taken_away(city, staff):
    chief = staff("ADMINISTRATOR")
    page = f"/gestion/dependencias/{office('sec-salud').id}"
    post(chief, page, alias="Sec. Salud")
    alias = office("sec-salud").aliases[0]
    assert queries.alias_table()["Sec. Salud"].slug == "sec-salud"
    post(chief, page, f"{page}/nombres/{alias.id}/quitar")
    assert "Sec. Salud" not in queries.alias_table()
    assert details("staff.office_alias_added") == details("staff.office_alias_removed")


def test_one_written_name_cannot_mean_two_offices(city, staff):
    page = post(
        staff("ADMINISTRATOR"),
        f"/gestion/dependencias/{office('sec-salud').id}",
        alias="Departamento Adm de Planeación",
    )
    assert page.status_code == 422
    assert "Otra dependencia ya usa ese nombre." in page.text


def test_a_retired_office_leaves_the_lists_and_comes_back(city, staff):
    chief = staff("ADMINISTRATOR")
    page = f"/gestion/dependencias/{office('des-edu').id}"
    post(chief, page, f"{page}/retirar")
    assert "des-edu" not in [found.slug for found in queries.offices()]
    assert "Retirada" in chief.get("/gestion/dependencias").text
    post(chief, page, f"{page}/reactivar")
    assert "des-edu" in [found.slug for found in queries.offices()]


def test_a_new_office_is_added(city, staff):
    post(
        staff("ADMINISTRATOR"),
        "/gestion/dependencias/nueva",
        name="Gerencia de Pruebas",
        kind="gerencia",
    )
    assert office("gerencia-de-pruebas").level == "central"


def test_an_alias_of_another_office_is_not_found(city, staff):
    alias = office("dap").aliases[0]
    other = f"/gestion/dependencias/{office('sec-salud').id}"
    page = post(staff("ADMINISTRATOR"), other, f"{other}/nombres/{alias.id}/quitar")
    assert page.status_code == 404


def test_a_second_click_on_a_name_is_no_name_of_another_office(city, staff):
    chief, page = staff("ADMINISTRATOR"), f"/gestion/dependencias/{office('sec-salud').id}"
    for _ in range(2):
        assert post(chief, page, alias="Salubridad").status_code == 302
    assert [one.name for one in office("sec-salud").aliases].count("Salubridad") == 1


def test_removing_a_name_twice_says_that_it_was_done(city, staff):
    chief, page = staff("ADMINISTRATOR"), f"/gestion/dependencias/{office('sec-salud').id}"
    post(chief, page, alias="Salubridad")
    alias = office("sec-salud").aliases[0]
    gone = f"{page}/nombres/{alias.id}/quitar"
    assert post(chief, page, gone).status_code == 302
    again = post(chief, page, gone)
    assert again.status_code == 410
    assert "Si era eso, ya está hecho." in again.text
