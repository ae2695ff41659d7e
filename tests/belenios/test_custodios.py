"""The trustees' page in use: saved to disk, opened without network."""

import json
import re

import pytest

from participa.belenios import (
    archive,
    canonical,
    credentials,
    election,
    opening_proofs,
    proofs,
    tally,
    trustees,
    verifier,
)
from participa.belenios.archive import Chain
from participa.belenios.bundles import browser_files
from participa.belenios.groups import BELENIOS_2048
from participa.belenios.questions import BLANK, priorities, yes_no
from tests.belenios.browsing import packed
from tests.belenios.builders import CODES, MOMENT, SECRETS, UUID, File, box, file_of, honest, small
from tests.belenios.desks import PHONE, Desk
from tests.belenios.test_browser import VOTE


@pytest.fixture
def desk(chromium, tmp_path):
    open_desk = Desk(chromium, tmp_path)
    yield open_desk
    open_desk.close()


@pytest.fixture
def key(desk):
    return desk.write("llave", trustees.write_secret(SECRETS[0]))


ROLE = {
    "version": 2,
    "uuid": UUID,
    "box": "Prioridades del barrio",
    "role": "custodio",
    "name": "Personería",
    "fingerprint": "b" * 43,
    "roll": "",
    "seconds": "",
    "asked": ["Cierra: el martes", "Pregunta 1: ¿Qué primero?", "Opción 1.1: Salud: ya"],
}


def closed() -> bytes:
    return File(honest().copy().events[:5]).bytes()


def test_an_election_is_opened_half_by_the_page_and_half_by_python(desk, modules, belenios):
    # Given: a key of the page, a key of Python, and four voters of whom one votes again.
    private, public = desk.make_key("Personería")
    theirs = trustees.read_one(BELENIOS_2048, json.loads(public.read_bytes()), "El custodio")
    both = [theirs, trustees.make(BELENIOS_2048, SECRETS[0], "Comité")]
    asked = election.make(
        UUID,
        "Prioridades",
        "",
        trustees.public_key(BELENIOS_2048, both),
        [priorities("¿Qué primero?", ("Salud", "Vías", "Parque"), 2), yes_no("¿Aprueba?", True)],
    )
    codes = [*CODES, credentials.new_code()]
    roll = credentials.public_roll(credentials.derive(code, UUID) for code in codes)
    votes = [
        (codes[0], [[0], [0]]),
        (codes[1], [[0, 2], BLANK]),
        (codes[2], [[1], [1]]),
        (codes[0], [[2], [1]]),
        (codes[3], [[1, 2], BLANK]),
    ]
    cast = []
    for code, chosen in votes:
        given = {"raw": packed(asked.raw), "code": code, "votes": chosen}
        cast.append(modules.ask(VOTE, given, of=["urna"])["result"]["ballot"].encode())

    # When: the box closes, and the trustee of the page opens the total first.
    chain, grown = Chain(MOMENT), archive.beginning(MOMENT)
    setup = (asked.raw, trustees.write(both), roll)
    grown, chain = add(grown, chain, "Setup", *setup, archive.setup_record(*setup))
    for raw in cast:
        grown, chain = add(grown, chain, "Ballot", raw)
    grown, chain = add(grown, chain, "EndBallots")
    counting = tally.counted_ballots(verifier.verify(grown).ballots)
    totals = tally.encrypted_totals(asked, counting)
    sums = tally.totals_record(totals)
    grown, chain = add(grown, chain, "EncryptedTally", sums, tally.sized_record(4, sums))
    answer = desk.review(private, desk.write("urna.bel", grown)).replace("\n", "")
    assert "Papeletas que cuentan4" in answer
    assert asked.fingerprint in answer
    assert chain.head in answer
    ours = desk.saved("Descifrar y guardar mi parte")
    assert ours.name == f"descifrado-{UUID}-custodio-1.txt"
    first, owned, entry = ours.read_bytes().splitlines()
    grown, chain = add(grown, chain, "PartialDecryption", first, owned)
    read = verifier.verify(grown)
    digest = canonical.hex_digest(sums)
    statement = opening_proofs.Statement(asked, digest, totals, theirs.public_key, read.partials[1])
    proof = proofs.read_proof(
        BELENIOS_2048,
        {name: json.loads(entry)[name] for name in ("challenge", "response")},
        "La prueba",
    )
    assert opening_proofs.verify(statement, proof)
    part = tally.decrypt(asked, totals, SECRETS[0]).record()
    grown, chain = add(grown, chain, "PartialDecryption", part, tally.owned_record(2, part))

    # Then: the parts fit together, and the outside program agrees with every byte.
    partials = list(verifier.verify(grown).partials.values())
    counts = tally.counts(asked, totals, partials, 4)
    assert counts == [[1, 2, 3], [2, 0, 2]]
    grown, chain = add(grown, chain, "Result", tally.result_record(counts))
    assert verifier.verify(grown).is_finished
    assert belenios.accepts(grown)


def add(grown, chain, kind, *parts):
    more, chain = chain.add(kind, *parts)
    return grown + more, chain


def test_belenios_tool_opens_a_total_with_a_key_of_the_page(desk, belenios):
    private, public = desk.make_key()
    only = [trustees.read_one(BELENIOS_2048, json.loads(public.read_bytes()), "El custodio")]
    made = box(yes_no("¿Aprueba?"))
    asked = election.make(UUID, "Una", "", only[0].public_key, made.election.questions)
    setup = (asked.raw, trustees.write(only), made.roll)
    grown, _ = add(
        archive.beginning(MOMENT), Chain(MOMENT), "Setup", *setup, archive.setup_record(*setup)
    )
    belenios.write(f"{UUID}.bel", grown)
    belenios.add("Ballot", belenios.vote(CODES[0], [[0, 1]]))
    belenios.add("EndBallots")
    belenios.add("EncryptedTally", *belenios("election", "compute-encrypted-tally").splitlines())
    belenios.write("llave", private.read_bytes())
    opened = belenios("election", "decrypt", "--privkey", "llave", "--trustee-id=1")
    before = desk.write("urna.bel", belenios.one("*.bel").read_bytes())
    belenios.add("PartialDecryption", *opened.splitlines())
    result = belenios("election", "compute-result").strip()
    assert result == tally.result_record([[0, 1]])
    answer = desk.review(private, before)
    assert "La urna está bien" in answer
    assert "Son muy pocas papeletas" in answer


def test_the_key_on_paper_opens_the_total_as_well(desk):
    private, _ = desk.make_key("Universidad")
    rows = desk.paper_rows()
    assert len(rows) == 4
    assert desk.page.locator("#sheet-digits").text_content() == private.read_text().strip()
    secret = trustees.read_secret(BELENIOS_2048, private.read_bytes())
    made = box(yes_no("¿Aprueba?"))
    other = trustees.make(BELENIOS_2048, secret)
    asked = election.make(UUID, "Una", "", other.public_key, made.election.questions)
    mine = type(made)(asked, (secret,), trustees.write([other]), made.credentials)
    bel = desk.write("urna.bel", file_of(mine, [mine.ballot(0, {1})], "EncryptedTally").bytes())
    wrong = "\n".join([rows[0][:-1] + ("0" if rows[0][-1] != "0" else "2"), *rows[1:]])
    assert "en el renglón 1" in desk.review(None, bel, rows=wrong)
    assert "La urna está bien" in desk.review(None, bel, rows="\n".join(rows).lower())
    part, owned, _ = desk.saved("Descifrar y guardar mi parte").read_bytes().splitlines()
    read = verifier.verify(bel.read_bytes())
    partial = tally.read_partial(asked, part, "El descifrado")
    tally.check_partial(asked, read.totals, other.public_key, partial, "El descifrado")
    assert owned == tally.owned_record(1, part)


def other_election() -> bytes:
    return file_of(box(keys=1), [], until="EncryptedTally").bytes()


def damaged() -> bytes:
    raw = bytearray(closed())
    raw[len(raw) // 2] ^= 1
    return bytes(raw)


def cheated() -> bytes:
    """An archive of two ballots whose encrypted total is that of the first ballot alone."""
    alone = file_of(small(), honest().at("Ballot").parts, until="EncryptedTally")
    both = honest().copy()
    both.events[4] = alone.events[-1]
    return File(both.events[:5]).bytes()


REFUSED = {
    "no archive": (lambda: b"hola", "Este archivo no es una urna (.bel)."),
    "an empty file": (lambda: b"", "Este archivo no es una urna (.bel)."),
    "cut short": (lambda: closed()[:-700], "No descifre esta urna: fue rechazada."),
    "damaged": (damaged, "No descifre esta urna: fue rechazada."),
    "the total of one ballot alone": (cheated, "«num_tallied» dice 1, y cuentan 2 papeletas."),
    "still open": (
        lambda: File(honest().copy().events[:2]).bytes(),
        "Esta urna aún no ha cerrado o no se ha sumado. Espere el archivo final.",
    ),
    "closed and not added up": (
        lambda: File(honest().copy().events[:4]).bytes(),
        "Esta urna aún no ha cerrado o no se ha sumado.",
    ),
    "with its result": (lambda: honest().bytes(), "Esta urna ya tiene su resultado."),
    "opened by this trustee": (
        lambda: File(honest().copy().events[:6]).bytes(),
        "El custodio 1 ya descifró esta urna.",
    ),
}


@pytest.mark.parametrize(("make", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_must_not_be_opened_is_refused_in_one_sentence(desk, key, make, sentence):
    answer = desk.review(key, desk.write("urna.bel", make()))
    assert sentence in answer
    assert "\n" not in answer.strip()
    assert desk.page.evaluate("document.activeElement.className") == "problem"
    assert not desk.page.get_by_role("button", name="Descifrar y guardar").is_visible()


WRONG_KEYS = {
    "of another trustee": (
        lambda: trustees.write_secret(12345),
        "Esta llave no es de ningún custodio de esta urna. Busque la otra.",
    ),
    "no key": (lambda: b"una foto", "Ese archivo no es una llave privada."),
    "binary": (lambda: b"\xff\xd8\xff", "Ese archivo no es una llave privada."),
    "zero": (lambda: b'"0"', "Ese archivo no es una llave privada."),
    "the public half": (
        lambda: canonical.write(trustees.make(BELENIOS_2048, SECRETS[0]).record()),
        "Ese archivo no es una llave privada.",
    ),
}


@pytest.mark.parametrize(("make", "sentence"), WRONG_KEYS.values(), ids=WRONG_KEYS)
def test_a_wrong_key_gets_one_sentence(desk, make, sentence):
    answer = desk.review(desk.write("llave", make()), desk.write("urna.bel", closed()))
    assert answer.strip() == sentence


def test_a_key_of_another_election_gets_one_sentence(desk):
    answer = desk.review(
        desk.write("llave", trustees.write_secret(SECRETS[1])),
        desk.write("urna.bel", other_election()),
    )
    assert answer.strip() == "Esta llave no es de ningún custodio de esta urna. Busque la otra."


def test_what_is_missing_is_said_one_after_another(desk, key):
    assert "Escoja el archivo de su llave privada" in desk.review(None, None)
    assert desk.review(key, None).strip() == "Escoja el archivo de la urna."
    box_field = desk.page.get_by_label("Archivo de la urna")
    assert box_field.get_attribute("aria-invalid") == "true"


def test_another_file_takes_the_answer_away(desk, key):
    assert "La urna está bien" in desk.review(key, desk.write("urna.bel", closed()))
    desk.page.get_by_label("Archivo de la urna").set_input_files(desk.write("x.bel", b"x"))
    assert desk.page.locator("#checked").is_hidden()


def test_it_works_with_the_keyboard_alone(desk):
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.type("Personería")
    desk.page.keyboard.press("Enter")
    desk.page.get_by_role("heading", name="Su llave está hecha").wait_for()
    assert desk.page.evaluate("document.activeElement.id") == "made-title"
    desk.page.keyboard.press("Tab")
    with desk.page.expect_download() as coming:
        desk.page.keyboard.press("Enter")
    assert re.fullmatch(r"llave-privada-[0-9a-f]{6}\.json", coming.value.suggested_filename)


def test_it_cannot_send_anything_to_anybody(chromium, tmp_path):
    desk = Desk(chromium, tmp_path)
    desk.context.set_offline(False)
    answer = desk.page.evaluate(
        "() => fetch('http://127.0.0.1:9/').then(() => 'sent', (problem) => problem.name)"
    )
    assert answer == "TypeError"
    assert any("Content Security Policy" in said for said in desk.faults)
    assert {url.partition(":")[0] for url in desk.requests} == {"file"}
    assert desk.page.get_by_text("está conectado a internet").is_visible()
    desk.context.close()


OLD = {
    "no big numbers": "delete window.BigInt",
    "no cryptography": "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })",
}


@pytest.mark.parametrize("lack", OLD.values(), ids=OLD)
def test_an_old_browser_is_told_plainly(chromium, tmp_path, lack):
    context = chromium.new_context(offline=True)
    context.add_init_script(lack)
    page = context.new_page()
    page.goto(browser_files.TRUSTEES.as_uri())
    assert page.get_by_text("Este navegador no puede hacer llaves").is_visible()
    assert not page.get_by_role("button", name="Hacer mi llave").is_visible()
    context.close()


def test_without_javascript_it_says_what_to_do(chromium):
    context = chromium.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(browser_files.TRUSTEES.as_uri())
    assert page.get_by_text("versión reciente de Firefox, Chrome o Edge").is_visible()
    assert not page.get_by_role("button", name="Hacer mi llave").is_visible()
    context.close()


@pytest.mark.parametrize(("text", "colours"), [("100%", "light"), ("200%", "dark")])
def test_it_is_sound_on_a_narrow_screen_with_large_text(chromium, axe, tmp_path, text, colours):
    desk = Desk(chromium, tmp_path, color_scheme=colours, **PHONE)
    desk.page.evaluate("(size) => { document.documentElement.style.fontSize = size }", text)
    key = desk.write("llave", trustees.write_secret(SECRETS[0]))
    role = canonical.write(ROLE)
    for act in (
        lambda: None,
        lambda: desk.review(None, None, rows=""),
        lambda: desk.begin_key("Personería"),
        lambda: desk.page.get_by_text("No tengo impresora").click(),
        lambda: desk.check_key(key),
        lambda: desk.check_key(rows="\n".join(desk.paper_rows())),
        lambda: desk.read_document(key, desk.write("rol.json", role)),
        lambda: desk.review(key, desk.write("urna.bel", closed())),
    ):
        act()
        report = axe.run(desk.page)
        assert report.violations_count == 0, report.generate_report()
        wide = desk.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, act
    desk.context.close()


def test_only_the_paper_copy_is_printed(desk):
    desk.make_key("Personería")
    desk.page.emulate_media(media="print")
    assert desk.page.get_by_text("Copia de una llave privada").is_visible()
    assert not desk.page.get_by_role("heading", name="Descifrar el total").is_visible()


def test_a_key_counts_as_kept_when_the_kept_file_opens_a_test(desk):
    # Given: a key whose download may have failed, for all that the page knows.
    desk.begin_key()
    other = desk.write("otra", trustees.write_secret(SECRETS[0]))
    private = desk.saved("Guardar la llave privada")
    assert not desk.page.get_by_role("button", name="Guardar la parte pública").is_visible()

    # When, then: only the right file ends the work.
    assert "Escoja el archivo de su llave privada" in desk.check_key()
    assert desk.check_key(other) == "Esa es otra llave, no la que acaba de hacer. Busque la otra."
    assert not desk.page.get_by_text("Listo: su llave sirve").is_visible()
    assert "con el archivo que guardó" in desk.check_key(private)
    assert desk.page.get_by_role("button", name="Guardar la parte pública").is_visible()


def test_a_key_counts_as_kept_when_the_paper_opens_a_test(desk):
    desk.begin_key()
    rows = desk.paper_rows()
    swapped = "\n".join([rows[1], rows[0], *rows[2:]])
    assert "no son los de una llave" in desk.check_key(rows=swapped)
    assert "con los renglones del papel" in desk.check_key(rows="\n".join(rows))


def test_who_leaves_before_the_key_is_checked_is_asked_first(desk):
    desk.begin_key()
    private = desk.saved("Guardar la llave privada")
    with desk.page.expect_event("dialog") as coming:
        desk.page.close(run_before_unload=True)
    assert coming.value.type == "beforeunload"
    coming.value.dismiss()
    desk.check_key(private)
    with desk.page.expect_event("close"):
        desk.page.close(run_before_unload=True)
