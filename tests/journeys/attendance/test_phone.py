"""People sign the list of an event on a phone of 360 points, with a script and without one."""

import json
import re
import subprocess
import sys

import pytest

from tests.journeys.conftest import DESK, PHONE, ROOT, browsing, plain_environment, sign_in
from tests.journeys.looking import faults_of_shape

DONE = "Listo. Su asistencia quedó registrada"
STORED = "localStorage.getItem('participa:asistencia')"


@pytest.fixture(scope="module")
def lists(site, site_folder) -> dict[str, str]:
    """The addresses of the lists of lists.py, by their name."""
    command = [sys.executable, "-m", "tests.journeys.attendance.lists"]
    done = subprocess.run(
        [*command, str(site_folder / "instance")],
        cwd=ROOT,
        env=plain_environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    addresses: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return addresses


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def any_phone(request, chromium, site):
    has_script = request.param == "with JavaScript"
    with browsing(chromium, site, java_script_enabled=has_script, **PHONE) as page:
        yield page


def fill(page, name="María Pérez Gómez", document="43.123.456"):
    page.get_by_label("Tengo 18 años o más").check()
    page.get_by_label("Número del documento").fill(document)
    page.get_by_label("Nombres y apellidos").fill(name)


def agree(page):
    page.get_by_label("Autorizo guardar mi nombre").check()


def sign(page):
    page.get_by_role("button", name="Firmar", exact=True).click()


def receipt(page) -> str:
    page.wait_for_url("**/listo/**")
    assert page.get_by_role("heading", level=1).inner_text() == DONE
    return page.locator(".code").inner_text()


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_list_without_optional_questions_is_one_screen_of_four_questions(any_phone, lists):
    page = any_phone
    page.goto(lists["short"])
    asked = page.locator("main form :is(input, select):visible:not([type=checkbox])")
    names = {one.get_attribute("name") for one in asked.all()}
    assert names == {"age", "document_type", "document", "name", "contact"}
    fill(page, "Ana Ruiz", "1.017.000.111")
    agree(page)
    sign(page)
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", receipt(page))
    assert fits(page)


def test_who_signs_again_sees_the_first_receipt_and_another_name_sees_none(any_phone, lists):
    page = any_phone
    document = "71222333"
    codes = set()
    for name in ("Luis Ángel Rojas", "luis angel rojas"):
        page.goto(lists["short"])
        fill(page, name, document)
        agree(page)
        sign(page)
        codes.add(receipt(page))
    assert len(codes) == 1
    page.goto(lists["short"])
    fill(page, "Juan Curioso", document)
    agree(page)
    sign(page)
    page.get_by_role("heading", level=1, name="Ese documento ya está en el listado").wait_for()
    assert page.locator(".code").count() == 0


def test_a_mistake_is_told_and_everything_typed_stays(any_phone, lists):
    page = any_phone
    page.goto(lists["short"])
    fill(page, "Rosa Gil", "43888000")
    page.get_by_label("Correo o celular").fill("en mi casa")
    page.get_by_label("Autorizo que me escriban").check()
    agree(page)
    sign(page)
    page.locator(".problem").wait_for()
    page.get_by_label("Correo o celular").fill("")
    assert page.title().startswith("Error: ")
    assert page.get_by_label("Nombres y apellidos").input_value() == "Rosa Gil"
    assert page.get_by_label("Tengo 18 años o más").is_checked()
    page.get_by_label("Documento de identidad").select_option("SD")
    assert not page.get_by_label("Número del documento").is_visible()
    agree(page)
    sign(page)
    receipt(page)


def test_a_number_that_no_such_document_has_is_told_in_the_same_words_everywhere(any_phone, lists):
    """With a script on the page itself, which stays; without one by the server."""
    page = any_phone
    page.goto(lists["short"])
    fill(page, "Rosa Gil", "43.88x")
    number, kind = (
        page.get_by_label(one) for one in ("Número del documento", "Documento de identidad")
    )
    agree(page)
    error = page.locator(".field .error")
    for typed in ("43.88x", "12345678901"):
        number.fill(typed)
        sign(page)
        error.wait_for()
        told = "El número de cédula de ciudadanía tiene de 3 a 10 cifras, sin letras. Revíselo."
        assert error.inner_text() == told
        assert number.input_value() == typed
    kind.select_option("PA")
    number.fill("ab 12-345")
    agree(page)
    sign(page)
    receipt(page)


def test_without_steps_a_link_leads_past_what_is_optional(phone_without_javascript, lists):
    page = phone_without_javascript
    page.goto(lists["long"])
    fill(page, "Rosa Gil", "43888999")
    page.get_by_role("link", name="Saltar este paso").click()
    box = page.get_by_label("Autorizo guardar mi nombre").bounding_box()
    assert 0 <= box["y"] < PHONE["viewport"]["height"]
    agree(page)
    sign(page)
    receipt(page)


def test_who_is_under_eighteen_is_asked_nothing_more(any_phone, lists):
    page = any_phone
    page.goto(lists["short"])
    page.get_by_label("Tengo menos de 18 años").check()
    assert not page.get_by_label("Nombres y apellidos").is_visible()
    sign(page)
    receipt(page)


def test_who_says_late_to_be_under_eighteen_is_asked_nothing_sensitive(any_phone, lists):
    """DAT-07: what they answered before saying so blocks nothing and is not stored."""
    page = any_phone
    page.goto(lists["long"])
    fill(page)
    go_on = page.get_by_role("button", name="Continuar")
    has_steps = go_on.is_visible()
    if has_steps:
        go_on.click()
    page.locator("[name=v_discapacidad]").first.check()
    if has_steps:
        page.get_by_role("button", name="Atrás").click()
    page.get_by_label("Tengo menos de 18 años").check()
    if has_steps:
        go_on.click()
        page.locator("[name=v_curso_vida]").first.wait_for()
    assert page.locator("[name=v_curso_vida]").first.is_visible()
    assert not page.locator("[name=v_discapacidad]").first.is_visible()
    assert not page.get_by_role("heading", name="Datos sensibles").is_visible()
    if has_steps:
        go_on.click()
    sign(page)
    receipt(page)


def test_back_after_the_receipt_shows_the_next_person_an_empty_form(
    phone_without_javascript, lists
):
    page = phone_without_javascript
    page.goto(lists["short"])
    fill(page, "Inés Vélez", "39000111")
    agree(page)
    sign(page)
    receipt(page)
    page.go_back()
    assert page.get_by_label("Nombres y apellidos").input_value() == ""
    assert page.locator("input:checked").count() == 0


def test_back_from_a_rejected_form_shows_it_as_it_was_typed(phone_without_javascript, lists):
    page = phone_without_javascript
    page.goto(lists["short"])
    fill(page, "Inés Vélez", "no tengo")
    sign(page)
    page.locator(".problem").wait_for()
    page.go_back()
    assert page.get_by_label("Nombres y apellidos").input_value() == "Inés Vélez"
    assert page.get_by_label("Tengo 18 años o más").is_checked()


def test_optional_questions_are_a_step_that_can_be_passed_over(phone, lists, axe):
    phone.goto(lists["long"])
    assert phone.locator(".where").last.inner_text() == "Paso 1 de 3"
    phone.get_by_role("button", name="Continuar").click()
    assert phone.locator(".error").first.inner_text() == "Diga si tiene 18 años o más."
    fill(phone, "Olga Mesa", "43555666")
    phone.get_by_role("button", name="Continuar").click()
    assert phone.get_by_role("heading", name="Sobre usted").is_visible()
    assert phone.get_by_role("heading", name="Datos sensibles").is_visible()
    assert list(faults_of_shape(phone, axe)) == []
    phone.get_by_label("Física").check()
    phone.get_by_role("button", name="Continuar").click()
    assert "Marque la autorización" in phone.locator(".error:visible").inner_text()
    phone.get_by_label("Autorizo usar mis respuestas a estas preguntas").check()
    phone.get_by_role("button", name="Continuar").click()
    assert phone.get_by_role("heading", name="Su firma").is_visible()
    phone.go_back()
    assert phone.get_by_label("Física").is_checked()
    phone.get_by_role("button", name="Saltar este paso").click()
    sign(phone)
    assert "sin ella no podemos guardar su nombre" in phone.locator(".error:visible").inner_text()
    agree(phone)
    assert list(faults_of_shape(phone, axe)) == []
    sign(phone)
    receipt(phone)
    assert list(faults_of_shape(phone, axe)) == []


def test_what_the_number_lacks_is_said_in_the_first_step(phone, lists):
    phone.goto(lists["long"])
    fill(phone, "Olga Mesa", "")
    phone.get_by_role("button", name="Continuar").click()
    assert phone.locator(".error:visible").inner_text().startswith("Escriba el número")
    number = phone.get_by_label("Número del documento")
    assert number.evaluate("field => field === document.activeElement")
    assert number.evaluate("field => field.inputMode") == "numeric"
    phone.get_by_label("Documento de identidad").select_option("PA")
    assert number.evaluate("field => field.inputMode") == "text"
    phone.get_by_label("Documento de identidad").select_option("SD")
    phone.get_by_role("button", name="Continuar").click()
    assert phone.get_by_role("heading", name="Sobre usted").is_visible()


def test_back_does_not_lead_the_next_in_line_to_the_receipt_before(phone, lists):
    phone.goto(lists["short"])
    fill(phone, "Inés Vélez", "39000222")
    agree(phone)
    sign(phone)
    receipt(phone)
    assert phone.get_by_role("button", name="Imprimir").is_visible()
    address = phone.url
    phone.get_by_role("link", name="Registrar a otra persona").click()
    phone.get_by_label("Nombres y apellidos").wait_for()
    phone.go_back()
    phone.wait_for_url("**?hoja=*")
    assert phone.get_by_label("Nombres y apellidos").input_value() == ""
    phone.goto(address)  # its owner, with the code
    receipt(phone)


def test_a_contact_without_its_consent_is_told_before_it_is_lost(phone, lists):
    phone.goto(lists["short"])
    fill(phone, "Olga Mesa", "43555777")
    warning = phone.get_by_text("No marcó la autorización")
    assert warning.is_hidden()
    phone.get_by_label("Correo o celular").press_sequentially("olga")
    assert warning.is_visible()
    phone.get_by_label("Autorizo que me escriban").check()
    assert warning.is_hidden()


def test_a_double_tap_is_one_signature(phone, lists):
    phone.goto(lists["short"])
    fill(phone, "Doble Toque", "43777888")
    agree(phone)
    phone.get_by_role("button", name="Firmar", exact=True).dblclick()
    first = receipt(phone)
    phone.goto(lists["short"])
    fill(phone, "Doble Toque", "43777888")
    agree(phone)
    sign(phone)
    assert receipt(phone) == first


def test_a_phone_remembers_only_if_its_owner_asks_and_forgets_on_the_spot(phone, lists):
    phone.goto(lists["short"])
    fill(phone, "Nora Díaz", "43999000")
    agree(phone)
    sign(phone)
    receipt(phone)
    assert phone.evaluate(STORED) is None
    phone.goto(lists["short"])
    fill(phone, "Nora Díaz", "43999000")
    phone.get_by_label("Recordar mis datos en este celular").check()
    agree(phone)
    sign(phone)
    receipt(phone)
    phone.goto(lists["long"])
    assert "N. D." in phone.get_by_role("button", name="Usar mis datos").inner_text()
    phone.get_by_role("button", name="Usar mis datos").click()
    assert phone.get_by_label("Nombres y apellidos").input_value() == "Nora Díaz"
    assert phone.get_by_label("Autorizo que me escriban").is_checked() is False
    phone.get_by_role("button", name="Continuar").click()
    phone.get_by_role("button", name="Saltar este paso").click()
    agree(phone)
    sign(phone)
    receipt(phone)
    phone.goto(lists["short"])
    phone.get_by_role("button", name="Borrar de este celular").click()
    assert phone.evaluate(STORED) is None
    assert not phone.get_by_role("button", name="Usar mis datos").is_visible()


def test_a_signature_can_be_drawn_and_the_library_comes_only_then(phone, lists):
    loaded = []
    phone.on("request", lambda request: loaded.append(request.url))
    phone.goto(lists["short"])
    fill(phone, "Firma Dibujada", "43111222")
    agree(phone)
    assert not any("signature_pad" in url for url in loaded)
    phone.get_by_text("Firmar con el dedo (opcional)").click()
    phone.wait_for_function("() => Boolean(window.SignaturePad)")
    canvas = phone.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    phone.mouse.move(box["x"] + 20, box["y"] + 60)
    phone.mouse.down()
    for step in range(20):
        phone.mouse.move(box["x"] + 20 + 8 * step, box["y"] + 50 + 10 * (step % 3))
    phone.mouse.up()
    assert phone.locator("[name=signature]").input_value().startswith("M")
    phone.get_by_role("button", name="Borrar el dibujo").click()
    assert phone.locator("[name=signature]").input_value() == ""
    phone.mouse.move(box["x"] + 20, box["y"] + 60)
    phone.mouse.down()
    phone.mouse.move(box["x"] + 90, box["y"] + 20)
    phone.mouse.up()
    sign(phone)
    receipt(phone)


def test_who_registers_before_the_day_gets_a_ticket_with_a_code_to_scan(any_phone, lists):
    page = any_phone
    page.goto(lists["upcoming"])
    fill(page, "Paz Arango", "43222111")
    agree(page)
    page.get_by_role("button", name="Inscribirme").click()
    page.wait_for_url("**/pase/**")
    assert page.get_by_role("heading", level=1).inner_text() == "Su pase"
    assert page.locator("main svg").is_visible()
    assert "Paz" not in page.locator("main").inner_text()
    assert fits(page)


def test_the_code_on_the_screen_changes_and_opens_the_form(chromium, site, any_phone, lists):
    with browsing(chromium, site, **DESK) as desk:
        sign_in(desk, "puerta")
        desk.goto(f"/gestion{lists['rotating']}/proyectar-codigo")
        seen = desk.locator("[data-typed]").inner_text()
        size = desk.locator("[data-typed]").evaluate(
            "e => parseFloat(getComputedStyle(e).fontSize)"
        )
        assert size >= 90
        assert desk.locator("[data-picture] svg").bounding_box()["height"] >= 380
        any_phone.goto(lists["rotating"])
        any_phone.get_by_label("Código de la pantalla").fill(seen.lower())
        any_phone.get_by_role("button", name="Continuar").click()
        number = any_phone.evaluate("String(performance.now()).replace(/\\D/g, '').slice(-6)")
        fill(any_phone, "Eva Restrepo", f"43{number}")
        agree(any_phone)
        sign(any_phone)
        receipt(any_phone)
        # It changes by itself, and counts.
        desk.wait_for_function(
            "seen => document.querySelector('[data-typed]').textContent !== seen", arg=seen
        )
        assert int(desk.locator("[data-people]").inner_text()) >= 1


def test_the_pages_are_free_of_barriers(phone, lists, axe):
    for name in ("short", "long", "rotating", "full", "upcoming", "unopened"):
        phone.goto(lists[name])
        phone.wait_for_load_state("networkidle")
        assert list(faults_of_shape(phone, axe)) == [], name
        assert fits(phone), name


def test_a_first_visit_takes_four_requests_with_the_redirect_and_the_icon(chromium, site, lists):
    for name in ("long", "upcoming"):
        with browsing(chromium, site, **PHONE) as page:
            sizes, asked, refused = first_visit(page, lists[name])
        assert refused == [], name
        assert sum(sizes) <= 30_000, name
        # The address of the showing is a redirect; the icon is in the page.
        assert len(asked) <= 4, asked


def first_visit(page, path) -> tuple[list[float], list[str], list[str]]:
    """Of each response its bytes on the wire, every request, and what the page complains of.

    From the network log of the browser, which counts redirects and the icon too.
    """
    sizes, asked, said = [], [], []
    log = page.context.new_cdp_session(page)
    log.send("Network.enable")
    log.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    log.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on("console", lambda message: said.append(message.text))
    page.goto(path, wait_until="networkidle")
    return sizes, [url for url in asked if url.startswith("http")], said
