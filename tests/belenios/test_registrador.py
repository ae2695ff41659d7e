"""The registrar's page in use: saved to disk, opened without network."""

import csv
import io
import json
import re

import pytest

from participa.belenios import canonical, credentials, roll, signatures
from participa.belenios.bundles import browser_files
from participa.belenios.credentials import Mistyped
from participa.belenios.groups import BELENIOS_2048
from tests.belenios.builders import CODES, UUID
from tests.belenios.desks import PHONE, Desk

ADDRESS = "participa.ciudad.gov.co/q/7K3F-2QXM"
CODE = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}")


@pytest.fixture
def desk(chromium, tmp_path):
    open_desk = Desk(chromium, tmp_path, browser_files.REGISTRAR)
    # Printing waits for a dialog that nobody answers here.
    open_desk.page.evaluate("() => { window.print = () => {} }")
    yield open_desk
    open_desk.close()


def make_codes(desk, count="6", uuid=UUID, title="Presupuesto del barrio", closing="2027-03-19"):
    form = desk.page.locator("#codes")
    form.get_by_label("Identificador de la urna").fill(uuid)
    form.get_by_label("Cuántas tarjetas").fill(count)
    form.get_by_label("Título que dirá la tarjeta").fill(title)
    form.get_by_label("Dirección de la urna").fill(ADDRESS)
    form.get_by_label("Día en que cierra la urna").fill(closing)
    desk.press("Hacer los códigos")
    return desk.shown("codes", "coded")


def printed(desk) -> list[str]:
    desk.press("Imprimir las tarjetas")
    return desk.page.locator(".card").all_text_contents()


def codes_in(desk) -> list[str]:
    places = desk.page.locator(".signs").all_text_contents()
    return ["-".join(signs.split()) for signs in places]


def save_codes(desk) -> bytes:
    desk.page.get_by_text("Quiero tarjetas con QR").click()
    return desk.saved("Guardar codigos.csv").read_bytes()


# ---- codes, roll and cards


def test_the_roll_and_the_codes_are_those_of_python(desk):
    answer = make_codes(desk, "12")
    assert "Los 12 códigos están hechos" in answer
    padron = desk.saved("Guardar padron.json")
    assert padron.name == "padron.json"
    record = padron.read_bytes()
    text = save_codes(desk)
    codes = [
        row["codigo"]
        for row in csv.DictReader(io.StringIO(text.decode("utf-8-sig")), delimiter=";")
    ]
    made = [credentials.derive(credentials.read_code(code), UUID) for code in codes]
    assert len(set(codes)) == 12
    assert text == credentials.codes_file(made)
    assert record == credentials.public_roll(made)
    assert roll.read(BELENIOS_2048, record) == sorted(one.public for one in made)
    shown = desk.page.locator("#roll-mark").text_content()
    assert shown == credentials.fingerprint(record)


def test_every_code_stands_on_one_card_with_what_a_voter_needs(desk):
    make_codes(desk, "6")
    cards = printed(desk)
    text = save_codes(desk).decode("utf-8-sig")
    assert sorted(codes_in(desk)) == sorted(CODE.search(line)[0] for line in text.split()[1:])
    for card in cards:
        assert "Presupuesto del barrio" in card
        assert ADDRESS in card
        assert "La urna cierra el viernes 19 de marzo de 2027." in card
    assert desk.page.locator(".letter").count() == 2
    desk.page.emulate_media(media="print")
    assert desk.page.locator(".card").first.is_visible()
    assert not desk.page.get_by_role("heading", name="Hacer mi llave").is_visible()


def test_a_card_without_a_closing_day_says_none(desk):
    make_codes(desk, "1", closing="")
    assert "La urna cierra" not in printed(desk)[0]


def test_four_cards_fill_one_letter_sheet(desk):
    make_codes(desk, "4", title="Una pregunta muy larga sobre el parque y la plaza de mercado " * 2)
    printed(desk)
    raw = desk.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", raw)) == 1
    desk.page.set_viewport_size({"width": 816, "height": 1056})
    desk.page.emulate_media(media="print")
    for card in desk.page.locator(".card").all():
        # What does not fit on a card would be cut off.
        boxes = card.evaluate(
            "(card) => [...card.children].map((half) => half.scrollHeight - half.clientHeight)"
        )
        assert max(boxes) <= 1, boxes


def test_many_cards_are_printed_in_parts(desk):
    make_codes(desk, "1.002")
    desk.page.get_by_label("Cuáles").select_option("De la 1.001 a la 1.002")
    printed(desk)
    assert len(codes_in(desk)) == 2


def test_the_codes_can_be_erased_and_until_then_leaving_is_asked(desk):
    make_codes(desk, "2")
    desk.saved("Guardar padron.json")
    printed(desk)
    with desk.page.expect_event("dialog") as coming:
        desk.page.close(run_before_unload=True)
    assert coming.value.type == "beforeunload"
    coming.value.dismiss()
    desk.press("Terminar y borrar los códigos de aquí")
    assert desk.page.get_by_text("Los códigos ya no están en esta página.").is_visible()
    assert not CODE.search(desk.page.content())
    assert desk.page.locator(".card").count() == 0
    with desk.page.expect_event("close"):
        desk.page.close(run_before_unload=True)


WRONG = {
    "no number": ({"count": "muchas"}, "un número entre 1 y 20.000."),
    "none": ({"count": "0"}, "un número entre 1 y 20.000."),
    "too many": ({"count": "20.001"}, "un número entre 1 y 20.000."),
    "another identifier": ({"uuid": "urna 7"}, "Escriba el identificador tal como aparece"),
    "no title": ({"title": " "}, "Escriba el título que dirá la tarjeta."),
}


@pytest.mark.parametrize(("given", "sentence"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_printed_gets_one_sentence(desk, given, sentence):
    assert sentence in make_codes(desk, **given)
    assert desk.page.locator("[aria-invalid]").count() == 1


def test_an_address_that_nobody_can_type_is_refused(desk):
    make_codes(desk, "0")
    desk.page.get_by_label("Dirección de la urna").fill("la página de la urna")
    desk.page.get_by_label("Cuántas tarjetas").fill("1")
    desk.press("Hacer los códigos")
    assert "Escriba la dirección así" in desk.shown("codes", "coded")


def test_codes_of_the_browser_are_codes_for_python(modules):
    made = modules.ask("({ makeCodes }) => makeCodes(300)", of=["codes"])["result"]
    assert len(set(made)) == 300
    for code in made:
        assert credentials.read_code(code) == code
    spread = [{code[place] for code in made} for place in range(24) if place % 5 != 4]
    assert all(len(characters) > 20 for characters in spread)


TYPED = [
    f"codigo\r\n{CODES[0].lower()}\r\n\r\n {CODES[1].replace('0', 'O')} \n",
    f"{CODES[0]}\n\nK7QX-9MZT",
    f"{CODES[0]}\n{CODES[1][:-1]}U",
    f"{CODES[1]}\n{CODES[0]}\n{CODES[1].lower()}",
    "",
]


@pytest.mark.parametrize("typed", TYPED, ids=range(len(TYPED)))
def test_typed_codes_are_read_as_python_reads_them(modules, typed):
    answer = modules.ask("({ readCodes }, typed) => readCodes(typed)", typed, of=["codes"])
    try:
        expected = {"result": credentials.read_codes(typed.encode())}
    except Mistyped as problem:
        expected = {"refused": str(problem), "kind": "Mistyped"}
    assert answer == expected


# ---- void cards


def void(desk, codes: str) -> str:
    form = desk.page.locator("#void")
    form.get_by_label("Identificador de la urna").fill(UUID)
    form.get_by_label("Códigos de las tarjetas sin usar").fill(codes)
    desk.press("Hacer la lista")
    return desk.shown("void", "listed")


def test_unused_cards_are_listed_and_signed(desk):
    # Given: a registrar with a key that opens a test, and two cards that nobody used.
    private, public = desk.make_key("Universidad")
    publics = sorted(credentials.derive(code, UUID).public for code in CODES[:2])
    answer = void(desk, f"{CODES[1].lower()}\n{CODES[0]}").replace("\n", "")
    assert "En la lista2 tarjetas anuladas" in answer

    # When: the list is saved, and signed without choosing it again.
    listed = desk.saved("Guardar anuladas.json").read_bytes()
    desk.press("Firmar esta lista")
    answer = desk.read_document(private, None).replace("\n", "")
    assert "Una lista de 2 tarjetas anuladas" in answer
    assert canonical.fingerprint(listed) in answer
    signature = desk.saved("Firmar y guardar la firma")

    # Then: list and signature are those of Python.
    assert roll.read_void(listed) == publics
    assert listed == roll.write(publics)
    assert signature.name == "anuladas.firma.json"
    key = int(json.loads(public.read_bytes())["public_key"])
    assert signatures.check(signature.read_bytes(), listed, key) == key
    for code in CODES[:2]:
        assert code.encode() not in listed


def test_a_mistyped_card_is_named_by_its_line(desk):
    assert void(desk, f"{CODES[0]}\nK7QX").startswith("Renglón 2: El código tiene 20")
    assert "Escriba los códigos de las tarjetas sin usar" in void(desk, "\n ")
    assert void(desk, f"{CODES[0]}\n{CODES[0]}") == "Renglón 2: repite el código del renglón 1."


# ---- the page itself


def test_the_key_of_a_registrar_is_checked_like_that_of_a_trustee(desk):
    private, public = desk.make_key("Universidad")
    assert re.fullmatch(r"llave-privada-[0-9a-f]{6}\.json", private.name)
    assert json.loads(public.read_bytes())["name"] == "Universidad"
    assert desk.page.locator("#sheet-page").text_content() == "Registrador"
    rows = "\n".join(desk.paper_rows())
    assert "con los renglones del papel" in desk.check_key(rows=rows)


@pytest.mark.parametrize(("text", "colours"), [("100%", "dark"), ("200%", "light")])
def test_it_is_sound_on_a_narrow_screen_with_large_text(chromium, axe, tmp_path, text, colours):
    desk = Desk(chromium, tmp_path, browser_files.REGISTRAR, color_scheme=colours, **PHONE)
    desk.page.evaluate("(size) => { document.documentElement.style.fontSize = size }", text)
    for act in (
        lambda: None,
        lambda: make_codes(desk, "0"),
        lambda: make_codes(desk, "1.001"),
        lambda: desk.page.get_by_text("Quiero tarjetas con QR").click(),
        lambda: void(desk, "x"),
        lambda: void(desk, CODES[0]),
    ):
        act()
        report = axe.run(desk.page)
        assert report.violations_count == 0, report.generate_report()
        wide = desk.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, act
    desk.close()


def test_it_cannot_send_anything_to_anybody(chromium, tmp_path):
    desk = Desk(chromium, tmp_path, browser_files.REGISTRAR)
    desk.context.set_offline(False)
    answer = desk.page.evaluate(
        "() => fetch('http://127.0.0.1:9/').then(() => 'sent', (problem) => problem.name)"
    )
    assert answer == "TypeError"
    assert any("Content Security Policy" in said for said in desk.faults)
    assert {url.partition(":")[0] for url in desk.requests} == {"file"}
    desk.context.close()


def test_without_javascript_it_says_what_to_do(chromium):
    context = chromium.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(browser_files.REGISTRAR.as_uri())
    assert page.get_by_text("versión reciente de Firefox, Chrome o Edge").is_visible()
    assert not page.get_by_role("button", name="Hacer mi llave").is_visible()
    context.close()
