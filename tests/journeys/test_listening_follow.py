"""Who said something without a name comes back from another device, without JavaScript."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.serving import make_server

from participa.app import create_app
from participa.core import codes
from participa.core.db import db
from participa.core.ops import migrations
from participa.listening import acts
from tests.conftest import settings
from tests.journeys.attendance.fake_camera import ALLOWED, with_camera
from tests.journeys.conftest import DESK, PHONE, browsing, free_port
from tests.listening.follow_up import people

pytestmark = pytest.mark.slow
QUESTION, PLACE = (
    "¿En qué dirección exacta queda?",
    "Calle 30 con carrera 65, al frente del colegio.",
)
ANSWER = "El viernes se cambia la luminaria."


@dataclass
class Post:
    """The city's server with a post that listens, and the card that somebody took home."""

    app: Flask
    address: str
    card: people.Card

    def does(self, act, *typed) -> None:
        """An official acts on the contribution."""
        with self.app.app_context():
            act(self.card.contribution, people.official(), *typed)
            db.session.commit()


@pytest.fixture
def post(tmp_path) -> Iterator[Post]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    app = create_app(settings(tmp_path, base_url=address))
    with app.app_context():
        migrations.upgrade()
        card = people.said(people.post())
        db.session.remove()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Post(app, address, card)
    finally:
        server.shutdown()
        thread.join()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def come_back(page, card: people.Card) -> None:
    page.goto("/radicado")
    page.get_by_label("Su radicado").fill(card.radicado.lower())
    page.get_by_role("button", name="Consultar").click()
    page.get_by_label("Código secreto").fill(card.code.lower().replace("-", " "))
    page.get_by_role("button", name="Ver mi aporte").click()


def test_without_a_name_and_without_javascript_somebody_talks_with_the_city(chromium, post):
    """PQR-10: both ways, while anonymous; from a phone, and then from another machine."""
    post.does(acts.ask_to_complete, QUESTION)
    with browsing(chromium, post.address, java_script_enabled=False, **PHONE) as phone:
        come_back(phone, post.card)
        phone.get_by_role("heading", name="Mi aporte").wait_for()
        assert phone.get_by_text(post.card.radicado).count() == 1
        assert QUESTION in phone.content()
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
        phone.get_by_role("link", name="Completar").click()
        phone.get_by_label("Su mensaje").fill(PLACE)
        photo = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": people.photo()[0].read()}
        phone.get_by_label("Fotos").set_input_files(photo)
        phone.get_by_role("button", name="Enviar").click()
        phone.get_by_text("Su mensaje llegó.").wait_for()
        assert PLACE in phone.content()
        phone.get_by_role("link", name="Foto 1").wait_for()
        phone.go_back()
        phone.go_forward()  # looking back adds nothing
        phone.get_by_role("button", name="Salir").click()
        phone.get_by_text("Salió.").wait_for()
    post.does(acts.answer, ANSWER)
    with browsing(chromium, post.address, java_script_enabled=False, **DESK) as elsewhere:
        come_back(elsewhere, post.card)
        elsewhere.get_by_text(ANSWER).wait_for()
        assert elsewhere.get_by_text(PLACE).count() == 1
        elsewhere.get_by_role("link", name="Decir si quedó resuelto").click()
        elsewhere.get_by_label("Sí, quedó resuelto").check()
        elsewhere.get_by_role("button", name="Guardar").click()
        elsewhere.get_by_text("Guardamos lo que dice").wait_for()
        elsewhere.get_by_role("link", name="Pedir que se borre lo que conté").click()
        elsewhere.get_by_label("Entiendo que se borra").check()
        elsewhere.get_by_role("button", name="Borrar").click()
        elsewhere.get_by_text("Borramos lo que usted contó.").wait_for()
        assert PLACE not in elsewhere.content()
    with post.app.app_context():
        assert post.card.contribution.text == ""
        assert post.card.contribution.is_resolved is True


def test_the_qr_of_the_card_fills_in_both_and_leaves_the_address(chromium, axe, post):
    """The part of an address after "#" is sent to no server."""
    asked = []
    with browsing(chromium, post.address, **PHONE) as phone:
        phone.context.on("request", lambda request: asked.append(request.url))
        card = post.card
        phone.goto(f"{people.ASK}#{card.radicado.replace('-', '')}-{card.code.replace('-', '')}")
        phone.wait_for_function("document.getElementById('code').value !== ''")
        assert phone.get_by_label("Radicado").input_value() == codes.read(card.radicado)
        assert phone.get_by_label("Código secreto").input_value() == codes.read(card.code)
        assert "#" not in phone.url
        phone.keyboard.press("Enter")
        phone.get_by_role("heading", name="Mi aporte").wait_for()
        faults = axe.run(phone).response["violations"]
        assert [one["id"] for one in faults] == []
        phone.get_by_text("Cómo se contó, día por día").click()
        phone.get_by_role("cell", name="se radica; el término").wait_for()
        phone.get_by_role("link", name="Pedir que se borre lo que conté").click()
        assert [one["id"] for one in axe.run(phone).response["violations"]] == []
        phone.get_by_role("link", name="No borrar").click()
        phone.get_by_role("link", name="Escribir, o agregar").click()
        assert [one["id"] for one in axe.run(phone).response["violations"]] == []
    bare = codes.read(post.card.code)
    assert not [url for url in asked if bare in url.partition("#")[0]]


def test_who_comes_back_records_a_voice_note_as_in_the_form(chromium, post):
    with (
        with_camera(chromium, *ALLOWED) as browser,
        browsing(browser, post.address, **PHONE) as phone,
    ):
        come_back(phone, post.card)
        phone.get_by_role("link", name="Escribir, o agregar").click()
        phone.get_by_label("Su mensaje").fill("Llámeme al 300 123 4567.")
        phone.get_by_text("Su texto parece tener un teléfono.").wait_for()
        phone.get_by_label("Su mensaje").fill("")
        phone.get_by_role("button", name="Grabar").click()
        phone.locator("[data-timer]", has_text="0:01").wait_for()
        assert phone.get_by_role("button", name="Enviar").is_disabled()
        phone.get_by_role("button", name="Parar").click()
        phone.locator("[data-listen] audio").wait_for()
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
        phone.get_by_role("button", name="Enviar").click()
        phone.get_by_text("Su mensaje llegó.").wait_for()
        assert phone.get_by_text("Nota de voz 1").count() == 1
    with post.app.app_context():
        [voice] = post.card.contribution.attachments
        assert voice.media_type in {"audio/mp4", "audio/webm"}
        assert voice.size > 1_000
