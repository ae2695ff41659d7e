"""The menu of the staff on a phone: every item in sight, with large text and without scripts."""

import pytest

from tests.journeys.conftest import PHONE, browsing, sign_in

OUT_OF_SIGHT = """() => [...document.querySelectorAll('.top nav a, .top nav button')]
  .filter(item => { const box = item.getBoundingClientRect();
    return box.width === 0 || box.left < 0 || box.right > document.documentElement.clientWidth; })
  .map(item => item.textContent)"""


@pytest.mark.parametrize("text", ["100%", "200%"])
def test_a_phone_shows_every_item_of_the_menu(chromium, site, text):
    with browsing(chromium, site, **PHONE, java_script_enabled=False) as page:
        sign_in(page, "administrador")
        page.goto("/gestion/temas")
        page.evaluate(f"document.documentElement.style.fontSize = '{text}'")
        assert page.locator(".top nav a, .top nav button").count() > 10
        assert page.evaluate(OUT_OF_SIGHT) == []
        page.get_by_role("link", name="Ayuda sobre esta página").click()
        assert page.url.endswith("/gestion/ayuda#un-formulario-de-temas-de-principio-a-fin")
