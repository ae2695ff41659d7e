"""A neighbour answers an open consultation on a phone: one question per step with the script, one
form without it or where the script fails, and once when the signal goes away.
"""

import re

import pytest

from tests.journeys.conftest import DESK, browsing, sign_in
from tests.journeys.looking import weight
from tests.journeys.test_ballots_staff import agree, ask, create
from tests.journeys.test_every_public_page import HEAVIEST_FORM, MOST_REQUESTS

TITLE = "¿Cómo se entera usted de lo que hace la Alcaldía?"
EASY, WAYS = "¿Qué tan fácil es enterarse?", "¿Por dónde se entera más?"
NOT_SENT = "Todavía no se pudo enviar."
WITHOUT_REPLACE_CHILDREN = "delete Element.prototype.replaceChildren"
FAILS_AT_THE_SECOND_STEP = "history.pushState = () => { throw new Error('refused') }"


@pytest.fixture
def box(site, phone_without_javascript) -> str:
    """The address of the open consultation of the example."""
    phone_without_javascript.goto("/urna")
    link = phone_without_javascript.get_by_role("link", name=TITLE)
    return link.get_attribute("href")


@pytest.fixture
def answers(desktop, box):
    """How many answers were received, as the staff's page of the box counts them."""
    sign_in(desktop, "editor")

    def count() -> int:
        desktop.goto(f"/gestion{box.replace('urna', 'urnas')}")
        received = desktop.locator(".facts div", has_text="Respuestas recibidas")
        return int(received.locator("dd").inner_text())

    return count


def choose(page, *words):
    for word in words:
        page.locator(".card:visible").get_by_text(word, exact=True).click()


def go_on(page):
    page.get_by_role("button", name="Continuar").click()


def send(page):
    page.get_by_role("button", name="Enviar mi respuesta").click()


def to_the_review(page):
    choose(page, "Difícil")
    go_on(page)
    choose(page, "Vecinos y líderes")
    go_on(page)


def step(page) -> str:
    return page.locator(".where").inner_text()


def review(page) -> list[str]:
    return page.locator("dl.review dd:not(.change)").all_inner_texts()


def says_done(page):
    page.wait_for_url("**/comprobante/**")
    assert page.get_by_role("heading", level=1).inner_text() == "Listo. Recibimos su respuesta"
    return re.fullmatch(r"(\w{4}-){5}\w{4}", page.locator(".code").inner_text())


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_neighbour_answers_step_by_step_changes_one_and_loses_the_signal_once(
    phone, box, answers
):
    before = answers()
    phone.goto(box)
    assert step(phone) == "Paso 1 de 3"
    assert not phone.get_by_role("button", name="Atrás").is_visible()
    choose(phone, "Difícil")
    go_on(phone)
    assert step(phone) == "Paso 2 de 3"
    assert phone.evaluate("document.activeElement.textContent") == WAYS
    assert phone.title().startswith(f"{WAYS} · paso 2 de 3")
    phone.get_by_role("button", name="Atrás").click()
    phone.locator(".where", has_text="Paso 1 de 3").wait_for()
    assert phone.get_by_label("Difícil", exact=True).is_checked()
    go_on(phone)
    choose(phone, "Vecinos y líderes")
    go_on(phone)
    assert review(phone) == ["Difícil", "Vecinos y líderes"]
    assert fits(phone)
    phone.get_by_role("button", name=f"Cambiar {EASY}").click()
    choose(phone, "Muy fácil")
    go_on(phone)
    assert review(phone) == ["Muy fácil", "Vecinos y líderes"]

    phone.context.set_offline(True)
    send(phone)
    phone.get_by_text(NOT_SENT).wait_for()
    assert phone.get_by_role("button", name="Enviar ahora").is_visible()
    phone.context.set_offline(False)

    assert says_done(phone)
    assert fits(phone)
    assert answers() == before + 1


def test_a_lost_answer_of_the_server_does_not_make_two_rows(phone, box, answers):
    """The server stores and the signal goes away before the receipt comes: sent again, once."""
    before = answers()
    phone.goto(box)
    to_the_review(phone)
    lost = []

    def lose_the_first(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch(max_redirects=0).status)
            return route.abort("connectionreset")
        return route.continue_()

    phone.route(f"**{box}?*", lose_the_first)
    send(phone)
    assert says_done(phone)
    assert lost == [303]
    assert answers() == before + 1


def test_nothing_of_an_answer_stays_on_the_phone(phone, box):
    """The next person at this phone finds an empty form, also by the way back. What stays is a
    hash of the form's token, by which the way back knows that it was sent.
    """
    stored = "localStorage.length + sessionStorage.length"
    phone.goto(box)
    to_the_review(phone)
    assert phone.evaluate(stored) == 0
    phone.goto("/urna")
    phone.goto(box)
    assert phone.locator("input:checked").count() == 0
    to_the_review(phone)
    send(phone)
    assert says_done(phone)
    kept = phone.evaluate("[...Object.entries(localStorage), ...Object.entries(sessionStorage)]")
    assert [key for key, _ in kept if key not in {"participa:enviando", "participa:enviadas"}] == []
    assert [value for _, value in kept if not set(value) <= set("[]0123456789,")] == []
    phone.go_back()
    phone.locator(".where", has_text="Paso 1 de 3").wait_for()
    assert phone.locator("input:checked").count() == 0


def test_a_question_without_an_answer_says_so_on_its_own_step(phone, box):
    phone.goto(box)
    go_on(phone)
    assert phone.locator(".error").inner_text() == "Escoja una opción, o «En blanco»."
    assert phone.title().startswith("Error: ")
    assert step(phone) == "Paso 1 de 3"
    choose(phone, "En blanco")
    go_on(phone)
    assert step(phone) == "Paso 2 de 3"
    assert phone.locator(".error").count() == 0
    assert not phone.title().startswith("Error: ")


@pytest.fixture
def several(chromium, site, desktop) -> str:
    """The address of a consultation where people tick up to two works, and approve any measures."""
    sign_in(desktop, "editor")
    staff_page = create(desktop, "Consulta abierta", "¿Qué se arregla primero?")
    works = ("Vías", "Parques", "Andenes")
    ask(desktop, staff_page, "Escoger las más importantes", "¿Qué va primero?", *works, most="2")
    ask(desktop, staff_page, "Aprobar las que quiera", "¿Qué aprueba?", "Feria", "Museo")
    with browsing(chromium, site, **DESK) as other:
        sign_in(other, "administrador")
        agree(desktop, other, staff_page, "la apertura")
    return f"/urna/{staff_page.rpartition('/')[2]}"


def test_a_question_takes_as_many_as_it_allows_and_the_blank_vote_stands_alone(phone, several):
    phone.goto(several)
    count = phone.locator("[data-count]:visible")
    go_on(phone)
    wrong = "Escoja entre 1 y 2 opciones, o «En blanco»."
    assert phone.locator(".error").inner_text() == wrong
    choose(phone, "Vías", "Andenes")
    assert count.inner_text() == "Ya eligió 2. Para cambiar, quite la marca de uno."
    assert phone.get_by_label("Parques").is_disabled()
    choose(phone, "En blanco")
    assert count.inner_text() == "Marcó «En blanco»: quitamos lo demás."
    assert phone.locator("input:checked").count() == 1
    choose(phone, "Parques", "Vías")
    go_on(phone)
    choose(phone, "En blanco", "Museo")
    assert count.inner_text() == "Quitamos «En blanco»."
    choose(phone, "Feria")
    assert count.inner_text() == "Ya eligió 2."
    choose(phone, "Feria", "Museo")
    go_on(phone)
    assert review(phone) == ["Vías; Parques", "Ninguna opción"]
    send(phone)
    assert says_done(phone)


def fills_in_the_plain_form(page):
    """Everything on one page, and a second page to review it."""
    assert page.locator("fieldset:visible").count() == 2
    assert page.locator(".where").count() == 0
    choose(page, "Difícil", "Vecinos y líderes")
    go_on(page)
    assert page.get_by_role("heading", level=1).inner_text() == "Revise su respuesta"
    assert review(page) == ["Difícil", "Vecinos y líderes"]
    send(page)
    assert says_done(page)


def test_without_javascript_it_is_one_form(phone_without_javascript, box, answers):
    before = answers()
    phone_without_javascript.goto(box)
    fills_in_the_plain_form(phone_without_javascript)
    assert answers() == before + 1


def test_a_browser_that_lacks_a_part_gets_the_plain_form(phone, box):
    phone.add_init_script(WITHOUT_REPLACE_CHILDREN)
    phone.goto(box)
    fills_in_the_plain_form(phone)


def test_when_the_script_fails_halfway_the_plain_form_has_what_was_marked(phone, box, answers):
    before = answers()
    phone.add_init_script(FAILS_AT_THE_SECOND_STEP)
    phone.goto(box)
    assert step(phone) == "Paso 1 de 3"
    choose(phone, "Muy fácil")
    go_on(phone)
    assert phone.get_by_label("Muy fácil").is_checked()
    choose(phone, "Difícil")
    fills_in_the_plain_form(phone)
    assert answers() == before + 1


def test_the_form_is_light(chromium, site, box):
    """NET-01, G8: everything that the page needs, as it travels."""
    size, requests = weight(chromium, site, box)
    assert size <= HEAVIEST_FORM
    assert requests <= MOST_REQUESTS


def test_every_step_is_sound_for_assistive_technology(phone, box, axe):
    phone.goto(box)
    found = [axe.run(phone)]
    go_on(phone)
    found.append(axe.run(phone))
    for answer in ("Difícil", "Vecinos y líderes"):
        choose(phone, answer)
        go_on(phone)
        found.append(axe.run(phone))
    assert [result.generate_report() for result in found if result.violations_count] == []
