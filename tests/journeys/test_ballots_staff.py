"""Two officials prepare, open, close and count a box; outsiders check what came of it."""

import json
import re
from collections import Counter
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from participa.ballots.commands import cli
from participa.belenios import ballot, credentials, election, verifier
from participa.belenios.questions import BLANK
from tests.belenios.test_belenios import TOOL, Tool
from tests.belenios.test_custodios import Desk
from tests.conftest import need
from tests.journeys.conftest import DESK, browsing, sign_in

CARD = re.compile(r"(?:\w{4}-){4}\w{4}")
VOTERS, BALLOTS = 26, 30
PLACE = "Puesto de votación: Teatro"
CARD_BOX = {"Cuántos_votos_se_esperan": "10", "Dónde_se_entregan_las_tarjetas": PLACE}
WAIT_MS = 60_000


@pytest.fixture
def elena(desktop):
    """The official who prepares the box."""
    sign_in(desktop, "editor")
    return desktop


@pytest.fixture
def adela(chromium, site):
    """The one who looks at it and confirms."""
    with browsing(chromium, site, **DESK) as page:
        sign_in(page, "administrador")
        yield page


@pytest.fixture
def outsider(tmp_path) -> Tool:
    """belenios-tool, which nobody here wrote."""
    if TOOL is None:
        need("urna", "sudo apt install belenios-tool")
    return Tool(tmp_path / "tool")


@pytest.fixture
def sound(axe):
    """Whether assistive technology can use the page that is open, and nothing hangs over."""

    def sound(page) -> None:
        found = axe.run(page)
        assert found.violations_count == 0, found.generate_report()
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(wide) <= 0, (page.url, width)

    return sound


def create(page, kind: str, title: str, **typed: str) -> str:
    """A new draft; returns the address of its page."""
    page.goto("/gestion/urnas")
    page.get_by_role("link", name="Nueva urna").click()
    page.get_by_text(kind, exact=True).click()
    page.get_by_label("Título").fill(title)
    page.get_by_label("Quién usará el resultado").fill("la Secretaría de Infraestructura")
    for label, text in typed.items():
        page.get_by_label(label.replace("_", " ")).fill(text)
    page.get_by_role("button", name="Guardar").click()
    page.wait_for_url(re.compile(r"/gestion/urnas/\w{14}(\?|$)"))
    return urlsplit(page.url).path


def ask(page, box: str, kind: str, text: str, *answers: str, most: str = "") -> None:
    page.goto(f"{box}/preguntas/nueva")
    page.get_by_label("Pregunta", exact=True).fill(text)
    page.get_by_text(kind, exact=True).click()
    if answers:
        page.get_by_label("Opciones, una por línea").fill("\n".join(answers))
    if most:
        page.get_by_label("Cuántas como máximo").fill(most)
    page.get_by_role("button", name="Guardar").click()
    page.get_by_role("heading", name=text).wait_for()


def agree(one, other, box: str, noun: str) -> None:
    """One asks, the other looks and confirms."""
    one.goto(box)
    word = {"la apertura": "abrir", "el cierre": "cerrar", "el recuento": "contar"}[noun]
    one.goto(f"{box}/{word}")
    if (reason := one.get_by_label("Por qué se cierra antes de la fecha")).count():
        reason.fill("Ya votaron todos")
    one.get_by_role("button", name=f"Pedir {noun}").click()
    one.get_by_text("Espera a otra persona.").wait_for()
    other.goto(box)
    other.get_by_role("link", name=f"Revisar y confirmar {noun}").click()
    other.wait_for_url(f"**{box}/{word}")
    other.get_by_role("link", name=f"Confirmar {noun}", exact=True).click()
    other.get_by_role("button", name=f"Confirmar {noun}").wait_for()
    if (compared := other.get_by_label("Las dos personas comparamos")).count():
        compared.check()
    other.get_by_role("button", name=f"Confirmar {noun}").click()
    other.wait_for_url(re.compile(rf"{box}(\?|$)"))


def archive_of(page, uuid: str) -> bytes:
    answer = page.request.get(f"/urna/{uuid}/archivo.bel")
    assert answer.ok
    return answer.body()


def accepts(outsider: Tool, uuid: str, raw: bytes) -> bool:
    outsider.write(f"{uuid}.bel", raw)
    done = outsider.run("election", "verify")
    return done.returncode == 0 and b"all checks passed" in done.stderr + done.stdout


def test_from_an_empty_draft_to_a_result_that_anybody_can_recount(
    elena, adela, phone, sound, outsider
):
    # Given: a box with codes, two questions and printed cards, that two people opened.
    title = "¿Qué parque se arregla primero?"
    box = create(elena, "Urna con códigos", title, **CARD_BOX)
    uuid = box.rpartition("/")[2]
    sound(elena)
    prepare(elena, box, sound)
    codes = print_cards(elena, box, sound)
    agree(elena, adela, box, "la apertura")
    sound(adela)
    hang_the_poster(elena, box, sound)

    # When: ten people vote with a card, what is left over is void, and two people close, count the
    # paper and then the rest.
    vote(phone, uuid, codes[0], "Sí", "Luz")
    vote_elsewhere(phone, uuid, codes[1:10])
    elena.goto(box)
    assert elena.locator(".facts div", has_text="Papeletas").locator("dd").inner_text() == "10"
    void(elena, adela, box, codes[10:], sound)
    tell_about_cards(elena, box)
    snapshot = archive_of(phone, uuid)
    agree(adela, elena, box, "el cierre")
    sound(elena)
    elena.goto(f"{box}/contar")
    elena.get_by_role("link", name="Contar el papel").click()
    count_paper(elena, adela, box, sound)
    agree(elena, adela, box, "el recuento")
    adela.get_by_text("El resultado está publicado.").wait_for(timeout=WAIT_MS)

    # Then: the result says what was chosen, and programs from outside agree.
    elena.goto(box)
    sound(elena)
    with elena.expect_download() as download:
        elena.get_by_role("button", name="JSON").click()
    rows = json.loads(download.value.path().read_bytes())["rows"]
    told = [(row["answer"], row["ballots"], row["paper"], row["total"]) for row in rows]
    assert [line for line in told if line[3]] == [
        ("Sí", 10, 2, 12),
        ("Juegos", 0, 1, 1),
        ("Luz", 10, 1, 11),
    ]
    phone.goto(f"/urna/{uuid}/resultados")
    sound(phone)
    first = phone.locator(".paired li").first.inner_text()
    assert " ".join(first.split()) == "Sí En la urna 10 En papel 2 En total, urna y papel 12"
    raw = archive_of(phone, uuid)
    found = verifier.verify(raw, snapshot)
    assert found.is_finished
    assert found.counts == [[0, 10, 0], [0, 0, 10]]
    assert accepts(outsider, uuid, raw)


def prepare(page, box: str, sound) -> None:
    page.get_by_role("link", name="Escribir las preguntas").click()
    sound(page)
    ask(page, box, "Escoger las más importantes", "¿Qué va primero?", "Juegos", "Luz", most="1")
    ask(page, box, "Responder sí o no", "¿Está de acuerdo?")
    page.get_by_role("button", name="Subir").click()
    assert page.locator("ol.list h2").first.inner_text() == "1. ¿Está de acuerdo?"
    sound(page)


def print_cards(page, box: str, sound) -> list[str]:
    """Twelve cards on three sheets; the screen does not show what stands on them."""
    page.goto(box)
    page.get_by_role("link", name="Hacer las tarjetas").click()
    page.get_by_role("link", name="Hacer el primer lote").click()
    page.get_by_label("Cuántas tarjetas").fill("12")
    page.get_by_label("Dónde se van a entregar").select_option(PLACE)
    sound(page)
    page.get_by_role("button", name="Hacer las tarjetas").click()
    page.get_by_text("Estos códigos no se vuelven a mostrar.").wait_for()
    sound(page)
    assert not page.locator(".sheets").is_visible()
    codes = [code.strip() for code in page.locator(".voting-code").all_text_contents()]
    assert len(set(codes)) == 12
    assert all(CARD.fullmatch(code) for code in codes)
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 3
    page.get_by_role("link", name="Ya las imprimí").click()
    sound(page)
    return codes


def hang_the_poster(page, box: str, sound) -> None:
    """One letter page, whose sign is read from across the table."""
    page.goto(f"{box}/cartel")
    sound(page)
    poster = page.pdf(format="Letter")
    assert len(re.findall(rb"/Type\s*/Page\b", poster)) == 1
    page.emulate_media(media="print")
    sign = page.locator("main svg[role=img]")
    modules = int(sign.get_attribute("viewBox").split()[2])
    centimetres = sign.bounding_box()["width"] / 96 * 2.54
    assert centimetres * (modules - 8) / modules >= 8
    page.emulate_media(media="screen")


def vote(phone, uuid: str, code: str, *answers: str) -> None:
    phone.goto(f"/urna/{uuid}#c={code}")
    phone.get_by_role("button", name="Empezar a votar").click()
    for answer in answers:
        phone.locator("#papeleta").get_by_text(answer, exact=True).click()
        phone.get_by_role("button", name="Continuar").click()
    phone.get_by_role("button", name="Depositar mi voto").click()
    phone.wait_for_url(re.compile(r"/papeletas\?rastreo="))


def vote_elsewhere(page, uuid: str, codes: list[str]) -> None:
    """The same votes as on the phone, encrypted by another program."""
    asked = election.read(page.request.get(f"/urna/{uuid}/eleccion.json").body())
    for code in codes:
        raw = ballot.make(asked, credentials.secret_of(code, uuid), [{0}, {1}])
        answer = page.request.post(f"/urna/{uuid}/papeletas", data=raw)
        assert answer.ok, answer.text()


def void(one, other, box: str, left_over: list[str], sound) -> str:
    """One asks, the other looks and confirms; returns the address of the request."""
    one.goto(f"{box}/tarjetas")
    one.get_by_role("link", name="Pedir anular tarjetas").click()
    one.get_by_label("Códigos de las tarjetas").fill("\n".join(left_over).lower())
    one.get_by_label("Motivo").fill("Sobraron en la mesa.")
    sound(one)
    one.get_by_role("button", name="Pedir la anulación").click()
    one.get_by_text("Espera a otra persona.").wait_for()
    assert one.get_by_role("button", name="Confirmar la anulación").count() == 0
    other.goto(box)
    other.get_by_role("link", name="Ver la petición").click()
    sound(other)
    other.get_by_role("button", name="Confirmar la anulación").click()
    other.get_by_text("Las tarjetas ya no pueden votar.").wait_for()
    return urlsplit(other.url).path


def tell_about_cards(page, box: str) -> None:
    page.goto(f"{box}/tarjetas")
    page.get_by_role("link", name="Registrar cuántas se entregaron").click()
    page.get_by_label("Tarjetas entregadas").fill("11")
    page.get_by_role("button", name="Guardar").click()
    assert "se hicieron 12 y 2 están anuladas" in page.locator("#problema").inner_text()
    page.get_by_label("Tarjetas entregadas").fill("10")
    page.get_by_role("button", name="Guardar").click()
    facts = page.locator(".facts").inner_text().split()
    assert [word for word in facts if word.isdecimal()] == ["12", "2", "10", "10", "0"]


def count_paper(one, other, box: str, sound) -> None:
    """One types, after a slip of the pen; the other compares and confirms the same numbers."""
    one.get_by_label("Papeletas en la caja").fill("2")
    one.locator("[name=q1_1]").fill("1")
    one.locator("[name=q2_1]").fill("1")
    one.locator("[name=q2_2]").fill("1")
    one.get_by_label("Nota para el acta").fill("Contaron dos personas.")
    sound(one)
    one.get_by_role("button", name="Anotar el conteo").click()
    wrong = "En la pregunta 1 hay 1 voto y 2 papeletas válidas."
    assert wrong in one.locator("#problema").inner_text()
    assert one.get_by_label("Nota para el acta").input_value() == "Contaron dos personas."
    one.locator("[name=q1_1]").fill("2")
    one.get_by_role("button", name="Anotar el conteo").dblclick()
    one.get_by_text("Espera a otra persona.").wait_for()
    sound(one)
    assert not one.get_by_role("link", name="Revisar y confirmar el conteo").count()

    other.goto(box)
    other.get_by_role("link", name="Revisar el conteo").click()
    sound(other)
    other.get_by_role("link", name="Revisar y confirmar el conteo").click()
    sound(other)
    other.go_back()
    other.get_by_role("link", name="Revisar y confirmar el conteo").click()
    other.get_by_role("button", name="Confirmar el conteo").dblclick()
    other.wait_for_url(re.compile(rf"{box}(\?|$)"))
    other.get_by_text("2 papeletas contadas.").wait_for()
    one.reload()
    assert one.get_by_role("heading", level=1).inner_text() == "Corregir el papel"


def no_paper_came(one, other, box: str) -> None:
    one.goto(f"{box}/papel")
    one.get_by_label("No llegó ningún voto en papel").check()
    one.get_by_role("button", name="Anotar el conteo").click()
    other.goto(f"{box}/papel/confirmar")
    other.get_by_role("button", name="Confirmar el conteo").click()
    other.get_by_text("No llegó ningún voto en papel.").wait_for()


def test_three_trustees_thirty_ballots_and_an_archive_that_outsiders_accept(
    elena, adela, desks, sound, outsider, tmp_path
):
    """Issue 3: made end to end through the pages, with replaced and blank votes."""
    # Given: codes made by a registrar, and keys made by three trustees on machines of their own.
    box = create(
        elena,
        "Urna verificable",
        "¿Aprueba el plan de mejora?",
        Cuántos_votos_se_esperan="20",
        Quién_hace_los_códigos="Personería",
    )
    uuid = box.rpartition("/")[2]
    elena.goto(f"{box}/cambiar")
    elena.get_by_text("Se recibe. Cuenta el último.").click()
    elena.get_by_role("button", name="Guardar").click()
    ask(elena, box, "Responder sí o no", "¿Aprueba el plan?")
    ask(elena, box, "Aprobar las que quiera", "¿Qué acciones sirven?", "Urna", "Nodos", "Listados")
    codes = enrol(elena, box, tmp_path, sound)
    for keeper in desks:
        keeper.enter(elena, box)
    sound(elena)
    for keeper in desks:
        accept_role(elena, box, keeper, tmp_path, sound)

    # When: thirty ballots come in, four in place of earlier ones, and each trustee opens a part.
    agree(elena, adela, box, "la apertura")
    chosen = cast_all(elena, uuid, codes)
    agree(adela, elena, box, "el cierre")
    no_paper_came(elena, adela, box)
    agree(elena, adela, box, "el recuento")
    adela.get_by_text("Faltan las partes de").first.wait_for(timeout=WAIT_MS)
    bel = archive_of(elena, uuid)
    for keeper in desks:
        elena.goto(f"{box}/custodios/partes")
        sound(elena)
        elena.locator("input[type=file]").set_input_files(keeper.open(bel))
        elena.get_by_role("button", name="Entregar esta parte").click()

    # Then: the last part brought the result, and two programs recount it.
    elena.get_by_text("El resultado está publicado.").wait_for()
    raw = archive_of(elena, uuid)
    proofs = elena.request.get(f"/urna/{uuid}/refuerzo.json").body()
    found = verifier.verify(raw, bel, refuerzo=proofs)
    assert found.is_finished
    assert found.unproved_trustees == []
    assert len(found.ballots) == BALLOTS
    assert found.counts == counted(chosen)
    assert accepts(outsider, uuid, raw)
    sound(elena)


def enrol(page, box: str, folder: Path, sound) -> list[str]:
    """The registrar makes codes at home; the city gets the list and compares its fingerprint."""
    uuid, made = box.rpartition("/")[2], folder / "codigos"
    command("credentials", "--uuid", uuid, "--count", str(VOTERS), "--out", str(made))
    page.goto(box)
    page.get_by_role("link", name="Subir el padrón").click()
    page.get_by_role("link", name="Subir el padrón").click()
    page.get_by_label("Archivo del padrón").set_input_files(made / "padron.json")
    page.get_by_role("button", name="Subir y revisar").click()
    page.get_by_text("Falta que termine").wait_for(state="detached", timeout=WAIT_MS)
    assert page.locator("p.print").inner_text() in (made / "huella.txt").read_text("utf-8")
    sound(page)
    return (made / "codigos.csv").read_text("utf-8-sig").split()[1:]


def accept_role(page, box: str, keeper, folder: Path, sound) -> None:
    """A trustee reads the role at their own link, signs its paper at home, and brings it back."""
    page.goto(f"{box}/custodios")
    row = page.get_by_role("row", name=f"{keeper.name} Custodio")
    row.get_by_text(f"Enlace para {keeper.name}").click()
    page.goto(urlsplit(row.locator(".print").inner_text()).path)
    sound(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="el papel: rol.json").click()
    paper = folder / f"rol-{keeper.name}.json"
    download.value.save_as(paper)
    page.locator("input[type=file]").set_input_files(keeper.sign(paper))
    page.get_by_role("button", name="Aceptar mi papel").click()
    page.get_by_text("Usted aceptó este papel con su firma").wait_for()
    sound(page)


def cast_all(page, uuid: str, codes: list[str]) -> list:
    """What counts in the end: of who votes again, the last."""
    asked = election.read(page.request.get(f"/urna/{uuid}/eleccion.json").body())
    chosen = {}
    for number in range(BALLOTS):
        code = codes[number % VOTERS]
        approved = {number % 3} if number % 4 else set()
        votes = [BLANK if number % 5 == 0 else {number % 2}, BLANK if number == 7 else approved]
        raw = ballot.make(asked, credentials.secret_of(code, uuid), votes)
        answer = page.request.post(f"/urna/{uuid}/papeletas", data=raw)
        assert answer.ok, answer.text()
        chosen[code] = votes
    return list(chosen.values())


def counted(votes: list) -> list[list[int]]:
    """The plain count of yes or no and of three answers, blank votes first."""
    found = [Counter(), Counter()]
    for one in votes:
        for question, marks in zip(found, one, strict=True):
            question.update(["blank"] if marks is BLANK else marks)
    return [
        [told["blank"], *map(told.get, range(n))] for told, n in zip(found, (2, 3), strict=True)
    ]


class AtThePage:
    """A trustee with the page that the site offers, saved and opened without network."""

    def __init__(self, chromium, folder: Path, name: str) -> None:
        folder.mkdir()
        self.desk, self.name = Desk(chromium, folder), name
        self.key, self.public = self.desk.make_key(name)
        self.mark = "".join((self.desk.page.locator("#sheet-mark").text_content() or "").split())

    def enter(self, page, box: str) -> None:
        give_key(page, box, self.name, self.public)
        assert self.mark in page.locator("table").first.inner_text()

    def sign(self, paper: Path) -> Path:
        assert self.name in self.desk.read_document(self.key, paper)
        return self.desk.saved("Firmar y guardar la firma")

    def open(self, bel: bytes) -> Path:
        assert "La urna está bien" in self.desk.review(self.key, self.desk.write("urna.bel", bel))
        return self.desk.saved("Descifrar y guardar mi parte")


class AtTheTerminal:
    """A trustee who prefers the commands."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir()
        self.folder, self.name = folder, name
        self.told = command("key", "--out", str(folder / "llave"), "--name", name)

    def enter(self, page, box: str) -> None:
        give_key(page, box, self.name, self.folder / "llave.publica.json")
        marks = page.locator("td .print").all_inner_texts()
        assert any(mark in self.told for mark in marks)

    def sign(self, paper: Path) -> Path:
        signature = self.folder / "rol.firma.json"
        key = ("--key", str(self.folder / "llave"))
        command("sign", *key, "--document", str(paper), "--out", str(signature))
        return signature

    def open(self, bel: bytes) -> Path:
        (self.folder / "urna.bel").write_bytes(bel)
        place = {"key": "llave", "archive": "urna.bel", "out": "parte"}
        named = [(f"--{word}", str(self.folder / name)) for word, name in place.items()]
        command("decrypt", *chain.from_iterable(named))
        return self.folder / "parte"


def give_key(page, box: str, name: str, public: Path) -> None:
    page.goto(f"{box}/custodios")
    page.get_by_role("link", name="Agregar un custodio").click()
    page.get_by_label("Quién es").fill(name)
    page.locator("input[type=file]").set_input_files(public)
    page.get_by_role("button", name="Agregar").click()
    page.get_by_role("cell", name=name).wait_for()


@pytest.fixture
def desks(chromium, tmp_path):
    """Three trustees: two at the page, one at the terminal."""
    at_pages = [AtThePage(chromium, tmp_path / name, name) for name in ("Personería", "Veeduría")]
    yield [*at_pages, AtTheTerminal(tmp_path / "universidad", "Universidad")]
    for keeper in at_pages:
        keeper.desk.context.close()
        assert keeper.desk.faults == []


def command(*arguments: str) -> str:
    """An offline command, as its owner runs it."""
    done = CliRunner().invoke(cli.urna, arguments)
    assert done.exit_code == 0, done.output
    return done.output
