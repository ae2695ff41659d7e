"""The door of an event: an official with an account, and a volunteer's phone with a link."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.attendance_night import OTHER_TOKEN, PEOPLE, TITLE, TOKEN
from tests.journeys.conftest import (
    DESK,
    PHONE,
    browsing,
    copied,
    fill,
    served,
    sign_in,
)

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
THUMB = 44


@pytest.fixture(scope="session")
def night(tmp_path_factory, begun_demo):
    """The address of a demo whose list takes signatures now."""
    folder = copied(begun_demo, tmp_path_factory.mktemp("night"))
    fill("attendance_night", folder)
    with served(folder) as address:
        yield address


def open_desk(page) -> None:
    """Who attends the door opens the list of today from «Hoy»."""
    sign_in(page, "puerta")
    page.get_by_role("link", name=f"Asistencia: {TITLE}").click()
    page.wait_for_url(re.compile(r"/gestion/asistencia/\w{8}/mesa$"))


def search(page, words: str):
    page.get_by_label("Buscar a la persona").press_sequentially(words, delay=30)


def told(page, sentence):
    expect(page.locator("[data-told]")).to_contain_text(sentence)


def clean(page, axe):
    assert axe.run(page).violations_count == 0
    assert page.evaluate(SIDEWAYS) == 0


def test_two_devices_attend_one_door_each(chromium, night, axe):
    with (
        browsing(chromium, night, **DESK) as desk,
        browsing(chromium, night, color_scheme="dark", **PHONE) as phone,
        browsing(chromium, night, **PHONE) as stranger,
    ):
        open_desk(desk)
        phone.goto(f"/puerta/{TOKEN}")
        clean(phone, axe)
        phone.get_by_role("button", name="Usar este aparato").click()
        phone.wait_for_url("**/puerta/mesa/**")
        stranger.goto(f"/puerta/{TOKEN}")
        expect(stranger.locator("h1")).to_have_text("Este enlace ya está en uso")
        clean(stranger, axe)

        # Both have found the same person; the phone is faster.
        search(desk, "perez")
        search(phone, "perez")
        register = f"Registrar a {PEOPLE[0]}"
        expect(desk.get_by_role("button", name=register)).to_be_visible()
        button = phone.get_by_role("button", name=register)
        assert button.bounding_box()["height"] >= THUMB
        clean(phone, axe)
        button.click()
        told(phone, "Listo, quedó registrada a las")
        desk.get_by_role("button", name=register).click()
        told(desk, "Ya está:")
        told(desk, "puerta norte")
        clean(desk, axe)
        expect(desk.locator("[data-counters]")).to_contain_text("Puerta norte: 1")

        # What one device does reaches the counters of the other by itself.
        search(desk, "usuga")
        desk.get_by_role("button", name=f"Registrar a {PEOPLE[2]}").click()
        told(desk, "Listo")
        expect(phone.locator("[data-counters]")).to_contain_text("Llegaron 2 de 4.")
        desk.get_by_role("button", name=f"Deshacer a {PEOPLE[2]}").click()
        told(desk, "sigue en la lista, sin ingreso")
        expect(phone.locator("[data-counters]")).to_contain_text("Llegaron 1 de 4.")

        # Exit and return.
        search(phone, "3400")
        phone.get_by_role("button", name=f"Marcar salida a {PEOPLE[0]}").click()
        told(phone, "Salió:")
        phone.get_by_role("button", name=f"Volvió a entrar a {PEOPLE[0]}").click()
        told(phone, "Volvió a entrar.")


def test_somebody_new_at_a_device(chromium, night, axe):
    with browsing(chromium, night, **PHONE) as phone:
        phone.goto(f"/puerta/{OTHER_TOKEN}")
        phone.get_by_role("button", name="Usar este aparato").click()
        search(phone, "1036654321")
        told(phone, "Nadie en la lista con eso.")
        expect(phone.get_by_label("Número de documento")).to_have_value("1036654321")
        phone.get_by_role("button", name="Registrar", exact=True).click()
        expect(phone.locator(".problem")).to_be_focused()
        clean(phone, axe)
        phone.get_by_label("No autoriza").check()
        expect(phone.get_by_label("Nombre y apellidos")).to_be_hidden()
        phone.get_by_label("Sí, y es mayor de edad").check()
        phone.get_by_label("Nombre y apellidos").fill("Luis Mejía")
        phone.get_by_role("button", name="Registrar", exact=True).click()
        told(phone, "Listo, quedó registrada a las")
        expect(phone.locator("[data-counters]")).to_contain_text("Puerta sur: 1")

        # What is scanned is no ticket.
        phone.get_by_label("Código del pase").fill("https://ejemplo.org/menu")
        phone.get_by_label("Código del pase").press("Enter")
        told(phone, "Ese código no es un pase.")


def test_without_javascript_everything_is_a_button(chromium, night, axe):
    with browsing(chromium, night, java_script_enabled=False, **PHONE) as page:
        sign_in(page, "editor")
        page.goto("/gestion")
        page.get_by_role("link", name=f"Asistencia: {TITLE}").click()
        code = page.url.partition("?")[0].rpartition("/")[2]
        page.goto(f"/gestion/asistencia/{code}/mesa")
        page.get_by_label("Puerta de este aparato").select_option("Puerta sur")
        page.get_by_role("button", name="Usar aquí").click()
        page.get_by_label("Buscar a la persona").fill("peralta")
        page.get_by_role("button", name="Buscar").click()
        page.get_by_role("button", name=f"Registrar a {PEOPLE[1]}").click()
        told(page, "Listo, quedó registrada a las")
        told(page, "puerta sur")
        assert "peralta" not in page.url
        page.get_by_role("button", name=f"Deshacer a {PEOPLE[1]}").click()
        told(page, "Se deshizo")
        page.goto(f"/gestion/asistencia/{code}/puertas")
        page.get_by_label("Nombre del aparato o de la puerta").fill("Puerta sur")
        page.get_by_role("button", name="Hacer el enlace").click()
        expect(page.locator(".receipt svg")).to_be_visible()
        link = page.locator(".receipt .lines").inner_text().strip()
        page.goto(f"/puerta/{link.rpartition('/')[2]}")
        page.get_by_role("button", name="Usar este aparato").click()
        page.get_by_label("Buscar a la persona").fill("nadie")
        page.get_by_role("button", name="Buscar").click()
        page.get_by_label("Es menor de 18 años").check()
        page.get_by_role("button", name="Registrar", exact=True).click()
        told(page, "Listo, quedó registrada a las")
        expect(page.locator(".person")).to_contain_text("Menor de 18 años")
