"""The browser's Back on the forms of the citizens, with and without JavaScript: before an answer is
sent it changes and empties nothing, afterwards the next person at the phone finds an empty form.
Two tabs are two showings, which share neither a page nor a token.

What is ticked is asked by its value: another order of the same ticks is another answer.
"""

import pytest

from tests.journeys.test_open_consultation import TITLE

EDUCATION, AIR, HOUSING = "Educación", "Calidad del aire", "Vivienda y hábitat"
A_QUESTION, QUESTION = "Una pregunta para la ciudad", "¿Cuándo abre la biblioteca?"
FIRST_QUESTION = "¿Qué tan fácil es enterarse?"
HARD, EASY, NEIGHBOURS = "Difícil", "Muy fácil", "Vecinos y líderes"
INVALID_TOKEN = "document.querySelector('[name=submission]').value = 'x'"


@pytest.fixture
def call(site, phone_without_javascript) -> str:
    """The address of the example call."""
    phone_without_javascript.goto("/temas")
    return phone_without_javascript.locator("main a[href^='/temas/']").first.get_attribute("href")


@pytest.fixture
def box(site, phone_without_javascript) -> str:
    """The address of the open consultation of the example."""
    phone_without_javascript.goto("/urna")
    return phone_without_javascript.get_by_role("link", name=TITLE).get_attribute("href")


def ticked(page) -> list[tuple[str, str, str]]:
    """Name, value and words of everything that is ticked, in an order of its own."""
    read = """boxes => boxes.map(box => [box.name, box.value,
        box.closest('label').querySelector('b, span').textContent])"""
    return sorted(tuple(box) for box in page.locator("input:checked").evaluate_all(read))


def choose(page, *labels):
    for label in labels:
        page.locator(".card:visible").get_by_text(label, exact=True).click()


def go_on(page, times=1):
    for _ in range(times):
        page.get_by_role("button", name="Continuar").click()
    page.wait_for_load_state()


def comuna(page):
    return page.get_by_label("¿En qué comuna o corregimiento vive?")


def review(page) -> str:
    return page.locator("dl.review").inner_text()


def is_done(page):
    page.wait_for_url("**/comprobante/**")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Listo.")


# ---- the topics, without JavaScript


def put_in_order(page, *titles):
    for place, title in enumerate(titles, 1):
        page.get_by_label(title).select_option(str(place))


def test_without_javascript_back_from_the_review_shows_the_topics_as_they_were(
    phone_without_javascript, call
):
    page = phone_without_javascript
    page.goto(f"{call}?canal=qr")
    choose(page, EDUCATION, AIR)
    page.get_by_label(A_QUESTION).fill(QUESTION)
    comuna(page).select_option("90")
    before = ticked(page)
    cards = page.locator(".card b").all_inner_texts()
    for _ in range(3):
        go_on(page)
        assert review(page).count(EDUCATION) == 1
        page.go_back()
        assert ticked(page) == before
        assert page.locator(".card b").all_inner_texts() == cards
        assert page.get_by_label(A_QUESTION).input_value() == QUESTION
        assert comuna(page).input_value() == "90"
    page.go_forward()
    assert EDUCATION in review(page)
    page.go_back()
    choose(page, EDUCATION, HOUSING)
    go_on(page)
    assert EDUCATION not in review(page)
    put_in_order(page, HOUSING, AIR)
    page.get_by_role("button", name="Enviar").click()
    is_done(page)


def test_without_javascript_a_rejected_form_can_be_left_and_entered_again(
    phone_without_javascript, call
):
    page = phone_without_javascript
    page.goto(call)
    choose(page, EDUCATION, AIR)
    before = ticked(page)
    go_on(page)
    assert "Elija su comuna" in page.locator(".problem").inner_text()
    assert ticked(page) == before
    page.go_back()
    assert ticked(page) == before
    page.go_forward()
    assert ticked(page) == before
    comuna(page).select_option("01")
    go_on(page)
    put_in_order(page, AIR, AIR)
    page.get_by_role("button", name="Enviar").click()
    assert "Dé un puesto a cada tema" in page.locator(".problem").inner_text()
    page.go_back()
    assert AIR in review(page)
    page.go_back()
    assert (ticked(page), comuna(page).input_value()) == (before, "01")
    go_on(page)
    page.get_by_role("button", name="Volver a lo que escribí").click()
    assert ticked(page) == before
    page.go_back()
    put_in_order(page, AIR, EDUCATION)
    page.get_by_role("button", name="Enviar").click()
    is_done(page)


def test_without_javascript_the_form_is_empty_once_its_answer_was_sent(
    phone_without_javascript, call
):
    page = phone_without_javascript
    page.goto(call)
    choose(page, EDUCATION)
    page.get_by_label(A_QUESTION).fill(QUESTION)
    comuna(page).select_option("90")
    token = page.locator("[name=submission]").input_value()
    go_on(page)
    page.get_by_role("button", name="Enviar").click()
    is_done(page)
    page.go_back()
    page.go_back()
    assert ticked(page) == []
    assert page.get_by_label(A_QUESTION).input_value() == ""
    assert page.locator("[name=submission]").input_value() != token


def cards(page) -> list[str]:
    return page.locator(".card b").all_inner_texts()


def test_without_javascript_a_reload_leaves_the_topics_in_their_order(
    phone_without_javascript, call
):
    page = phone_without_javascript
    page.goto(f"{call}?canal=qr")
    before = cards(page)
    for _ in range(3):
        page.reload()
        assert cards(page) == before


def test_without_javascript_two_tabs_are_two_answers(phone_without_javascript, call):
    first = phone_without_javascript
    second = first.context.new_page()
    for page, topic in ((first, EDUCATION), (second, AIR)):
        page.goto(call)
        choose(page, topic)
        comuna(page).select_option("90")
    before = [ticked(page) for page in (first, second)]
    for page in (first, second):
        go_on(page)
    for page in (first, second):
        page.go_back()
    assert [ticked(page) for page in (first, second)] == before
    receipts = []
    for page, topic in ((first, EDUCATION), (second, AIR)):
        go_on(page)
        assert topic in review(page)
        page.get_by_role("button", name="Enviar").click()
        is_done(page)
        receipts.append(page.url)
    assert receipts[0] != receipts[1]


# ---- the open consultation, without JavaScript


def test_without_javascript_back_from_the_review_shows_the_answers_as_they_were(
    phone_without_javascript, box
):
    page = phone_without_javascript
    page.goto(box)
    choose(page, HARD, NEIGHBOURS)
    before = ticked(page)
    assert len(before) == 2
    for _ in range(2):
        go_on(page)
        assert HARD in review(page)
        page.go_back()
        assert ticked(page) == before
    page.go_forward()
    assert HARD in review(page)
    page.go_back()
    choose(page, EASY)
    go_on(page)
    assert EASY in review(page)
    page.get_by_role("button", name="Enviar mi respuesta").click()
    is_done(page)
    page.go_back()
    page.go_back()
    assert ticked(page) == []


def test_without_javascript_a_rejected_answer_can_be_left_and_entered_again(
    phone_without_javascript, box
):
    page = phone_without_javascript
    page.goto(box)
    choose(page, HARD)
    before = ticked(page)
    go_on(page)
    assert page.locator(".problem").is_visible()
    page.go_back()
    assert ticked(page) == before
    page.go_forward()
    assert ticked(page) == before
    choose(page, NEIGHBOURS)
    both = ticked(page)
    go_on(page)
    page.go_back()
    assert ticked(page) == both
    page.go_back()
    assert ticked(page) == before


def test_without_javascript_two_tabs_are_two_answers_to_the_consultation(
    phone_without_javascript, box
):
    first = phone_without_javascript
    second = first.context.new_page()
    for page, answer in ((first, HARD), (second, EASY)):
        page.goto(box)
        choose(page, answer, NEIGHBOURS)
        go_on(page)
    receipts = []
    for page, answer in ((first, HARD), (second, EASY)):
        page.go_back()
        go_on(page)
        assert answer in review(page)
        page.get_by_role("button", name="Enviar mi respuesta").click()
        is_done(page)
        receipts.append(page.url)
    assert receipts[0] != receipts[1]


# ---- the vote with the server's help, and the slip about the voter


def begin_assisted(page, url) -> str:
    """Fill in the form; returns the code of the card."""
    page.goto(url)
    code = page.locator(".tries code").first.inner_text()
    page.goto(f"{url}/asistida")
    page.get_by_label("Código de su tarjeta").fill(code)
    page.get_by_label("Lo entiendo: este servidor verá mi voto.").check()
    page.get_by_label("Sí", exact=True).check()
    return code


@pytest.fixture
def secret(site, phone_without_javascript) -> str:
    """The address of the secret box of the example that takes votes."""
    phone_without_javascript.goto("/urna")
    name = "¿Abrir las bibliotecas los domingos?"
    return phone_without_javascript.get_by_role("link", name=name).get_attribute("href")


def chosen(page) -> list[str]:
    return page.locator("input:checked").evaluate_all("boxes => boxes.map(box => box.name)")


def code_field(page):
    return page.get_by_label("Código de su tarjeta")


@pytest.mark.parametrize("browser", ["phone_without_javascript", "phone"])
def test_back_from_the_review_of_an_assisted_vote_asks_for_the_code_alone(request, secret, browser):
    page = request.getfixturevalue(browser)
    code = begin_assisted(page, secret)
    go_on(page)
    assert "Sí" in review(page)
    page.go_back()
    assert sorted(chosen(page)) == ["q1", "understood"]
    assert code_field(page).input_value() == ""
    assert "escríbalo otra vez" in page.locator("main").inner_text()
    code_field(page).fill(code)
    go_on(page)
    page.get_by_role("button", name="Depositar mi voto").click()
    page.wait_for_url("**rastreo=**")
    page.goto(f"{secret}/asistida")
    assert (chosen(page), code_field(page).input_value()) == ([], "")


@pytest.mark.parametrize("browser", ["phone_without_javascript", "phone"])
def test_who_deposited_an_assisted_vote_leaves_nothing_behind_back(request, secret, browser):
    page = request.getfixturevalue(browser)
    begin_assisted(page, secret)
    go_on(page)
    page.get_by_role("button", name="Depositar mi voto").click()
    page.wait_for_url("**rastreo=**")
    page.evaluate("history.go(-2)")
    page.wait_for_url("**/asistida?hoja=**")
    assert (chosen(page), code_field(page).input_value()) == ([], "")


@pytest.mark.parametrize("browser", ["phone_without_javascript", "phone"])
def test_who_looks_something_up_comes_back_to_the_slip_as_it_was_until_it_is_sent(
    request, secret, browser
):
    page = request.getfixturevalue(browser)
    page.goto(f"{secret}/sobre-usted")
    page.get_by_label("29 a 59 años (adultez)").check()
    page.goto("/datos-personales")
    page.go_back()
    assert chosen(page) == ["v_curso_vida"]
    page.get_by_role("button", name="Enviar").click()
    page.wait_for_url("**/gracias")
    page.go_back()
    assert chosen(page) == []


# ---- with JavaScript


def test_who_leaves_the_topics_halfway_comes_back_to_the_step_and_the_answers(phone, call):
    phone.goto(call)
    choose(phone, EDUCATION, AIR)
    before = ticked(phone)
    go_on(phone)
    phone.get_by_role("button", name=f"Subir {AIR}").or_(
        phone.get_by_role("button", name=f"Subir {EDUCATION}")
    ).last.click()
    phone.get_by_label(A_QUESTION).fill(QUESTION)
    order = phone.locator(".order li > span:first-child").all_inner_texts()
    phone.goto("/temas")
    phone.go_back()
    assert phone.locator(".where").inner_text().startswith("Paso 2")
    assert phone.locator(".order li > span:first-child").all_inner_texts() == order
    assert phone.get_by_label(A_QUESTION).input_value() == QUESTION
    assert ticked(phone) == before
    phone.go_back()
    phone.locator(".where", has_text="Paso 1").wait_for()
    assert ticked(phone) == before


def test_who_leaves_the_consultation_halfway_comes_back_to_the_step_and_the_answers(phone, box):
    phone.goto(box)
    choose(phone, HARD)
    go_on(phone)
    choose(phone, NEIGHBOURS)
    before = ticked(phone)
    go_on(phone)
    phone.goto("/urna")
    phone.go_back()
    assert [HARD in review(phone), NEIGHBOURS in review(phone)] == [True, True]
    assert ticked(phone) == before
    phone.go_back()
    phone.locator(".where", has_text="Paso 2 de 3").wait_for()
    choose(phone, NEIGHBOURS)
    go_on(phone)
    phone.get_by_role("button", name=f"Cambiar {FIRST_QUESTION}").click()
    choose(phone, EASY)
    go_on(phone)
    phone.get_by_role("button", name="Enviar mi respuesta").click()
    is_done(phone)


@pytest.mark.parametrize("form", ["call", "box"])
def test_after_sending_each_step_back_shows_an_empty_form(phone, request, form):
    phone.goto(request.getfixturevalue(form))
    token = phone.locator("[name=submission]").input_value()
    if form == "call":
        choose(phone, EDUCATION)
        go_on(phone, 2)
        comuna(phone).select_option("01")
        go_on(phone, 3)
        phone.get_by_role("button", name="Enviar").click()
    else:
        choose(phone, HARD)
        go_on(phone)
        choose(phone, NEIGHBOURS)
        go_on(phone)
        phone.get_by_role("button", name="Enviar mi respuesta").click()
    is_done(phone)
    for _ in range(2):
        phone.go_back()
        phone.locator(".where", has_text="Paso 1").wait_for()
        assert ticked(phone) == []
        assert phone.locator("[name=submission]").input_value() != token


def test_after_sending_from_the_plain_review_back_shows_an_empty_form_too(phone, box):
    """What the server rejected is shown whole, and reviewed on a page of its own."""
    phone.goto(box)
    choose(phone, HARD)
    go_on(phone)
    choose(phone, NEIGHBOURS)
    phone.evaluate(INVALID_TOKEN)
    go_on(phone)
    phone.get_by_role("button", name="Enviar mi respuesta").click()
    phone.get_by_text("Esta página llevaba mucho tiempo abierta.").first.wait_for()
    before = ticked(phone)
    go_on(phone)
    assert HARD in review(phone)
    phone.go_back()
    assert ticked(phone) == before
    phone.go_forward()
    phone.get_by_role("button", name="Enviar mi respuesta").click()
    is_done(phone)
    for _ in range(2):
        phone.go_back()
        phone.locator(".where", has_text="Paso 1").wait_for()
        assert ticked(phone) == []


def test_a_reload_stays_at_the_step_with_the_answers(phone, call):
    phone.goto(call)
    choose(phone, EDUCATION, AIR)
    before, shown = ticked(phone), cards(phone)
    go_on(phone)
    phone.get_by_label(A_QUESTION).fill(QUESTION)
    phone.reload()
    phone.locator(".where", has_text="Paso 2").wait_for()
    assert phone.get_by_label(A_QUESTION).input_value() == QUESTION
    phone.go_back()
    phone.locator(".where", has_text="Paso 1").wait_for()
    assert (ticked(phone), cards(phone)) == (before, shown)


# ---- with JavaScript, two tabs


def token(page) -> str:
    return page.locator("[name=submission]").input_value()


def answer_topics(page, place="01"):
    go_on(page, 2)
    comuna(page).select_option(place)
    go_on(page, 3)
    page.get_by_role("button", name="Enviar").click()


@pytest.fixture
def tabs(phone, call):
    """Two tabs with the same answer, which one of them restored from the draft of the other."""
    phone.goto(call)
    choose(phone, EDUCATION)
    other = phone.context.new_page()
    other.goto(call)
    assert ticked(other) == ticked(phone)
    assert token(other) == token(phone)
    return phone, other


def test_a_new_answer_after_one_that_was_sent_is_empty_and_has_a_token_of_its_own(tabs, call):
    first, second = tabs
    spent = token(first)
    answer_topics(first)
    is_done(first)
    choose(second, HOUSING)  # another answer under the token that was sent
    answer_topics(second)
    second.get_by_role("link", name="Empezar una respuesta nueva").click()
    second.locator(".where", has_text="Paso 1").wait_for()
    assert ticked(second) == []
    assert token(second) != spent
    choose(second, AIR)
    answer_topics(second)
    is_done(second)


def test_a_tab_whose_answer_was_sent_from_another_says_so_and_stores_nothing_more(tabs, call):
    first, second = tabs
    draft = f"localStorage.getItem('temas:{call.rpartition('/')[2]}')"
    assert second.evaluate(draft)
    answer_topics(first)
    is_done(first)
    second.get_by_text("Esta respuesta ya se envió desde otra pestaña").wait_for()
    choose(second, HOUSING)
    assert second.evaluate(draft) is None
    second.get_by_role("button", name="Empezar una respuesta nueva").click()
    second.locator(".where", has_text="Paso 1").wait_for()
    second.wait_for_function("!document.querySelector('input:checked')")


def test_back_from_a_receipt_shows_nothing_of_the_other_tab(phone, call):
    phone.goto(call)
    other = phone.context.new_page()
    other.goto(call)
    choose(phone, EDUCATION)
    answer_topics(phone)
    is_done(phone)
    choose(other, AIR, HOUSING)  # a draft of its own, stored by now
    for _ in range(2):
        phone.go_back()
        phone.locator(".where", has_text="Paso 1").wait_for()
        assert ticked(phone) == []
    other.reload()
    assert len(ticked(other)) == 2, "its own tab restores it"
