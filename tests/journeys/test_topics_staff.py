"""An editor signs in, makes a call, publishes it, prints its poster, and exports the answers."""

import io
import re
from urllib.parse import urlsplit

from python_calamine import CalamineWorkbook

from tests.journeys.conftest import sign_in


def as_a_resident(page, code):
    page.goto(f"/temas/{code}")
    page.get_by_text("Ríos limpios", exact=True).click()
    page.get_by_text("Buses", exact=True).click()
    for _ in range(2):
        page.get_by_role("button", name="Continuar").click()
    page.get_by_label("¿En qué comuna o corregimiento vive?").select_option("05")
    while not page.get_by_role("button", name="Enviar").is_visible():
        page.get_by_role("button", name="Continuar").click()
    page.get_by_role("button", name="Enviar").click()
    page.wait_for_url("**/comprobante/**")


def counted(page) -> int:
    """How much evidence counts, on the page of a task."""
    return int(page.locator(".facts div", has_text="Cuentan").locator("dd").inner_text())


def test_from_signing_in_to_the_poster_and_the_export(desktop, phone, axe):
    page = desktop
    page.goto("/plan/tareas/2.1")
    before = counted(page)
    sign_in(page, "editor")
    page.goto("/gestion/temas")
    page.get_by_role("link", name="Nueva convocatoria").click()
    page.get_by_label("Pregunta", exact=True).fill("¿De qué debe hablar la audiencia?")
    page.get_by_label("Temas, uno por línea").fill("Ríos limpios\nBuses\nColegios\n=1+1")
    page.get_by_role("button", name="Guardar").click()
    page.wait_for_url(re.compile(r"/gestion/temas/\w{8}(\?|$)"))
    code = urlsplit(page.url).path.rpartition("/")[2]
    page.get_by_role("button", name="Publicar").click()
    page.get_by_role("link", name="Cerrar", exact=True).wait_for()
    assert axe.run(page).violations_count == 0
    page.get_by_role("link", name="Tarea 2.1", exact=False).first.click()
    assert counted(page) == before + 1, "seen at once, whatever was seen before"
    proof = page.locator(".evidence li", has_text="¿De qué debe hablar la audiencia?")
    assert proof.locator("a").get_attribute("href") == f"/temas/{code}"

    as_a_resident(phone, code)

    page.goto(f"/gestion/temas/{code}/cartel")
    assert axe.run(page).violations_count == 0
    poster = page.pdf(format="Letter")
    assert len(re.findall(rb"/Type\s*/Page\b", poster)) == 1
    page.emulate_media(media="print")
    centimetres = page.locator("main svg[role=img]").bounding_box()["width"] / 96 * 2.54
    modules = page.locator("main svg[role=img]").get_attribute("viewBox").split()[2]
    assert centimetres * (int(modules) - 8) / int(modules) >= 8
    page.emulate_media(media="screen")

    page.goto(f"/gestion/temas/{code}")
    assert "1" in page.locator(".facts div", has_text="Respuestas").locator("dd").inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Excel", exact=True).click()
    book = CalamineWorkbook.from_filelike(io.BytesIO(download.value.path().read_bytes()))
    rows = book.get_sheet_by_name("Datos").to_python()
    assert rows[1][2:6] == ["Comuna 5 – Castilla", "Enlace", "Ríos limpios", "Buses"]
    assert "Diccionario" in book.sheet_names


def test_the_wall_counts_while_people_answer(desktop, phone):
    sign_in(desktop, "editor")
    desktop.goto("/gestion/temas")
    link = desktop.locator(
        "td a", has_text="¿De qué temas debe rendir cuentas la ciudad?"
    ).first.get_attribute("href")
    desktop.goto(f"{link}/proyectar")
    before = int(desktop.locator("[data-people]").inner_text())
    phone.goto(f"/temas/{link.rpartition('/')[2]}")
    phone.get_by_text("Educación", exact=True).click()
    for _ in range(2):
        phone.get_by_role("button", name="Continuar").click()
    phone.get_by_label("¿En qué comuna o corregimiento vive?").select_option("NR")
    for _ in range(3):
        phone.get_by_role("button", name="Continuar").click()
    phone.get_by_role("button", name="Enviar").click()
    phone.wait_for_url("**/comprobante/**")
    desktop.locator("[data-people]", has_text=str(before + 1)).wait_for()
    sign = desktop.locator(".sign svg").bounding_box()
    assert sign["height"] > 400
    size = desktop.locator("[data-people]").evaluate(
        "e => parseFloat(getComputedStyle(e).fontSize)"
    )
    assert size > 90


def test_the_results_on_the_wall_are_read_from_the_back_and_fit_the_screen(desktop):
    sign_in(desktop, "editor")
    desktop.set_viewport_size({"width": 1920, "height": 1080})
    desktop.goto("/gestion/temas")
    link = desktop.locator(
        "td a", has_text="¿De qué temas debe rendir cuentas la ciudad?"
    ).first.get_attribute("href")
    desktop.goto(f"{link}/proyectar?ver=resultados")
    topics = desktop.locator(".bars li")
    assert topics.count() == 12
    letters = topics.first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert letters >= 28
    last = topics.last.bounding_box()
    assert last["y"] + last["height"] <= 1080
    assert not desktop.locator(".top").is_visible()
