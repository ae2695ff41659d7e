"""An official listens in the street: what is said by word of mouth, on a phone."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, browsing, sign_in

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
THUMB = 44
ASKED = "Que pongan un semáforo frente a la escuela."
WITHOUT_SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])


def photograph() -> dict[str, object]:
    body = BytesIO()
    Image.new("RGB", (800, 600), "white").save(body, "JPEG")
    return {"name": "anden.jpg", "mimeType": "image/jpeg", "buffer": body.getvalue()}


def open_form(page) -> None:
    """From the list of the posts to the form of one that listens now."""
    sign_in(page, "editor")
    page.goto("/gestion/escuchaderos?estado=abierto")
    page.locator("main tbody a").first.click()
    page.get_by_role("link", name="Tomar un aporte").click()
    expect(page.locator("h1")).to_have_text("Tomar un aporte")


def code_of(page, label: str) -> str:
    return page.locator(f"dt:text-is('{label}') + dd.code").inner_text()


@WITHOUT_SCRIPTS
def test_somebody_is_heard_in_the_street_and_comes_back_with_the_card(chromium, site, axe, scripts):
    with (
        browsing(chromium, site, java_script_enabled=scripts, **PHONE) as street,
        browsing(chromium, site, **PHONE) as neighbour,
    ):
        open_form(street)
        if scripts:
            assert axe.run(street).violations_count == 0
            assert street.evaluate(SIDEWAYS) == 0
        street.get_by_label("En la calle").check()
        street.get_by_label("Qué pide o qué cuenta").fill(ASKED)
        expect(street.get_by_label("Nombre y apellidos")).to_be_hidden()
        street.get_by_label("Da su nombre y es mayor de edad").check()
        street.get_by_label("Nombre y apellidos").fill("Rosa Elena Mesa")
        street.locator("summary", has_text="Otra lengua").click()
        street.get_by_label("Fotos").set_input_files(photograph())
        button = street.get_by_role("button", name="Recibir el aporte")
        assert button.bounding_box()["height"] >= THUMB

        # The notice was not read yet: nothing that was typed or chosen is lost.
        button.click()
        expect(street.get_by_role("alert")).to_contain_text("Lea el aviso y marque que autoriza.")
        expect(street.get_by_label("Qué pide o qué cuenta")).to_have_value(ASKED)
        expect(street.locator("main")).to_contain_text("Ya están adjuntos: Foto 1.")
        street.get_by_label("Oyó el aviso y autoriza").check()
        street.get_by_role("button", name="Recibir el aporte").dblclick()

        expect(street.locator("h1")).to_have_text("Aporte recibido")
        expect(street.locator(".proof")).to_contain_text("formulada de manera verbal")
        expect(street.locator(".proof")).to_contain_text("Foto: 1")
        number, secret = code_of(street, "Radicado"), code_of(street, "Código secreto")
        if scripts:
            assert axe.run(street).violations_count == 0
            assert street.evaluate(SIDEWAYS) == 0

        # The QR of the card has both after the "#", which no server sees.
        neighbour.goto(f"/escuchaderos/mi-aporte#{number}-{secret}")
        expect(neighbour.get_by_label("Radicado")).to_have_value(number.replace("-", ""))
        neighbour.get_by_role("button", name="Ver mi aporte").click()
        expect(neighbour.locator("main")).to_contain_text(ASKED)
        assert secret not in neighbour.url

        street.get_by_role("link", name="Siguiente persona").click()
        expect(street.get_by_label("En la calle")).to_be_checked()
        expect(street.get_by_label("Qué pide o qué cuenta")).to_have_value("")


def test_the_proof_and_the_card_are_printed_on_paper(chromium, site):
    with browsing(chromium, site, **PHONE) as street:
        open_form(street)
        street.get_by_label("Qué pide o qué cuenta").fill(ASKED)
        street.get_by_label("Prefiere no dar su nombre").check()
        street.get_by_role("button", name="Recibir el aporte").click()
        street.emulate_media(media="print")
        expect(street.locator(".return-card")).to_be_visible()
        expect(street.locator(".proof")).to_be_visible()
        expect(street.get_by_role("link", name="Siguiente persona")).to_be_hidden()
        assert re.fullmatch(r"(\w{4}-){3}\w{4}", code_of(street, "Código secreto"))
