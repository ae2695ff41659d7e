"""A sheet of paper from the printer to the roster, typed with the keyboard alone."""

import io
import subprocess
import sys

import pytest

from tests.journeys.conftest import ROOT, plain_environment, sign_in


@pytest.fixture
def paper(site, site_folder) -> str:
    """The address of the paper of a list on which somebody has signed with a phone."""
    command = [sys.executable, "-m", "tests.journeys.paper_list", str(site_folder / "instance")]
    made = subprocess.run(
        command, cwd=ROOT, env=plain_environment(), check=True, capture_output=True, text=True
    )
    return f"/gestion/asistencia/{made.stdout.strip()}/papel"


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def type_row(page, document: str, name: str) -> None:
    """The cursor stands in the number; Enter stores the row."""
    assert page.evaluate("document.activeElement.id") == "document"
    page.keyboard.type(document)
    press(page, "Tab")
    page.keyboard.type(name)
    with page.expect_navigation():
        press(page, "Enter")


def reach(page, words: str) -> None:
    """Press the tab key until the button with these words has the focus."""
    for _ in range(30):
        if page.evaluate("document.activeElement.innerText") == words:
            return
        press(page, "Tab")
    pytest.fail(f"the keyboard does not reach {words}")


def test_a_sheet_is_printed_typed_and_reconciled_by_keyboard(desktop, axe, paper):
    page = desktop
    sign_in(page, "editor")
    page.goto(f"{paper}/hojas")
    page.get_by_label("Cuántas hojas").fill("1")
    page.get_by_label("Filas en cada hoja").fill("5")
    page.get_by_role("button", name="Preparar las hojas").click()
    page.get_by_text("Preparó las hojas. Imprímalas.").wait_for()
    assert axe.run(page).violations_count == 0

    page.goto(f"{paper}/1")
    assert axe.run(page).violations_count == 0
    type_row(page, "43.987.654", "Pedro Luis Restrepo")
    page.get_by_text("Guardó la fila 1.").wait_for()
    # Row 2 is somebody who signed on the phone: nothing is stored until it is said.
    type_row(page, "1.017.123.456", "Angela Usuga")
    page.get_by_text("Ya firmó con su celular").wait_for()
    assert axe.run(page).violations_count == 0
    reach(page, "Es la misma persona")
    with page.expect_navigation():
        press(page, "Enter")
    page.get_by_text("Guardó la fila 2.").wait_for()
    reach(page, "Ilegible")
    with page.expect_navigation():
        press(page, "Enter")
    assert page.locator("#fila-3").inner_text().find("Ilegible") > 0
    reach(page, "Las demás filas están vacías")
    with page.expect_navigation():
        press(page, "Enter")
    page.get_by_text("Todas las filas de esta hoja están digitadas o marcadas.").wait_for()

    page.get_by_role("link", name="Contar las firmadas").click()
    page.get_by_label("Filas firmadas").fill("3")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ya revisé la hoja").click()
    page.get_by_text("Cuadra: todo lo firmado en papel está digitado.").wait_for()
    assert axe.run(page).violations_count == 0


def test_a_sheet_fills_one_letter_page_and_a_slip_another(desktop, paper):
    pypdf = pytest.importorskip("pypdf")
    page = desktop
    sign_in(page, "editor")
    for words, fields, sides in (
        ("hojas", {"Cuántas hojas": "2", "Filas en cada hoja": "18"}, (792, 612)),
        ("fichas", {"Cuántas fichas": "2"}, (612, 792)),
    ):
        page.goto(f"{paper}/{words}")
        for label, value in fields.items():
            page.get_by_label(label).fill(value)
        page.get_by_role("button", name="Preparar las").click()
        page.wait_for_url("**/imprimir*")
        pages = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
        assert [tuple(map(round, one.mediabox[2:])) for one in pages] == [sides, sides]
        assert "asistencia" in pages[1].extract_text().lower()
