"""Sheets of a survey are typed with the keyboard alone; what is printed fits on the paper."""

import io
import re

import pytest

from tests.journeys.conftest import sign_in

OPEN = "¿Cómo le cuenta la ciudad lo que hace?"
WITH_CODES = "Evaluación de los instrumentos por el Comité Territorial"


@pytest.fixture
def editor(desktop):
    sign_in(desktop, "editor")
    return desktop


def address_of(page, title: str) -> str:
    page.goto("/gestion/encuestas")
    found = page.get_by_role("link", name=title).first.get_attribute("href")
    return found.partition("?")[0]


def focused(page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.innerText")


def enter(page, text: str = "") -> None:
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def printed_pages(page) -> int:
    pypdf = pytest.importorskip("pypdf")
    return len(pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages)


def test_a_sheet_is_printed_and_typed_by_keyboard_alone(editor, axe):
    page = editor
    paper = f"{address_of(page, OPEN)}/papel"
    page.goto(f"{paper}/imprimir")
    page.get_by_label("Dónde se van a usar").fill("Biblioteca")
    page.get_by_label("Cuántas hojas").fill("2")
    page.keyboard.press("Enter")
    page.get_by_text("Preparó las hojas. Imprímalas.").wait_for()
    assert axe.run(page).violations_count == 0
    batch = page.url.partition("/hojas")[0]

    page.goto(f"{batch}/digitar")
    assert axe.run(page).violations_count == 0
    assert focused(page) == "number"
    enter(page)
    enter(page, "4")
    assert page.locator("output").first.inner_text() == ""
    page.keyboard.type("7")
    assert "no está en la hoja" in page.locator("output").first.inner_text()
    page.keyboard.press("Backspace")
    page.keyboard.type("2")
    assert page.locator("output").first.inner_text() == "Sí, una parte"
    enter(page)
    enter(page, "Los datos de mi comuna.")
    enter(page, "8")
    enter(page, "n")
    enter(page)
    for _ in range(4):
        if focused(page) == "Guardar y seguir":
            break
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_text(re.compile("Guardó la hoja")).wait_for()
    page.goto(batch)
    assert page.get_by_text("Falta contar el papel").is_visible()
    assert axe.run(page).violations_count == 0


def test_the_keyboard_passes_over_what_the_person_was_not_asked(editor):
    page = editor
    paper = f"{address_of(page, OPEN)}/papel"
    page.goto(f"{paper}/imprimir")
    page.get_by_label("Dónde se van a usar").fill("Casa de gobierno")
    page.get_by_label("Cuántas hojas").fill("1")
    page.keyboard.press("Enter")
    page.get_by_text("Preparó las hojas. Imprímalas.").wait_for()
    page.goto(f"{page.url.partition('/hojas')[0]}/digitar")
    why = page.get_by_label("Respuesta a la pregunta 3")
    assert why.is_hidden()
    page.get_by_label("Número de la pregunta 2").focus()
    enter(page, "1")
    assert focused(page) == "q_confianza"
    page.get_by_label("Número de la pregunta 2").fill("")
    enter(page, "02")
    assert focused(page) == "q_falto_saber"
    page.keyboard.type("El presupuesto.")
    page.get_by_label("Número de la pregunta 2").fill("n")
    assert why.is_hidden()
    page.get_by_label("Número de la pregunta 2").fill("3")
    assert why.input_value() == "El presupuesto."


def test_a_sheet_of_a_short_survey_is_one_leaf_with_the_optional_data_overleaf(editor):
    page = editor
    page.goto(f"{address_of(page, OPEN)}/papel")
    batch = page.get_by_role("link", name="Vereda El Llano").get_attribute("href")
    page.goto(f"{batch}/hojas")
    assert printed_pages(page) == 2 * 12


def test_ten_slips_with_codes_fill_a_page_and_the_screen_shows_none(editor, axe):
    page = editor
    page.goto(f"{address_of(page, WITH_CODES)}/codigos")
    assert axe.run(page).violations_count == 0
    batch = page.get_by_role("link", name="Comité Territorial", exact=True).get_attribute("href")
    page.goto(f"{batch}/tiras")
    assert axe.run(page).violations_count == 0
    assert not page.locator(".slip-code").first.is_visible()
    assert printed_pages(page) == 4


def test_an_answer_is_taken_by_word_of_mouth(editor, axe):
    page = editor
    page.goto(f"{address_of(page, OPEN)}/tomar")
    assert axe.run(page).violations_count == 0
    page.get_by_label("Oyó el aviso y dijo que sí quiere responder.").check()
    page.get_by_label("Sí, todo").check()
    page.get_by_role("button", name="Leerle lo que respondió").click()
    page.get_by_text("Léale las respuestas a la persona.").wait_for()
    page.get_by_role("button", name="Enviar", exact=True).last.click()
    page.get_by_role("heading", name="Quedó registrada").wait_for()
    assert axe.run(page).violations_count == 0
