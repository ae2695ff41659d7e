"""An editor brings questions from Excel, changes one, publishes and opens them: by keyboard."""

import re
from urllib.parse import urlsplit

from tests.journeys.conftest import PHONE, browsing, sign_in
from tests.surveys.exchange.test_import import workbook

MOST_STEPS = 120


def reach(page, target) -> None:
    """Move with the keyboard until this has the focus."""
    for _ in range(MOST_STEPS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


def press(page, role: str, name: str) -> None:
    target = page.get_by_role(role, name=name, exact=True).first
    reach(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    reach(page, field)
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(text)


def is_sound(page, axe) -> bool:
    return axe.run(page).violations_count == 0


def test_from_excel_to_its_address_with_nothing_but_a_keyboard(desktop, chromium, site, axe):
    page = desktop
    sign_in(page, "editor")
    page.goto("/gestion/encuestas")
    press(page, "link", "Importar de Excel (XLSForm)")
    file = {"name": "kobo.xlsx", "mimeType": "application/octet-stream", "buffer": workbook()}
    page.get_by_label("Archivo XLSForm").set_input_files(file)
    press(page, "button", "Ver cómo queda")
    assert page.get_by_role("cell", name="«geopoint»").count() == 1
    assert is_sound(page, axe)
    write(page, "Título de la encuesta", "Encuentro en Aranjuez")
    press(page, "button", "Crear el borrador")
    page.wait_for_url(re.compile(r"/gestion/encuestas/\w{8}/preguntas(\?|$)"))
    code = urlsplit(page.url).path.split("/")[3]
    assert is_sound(page, axe)

    press(page, "link", "Cambiar «¿Qué mejoraría?»")
    write(page, "Pregunta", "¿Qué haría mejor?")
    press(page, "button", "Guardar")
    assert page.get_by_role("heading", name="¿Qué haría mejor?").count() == 1
    press(page, "button", "Subir «¿Qué haría mejor?»")
    assert page.get_by_text("Movió la pregunta.").count() == 1
    assert page.locator(".shown").get_by_text("¿Qué haría mejor?").is_visible()

    press(page, "link", "‹ Encuentro en Aranjuez")
    assert is_sound(page, axe)
    press(page, "link", "Completar")
    reach(page, page.locator("input[name=tasks]").first)
    page.keyboard.press("Space")
    press(page, "button", "Guardar")
    press(page, "button", "Publicar")
    assert page.get_by_text("Publicó la encuesta.").count() == 1

    with browsing(chromium, site, **PHONE) as phone:
        phone.goto(f"/encuestas/{code}")
        assert phone.get_by_role("heading", name="Encuentro en Aranjuez").count() == 1
        assert phone.get_by_text("¿Qué haría mejor?").count() >= 1


def test_without_javascript_a_survey_is_written_all_the_same(phone_without_javascript):
    page = phone_without_javascript
    sign_in(page, "editor")
    page.goto("/gestion/encuestas/nueva")
    page.get_by_label("Título", exact=True).fill("Encuesta de la puerta")
    page.get_by_role("button", name="Guardar y escribir las preguntas").click()
    page.get_by_role("link", name="Agregar la primera").click()
    page.get_by_role("link", name=re.compile("^Una opción")).click()
    page.get_by_label("Pregunta", exact=True).fill("¿Volvería?")
    page.get_by_label("Opciones, una por línea").fill("Sí\nNo")
    page.get_by_role("button", name="Guardar").click()
    page.get_by_role("link", name="Traer del banco").click()
    page.get_by_label(re.compile("¿Qué se debe mejorar?")).check()
    page.get_by_role("button", name="Traer las marcadas").click()
    page.locator("#de-por_mejorar summary").click()
    page.get_by_role("link", name="Mostrar si… «¿Qué se debe mejorar?»").click()
    page.get_by_role("button", name="Continuar").click()
    page.get_by_label("es", exact=True).check()
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Guardar la regla").click()
    assert page.get_by_text("Se muestra si «¿Volvería?» es «No».").count() == 1
