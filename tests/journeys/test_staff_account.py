"""A new colleague opens the letter, chooses a password and sets up the phone, in a real browser."""

import email
import re
import time
from email.policy import default
from urllib.parse import urlsplit

import pyotp
import pytest

from tests.journeys.conftest import DESK, browsing, sign_in

ADDRESS = "luz.mar@ejemplo.org"
NEW = "tres tristes tigres en Aranjuez"
LETTER_SECONDS = 60


@pytest.fixture
def link(site, tmp_path_factory):
    """The path that the latest letter to somebody leads to."""
    folder = tmp_path_factory.getbasetemp()

    def latest(to: str, is_about: str) -> str:
        deadline = time.monotonic() + LETTER_SECONDS
        while time.monotonic() < deadline:
            for path in sorted(folder.glob("site*/instance/mail/*.eml"), reverse=True):
                letter = email.message_from_bytes(path.read_bytes(), policy=default)
                found = re.search(rf"http\S+{is_about}\S+", letter.get_content())
                if letter["To"] == to and found:
                    return urlsplit(found[0]).path
            time.sleep(0.2)
        return pytest.fail(f"no letter about {is_about} reached {to}")

    return latest


def choose_password(page, words):
    page.get_by_label("Clave nueva").fill(words)
    page.get_by_label("La misma clave, otra vez").fill(words)
    page.get_by_role("button", name="Guardar la clave").click()


def enter(page, words):
    page.get_by_label("Correo").fill(ADDRESS)
    page.get_by_label("Clave", exact=True).fill(words)
    page.get_by_role("button", name="Entrar").click()


def test_an_invited_colleague_gets_in_with_a_phone(desktop, chromium, site, link, axe):
    sign_in(desktop, "administrador")
    desktop.goto("/gestion/cuentas/invitar")
    desktop.get_by_label("Nombre").fill("Luz Mar")
    desktop.get_by_label("Correo").fill(ADDRESS)
    desktop.get_by_label("Editor").check()
    desktop.get_by_role("button", name="Enviar la invitación").click()

    with browsing(chromium, site, **DESK) as page:
        page.goto(link(ADDRESS, "/invitacion/"))
        assert axe.run(page).violations_count == 0
        choose_password(page, "corta")
        assert "Hay un problema" in page.locator("main").inner_text()
        choose_password(page, NEW)
        page.wait_for_url("**/gestion/entrar?*")
        enter(page, NEW)
        page.wait_for_url("**/gestion")

        page.goto("/gestion/cuenta/segundo-paso")
        page.get_by_role("button", name="Mostrar el código").click()
        page.get_by_text("No puedo escanear").click()
        phone = pyotp.TOTP(page.locator("details .code").inner_text().replace("-", ""))
        page.get_by_label("Código").fill(phone.now())
        page.get_by_role("button", name="Guardar el segundo paso").click()
        page.get_by_role("button", name="Crear códigos nuevos").click()
        recovery = page.locator("li .code").first.inner_text()

    with browsing(chromium, site, **DESK) as page:
        page.goto("/gestion/entrar")
        enter(page, NEW)
        page.get_by_role("heading", name="Escriba el código").wait_for()
        assert axe.run(page).violations_count == 0
        page.get_by_label("Código").fill(phone.at(time.time() + 30))
        page.get_by_role("button", name="Continuar").click()
        page.wait_for_url("**/gestion")

    with browsing(chromium, site, **DESK) as page:
        page.goto("/gestion/entrar")
        enter(page, NEW)
        page.get_by_role("link", name="usar un código de recuperación").click()
        page.get_by_label("Código").fill(recovery)
        page.get_by_role("button", name="Continuar").click()
        page.wait_for_url("**/gestion")


def test_who_forgot_the_password_writes_a_new_one(phone, link):
    phone.goto("/gestion/entrar")
    phone.get_by_role("link", name="Olvidé mi clave").click()
    phone.get_by_label("Correo").fill("lectura@ejemplo.org")
    phone.get_by_role("button").last.click()
    phone.wait_for_url("**/gestion/entrar?*")
    phone.goto(link("lectura@ejemplo.org", "/clave/"))
    choose_password(phone, NEW)
    phone.get_by_text("La clave quedó guardada").wait_for()
