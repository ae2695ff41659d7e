"""An official proposes what is published, another one publishes it, and the city finds it."""

import pytest

from tests.journeys.conftest import (
    DESK,
    PHONE,
    browsing,
    copied,
    fill,
    served,
    sign_in,
)

WORDS = "El alumbrado del parque está dañado desde enero."


@pytest.fixture(scope="module")
def answered_site(tmp_path_factory, begun_demo):
    folder = copied(begun_demo, tmp_path_factory.mktemp("answered_site"))
    fill("answered_city", folder)
    with served(folder) as address:
        yield address


def to_the_contribution(page) -> None:
    page.goto("/gestion/escuchaderos/publicaciones?estado=por-proponer&orden=-respuesta")
    page.locator("main td a").first.click()


def test_two_officials_publish_an_answer_and_a_neighbour_says_me_too(chromium, answered_site, axe):
    with browsing(chromium, answered_site, **DESK) as page:
        sign_in(page, "editor")
        to_the_contribution(page)
        address = page.url.partition("?")[0]
        page.get_by_role("link", name="Proponer lo que se publica").click()
        assert page.locator("mark").count() >= 3
        assert axe.run(page).violations_count == 0
        page.get_by_role("button", name="Proponer").click()
        assert "de la persona que escribió" not in page.locator("main").inner_text()
        page.get_by_label("Lo que contó la persona").fill(WORDS)
        page.get_by_label("Lo que respondió la ciudad").fill("La cuadrilla lo arregla el lunes.")
        page.get_by_role("button", name="Proponer").click()
        page.get_by_text("lo revisa otra persona").first.wait_for()
    with browsing(chromium, answered_site, **DESK) as page:
        sign_in(page, "administrador")
        page.goto(address)
        page.get_by_role("link", name="Revisar la propuesta").click()
        assert axe.run(page).violations_count == 0
        page.get_by_label("Publicarlo así").check()
        page.get_by_role("button", name="Guardar la decisión").click()
        page.get_by_role("link", name="Ver la página pública").wait_for()
    with browsing(chromium, answered_site, java_script_enabled=False, **PHONE) as page:
        page.goto("/respuestas")
        page.get_by_label("Buscar", exact=True).fill("alumbrado")
        page.get_by_role("button", name="Buscar").click()
        page.get_by_role("link", name=WORDS).click()
        assert "Rosa" not in page.content()
        page.get_by_role("button", name="A mí también").click()
        assert page.get_by_role("heading", level=1).inner_text().startswith("Listo.")
        page.go_back()
        page.goto("/respuestas?buscar=alumbrado")
        assert "A mí también: 1." in page.locator("main").inner_text()


@pytest.mark.parametrize(
    "path",
    [
        "/respuestas",
        "/escuchaderos/que-cambio",
        "/escuchaderos/como-respondemos",
        "/gestion/escuchaderos/publicaciones",
        "/gestion/escuchaderos/publicaciones/peticiones-iguales",
    ],
)
def test_the_pages_fit_a_phone_and_can_be_read_by_everybody(chromium, answered_site, axe, path):
    with browsing(chromium, answered_site, **PHONE) as page:
        sign_in(page, "editor")
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe.run(page).violations_count == 0
