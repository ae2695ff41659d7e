"""Somebody votes: with the card's QR, by keyboard, at the kiosk, without JavaScript, on a phone
that cannot encrypt, and when the signal goes away.
"""

import re

import pytest

from participa.belenios import ballot, credentials, election, questions, tally, trustees
from participa.belenios.groups import BELENIOS_2048
from tests.journeys.clocks import stop_clock
from tests.journeys.conftest import DESK, PHONE, browsing
from tests.journeys.looking import AXE
from tests.journeys.voting import begin, choose, deposit, fits, focused, kept, says_done

TITLE = "¿Abrir las bibliotecas los domingos?"
NO_CRYPTO = "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })"
NO_HTTPS = f"{NO_CRYPTO}; Object.defineProperty(window, 'isSecureContext', {{ value: false }})"
NO_BIG_NUMBERS = "delete window.BigInt"
CARD = re.compile(r"(\w{4}-){4}\w{4}")


def test_a_voter_goes_from_the_card_to_the_tracker_and_finds_the_ballot(phone, box, card, ballots):
    """The code never travels, and nothing of the vote stays on the phone."""
    code, before = card(), ballots()
    sent = []
    phone.context.on("request", lambda r: sent.append(f"{r.url} {r.headers} {r.post_data_buffer}"))
    phone.goto(f"{box}#c={code}")
    assert "#" not in phone.url
    assert f"Termina en {code[-4:]}." in phone.locator("#papeleta").inner_text()
    begin(phone)
    phone.locator("legend").wait_for()
    assert focused(phone) == "¿Está de acuerdo con abrir los domingos?"
    choose(phone, "Sí")
    phone.locator("dl.review").wait_for()
    assert focused(phone) == "Revise su voto"
    assert "Sí" in phone.locator("dl.review").inner_text()
    assert fits(phone)
    deposit(phone)
    tracker = says_done(phone)
    assert fits(phone)
    assert phone.evaluate("location.hash") == ""
    for told in sent:
        assert code not in told
        assert code.replace("-", "") not in told
    assert code not in kept(phone)
    assert phone.evaluate("localStorage.length + sessionStorage.length") == 0
    phone.goto(f"{box}/papeletas")
    phone.get_by_label("Su rastreador").fill(tracker[:12])
    phone.get_by_role("button", name="Buscar").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "Su papeleta está en la urna"
    assert phone.locator(f"[data-tracker='{tracker}']").is_visible()
    assert ballots() == before + 1


def test_who_goes_back_after_voting_finds_an_empty_page(phone, box, card):
    code = card()
    phone.goto("/urna")
    phone.goto(f"{box}#c={code}")
    begin(phone)
    choose(phone, "No")
    deposit(phone)
    says_done(phone)
    phone.go_back()
    phone.locator("#codigo").wait_for()
    assert phone.locator("#codigo").input_value() == ""
    assert phone.locator("input:checked").count() == 0
    assert code not in kept(phone)


def test_on_a_borrowed_phone_the_page_of_the_ballot_leaves_the_way_back(phone, box, card):
    phone.goto("/urna")
    phone.goto(f"{box}#c={card()}")
    begin(phone)
    choose(phone, "No")
    deposit(phone)
    tracker = says_done(phone)
    phone.get_by_role("link", name="Terminar", exact=True).click()
    phone.locator("#codigo").wait_for()
    for _ in range(3):
        assert tracker not in kept(phone)
        if phone.go_back() is None:
            break


def test_reloading_the_page_of_a_ballot_no_longer_says_that_it_just_arrived(phone, box, card):
    phone.goto(f"{box}#c={card()}")
    begin(phone)
    choose(phone, "No")
    deposit(phone)
    says_done(phone)
    phone.reload()
    assert phone.get_by_role("heading", level=1).inner_text() == "Su papeleta está en la urna"


def test_a_typed_code_is_forgiven_its_looks_and_told_what_is_wrong(phone, box, card):
    code = card()
    phone.goto(box)
    begin(phone)
    phone.locator(".problem").wait_for()
    assert focused(phone).startswith("Hay un problema\n\nEscriba el código de su tarjeta.")
    assert phone.title().startswith("Error: ")
    field = phone.get_by_label("Código de su tarjeta")
    field.fill(code[:-1])
    begin(phone)
    words = "El código tiene 20 letras y números. Usted escribió 19."
    phone.locator(".error", has_text=words).wait_for()
    assert field.input_value() == code[:-1]
    phone.get_by_role("button", name=words).click()
    assert focused(phone) == "codigo"
    looks = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    field.fill(looks)
    field.press("Enter")
    phone.locator("legend").wait_for()
    assert not phone.title().startswith("Error: ")
    assert phone.locator(".problem").count() == 0


def test_another_card_scanned_in_the_same_tab_begins_anew(phone, box, card):
    """What the person before marked is gone."""
    code = card()
    phone.goto(f"{box}#c={code}")
    begin(phone)
    choose(phone, "No")
    phone.evaluate("location.hash = '#c=ABCD-EFGH-JKMN-PQRS-TVWX'")
    phone.get_by_text("Termina en TVWX.").wait_for()
    phone.get_by_role("button", name="Usar otro código").click()
    phone.locator("#codigo").fill(code)
    begin(phone)
    phone.locator("legend").wait_for()
    assert phone.locator("input:checked").count() == 0


def test_the_phones_own_way_back_goes_one_step_and_keeps_everything(phone, box, card):
    phone.goto(f"{box}#c={card()}")
    begin(phone)
    phone.get_by_role("button", name="Continuar").click()
    assert "Escoja una opción, o «Voto en blanco»." in focused(phone)
    choose(phone, "Voto en blanco")
    assert "Voto en blanco" in phone.locator("dl.review").inner_text()
    phone.go_back()
    phone.locator("legend").wait_for()
    assert phone.get_by_label("Voto en blanco").is_checked()
    phone.go_back()
    phone.get_by_text("Ya leímos el código de su tarjeta.").wait_for()
    begin(phone)
    assert phone.get_by_label("Voto en blanco").is_checked()
    phone.get_by_role("button", name="Continuar").click()
    phone.get_by_role("button", name="Cambiar ¿Está de acuerdo con abrir los domingos?").click()
    choose(phone, "Sí")
    assert "Sí" in phone.locator("dl.review").inner_text()


ASKED = (
    questions.priorities("¿Qué va primero?", ("Agua", "Vías", "Parques"), 2, has_blank=True),
    questions.approve("¿Qué aprueba?", ("Feria", "Museo"), has_blank=True),
    questions.scale("¿Cómo califica?", ("Mala", "Buena"), has_blank=False),
)


def test_every_kind_of_question_is_marked_reviewed_and_encrypted(phone, box, card):
    """The page asks what the record says, and the ballot hides what was marked."""
    secret = BELENIOS_2048.random()
    key = trustees.public_key(BELENIOS_2048, [trustees.make(BELENIOS_2048, secret)])
    asked = election.make(box.rpartition("/")[2], "Todo", "", key, ASKED)
    code, cast = card(), []

    def take(route):
        read = ballot.read(asked, route.request.post_data_buffer)
        ballot.check(asked, read)
        cast.append(read)
        route.fulfill(json={"tracker": read.tracker, "address": f"{box}/papeletas"})

    phone.route("**/eleccion.json", lambda route: route.fulfill(body=asked.raw))
    phone.route("**/papeletas", lambda r: take(r) if r.request.method == "POST" else r.continue_())
    phone.goto(f"{box}#c={code}")
    begin(phone)
    paper = phone.locator("#papeleta")
    goes_on = phone.get_by_role("button", name="Continuar")
    paper.get_by_text("Pregunta 1 de 3").wait_for()
    goes_on.click()
    assert "Escoja entre 1 y 2 opciones, o «Voto en blanco»." in focused(phone)
    for words in ("Agua", "Vías", "Parques"):
        phone.get_by_label(words).check()
    assert phone.locator("[data-count]").inner_text() == "Lleva 3 de 2."
    goes_on.click()
    assert "Marcó 3 opciones. Escoja hasta 2 opciones y quite las demás." in focused(phone)
    assert phone.locator("input:checked").count() == 3
    phone.get_by_label("Voto en blanco").check()
    assert phone.locator("input:checked").count() == 1
    assert "quitamos lo demás" in phone.locator("[data-count]").inner_text()
    phone.get_by_label("Parques").check()
    assert not phone.get_by_label("Voto en blanco").is_checked()
    goes_on.click()
    paper.get_by_text("Pregunta 2 de 3").wait_for()
    goes_on.click()
    phone.get_by_label("Buena").check()
    goes_on.click()
    review = phone.locator("dl.review")
    assert "Parques" in review.inner_text()
    assert "Ninguna opción" in review.inner_text()
    phone.get_by_role("button", name="Cambiar ¿Qué va primero?").click()
    phone.get_by_label("Agua").check()
    goes_on.click()
    assert "Agua; Parques" in review.inner_text()
    deposit(phone)
    phone.wait_for_url("**/papeletas")
    assert cast[0].credential == credentials.derive(code, asked.uuid).public
    totals = tally.encrypted_totals(asked, cast)
    counts = tally.counts(asked, totals, [tally.decrypt(asked, totals, secret)], 1)
    assert counts == [[0, 1, 0, 1], [0, 0, 0], [0, 1]]


def test_a_code_used_meanwhile_is_refused_with_all_that_was_chosen_and_another_one_votes(
    chromium, site, phone, box, card
):
    used = card()
    phone.goto(f"{box}#c={used}")
    begin(phone)
    choose(phone, "No")
    with browsing(chromium, site, **PHONE) as faster:
        faster.goto(f"{box}#c={used}")
        begin(faster)
        choose(faster, "Sí")
        deposit(faster)
        says_done(faster)
    deposit(phone)
    problem = phone.get_by_role("button", name="Con este código ya se votó.")
    problem.wait_for()
    assert focused(phone).startswith("Hay un problema")
    assert "No" in phone.locator("dl.review").inner_text()
    problem.click()
    phone.get_by_label("Código de su tarjeta").fill(card())
    begin(phone)
    assert "No" in phone.locator("dl.review").inner_text()
    deposit(phone)
    assert says_done(phone)


def test_a_ballot_made_without_signal_waits_and_arrives_once(phone, box, card, ballots):
    phone.goto(f"{box}#c={card()}")
    begin(phone)
    choose(phone, "Sí")
    before = ballots()
    phone.context.set_offline(True)
    deposit(phone)
    signal = phone.locator("[data-signal]")
    signal.filter(has_text="Sin señal. Guardamos su papeleta en este celular").wait_for()
    assert phone.get_by_role("button", name="Enviar ahora").is_visible()
    assert phone.get_by_role("button", name="Cambiar Su código").is_disabled()
    phone.go_back()
    assert signal.is_visible()
    phone.context.set_offline(False)
    assert says_done(phone)
    assert ballots() == before + 1


def test_an_answer_that_gets_lost_does_not_make_two_ballots(phone, box, card, ballots):
    """The same bytes are sent again, and the box answers with the same tracker."""
    phone.goto(f"{box}#c={card()}")
    begin(phone)
    choose(phone, "Sí")
    before, bodies = ballots(), []

    def lose_the_first(route):
        bodies.append(route.request.post_data_buffer)
        if len(bodies) == 1:
            assert route.fetch().status == 200
            return route.abort("connectionreset")
        return route.continue_()

    phone.route("**/papeletas", lose_the_first)
    phone.get_by_role("button", name="Depositar mi voto").dblclick()
    assert says_done(phone)
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert ballots() == before + 1


def test_a_crowded_box_is_asked_again_later_with_the_same_bytes(phone, box, card, ballots):
    phone.goto(f"{box}#c={card()}")
    begin(phone)
    choose(phone, "Sí")
    before, bodies = ballots(), []

    def crowded(route):
        bodies.append(route.request.post_data_buffer)
        if len(bodies) < 3:
            return route.fulfill(status=429, headers={"Retry-After": "1"}, body="<h1>Espere")
        return route.continue_()

    phone.route("**/papeletas", crowded)
    deposit(phone)
    words = re.compile("Hay mucha gente votando.*La enviamos de nuevo en unos [2-9] segundos")
    phone.locator("[data-signal]").filter(has_text=words).wait_for()
    assert says_done(phone)
    assert len(bodies) == 3
    assert len(set(bodies)) == 1
    assert ballots() == before + 1


def test_a_box_that_answers_with_another_tracker_is_not_believed(phone, box, card):
    phone.goto(f"{box}#c={card()}")
    begin(phone)
    choose(phone, "Sí")
    lie = {"tracker": "A" * 43, "address": "/urna"}
    phone.route("**/papeletas", lambda route: route.fulfill(json=lie))
    deposit(phone)
    phone.get_by_text("La urna contestó con otro rastreador.").wait_for()


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (NO_CRYPTO, "Este navegador no puede cifrar su voto."),
        (NO_BIG_NUMBERS, "Este navegador no puede cifrar su voto."),
        (NO_HTTPS, "Esta dirección no empieza por https"),
    ],
    ids=["no Web Crypto", "no big numbers", "no https"],
)
def test_a_phone_that_cannot_encrypt_is_told_and_offered_other_ways(
    phone, box, card, missing, words
):
    phone.add_init_script(missing)
    code = card()
    phone.goto(f"{box}#c={code}")
    assert words in phone.locator("#papeleta").inner_text()
    assert phone.locator("#papeleta input").count() == 0
    assert code not in phone.url
    phone.get_by_role("link", name="otra forma de votar").click()
    assert phone.get_by_role("link", name="Votar sin JavaScript").is_visible()


def test_a_script_that_does_not_arrive_leaves_nothing_to_fill_in(chromium, site, box):
    context = chromium.new_context(base_url=site, **PHONE)
    page = context.new_page()
    page.route("**/ballots.*.js", lambda route: route.abort())
    page.goto(box)
    assert (
        "La papeleta aparece aquí si su navegador puede cifrar" in page.locator("main").inner_text()
    )
    assert page.locator("main input").count() == 0
    context.close()


def test_without_javascript_the_server_helps_and_says_that_it_sees_the_vote(
    phone_without_javascript, box, card
):
    page = phone_without_javascript
    code = card()
    assert "Su navegador tiene JavaScript apagado." in page.locator("main").inner_text()
    assert page.locator("main input").count() == 0
    page.get_by_role("link", name="Votar sin JavaScript").click()
    assert "Este servidor verá su voto." in page.locator("main").inner_text()
    page.get_by_label("Código de su tarjeta").fill(code)
    page.get_by_label("Sí", exact=True).check()
    page.get_by_role("button", name="Continuar").click()
    assert "Hay un problema" in page.locator(".problem:focus").inner_text()
    assert page.get_by_label("Código de su tarjeta").input_value() == code
    page.get_by_label("Lo entiendo: este servidor verá mi voto.").check()
    page.get_by_role("button", name="Continuar").click()
    assert "Sí" in page.locator("dl.review").inner_text()
    page.get_by_role("button", name="Depositar mi voto").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Listo. Su papeleta está en la urna"
    assert "El servidor cifró esta papeleta." in page.locator("main").inner_text()
    assert fits(page)


def press_until(page, key, words, most=40):
    """Move with the keyboard until this is focused."""
    for _ in range(most):
        page.keyboard.press(key)
        if words in (focused(page) or ""):
            return
    pytest.fail(f"{words} cannot be reached with {key}")


def test_somebody_votes_with_nothing_but_a_keyboard(chromium, site, box, card):
    with browsing(chromium, site, **DESK) as page:
        code = card()
        page.goto(box)
        page.keyboard.press("Tab")
        press_until(page, "Tab", "codigo")
        page.keyboard.type(code.replace("-", ""))
        page.keyboard.press("Enter")
        page.locator("legend").wait_for()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        assert page.get_by_label("No", exact=True).is_checked()
        press_until(page, "Tab", "Continuar")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Revise su voto").wait_for()
        press_until(page, "Tab", "Depositar mi voto")
        page.keyboard.press("Enter")
        assert says_done(page)


def test_who_walks_away_from_the_kiosk_leaves_nothing(chromium, site, box, card):
    with browsing(chromium, site, viewport={"width": 820, "height": 1180}) as page:
        page.clock.install()
        page.goto(f"{box}/quiosco")
        page.get_by_label("Código de su tarjeta").fill(card())
        begin(page)
        stop_clock(page)
        page.locator("#papeleta").get_by_text("Sí", exact=True).click()
        page.clock.run_for(45_000)
        assert "¿Sigue ahí?" in page.locator("#papeleta").inner_text()
        page.get_by_role("button", name="Sigo aquí").click()
        assert page.get_by_label("Sí", exact=True).is_checked()
        page.clock.run_for(61_000)
        page.get_by_label("Código de su tarjeta").wait_for()
        assert page.locator("#codigo").input_value() == ""
        assert page.locator("input:checked").count() == 0


def test_what_a_voter_tells_of_herself_goes_apart(phone, box, card):
    phone.goto(f"{box}#c={card()}")
    begin(phone)
    choose(phone, "Sí")
    deposit(phone)
    says_done(phone)
    came_from = []
    phone.on("request", lambda r: came_from.append(r.headers.get("referer", "")))
    phone.get_by_role("link", name="Contestar unas preguntas sobre mí").click()
    phone.get_by_label("29 a 59 años (adultez)").check()
    phone.get_by_role("button", name="Enviar").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "Gracias. Quedó guardado"
    assert [address for address in came_from if "rastreo" in address] == []
    assert "rastreo" not in phone.content()


def test_the_page_of_a_box_is_light_and_fetches_the_rest_when_somebody_begins(phone, box, card):
    """G8, C2."""
    done = []
    phone.on("requestfinished", lambda request: done.append(request))
    phone.goto(box, wait_until="networkidle")
    sizes = [one.sizes() for one in done]
    total = sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)
    assert len(done) <= 4, [one.url for one in done]
    assert total <= 30_000, total
    phone.goto(f"{box}#c={card()}")
    begin(phone)
    phone.locator("legend").wait_for()
    late = [one.url for one in done if "/urna/urna." in one.url or "eleccion.json" in one.url]
    assert len(late) == 2


def test_every_step_is_sound_for_assistive_technology(phone, box, card, axe):
    def look():
        result = axe.run(phone, options=AXE)
        for size, width in (("100%", 320), ("200%", 360)):
            phone.set_viewport_size({"width": width, "height": 740})
            phone.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            assert fits(phone), f"{width} px, text of {size}"
        phone.evaluate("document.documentElement.style.fontSize = ''")
        return [result.generate_report()] if result.violations_count else []

    phone.goto(box)
    found = look()
    begin(phone)
    found += look()
    phone.get_by_label("Código de su tarjeta").fill(card())
    begin(phone)
    phone.locator("legend").wait_for()
    found += look()
    phone.get_by_role("button", name="Continuar").click()
    found += look()
    choose(phone, "Sí")
    found += look()
    phone.context.set_offline(True)
    deposit(phone)
    phone.get_by_role("button", name="Enviar ahora").wait_for()
    found += look()
    phone.context.set_offline(False)
    says_done(phone)
    found += look()
    assert found == []
