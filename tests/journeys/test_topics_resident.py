"""A resident answers a topic call on a phone of 360 points: with a script, without one, and when
the signal goes away.
"""

import re
from urllib.parse import urlsplit

import pytest

from tests.journeys.conftest import sign_in

CHOSEN = ("Educación", "Calidad del aire", "Vivienda y hábitat")


@pytest.fixture
def code(site, phone_without_javascript):
    """The code of the example call, whatever else other tests have opened."""
    phone_without_javascript.goto("/temas")
    name = "¿De qué temas debe rendir cuentas la ciudad?"
    examples = phone_without_javascript.locator("main li", has_text="Ejemplo")
    link = examples.get_by_role("link", name=name, exact=True)
    return link.get_attribute("href").rpartition("/")[2]


@pytest.fixture
def people(desktop, code):
    """How many have answered, as the hall's screen counts them."""
    sign_in(desktop, "editor")

    def count() -> int:
        desktop.goto(f"/gestion/temas/{code}/proyectar")
        return int(desktop.locator("[data-people]").inner_text())

    return count


def choose(page, *titles):
    for title in titles:
        page.get_by_text(title, exact=True).click()


def go_on(page, times=1):
    for _ in range(times):
        page.get_by_role("button", name="Continuar").click()


def to_the_review(page, *titles):
    choose(page, *titles)
    go_on(page, 2)
    page.get_by_label("¿En qué comuna o corregimiento vive?").select_option("01")
    go_on(page, 3)


def says_done(page):
    page.wait_for_url("**/comprobante/**")
    assert page.get_by_role("heading", level=1).inner_text() == "Listo. Su opinión quedó guardada"
    return re.fullmatch(r"(\w{4}-){3}\w{4}", page.locator(".code").inner_text())


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_neighbour_chooses_orders_and_gets_a_receipt(phone, code):
    phone.goto(f"/temas/{code}")
    choose(phone, *CHOSEN)
    assert "Ya eligió 3." in phone.locator("[data-count]").inner_text()
    assert phone.locator("input[name=topics]:disabled").count() == 9
    go_on(phone)
    phone.get_by_role("button", name="Subir Vivienda y hábitat").click()
    assert phone.locator("[data-moved]").inner_text() == "Vivienda y hábitat: puesto 2 de 3."
    focused = phone.evaluate("document.activeElement.textContent")
    assert focused == "Subir Vivienda y hábitat"
    phone.keyboard.press("Enter")
    phone.get_by_label("Otro tema").fill("Aceras para sillas de ruedas")
    go_on(phone, 2)
    assert phone.locator(".error").inner_text() == "Elija su comuna o «Prefiero no responder»."
    phone.get_by_label("¿En qué comuna o corregimiento vive?").select_option("01")
    barrios = phone.get_by_label("Barrio o vereda")
    assert barrios.locator("optgroup").count() == 1
    barrios.select_option("Popular")
    go_on(phone, 3)
    review = phone.locator("dl.review").inner_text()
    assert "1. Vivienda y hábitat; 2. Educación; 3. Calidad del aire" in review
    assert "Aceras para sillas de ruedas" in review
    assert fits(phone)
    phone.get_by_role("button", name="Enviar").click()
    assert says_done(phone)
    assert fits(phone)
    phone.get_by_role("link", name="Responder otra persona").click()
    note = phone.locator(".note", has_text="Desde este teléfono ya se envió una respuesta")
    assert note.evaluate("e => parseFloat(getComputedStyle(e).paddingLeft)") >= 12
    assert phone.locator("input[name=topics]:checked").count() == 0


def test_the_first_topic_is_seen_without_scrolling(phone, code):
    phone.goto(f"/temas/{code}")
    title = phone.locator(".card b").first.bounding_box()
    line = 24  # pixels; a long title has two of them
    assert title["y"] + line <= phone.viewport_size["height"]


def test_who_knows_only_the_barrio_types_it_and_the_comuna_is_found(phone, code):
    phone.goto(f"/temas/{code}")
    choose(phone, CHOSEN[0])
    go_on(phone, 2)
    phone.get_by_label("Escriba su barrio").fill("Granizal, Comuna 1 – Popular")
    chosen = phone.get_by_label("¿En qué comuna o corregimiento vive?")
    assert chosen.input_value() == "01"
    go_on(phone)
    for step in ("Sobre usted", "Datos sensibles"):
        assert phone.locator("h2:visible").first.inner_text() == step
        phone.get_by_role("button", name="Saltar este paso").locator("visible=true").click()
    review = phone.locator("dl.review").inner_text()
    assert "Granizal" in review
    assert "Escriba su barrio" not in review


@pytest.fixture
def call_for_one(desktop):
    """The code of a call where everybody chooses one topic and writes nothing."""
    sign_in(desktop, "editor")
    desktop.goto("/gestion/temas/nueva")
    # Another journey looks for the example by its title, which new calls have too.
    desktop.get_by_label("Pregunta", exact=True).fill("¿Qué obra va primero?")
    desktop.get_by_label("Temas, uno por línea").fill("Ríos limpios\nBuses\nColegios")
    desktop.get_by_label("Cuántos puede elegir cada persona").fill("1")
    # The indicator of 2.1 belongs to another journey.
    desktop.get_by_label(re.compile(r"\b2\.1 \(")).first.uncheck()
    desktop.get_by_label(re.compile(r"\b1\.1 \(")).first.check()
    desktop.get_by_label("Recibir otros temas").uncheck()
    desktop.get_by_label("Recibir preguntas para la ciudad").uncheck()
    desktop.get_by_role("button", name="Guardar").click()
    desktop.wait_for_url(re.compile(r"/gestion/temas/\w{8}(\?|$)"))
    desktop.get_by_role("button", name="Publicar").click()
    desktop.get_by_role("link", name="Cerrar", exact=True).wait_for()
    return urlsplit(desktop.url).path.rpartition("/")[2]


def test_nobody_is_asked_to_put_one_topic_in_order(phone, call_for_one):
    phone.goto(f"/temas/{call_for_one}")
    assert phone.locator(".where").inner_text() == "Paso 1 de 5"
    choose(phone, "Buses")
    go_on(phone)
    assert phone.locator(".where").inner_text() == "Paso 2 de 5"
    phone.get_by_label("¿En qué comuna o corregimiento vive?").select_option("01")
    go_on(phone, 3)
    review = phone.locator("dl.review").inner_text()
    assert "Su tema" in review
    assert "en orden" not in review
    phone.go_back()
    phone.locator(".where", has_text="Paso 4 de 5").wait_for()


def test_who_chooses_one_of_several_goes_straight_to_what_may_be_written(phone, code):
    phone.goto(f"/temas/{code}")
    choose(phone, "Educación")
    go_on(phone)
    assert not phone.get_by_text("Ponga sus temas en orden").is_visible()
    assert phone.get_by_label("Otro tema").is_visible()
    assert phone.evaluate("document.activeElement.className") == "where"
    assert phone.title().startswith("Otro tema · paso 2 de 6")


def test_the_back_button_goes_one_step_and_keeps_everything(phone, code):
    phone.goto(f"/temas/{code}")
    to_the_review(phone, "Educación")
    for step in (5, 4, 3):
        phone.go_back()
        phone.locator(".where", has_text=f"Paso {step} de 6").wait_for()
    assert phone.get_by_label("¿En qué comuna o corregimiento vive?").input_value() == "01"
    phone.get_by_role("button", name="Atrás").click()
    phone.get_by_role("button", name="Atrás").click()
    assert phone.locator(".where").inner_text().startswith("Paso 1")
    assert phone.locator("input[name=topics]:checked").count() == 1


def test_who_goes_back_after_the_receipt_finds_an_empty_form(phone, code):
    """On a phone that several share, nobody sees what the one before chose."""
    phone.goto(f"/temas/{code}")
    to_the_review(phone, "Educación")
    phone.get_by_role("button", name="Enviar").click()
    assert says_done(phone)
    phone.go_back()
    phone.get_by_text("Desde este teléfono ya se envió una respuesta").wait_for()
    assert phone.locator("input[name=topics]:checked").count() == 0
    assert phone.locator("#territory").input_value() == ""


def test_two_tabs_of_one_phone_send_one_answer(phone, code, people):
    before = people()
    phone.goto(f"/temas/{code}")
    choose(phone, "Educación")
    other = phone.context.new_page()
    other.goto(f"/temas/{code}")
    assert other.locator("input[name=topics]:checked").count() == 1
    receipts = []
    for tab in (phone, other):
        go_on(tab, 2)
        tab.get_by_label("¿En qué comuna o corregimiento vive?").select_option("01")
        go_on(tab, 3)
        tab.get_by_role("button", name="Enviar").dblclick()
        assert says_done(tab)
        receipts.append(tab.url)
    assert receipts[0] == receipts[1]
    assert people() == before + 1


def test_who_changes_one_answer_goes_back_to_the_review(phone, code):
    """C7: and who changes the topics puts them in order on the way."""
    phone.goto(f"/temas/{code}")
    to_the_review(phone, *CHOSEN[:2])
    phone.get_by_role("button", name="Cambiar Otro tema").click()
    phone.get_by_label("Otro tema").fill("Ruido en las noches")
    go_on(phone)
    assert "Ruido en las noches" in phone.locator("dl.review").inner_text()
    phone.get_by_role("button", name="Cambiar Sus temas").click()
    choose(phone, CHOSEN[2])
    go_on(phone)
    phone.get_by_role("button", name=f"Subir {CHOSEN[2]}").click()
    go_on(phone)
    order = f"1. {CHOSEN[0]}; 2. {CHOSEN[2]}; 3. {CHOSEN[1]}"
    assert order in phone.locator("dl.review").inner_text()


def test_a_sensitive_answer_without_its_consent_is_told_on_its_own_step(phone, code):
    """DAT-05, C8."""
    phone.goto(f"/temas/{code}")
    choose(phone, "Educación")
    go_on(phone, 2)
    phone.get_by_label("¿En qué comuna o corregimiento vive?").select_option("NR")
    go_on(phone, 2)
    assert phone.evaluate("document.activeElement.textContent") == "Datos sensibles"
    phone.get_by_label("Indígena").check()
    go_on(phone)
    assert phone.locator(".error").inner_text().startswith("Marque la autorización")
    assert phone.title().startswith("Error: ")
    phone.get_by_label("Autorizo usar mis respuestas").check()
    go_on(phone)
    assert phone.get_by_role("button", name="Enviar").is_visible()
    assert not phone.title().startswith("Error: ")


def test_who_closes_the_phone_halfway_finds_what_was_written(phone, code):
    phone.goto(f"/temas/{code}")
    choose(phone, *CHOSEN[:2])
    go_on(phone)
    phone.get_by_label("Otro tema").fill("Ruido en las noches")
    phone.goto("/temas")
    phone.goto(f"/temas/{code}")
    assert "Recuperamos lo que había escrito" in phone.locator("main").inner_text()
    assert phone.locator("input[name=topics]:checked").count() == 2
    go_on(phone)
    assert phone.get_by_label("Otro tema").input_value() == "Ruido en las noches"
    phone.goto(f"/temas/{code}")
    phone.get_by_role("button", name="Empezar de nuevo").click()
    phone.get_by_text("Recuperamos lo que había escrito").wait_for(state="detached")
    assert phone.locator("input[name=topics]:checked").count() == 0
    assert phone.evaluate("Object.keys(localStorage).filter(k => !k.endsWith('listo')).length") == 0


def test_a_draft_stored_by_the_script_before_the_upgrade_keeps_its_choice_and_its_token(
    phone, code
):
    phone.goto(f"/temas/{code}")
    choose(phone, *CHOSEN[:2])
    before = """key => {
      const { orders, values, token } = JSON.parse(localStorage.getItem(key));
      const stored = { order: orders[0][1], values, token };
      localStorage.setItem(key, JSON.stringify(stored));
      return token;
    }"""
    token = phone.evaluate(before, f"temas:{code}")
    phone.goto("/temas")
    phone.goto(f"/temas/{code}")
    assert phone.locator("input[name=topics]:checked").count() == 2
    assert phone.locator("input[name=submission]").input_value() == token


def test_sensitive_answers_never_stay_on_the_phone(phone, code):
    phone.goto(f"/temas/{code}")
    choose(phone, "Educación")
    go_on(phone, 2)
    phone.get_by_label("¿En qué comuna o corregimiento vive?").select_option("NR")
    go_on(phone, 2)
    phone.get_by_label("Indígena").check()
    kept = phone.evaluate("JSON.stringify(localStorage)")
    assert "v_curso_vida" in kept
    assert "v_pertenencia_etnica" not in kept


def test_an_answer_sent_without_signal_arrives_once_when_it_comes_back(phone, code, people):
    phone.goto(f"/temas/{code}")
    to_the_review(phone, *CHOSEN)
    before = people()
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Enviar").click()
    signal = phone.locator("[data-signal]")
    phone.wait_for_function(
        "document.querySelector('[data-signal]').innerText.includes('Guardado')"
    )
    assert "Guardado en este teléfono. Se enviará cuando haya señal." in signal.inner_text()
    assert signal.get_by_role("button", name="Enviar ahora").is_visible()
    phone.context.set_offline(False)
    assert says_done(phone)
    assert people() == before + 1


def test_a_lost_answer_of_the_server_does_not_make_two_rows(phone, code, people):
    """The server stores and the signal goes away before the receipt comes: sent again, once."""
    phone.goto(f"/temas/{code}")
    to_the_review(phone, *CHOSEN)
    before = people()
    lost = []

    def lose_the_first(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch(max_redirects=0).status)
            return route.abort("connectionreset")
        return route.continue_()

    phone.route(f"**/temas/{code}*", lose_the_first)
    phone.get_by_role("button", name="Enviar").click()
    assert says_done(phone)
    assert lost == [303]
    assert people() == before + 1


def test_without_javascript_the_order_is_given_by_numbers(phone_without_javascript, code):
    page = phone_without_javascript
    page.goto(f"/temas/{code}")
    choose(page, *CHOSEN[:2])
    page.get_by_label("Una pregunta para la ciudad").fill("¿Cuándo abre la biblioteca?")
    page.get_by_role("button", name="Continuar").click()
    assert "Hay un problema" in page.locator(".problem:focus").inner_text()
    assert page.title().startswith("Error: ")
    assert page.locator("input[name=topics]:checked").count() == 2
    page.get_by_label("¿En qué comuna o corregimiento vive?").select_option("90")
    page.get_by_role("button", name="Continuar").click()
    assert "¿Cuándo abre la biblioteca?" in page.locator("dl.review").inner_text()
    page.get_by_role("button", name="Volver a lo que escribí").click()
    assert page.get_by_label("Una pregunta para la ciudad").input_value().startswith("¿Cuándo")
    page.get_by_role("button", name="Continuar").click()
    page.get_by_label("Educación").select_option("2")
    page.get_by_label("Calidad del aire").select_option("2")
    page.get_by_role("button", name="Enviar").click()
    assert "Dos temas tienen el mismo puesto" in page.locator(".problem").inner_text()
    page.get_by_label("Calidad del aire").select_option("1")
    page.get_by_role("button", name="Enviar").click()
    assert says_done(page)
    assert "La ciudad la responde a más tardar" in page.locator("main").inner_text()
    assert fits(page)


def test_a_browser_that_lacks_a_part_gets_the_plain_form(phone, code):
    phone.add_init_script("delete Element.prototype.replaceChildren")
    phone.goto(f"/temas/{code}")
    assert phone.locator(".where").count() == 0
    assert phone.locator("optgroup").count() > 1
    choose(phone, "Educación")
    phone.get_by_label("¿En qué comuna o corregimiento vive?").select_option("01")
    phone.get_by_role("button", name="Continuar").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "Revise sus respuestas"
    phone.get_by_role("button", name="Enviar").click()
    assert says_done(phone)


def test_a_browser_that_cannot_show_the_order_asks_for_it_in_plain(phone, code):
    """The order is never taken from what nobody saw."""
    phone.add_init_script("delete Element.prototype.replaceChildren")
    phone.goto(f"/temas/{code}")
    choose(phone, "Educación")
    choose(phone, "Calidad del aire")
    phone.get_by_label("¿En qué comuna o corregimiento vive?").select_option("01")
    phone.get_by_role("button", name="Continuar").click()
    assert phone.get_by_label("Educación").input_value() == ""
    phone.get_by_role("button", name="Enviar").click()
    assert phone.locator(".problem").is_visible()


def test_when_the_script_fails_halfway_the_plain_form_has_what_was_filled_in(phone, code):
    phone.goto(f"/temas/{code}")
    to_the_review(phone, *CHOSEN[:2])
    phone.evaluate("void (history.pushState = () => { throw new Error('refused') })")
    phone.get_by_role("button", name="Cambiar Otro tema").click()
    assert phone.locator(".where").count() == 0
    assert phone.locator("input[name=topics]:checked").count() == 2
    assert phone.locator("#territory").input_value() == "01"
    phone.get_by_label("Otro tema").fill("Ruido en las noches")
    phone.get_by_role("button", name="Continuar").click()
    assert "Ruido en las noches" in phone.locator("dl.review").inner_text()
    assert phone.get_by_label("Calidad del aire").is_visible()


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_scrolls_sideways_on_a_small_phone(phone_without_javascript, code, width):
    page = phone_without_javascript
    page.set_viewport_size({"width": width, "height": 640})
    for address in (f"/temas/{code}", "/temas", f"/temas/{code}/resultados"):
        page.goto(address)
        assert fits(page), address


def test_the_form_is_light(phone, code):
    """NET-01, G8: everything that the page needs, as it travels."""
    sizes = []
    phone.on("requestfinished", lambda r: sizes.append((r.url, r.sizes()["responseBodySize"])))
    phone.goto(f"/temas/{code}", wait_until="networkidle")
    assert len(sizes) <= 4, sizes
    assert sum(size for _, size in sizes) <= 30_000, sizes


def test_every_step_is_sound_for_assistive_technology(phone, code, axe):
    phone.goto(f"/temas/{code}")
    found = [axe.run(phone)]
    choose(phone, *CHOSEN)
    for _ in range(5):
        go_on(phone)
        territory = phone.get_by_label("¿En qué comuna o corregimiento vive?")
        if territory.is_visible():
            territory.select_option("01")
        found.append(axe.run(phone))
    problems = [result.generate_report() for result in found if result.violations_count]
    assert problems == []
