"""What a browser keeps after a vote, read back from its own files: each sentence of the page about
that is tried here, on a phone that somebody else takes next and on the tablet at the table.
"""

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from participa.belenios import credentials
from tests.conftest import FLAGS, WITH_A_WINDOW, chromium_path
from tests.journeys.clocks import stop_clock
from tests.journeys.conftest import (
    IN_BOGOTA,
    PHONE,
    ROOT,
    WAIT_MS,
    Watch,
    browsing,
    plain_environment,
)
from tests.journeys.voting import begin, choose, deposit, fits, focused, kept, says_done

TABLET = {"viewport": {"width": 820, "height": 1180}}
IN_THE_PAGE = """async () => JSON.stringify([
  {...localStorage}, {...sessionStorage}, document.cookie, history.state, location.href,
  window.name, await indexedDB.databases(), await caches.keys(),
])"""


@contextmanager
def kept_profile(chromium, site: str, folder: Path, **options):
    """A browser that keeps a history on its disk, as that of a person does."""
    watch = Watch(urlsplit(site).netloc)
    context = chromium.browser_type.launch_persistent_context(
        folder,
        executable_path=chromium_path(WITH_A_WINDOW),
        args=FLAGS,
        base_url=site,
        **IN_BOGOTA,
        **options,
    )
    context.set_default_timeout(WAIT_MS)
    watch.over(context)
    try:
        yield context.new_page()
    finally:
        context.close()  # which writes the history
    assert watch.faults == []


def visits(folder: Path) -> list[str]:
    """Each visit in the history on the disk, in order."""
    with sqlite3.connect(folder / "Default" / "History") as history:
        rows = "SELECT urls.url FROM visits JOIN urls ON urls.id = visits.url ORDER BY visits.id"
        return [unquote(address) for (address,) in history.execute(rows)]


def in_the_window(page) -> str:
    """The addresses behind the buttons Back and Forward, also as they were typed."""
    told = page.context.new_cdp_session(page).send("Page.getNavigationHistory")
    return unquote(json.dumps(told))


def stored(page) -> str:
    return page.evaluate(IN_THE_PAGE)


def vote(page, words="Sí"):
    choose(page, words)
    deposit(page)


@pytest.fixture(scope="module")
def changeable(site, site_folder):
    """A box in which a vote can be changed, with the cards of people who will: (address, draw)."""
    command = [sys.executable, "-m", "tests.journeys.changeable_box", str(site_folder / "instance")]
    done = subprocess.run(
        command, cwd=ROOT, env=plain_environment(), check=True, capture_output=True, text=True
    )
    made = json.loads(done.stdout.splitlines()[-1])
    cards = iter(made["cards"])
    return made["address"], lambda: next(cards)


# ---- a phone


def test_a_scanned_card_stays_in_the_history_as_the_page_says_and_no_longer_votes(
    chromium, site, box, card, tmp_path
):
    code = card()
    with kept_profile(chromium, site, tmp_path, **PHONE) as page:
        page.goto("/urna")
        page.goto(f"{box}#c={code}")
        told = page.locator("#papeleta").inner_text()
        assert "El historial de este celular puede guardar la dirección con el código." in told
        assert "Después de votar ese código ya no sirve para votar otra vez." in told
        assert "#" not in page.evaluate("location.href")
        begin(page)
        vote(page)
        tracker = says_done(page)
        about = page.locator("main").inner_text()
        assert "El historial sí puede guardar su dirección" in about
        assert "Nosotros no podemos borrarlo" in about
        assert "borrar de este celular" not in about
        assert code not in stored(page)
        page.get_by_role("link", name="Terminar").click()
        page.locator("#codigo").wait_for()
        assert tracker not in kept(page)
        assert code not in stored(page)
        page.go_back()
        assert tracker not in kept(page)
    history = visits(tmp_path)
    assert [address for address in history if f"#c={code}" in address], "the page says so"
    assert [address for address in history if tracker in address], "the page says so"
    with browsing(chromium, site, **PHONE) as finder:
        finder.goto(next(address for address in history if "#c=" in address))
        begin(finder)
        finder.get_by_role("heading", name="Con este código ya se votó").wait_for()


def test_a_typed_code_stays_nowhere(chromium, site, box, card, tmp_path):
    """What the page advises on a borrowed phone."""
    code = card()
    with kept_profile(chromium, site, tmp_path, **PHONE) as page:
        page.goto(box)
        hint = page.locator("#papeleta").inner_text()
        assert "¿Es prestado este celular? Escriba el código en vez de escanear" in hint
        page.get_by_label("Código de su tarjeta").fill(code)
        begin(page)
        vote(page)
        says_done(page)
        assert code not in stored(page)
        assert code not in in_the_window(page)
        page.get_by_role("link", name="Terminar").click()
        page.locator("#codigo").wait_for()
        assert code not in kept(page)
    signs = code.replace("-", "")
    for address in visits(tmp_path):
        assert code not in address
        assert signs not in address
    for database in ("Web Data", "Login Data"):
        raw = (tmp_path / "Default" / database).read_bytes()
        assert code.encode() not in raw, "no field offers it again"


def test_whoever_finds_the_code_of_a_card_cannot_change_its_vote(
    chromium, site, changeable, tmp_path
):
    address, draw = changeable
    code, second = draw()
    with kept_profile(chromium, site, tmp_path, **PHONE) as page:
        page.goto(f"{address}#c={code}")
        told = page.locator("#papeleta").inner_text()
        assert "con ese código solo no se cambia su voto: faltan las seis cifras" in told
        begin(page)
        vote(page)
        tracker = says_done(page)
    history = visits(tmp_path)
    found = next(one for one in history if "#c=" in one)
    assert second not in " ".join(history)
    with browsing(chromium, site, **PHONE) as finder:
        finder.goto(found)
        begin(finder)
        finder.get_by_role("heading", name="Con este código ya se votó").wait_for()
        assert fits(finder)
        finder.get_by_role("button", name="Continuar").click()
        assert "Son 6 cifras." in focused(finder)
        guess = f"{(int(second) + 1) % 1_000_000:06d}"
        finder.get_by_label("Para cambiar su voto").fill(guess)
        finder.get_by_role("button", name="Continuar").click()
        vote(finder, "No")
        problem = finder.get_by_role("button", name="Esas seis cifras no son las de esta tarjeta.")
        problem.wait_for()
        assert "Quedan 4 intentos." in problem.inner_text()
        finder.goto(f"{address}/papeletas?rastreo={tracker[:12]}")
        assert "Su papeleta está en la urna" in finder.locator("h1").inner_text()
        assert "reemplazada" not in finder.locator("main").inner_text()


def test_who_has_the_card_changes_the_vote_also_after_a_wrong_digit(chromium, site, changeable):
    address, draw = changeable
    code, second = draw()
    with browsing(chromium, site, **PHONE) as page:
        page.goto(f"{address}#c={code}")
        begin(page)
        vote(page)
        first = says_done(page)
        page.goto(f"{address}#c={code}")
        begin(page)
        page.get_by_label("Para cambiar su voto").fill(f"{(int(second) + 7) % 1_000_000:06d}")
        page.get_by_label("Para cambiar su voto").press("Enter")
        vote(page, "No")
        page.get_by_text("Esas seis cifras no son las de esta tarjeta.").first.wait_for()
        page.get_by_label("Para cambiar su voto").fill(f"{second[:3]} {second[3:]}")
        page.get_by_role("button", name="Continuar").click()
        assert "No" in page.locator("dl.review").inner_text(), "nothing is asked twice"
        deposit(page)
        assert says_done(page) != first
        assert second not in stored(page)
        page.goto(f"{address}/papeletas?rastreo={first[:12]}")
        assert "Esta papeleta fue reemplazada." in page.locator("main").inner_text()


def test_a_second_vote_whose_answer_gets_lost_arrives_once(chromium, site, changeable):
    address, draw = changeable
    code, second = draw()
    with browsing(chromium, site, **PHONE) as page:
        page.goto(f"{address}#c={code}")
        begin(page)
        vote(page)
        says_done(page)
        page.goto(f"{address}#c={code}")
        begin(page)
        page.get_by_label("Para cambiar su voto").fill(second)
        page.get_by_role("button", name="Continuar").click()
        choose(page, "No")
        answers = []

        def lose_the_first(route):
            answers.append(route.fetch())
            if len(answers) == 1:
                return route.abort("connectionreset")
            return route.fulfill(response=answers[-1])

        page.route("**/papeletas", lose_the_first)
        page.get_by_role("button", name="Depositar mi voto").dblclick()
        says_done(page)
        first, again = answers
        assert first.json() == again.json()


# ---- a code that is of no use is told before the questions


def test_a_used_code_is_told_before_the_questions_with_what_to_do(phone, box, card):
    code = card()
    phone.goto(f"{box}#c={code}")
    begin(phone)
    vote(phone)
    says_done(phone)
    sent = []
    phone.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
    phone.goto(f"{box}#c={code}")
    begin(phone)
    phone.get_by_role("heading", name="Con este código ya se votó").wait_for()
    assert focused(phone) == "Con este código ya se votó"
    assert fits(phone)
    told = phone.locator("#papeleta").inner_text()
    assert "Vaya a la mesa con su tarjeta" in told
    assert phone.locator("input:checked").count() == 0
    assert [one for one in sent if code in one or code.replace("-", "") in one] == []
    digests = [one for one in sent if one.split()[0].endswith("/codigo")]
    assert [bool(re.fullmatch("[0-9a-f]{64}", one.split()[1])) for one in digests] == [True]
    phone.get_by_role("button", name="Usar otro código").click()
    assert focused(phone) == "codigo"
    phone.get_by_label("Código de su tarjeta").fill(card())
    begin(phone)
    phone.locator("legend").wait_for()


def test_a_code_of_no_card_is_told_at_its_field(phone, box):
    phone.goto(box)
    phone.get_by_label("Código de su tarjeta").fill(credentials.new_code())
    begin(phone)
    phone.locator(".error", has_text="Ese código no es de esta urna.").wait_for()


def test_who_cannot_ask_about_a_code_votes_all_the_same(chromium, site, box, card):
    context = chromium.new_context(base_url=site, **IN_BOGOTA, **PHONE)
    page = context.new_page()
    page.route("**/codigo", lambda route: route.abort())
    page.goto(f"{box}#c={card()}")
    begin(page)
    vote(page)
    says_done(page)
    context.close()


# ---- a page left open while the server changed


def old_page(route):
    """The page as an earlier version of the site drew it, whose script is no longer there."""
    answer = route.fetch()
    text = re.sub(r'data-version="\w+"', 'data-version="de-ayer"', answer.text())
    text = re.sub(r"/static/urna/urna\.\w+\.js", "/static/urna/urna.0000000000.js", text)
    route.fulfill(response=answer, body=text)


def test_an_old_page_loads_itself_again_with_the_code(chromium, site, box, card):
    context = chromium.new_context(base_url=site, **IN_BOGOTA, **PHONE)
    page, code = context.new_page(), card()
    page.route(f"**{box}", old_page, times=1)
    page.goto(f"{box}#c={code}")
    with page.expect_navigation():
        begin(page)
    page.get_by_text(f"Termina en {code[-4:]}.").wait_for()
    assert page.evaluate("sessionStorage.length") == 0
    assert "#" not in page.url
    begin(page)
    vote(page)
    says_done(page)
    assert code not in stored(page)
    context.close()


def test_an_old_page_that_stays_old_says_what_to_do_and_does_not_turn_in_a_circle(
    chromium, site, box, card
):
    """A cache between phone and server may hold the old page for a while."""
    context = chromium.new_context(base_url=site, **IN_BOGOTA, **PHONE)
    page, code, asked = context.new_page(), card(), []

    def is_navigation(route):
        if route.request.is_navigation_request():
            asked.append(route)
            old_page(route)
        else:
            route.continue_()

    page.route(f"**{box}", is_navigation)
    page.goto(f"{box}#c={code}")
    with page.expect_navigation():
        begin(page)
    page.get_by_text(f"Termina en {code[-4:]}.").wait_for()
    begin(page)
    page.get_by_role("button", name="Esta página cambió mientras estaba abierta.").wait_for()
    assert len(asked) == 2
    assert page.evaluate("sessionStorage.length") == 0
    context.close()


def test_a_ballot_that_the_new_server_does_not_read_brings_the_page_back_with_its_code(
    phone, box, card
):
    code, versions = card(), []
    phone.goto(f"{box}#c={code}")
    begin(phone)
    choose(phone, "Sí")

    def as_of_another_version(route):
        versions.append(route.request.headers["page-version"])
        headers = route.request.headers | {"page-version": "de-ayer"}
        route.continue_(headers=headers, post_data=b"{}")

    phone.route("**/papeletas", as_of_another_version)
    deposit(phone)
    problem = phone.get_by_role("button", name="Esta página cambió mientras estaba abierta")
    problem.wait_for()
    phone.unroute("**/papeletas")
    with phone.expect_navigation():
        problem.click()
    phone.get_by_text(f"Termina en {code[-4:]}.").wait_for()
    assert versions == [phone.locator("[data-vote]").get_attribute("data-version")]
    begin(phone)
    vote(phone)
    says_done(phone)


# ---- the tablet at the table


def kiosk_done(page) -> str:
    page.get_by_role("heading", name="Su papeleta está en la urna").wait_for()
    return page.locator("[data-tracker]").get_attribute("data-tracker")


def test_the_history_of_the_tablet_holds_neither_a_tracker_nor_when_anybody_voted(
    chromium, site, box, card, tmp_path
):
    """Three people vote one after another; one of them also tells something of herself."""
    trackers, codes = [], []
    with kept_profile(chromium, site, tmp_path, **TABLET) as page:
        page.goto(f"{box}/quiosco")
        address = page.url
        for number in range(3):
            codes.append(card())
            page.get_by_label("Código de su tarjeta").fill(codes[-1])
            begin(page)
            vote(page)
            trackers.append(kiosk_done(page))
            assert page.url == address
            if number == 1:
                page.get_by_role("link", name="Contestar unas preguntas sobre mí").click()
                page.get_by_role("heading", name="Cuente algo de usted").wait_for()
                page.get_by_role("button", name="Enviar").click()
                page.get_by_text("No marcó nada.").first.wait_for()
                page.get_by_label("29 a 59 años (adultez)").check()
                page.get_by_role("button", name="Enviar").click()
                page.get_by_role("heading", name="Gracias. Quedó guardado").wait_for()
            page.get_by_role("link", name="Terminar").click()
            page.locator("#codigo").wait_for()
            assert page.locator("#codigo").input_value() == ""
            assert page.url == address
            for told in (stored(page), in_the_window(page), kept(page)):
                assert not [one for one in trackers + codes if one in told]
        assert page.evaluate("history.length") == 2, "about:blank and the kiosk"
    history = visits(tmp_path)
    assert [urlsplit(one).path for one in history] == [f"{box}/quiosco"], (
        "one visit, of the morning"
    )
    assert not [one for one in trackers + codes if one in " ".join(history)]


def test_a_receipt_at_the_kiosk_goes_away_after_a_minute(chromium, site, box, card):
    with browsing(chromium, site, **TABLET) as page:
        page.clock.install()
        page.goto(f"{box}/quiosco")
        page.get_by_label("Código de su tarjeta").fill(card())
        begin(page)
        vote(page)
        tracker = kiosk_done(page)
        stop_clock(page)
        assert page.locator(".sign svg").is_visible()
        page.clock.run_for(50_000)
        assert page.locator("[data-tracker]").is_visible()
        assert "Esta pantalla se borra en" in page.locator("#papeleta").inner_text()
        page.get_by_role("button", name="Necesito más tiempo").click()
        page.clock.run_for(100_000)
        assert page.locator("[data-tracker]").is_visible()
        page.clock.run_for(25_000)
        page.get_by_label("Código de su tarjeta").wait_for()
        assert tracker not in page.content()


def test_without_signal_the_kiosk_still_shows_the_tracker(chromium, site, box, card):
    with browsing(chromium, site, **TABLET) as page:
        page.goto(f"{box}/quiosco")
        page.get_by_label("Código de su tarjeta").fill(card())
        begin(page)
        choose(page, "Sí")
        page.route("**/papeletas?rastreo=**", lambda route: route.abort())
        deposit(page)
        tracker = kiosk_done(page)
        words = page.locator("[data-tracker]").inner_text()
        assert "".join(words.split()) == tracker
        page.get_by_role("link", name="Terminar").click()
        page.get_by_label("Código de su tarjeta").wait_for()
        assert tracker not in page.content()


CAMERA = """
window.shown = '';
window.stopped = 0;
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement('canvas');
  canvas.getContext('2d').fillRect(0, 0, 9, 9);
  const stream = canvas.captureStream(5);
  for (const track of stream.getTracks()) {
    const stop = track.stop.bind(track);
    track.stop = () => { window.stopped += 1; stop(); };
  }
  return stream;
};
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ['qr_code']; }
  async detect() { return window.shown ? [{ rawValue: window.shown }] : []; }
};
"""


def at_the_camera(page, box):
    """The kiosk on a tablet that has a camera; headless browsers show it only on safe addresses."""
    page.add_init_script(f"if (navigator.mediaDevices) {{ {CAMERA} }}")
    page.goto(f"{box}/quiosco")


def test_a_card_is_scanned_at_the_kiosk_and_the_camera_goes_off(chromium, site, box, card):
    with browsing(chromium, site, **TABLET) as page:
        at_the_camera(page, box)
        page.get_by_role("button", name="Leer la tarjeta con la cámara").click()
        page.locator("video").wait_for()
        page.evaluate("window.shown = 'https://otra.parte/nada'")
        code = card()
        page.evaluate("code => { window.shown = `https://otra.parte/urna/X#c=${code}` }", code)
        page.locator("legend").wait_for()
        page.wait_for_function("window.stopped === 1")
        vote(page)
        kiosk_done(page)
        assert code not in in_the_window(page)


def test_where_the_tablet_reads_no_signs_the_code_is_typed(chromium, site, box):
    with browsing(chromium, site, **TABLET) as page:
        page.add_init_script("delete window.BarcodeDetector")
        page.goto(f"{box}/quiosco")
        page.get_by_label("Código de su tarjeta").wait_for()
        assert not page.locator("[data-scan]").is_visible()


def test_a_camera_that_nobody_may_use_is_told_and_the_code_is_typed(chromium, site, box):
    with browsing(chromium, site, **TABLET) as page:
        page.add_init_script(
            "window.BarcodeDetector = class { static async getSupportedFormats() "
            "{ return ['qr_code']; } };"
            "navigator.mediaDevices.getUserMedia = async () => { throw new Error('no'); };"
        )
        page.goto(f"{box}/quiosco")
        page.get_by_role("button", name="Leer la tarjeta con la cámara").click()
        page.get_by_text("No se pudo usar la cámara. Escriba el código.").wait_for()
        assert not page.locator("video").is_visible()
