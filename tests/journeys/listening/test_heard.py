"""A neighbour is heard on a phone of 360 points: speaking, writing, without a signal, without a
script, and on a device that many people use.
"""

import re

import pytest

from participa.core import codes
from tests.journeys.attendance.fake_camera import ALLOWED, DENIED, with_camera
from tests.journeys.conftest import PHONE, browsing
from tests.listening import city

TEXT = "El andén de la calle 30 está roto y los niños caminan por la vía."
DONE = "Listo. La ciudad lo oyó"


@pytest.fixture
def phone(chromium, town):
    with browsing(chromium, town.address, **PHONE) as page:
        yield page


@pytest.fixture
def plain_phone(chromium, town):
    with browsing(chromium, town.address, java_script_enabled=False, **PHONE) as page:
        yield page


@pytest.fixture
def speaking(chromium, town):
    """A phone with a microphone that its owner allows."""
    with (
        with_camera(chromium, *ALLOWED) as browser,
        browsing(browser, town.address, **PHONE) as page,
    ):
        yield page


def go_on(page, times=1):
    for _ in range(times):
        page.get_by_role("button", name="Continuar").click()


def to_the_review(page):
    """From the first step, without a name."""
    go_on(page, 2)
    page.get_by_text("Sin dar mi nombre", exact=True).click()
    go_on(page)


def says_done(page) -> tuple[str, str]:
    """The number and the secret code."""
    page.wait_for_url("**/listo/**")
    assert page.get_by_role("heading", level=1).inner_text() == DONE
    number, code = page.locator(".code").all_inner_texts()
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", number)
    return codes.read(number), codes.read(code)


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_neighbour_speaks_listens_records_again_and_sends(town, speaking):
    path = town.open_post()
    speaking.goto(path)
    speaking.get_by_text("Quiero respuesta").click()
    recorder = speaking.locator("[data-recorder]")
    speaking.locator("#wish").click()
    recorder.wait_for()
    recorder.get_by_role("button", name="Grabar").click()
    speaking.locator("[data-timer]", has_text="0:01").wait_for()
    assert speaking.get_by_role("button", name="Continuar").is_disabled()
    recorder.get_by_role("button", name="Parar").click()
    audio = recorder.locator("audio")
    audio.wait_for()
    audio.evaluate("sound => sound.play()")
    speaking.wait_for_function("() => document.querySelector('audio').currentTime > 0")
    recorder.get_by_role("button", name="Borrar la grabación").click()
    assert speaking.evaluate("document.querySelector('#voice').files.length") == 0
    recorder.get_by_role("button", name="Grabar").click()
    speaking.locator("[data-timer]", has_text="0:01").wait_for()
    recorder.get_by_role("button", name="Parar").click()
    audio.wait_for()
    assert fits(speaking)
    to_the_review(speaking)
    review = speaking.locator("dl.review").inner_text()
    assert "1 archivo" in review
    speaking.get_by_role("button", name="Enviar").click()
    says_done(speaking)
    [heard] = town.heard(path)
    [(media_type, size)] = heard["files"]
    assert media_type in {"audio/mp4", "audio/webm"}
    assert size > 1_000
    assert heard["text"] == ""


def test_who_does_not_allow_the_microphone_is_told_what_else_to_do(town, chromium):
    path = town.open_post()
    with (
        with_camera(chromium, *DENIED) as browser,
        browsing(browser, town.address, **PHONE) as page,
    ):
        page.goto(path)
        page.locator("#text").click()
        page.get_by_role("button", name="Grabar").click()
        page.get_by_text("No se pudo abrir el micrófono.").wait_for()


def test_a_photo_is_made_smaller_before_it_travels(town, phone, tmp_path):
    path, file = town.open_post(), tmp_path / "grande.jpg"
    file.write_bytes(city.photo(size=(4000, 3000)).getvalue())
    phone.goto(path)
    phone.get_by_text("Quiero opinar").click()
    phone.locator("#text").fill(TEXT)
    phone.locator("#photos").set_input_files([file] * 7)
    phone.get_by_text("Caben hasta 5 fotos").wait_for()
    sizes = phone.evaluate("[...document.querySelector('#photos').files].map(one => one.size)")
    assert len(sizes) == 5
    assert max(sizes) < len(file.read_bytes())
    phone.locator("#photos").set_input_files([file])
    phone.wait_for_function("() => document.querySelector('#photos').files[0].size < 40_000")
    to_the_review(phone)
    phone.get_by_role("button", name="Enviar").click()
    says_done(phone)
    [heard] = town.heard(path)
    assert [kind for kind, _ in heard["files"]] == ["image/jpeg"]


def test_who_writes_a_telephone_is_warned_while_writing(town, phone):
    path = town.open_post()
    phone.goto(path)
    phone.get_by_text("Quiero opinar").click()
    phone.locator("#text").fill(f"Me llamo Ana Gómez, 300 123 4567. {TEXT}")
    warning = phone.locator("[data-traces]").first
    warning.wait_for()
    assert "un teléfono y un nombre" in warning.inner_text()
    phone.locator("#text").fill(TEXT)
    warning.wait_for(state="hidden")
    phone.locator("#text").fill(f"Escríbame a ana@ejemplo.org. {TEXT}")
    to_the_review(phone)
    assert "un correo" in phone.locator("[data-traces]").last.inner_text()


def test_what_is_written_waits_for_the_signal(town, phone):
    path = town.open_post()
    phone.goto(path)
    phone.get_by_text("Quiero respuesta").click()
    phone.locator("#text").fill(TEXT)
    to_the_review(phone)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Enviar").click()
    phone.get_by_text("Guardado en este teléfono.").wait_for()
    assert town.heard(path) == []
    phone.context.set_offline(False)
    says_done(phone)
    assert [one["text"] for one in town.heard(path)] == [TEXT]


def test_a_draft_outlives_the_page_but_a_name_does_not(town, phone):
    path = town.open_post()
    phone.goto(path)
    phone.get_by_text("Quiero respuesta").click()
    phone.locator("#text").fill(TEXT)
    go_on(phone, 2)
    phone.get_by_text("Con mi nombre o un contacto").click()
    phone.get_by_label("Su nombre").fill("Rosa Pérez")
    assert "Rosa" not in phone.evaluate("JSON.stringify(localStorage)")
    phone.goto("/escuchaderos")
    phone.goto(path)
    phone.get_by_text("Recuperamos lo que había escrito").wait_for()
    assert phone.locator("#text").input_value() == TEXT
    assert phone.locator("#name").input_value() == ""


def test_a_device_of_many_people_remembers_nothing(town, phone):
    path = town.open_post()
    phone.goto(f"{path}?canal=kiosco")
    phone.get_by_text("Quiero respuesta").click()
    phone.locator("#text").fill(TEXT)
    assert TEXT not in phone.evaluate("JSON.stringify(localStorage)")
    to_the_review(phone)
    phone.get_by_role("button", name="Enviar").click()
    says_done(phone)
    phone.get_by_role("button", name="Ya guardé mi código: terminar").click()
    phone.locator("#text").wait_for()
    assert phone.locator("#text").input_value() == ""
    assert "escuchaderos" not in phone.evaluate("JSON.stringify(localStorage)")
    phone.go_back()
    phone.locator("#text").wait_for()
    assert phone.locator("#text").input_value() == "", "Back shows the start"
    assert town.heard(path)[0]["is_code_hidden"]


def test_everything_works_without_a_script(town, plain_phone, tmp_path):
    path, page = town.open_post(), plain_phone
    photo, voice = tmp_path / "foto.jpg", tmp_path / "nota.m4a"
    photo.write_bytes(city.photo().getvalue())
    voice.write_bytes(city.voice().getvalue())
    page.goto("/escuchaderos")
    page.get_by_role("link", name=city.TITLE).first.click()
    page.goto(path)
    page.locator("#text").fill(f"Llame al 300 123 4567. {TEXT}")
    page.locator("#photos").set_input_files([photo])
    page.locator("#voice").set_input_files([voice])
    go_on(page)
    assert page.title().startswith("Error: ")
    assert "Diga si quiere opinar o si quiere respuesta." in page.locator("#problema").inner_text()
    assert "Foto 1" in page.locator("#files").inner_text()
    page.get_by_text("Quiero respuesta").click()
    page.get_by_text("Sin dar mi nombre", exact=True).click()
    assert not page.get_by_label("Su nombre").is_visible()
    page.locator("#text").press("Control+End")
    go_on(page)
    assert page.get_by_role("heading", level=1).inner_text() == "Revise lo que va a enviar"
    assert "Su texto parece tener un teléfono." in page.locator("main").inner_text()
    assert fits(page)
    page.get_by_role("button", name="Quitar Nota de voz").click()
    go_on(page)
    page.get_by_role("button", name="Cambiar lo que conté").click()
    page.locator("#text").fill(TEXT)
    go_on(page)
    page.get_by_role("button", name="Enviar").click()
    number, code = says_done(page)
    assert fits(page)
    page.get_by_role("button", name="Ya guardé mi código: ocultarlo").click()
    page.get_by_text("El código secreto ya no se muestra aquí.").wait_for()
    shown = codes.read(page.content())
    assert number in shown
    assert code not in shown
    [heard] = town.heard(path)
    assert heard["text"] == TEXT
    assert [kind for kind, _ in heard["files"]] == ["image/jpeg"]


def test_enter_in_a_field_sends_the_form_and_takes_nothing_away(town, plain_phone, tmp_path):
    path, page, photo = town.open_post(), plain_phone, tmp_path / "foto.jpg"
    photo.write_bytes(city.photo().getvalue())
    page.goto(path)
    page.locator("#photos").set_input_files([photo])
    go_on(page)
    page.get_by_text("Quiero opinar").click()
    page.locator("#text").fill(TEXT)
    page.get_by_text("Con mi nombre o un contacto").click()
    page.get_by_label("Autorizo usar mi nombre").check()
    page.get_by_label("Su nombre").fill("Rosa Pérez")
    page.get_by_label("Su nombre").press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "Revise lo que va a enviar"
    assert "Foto 1" in page.locator("#files").inner_text()


def test_the_pages_are_sound_for_whoever_uses_assistive_technology(town, phone, axe):
    path = town.open_post(variables=["curso_vida", "discapacidad"])

    def sound() -> None:
        violations = axe.run(phone).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []

    phone.goto("/escuchaderos")
    sound()
    phone.goto(path)
    phone.get_by_text("Quiero respuesta").click()
    phone.locator("#text").fill(f"Llame al 300 123 4567. {TEXT}")
    sound()
    go_on(phone)
    phone.locator("#is_corruption").check()
    sound()
    go_on(phone)
    phone.get_by_text("Sin dar mi nombre", exact=True).click()
    sound()
    go_on(phone)
    sound()
    go_on(phone)
    sound()
    go_on(phone)
    sound()
    phone.get_by_role("button", name="Enviar").click()
    says_done(phone)
    sound()


def test_the_page_is_light(town, phone):
    """C2: what a phone loads to show the form."""
    path, loaded = town.open_post(), []
    phone.on("requestfinished", lambda request: loaded.append(request))
    phone.goto(path, wait_until="networkidle")
    shown = [request.sizes() for request in loaded if request.response().status == 200]
    assert len(shown) <= 4
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in shown) <= 30_000
