"""An event from its plan to its minutes: an official at a desk, a neighbour on a phone."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from participa.core import clock
from tests.journeys.conftest import sign_in

TITLE = "Diálogo sobre el parque de la esquina"
QUESTION = "¿Cuándo arreglan los columpios del parque?"


def moment(hours: int) -> str:
    """So many hours from now, as a field of a form has it in the city's time."""
    return clock.local(clock.now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def time_passes(site_folder):
    """Let an event end an hour ago, which no browser can wait for."""

    def pass_by(code: str) -> None:
        file = site_folder / "instance" / "participa.db"
        ends = clock.now().replace(tzinfo=None) - timedelta(hours=1)
        with closing(sqlite3.connect(file, timeout=30)) as connection, connection:
            connection.execute(
                "UPDATE event SET opens_at = ?, closes_at = ?, version = version + 1 "
                "WHERE code = ?",
                (str(ends - timedelta(hours=3)), str(ends), code),
            )

    return pass_by


def planned(page) -> str:
    """The code of a new event with all that its call needs."""
    page.goto("/gestion/eventos")
    page.get_by_role("link", name="Nuevo evento").click()
    page.get_by_label("Nombre del evento").fill(TITLE)
    page.get_by_role("button", name="Guardar").click()
    page.wait_for_url(re.compile(r"/gestion/eventos/\w{8}(\?|$)"))
    code = urlsplit(page.url).path.rpartition("/")[2]
    assert "Para convocar falta:" in page.locator("main").inner_text()
    page.get_by_role("link", name="Cambiar", exact=True).click()
    page.get_by_label("Empieza").fill(moment(hours=24))
    page.get_by_label("Termina").fill(moment(hours=27))
    page.get_by_label("Lugar", exact=False).first.fill("Casa de la Cultura, calle 107 # 42-24")
    page.get_by_label("Metodología").fill("Mesas por tema y una plenaria.")
    page.get_by_label("Canales de la convocatoria").fill("Radio comunitaria y cartelera.")
    page.get_by_label("Día de la convocatoria").fill(moment(hours=0)[:10])
    page.get_by_label("Dirección del informe").fill("https://ejemplo.org/informe.pdf")
    page.get_by_label("Apoyos de accesibilidad").fill("Rampa e intérprete.")
    page.get_by_label(re.compile(r"^\s*7\.2 \(20")).first.check()
    page.get_by_role("button", name="Guardar").click()
    page.wait_for_url(re.compile(rf"/gestion/eventos/{code}(\?|$)"))
    return code


def test_from_the_plan_to_the_minutes(desktop, phone, phone_without_javascript, axe, time_passes):
    page = desktop
    sign_in(page, "editor")
    code = planned(page)
    phone.goto(f"/eventos/{code}")
    assert phone.locator("h1").inner_text() != TITLE, "a plan is not public"
    page.get_by_role("button", name="Convocar").click()
    page.get_by_text("Convocó el evento.").wait_for()
    assert axe.run(page).violations_count == 0

    # A neighbour finds it, asks, and has a receipt.
    resident = phone_without_javascript
    resident.goto("/eventos")
    resident.get_by_role("link", name=TITLE).click()
    assert "Casa de la Cultura" in resident.locator("main").inner_text()
    resident.get_by_role("link", name="Hacer una pregunta").click()
    resident.get_by_role("textbox").fill(QUESTION)
    resident.get_by_role("button", name="Enviar la pregunta").click()
    assert "Listo." in resident.locator("h1").inner_text()
    phone.goto(f"/eventos/{code}")
    assert axe.run(phone).violations_count == 0

    # It is held: cards are typed in, an answer is given, the city commits itself.
    time_passes(code)
    page.goto(f"/gestion/eventos/{code}/preguntas/registrar")
    page.get_by_label("Preguntas, una por línea").fill("¿Y las bancas?\n¿Quién poda los árboles?")
    page.get_by_role("button", name="Registrar las preguntas").click()
    assert "¿Quién poda los árboles?" in page.locator("main").inner_text()
    assert axe.run(page).violations_count == 0
    page.goto(f"/gestion/eventos/{code}/compromisos")
    page.get_by_role("link", name=re.compile("compromiso", re.IGNORECASE)).last.click()
    page.goto(f"/gestion/eventos/{code}/compromisos/nuevo")
    page.get_by_label("Compromiso", exact=True).fill("Arreglar los columpios")
    page.get_by_label("Dependencia", exact=True).select_option(index=1)
    page.get_by_label("Fecha", exact=True).fill(moment(hours=24 * 60)[:10])
    page.get_by_role("button", name="Anotar el compromiso").click()
    assert "Arreglar los columpios" in page.locator("main").inner_text()

    # The minutes are written, read and closed; the neighbour reads them.
    page.goto(f"/gestion/eventos/{code}/acta")
    page.get_by_role("link", name="Escribir el acta").first.click()
    page.get_by_label("Qué pasó").fill("Se habló de los columpios y de las bancas.")
    page.get_by_label("Cuántas personas asistieron").fill("43")
    page.get_by_role("button", name="Guardar el borrador").click()
    page.get_by_role("link", name="Leer y cerrar").first.click()
    assert axe.run(page).violations_count == 0
    page.get_by_role("button", name="Cerrar con acta").click()
    page.wait_for_url(lambda address: "/cerrar" not in address)
    resident.goto(f"/eventos/{code}/acta")
    minutes = resident.locator("main").inner_text()
    for told in ("Se habló de los columpios", "43 personas", "Arreglar los columpios", "SHA-256"):
        assert told in minutes
    phone.goto(f"/eventos/{code}/acta")
    assert axe.run(phone).violations_count == 0
    resident.goto(f"/eventos/{code}/preguntar")
    assert resident.get_by_role("textbox").count() == 0, "closed with its minutes"
