from datetime import timedelta

import pytest

from participa.ballots.models import BoxKind
from participa.core import clock, codes, links
from participa.core.db import db
from participa.pages.official_menu import ITEMS
from participa.plan import service
from participa.plan.reporting import closing
from tests.ballots import city
from tests.plan.builders import account

pytestmark = pytest.mark.one_engine


def test_the_home_page_begins_with_what_a_resident_can_do(client, plan):
    page = client.get("/")
    assert "Usted decide de qué" in page.text
    assert "9 acciones y 15 tareas" in page.text
    assert "max-age" in page.headers["Cache-Control"]


def test_the_home_page_shows_how_the_last_plan_closed_once_there_is_another(client, plan):
    chief = account()
    db.session.add(chief)
    with client.application.test_request_context():
        closing.close_plan(plan, "2024", chief)
    db.session.commit()
    assert "Cómo cerró el plan 2024" not in client.get("/").text
    service.publish(service.prepare(plan, 2025, "ESTRATEGIA 2025", "Plan", chief), chief)
    db.session.commit()
    page = client.get("/").text
    assert "El plan 2025, hoy" in page
    assert "Cómo cerró el plan 2024" in page


def test_an_empty_installation_still_welcomes(client):
    assert client.get("/").status_code == 200


def test_the_official_menu_has_its_eight_items_and_says_who_answers_for_an_empty_one(client, plan):
    """RDC-01."""
    page = client.get("/participa").text
    for item in ITEMS:
        assert f'id="{item.anchor}"' in page
        assert item.title in page
    assert len(ITEMS) == 8
    assert "Responde: Departamento Adm de Planeación · Secretaría de Comunicaciones" in page
    assert "Plan de acciones de mejora 2024" in page


def test_a_wrong_code_says_the_same_as_an_unknown_one_and_keeps_what_was_typed(client):
    unknown = client.get(f"/radicado?codigo={codes.new(12)}")
    wrong = client.get("/radicado?codigo=hola")
    assert unknown.status_code == wrong.status_code == 404
    assert "No encontramos ese código" in unknown.text
    assert "No encontramos ese código" in wrong.text
    assert 'value="hola"' in wrong.text
    assert "<title>Error: Consultar mi radicado" in wrong.text


@pytest.mark.parametrize("typed", ["¿?", "---", "%00", "%ff"])
def test_signs_that_are_no_code_are_answered_too(client, typed):
    page = client.get(f"/radicado?codigo={typed}")
    assert page.status_code == 404
    assert "No encontramos ese código" in page.text


def test_who_has_typed_nothing_is_told_nothing(client):
    page = client.get("/radicado?codigo=+")
    assert page.status_code == 200
    assert "No encontramos" not in page.text


def test_the_policies_say_whose_site_it_is(client):
    assert "Alcaldía de Medellín publica este sitio." in client.get("/politicas").text


@pytest.mark.parametrize(
    "path", ["/accesibilidad", "/como-se-calcula", "/politicas", "/respuestas", "/radicado"]
)
def test_the_pages_about_the_site_open_for_everybody(client, path):
    assert client.get(path).status_code == 200


def test_the_home_page_has_a_door_to_each_open_box_and_to_what_was_counted(client, app):
    city.opened(BoxKind.CODES, title="Bibliotecas los domingos", uuid="A" * 14)
    city.opened(BoxKind.OPEN, title="Ciclovías", uuid="B" * 14)
    city.finish(city.opened(BoxKind.OPEN, title="Parques de noche", uuid="C" * 14))
    text = client.get("/").text
    assert "<b>Votar</b>" in text
    assert f'href="/urna/{"A" * 14}"' in text
    assert "<b>Responder una consulta</b>" in text
    assert f'href="/urna/{"B" * 14}"' in text
    assert f'href="/urna/{"C" * 14}/resultados"' in text


def test_the_door_of_the_vote_is_there_when_no_box_is_open(client):
    text = client.get("/").text
    assert "Hoy no hay una urna abierta." in text
    assert 'class="door" href="/urna"' in text


def test_a_box_that_waits_or_has_ended_is_no_door(client, app, at):
    at(2027, 3, 1, 15)
    opens = clock.now() + timedelta(days=1)
    city.opened(
        BoxKind.CODES, title="Todavía no", opens_at=opens, closes_at=opens + timedelta(days=1)
    )
    assert "Todavía no" not in client.get("/").text
    at(2027, 3, 2, 16)
    assert "Todavía no" in client.get("/").text
    at(2027, 3, 3, 16)
    assert "Todavía no" not in client.get("/").text


def test_the_boxes_stand_under_the_fifth_item_of_the_menu(client, app):
    """RDC-01."""
    city.opened(BoxKind.CODES, title="Bibliotecas los domingos", uuid="A" * 14)
    city.finish(city.opened(BoxKind.OPEN, title="Parques de noche", uuid="C" * 14))
    text = client.get("/participa").text
    item = text[text.index('id="canal-de-dialogo"') : text.index('id="preguntas-y-respuestas"')]
    assert "Urna: Bibliotecas los domingos</a>" in item
    assert "(Abierta)" in item
    assert "Resultado: Parques de noche</a>" in item


def test_who_looks_for_a_ballot_in_the_wrong_place_is_told_the_right_one(client):
    assert 'href="/urna"' in client.get("/radicado").text.partition("<main")[2]


def test_the_code_of_a_printed_qr_leads_to_its_page(client, app):
    links.register("7K3F2QXM", "/participa?canal=qr")
    db.session.commit()
    page = client.get("/radicado?codigo=7k3f-2qxm")
    assert (page.status_code, page.location) == (302, "/participa?canal=qr")
    assert client.get("/radicado?codigo=7K3F2QXN").status_code == 404
