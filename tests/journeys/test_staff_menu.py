"""The menu of the staff: behind one button on a phone, in sight on a desk, without scripts."""

import pytest

from tests.journeys.conftest import DESK, PHONE, browsing, sign_in

OUT_OF_SIGHT = """() => [...document.querySelectorAll('.menu a, .menu form button, .top .help')]
  .filter(item => { const box = item.getBoundingClientRect();
    return box.width === 0 || box.left < 0 || box.right > document.documentElement.clientWidth; })
  .map(item => item.textContent)"""
HEIGHT = "document.querySelector('.top nav').getBoundingClientRect().height"


@pytest.mark.parametrize("text", ["100%", "200%"])
def test_a_phone_opens_the_menu_with_one_button(chromium, site, text):
    with browsing(chromium, site, **PHONE, java_script_enabled=False) as page:
        sign_in(page, "administrador")
        page.goto("/gestion/temas")
        page.evaluate(f"document.documentElement.style.fontSize = '{text}'")
        item = page.get_by_role("navigation").get_by_role("link", name="Trabajos")
        assert not item.is_visible()
        page.get_by_role("button", name="Menú: Temas").click()
        assert page.evaluate(OUT_OF_SIGHT) == []
        assert page.locator(".menu [aria-current]").all_inner_texts() == ["Temas"]
        page.get_by_role("button", name="Cerrar el menú").click()
        assert not item.is_visible()
        page.get_by_role("button", name="Menú: Temas").click()
        item.click()
        assert page.url.endswith("/gestion/trabajos")


def test_the_closed_menu_takes_one_row_of_a_phone_beside_the_help(chromium, site):
    with browsing(chromium, site, **PHONE, java_script_enabled=False) as page:
        sign_in(page, "administrador")
        page.goto("/gestion/temas")
        assert page.evaluate(HEIGHT) < 2 * 44
        page.get_by_role("link", name="Ayuda sobre esta página").click()
        assert page.url.endswith("/gestion/ayuda#un-formulario-de-temas-de-principio-a-fin")


def test_a_desk_shows_every_item_without_a_button(chromium, site):
    with browsing(chromium, site, **DESK, java_script_enabled=False) as page:
        sign_in(page, "administrador")
        page.goto("/gestion/temas")
        assert not page.get_by_role("button", name="Menú").is_visible()
        assert page.locator(".menu a").count() > 10
        assert page.evaluate(OUT_OF_SIGHT) == []
