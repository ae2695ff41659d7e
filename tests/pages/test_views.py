import pytest

from participa.core import codes
from participa.pages.official_menu import ITEMS


def test_the_home_page_begins_with_what_a_resident_can_do(client, plan):
    page = client.get("/")
    assert "Usted decide de qué" in page.text
    assert "9 acciones y 15 tareas" in page.text
    assert "max-age" in page.headers["Cache-Control"]


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


def test_the_policies_say_whose_site_it_is(client):
    assert "Alcaldía de Medellín publica este sitio." in client.get("/politicas").text


@pytest.mark.parametrize(
    "path", ["/accesibilidad", "/como-se-calcula", "/politicas", "/respuestas", "/radicado"]
)
def test_the_pages_about_the_site_open_for_everybody(client, path):
    assert client.get(path).status_code == 200
