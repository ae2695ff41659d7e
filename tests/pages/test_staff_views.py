from datetime import timedelta

import pytest
from sqlalchemy import select

from participa.core import clock
from participa.core.db import db
from participa.core.jobs.jobs import Job
from participa.staff.models import Office, Role
from participa.topics.models import TopicCall
from tests.cases.builders import question

pytestmark = pytest.mark.one_engine


@pytest.fixture
def call(make):
    now = clock.now()
    return make(
        TopicCall(
            code="7K3F2QXM",
            title="Temas para la audiencia",
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=9),
            published_at=now - timedelta(days=1),
        )
    )


@pytest.mark.parametrize("role", [role.name for role in Role])
def test_everybody_who_signs_in_arrives_at_today(staff, plan, role):
    page = staff(role).get("/gestion")
    assert page.status_code == 200
    assert "Abierto ahora" in page.text


def test_today_tells_what_is_open_and_what_is_due(staff, make, plan, call):
    late = clock.today() - timedelta(days=40)
    make(question(call, text="¿Y los puentes?", filed_on=late))
    page = staff("EDITOR").get("/gestion").text
    assert "Temas para la audiencia" in page
    assert "¿Y los puentes?" in page
    assert "Vencida" in page


def test_a_failed_job_is_the_first_thing_its_owner_sees(staff, make, plan):
    editor = staff("EDITOR")
    make(
        Job(
            name="topics.export",
            title="Exportar 40.000 respuestas",
            owner=editor.account.email,
            arguments={},
            error="Se acabó el disco.",
            finished_at=clock.now(),
        )
    )
    assert "Exportar 40.000 respuestas: Se acabó el disco." in editor.get("/gestion").text
    assert "Se acabó el disco." not in staff("EDITOR").get("/gestion").text


def test_a_responsable_is_told_of_the_tasks_of_the_own_office_alone(staff, plan):
    office = db.session.scalars(select(Office).filter_by(slug="sec-comunicaciones")).one()
    page = staff("RESPONSIBLE", office=office).get("/gestion").text
    assert "4.1 · Diseño y creación de una urna virtual" in page
    assert "2.1 · " not in page


def test_a_responsable_without_an_office_is_shown_no_question_of_any_office(
    staff, make, plan, call
):
    make(question(call, text="¿Y los puentes?"))
    assert "¿Y los puentes?" not in staff("RESPONSIBLE").get("/gestion").text


@pytest.mark.parametrize("role", [role.name for role in Role])
def test_missing_contact_data_stands_on_top_for_everybody(staff, plan, role):
    page = staff(role).get("/gestion").text
    told = page.index("Faltan datos de la entidad: el NIT, la dirección")
    assert page.index("<h1>Hoy</h1>") < told < page.index("Abierto ahora")


def test_only_administrators_read_which_settings_are_missing(staff, plan):
    """ID-01."""
    assert "PARTICIPA_ENTITY_NIT" in staff("ADMINISTRATOR").get("/gestion").text
    assert "PARTICIPA_ENTITY_NIT" not in staff("EDITOR").get("/gestion").text


def test_who_minds_the_door_is_shown_only_what_the_door_may_open(staff, make, plan, call):
    make(question(call, text="¿Y los puentes?"))
    page = staff("DOOR").get("/gestion").text
    assert 'href="/temas/7K3F2QXM"' in page
    assert "/gestion/temas" not in page
    assert "¿Y los puentes?" not in page
