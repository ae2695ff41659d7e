"""An official finds what somebody said, says what it is, asks for help, answers and closes it."""

import re

from tests.journeys.conftest import sign_in

INBOX = "/gestion/escuchaderos/aportes"


def open_first(page, query: str) -> str:
    """Open the first contribution of a list; returns its address."""
    page.goto(f"{INBOX}?{query}")
    page.locator(".rows tbody a").first.click()
    page.wait_for_url(re.compile(rf"{INBOX}/\w+"))
    return page.url.partition("?")[0]


def is_wider_than_screen(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_from_the_inbox_to_the_answer(desktop, axe):
    page = desktop
    sign_in(page, "editor")
    page.goto("/gestion/escuchaderos")
    page.get_by_role("link", name="Ver los aportes").click()
    assert "÷" in page.locator("main").inner_text()
    assert axe.run(page).violations_count == 0
    address = open_first(page, "estado=sin-revisar&clase=GENERAL")
    assert axe.run(page).violations_count == 0
    page.get_by_role("button", name="Empezar a revisar").click()
    page.get_by_text("Empezó a revisar el aporte.").wait_for()

    page.get_by_role("link", name="Clasificar", exact=True).click()
    page.get_by_label("Qué es").select_option("PRIVATE")
    assert axe.run(page).violations_count == 0
    page.get_by_role("button", name="Guardar la clase").click()
    page.get_by_text("Guardó la clase del aporte.").wait_for()

    page.get_by_role("link", name="Pedir apoyo").click()
    page.get_by_label("Dependencia a la que se le pide su parte").select_option(index=3)
    page.get_by_label("Qué se le pregunta").fill("¿Cuándo pasa la cuadrilla?")
    page.get_by_role("button", name="Pedir su parte").click()
    page.get_by_text("Falta su parte").wait_for()

    page.get_by_role("link", name="Responder", exact=True).click()
    answer = page.get_by_label("Respuesta", exact=True)
    if page.get_by_label("Plantilla").count():
        page.get_by_label("Plantilla").select_option(index=1)
        page.get_by_role("button", name="Poner la plantilla").click()
        assert answer.input_value()
    answer.fill("El jueves pasa la cuadrilla. Llame al 300 123 4567.")
    page.get_by_role("button", name="Ver cómo lo lee la persona").click()
    page.get_by_text("Así lo lee la persona").wait_for()
    assert axe.run(page).violations_count == 0
    page.get_by_role("button", name="Enviar la respuesta").click()
    page.get_by_text("El texto tiene un teléfono. Quítelo").first.wait_for()
    answer.fill("El jueves pasa la cuadrilla.")
    page.get_by_role("button", name="Enviar la respuesta").click()
    page.get_by_text("Envió la respuesta.").wait_for()

    page.get_by_role("link", name="Cerrar", exact=True).click()
    page.get_by_label("En qué terminó").fill("Se arregló el jueves.")
    page.get_by_role("button", name="Cerrar", exact=True).click()
    page.get_by_text("Cerró el aporte").wait_for()
    assert page.url.startswith(address)
    assert axe.run(page).violations_count == 0


def test_on_a_phone_without_javascript_a_danger_to_a_life_is_one_click_away(
    phone_without_javascript, axe
):
    page = phone_without_javascript
    sign_in(page, "editor")
    page.goto(INBOX)
    assert not is_wider_than_screen(page)
    open_first(page, "estado=abiertos&orden=-llegada&clase=GENERAL")
    assert not is_wider_than_screen(page)
    page.get_by_role("button", name="Riesgo vital").click()
    page.get_by_role("link", name="123", exact=True).wait_for()
    assert not is_wider_than_screen(page)
    page.get_by_label("Qué se hizo").fill("Llamé a la Línea 106 y seguí su consejo.")
    page.get_by_role("button", name="Anotar la llamada").click()
    page.get_by_text("Anotó la llamada.").wait_for()
    page.get_by_role("button", name="No hay riesgo: quitar la marca").click()
    page.get_by_text("Quitó la marca de riesgo vital.").wait_for()


def test_two_officials_answer_at_once_and_the_second_reads_the_first(desktop, phone):
    sign_in(desktop, "editor")
    sign_in(phone, "administrador")
    address = open_first(desktop, "estado=abiertos&clase=GENERAL")
    for page in (desktop, phone):
        page.goto(f"{address}/respuesta")
    desktop.get_by_label("Respuesta", exact=True).fill("Lo arreglamos el lunes.")
    desktop.get_by_role("button", name="Enviar la respuesta").click()
    desktop.get_by_text("Envió la respuesta.").wait_for()
    phone.get_by_label("Respuesta", exact=True).fill("Lo arreglamos el martes.")
    phone.get_by_role("button", name="Enviar la respuesta").click()
    phone.get_by_text("Esto cambió después de que usted abrió la página").first.wait_for()
    assert phone.get_by_text("Lo arreglamos el lunes.").is_visible()
    assert phone.get_by_label("Respuesta", exact=True).input_value() == "Lo arreglamos el martes."
