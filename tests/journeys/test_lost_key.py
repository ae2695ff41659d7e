"""Three trustees share a key so that two are enough; one loses it, and the vote is not lost."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from participa.belenios import ballot, credentials, election, verifier
from tests.journeys.test_ballots_staff import (
    WAIT_MS,
    AtThePage,
    AtTheTerminal,
    accept_role,
    accepts,
    adela,
    agree,
    archive_of,
    ask,
    command,
    create,
    elena,
    enrol,
    no_paper_came,
    outsider,
    sound,
)

__all__ = ["adela", "elena", "outsider", "sound"]


class SharingAtThePage(AtThePage):
    """A trustee with the page that works without network."""

    def __init__(self, chromium, folder: Path, name: str) -> None:
        super().__init__(chromium, folder, name)
        self.ceremony: Path | None = None

    def part(self) -> Path:
        self.desk.public_part(self.key)
        return self.desk.saved("Guardar esta parte pública")

    def deal(self, ceremony: Path, mark: str) -> Path:
        said = self.desk.ceremony(self.key, ceremony)
        assert "Bastan 2 de 3 custodios" in said
        assert mark in said.replace("\n", "")
        return self.desk.saved("Guardar mi reparto")

    def check(self, ceremony: Path) -> Path:
        self.ceremony = ceremony
        assert "está bien lo que le repartieron" in self.desk.ceremony(self.key, ceremony)
        return self.desk.saved("Guardar mi comprobación")

    def open_with(self, bel: bytes, proofs: bytes | None) -> Path:
        desk = self.desk
        given = desk.write("refuerzo.json", proofs) if proofs else None
        urn = desk.write("urna.bel", bel)
        said = desk.review(self.key, urn, proofs=given, ceremony=self.ceremony)
        assert "La urna está bien" in said
        return desk.saved("Descifrar y guardar mi parte")


class SharingAtTheTerminal(AtTheTerminal):
    """A trustee with the commands, who loses the key before the count."""

    @property
    def key(self) -> tuple[str, str]:
        return ("--key", str(self.folder / "llave"))

    def part(self) -> Path:
        return self._made("part", *self.key, name="parte.json")

    def deal(self, ceremony: Path, mark: str) -> Path:
        return self._made("ceremony", *self.key, "--ceremony", str(ceremony), name="reparto.json")

    def check(self, ceremony: Path) -> Path:
        return self._made("ceremony", *self.key, "--ceremony", str(ceremony), name="prueba.json")

    def _made(self, *words: str, name: str) -> Path:
        command(*words, "--out", str(self.folder / name))
        return self.folder / name


@pytest.fixture
def keepers(chromium, tmp_path):
    at_pages = [
        SharingAtThePage(chromium, tmp_path / name, name) for name in ("Personería", "Veeduría")
    ]
    yield [*at_pages, SharingAtTheTerminal(tmp_path / "universidad", "Universidad")]
    for keeper in at_pages:
        keeper.desk.context.close()
        assert keeper.desk.faults == []


def links_of(page, box: str) -> dict[str, str]:
    """The personal link of each trustee, as the staff copy it."""
    page.goto(f"{box}/custodios")
    links = {}
    for name in ("Personería", "Veeduría", "Universidad"):
        row = page.get_by_role("row", name=f"{name} Custodio")
        links[name] = urlsplit(row.locator("details .print").text_content() or "").path
    return links


def bring(page, link: str, what: str, file: Path) -> None:
    page.goto(link)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name=f"Entregar {what}").click()
    page.wait_for_url(f"**{link}")
    assert page.locator("#problema").count() == 0


def fetch(page, link: str, file: Path) -> Path:
    """ceremonia.json, as the link offers it."""
    page.goto(link)
    with page.expect_download() as download:
        page.get_by_role("link", name="ceremonia.json").click()
    download.value.save_as(file)
    return file


def test_a_lost_key_of_three_does_not_lose_the_vote(
    elena, adela, keepers, phone_without_javascript, sound, outsider, tmp_path
):
    # Given: a box that two of three trustees open, and a registrar's codes.
    box = create(
        elena,
        "Urna verificable",
        "¿Qué vía se arregla primero?",
        Cuántos_votos_se_esperan="10",
        Quién_hace_los_códigos="Alcaldía vecina",
    )
    uuid = box.rpartition("/")[2]
    ask(elena, box, "Responder sí o no", "¿Está de acuerdo?")
    codes = enrol(elena, box, tmp_path, sound)
    elena.goto(f"{box}/custodios")
    elena.get_by_role("link", name="Cuántos hacen falta").click()
    sound(elena)
    elena.get_by_text("2 cualesquiera", exact=True).click()
    elena.get_by_role("button", name="Guardar").click()
    for keeper in keepers:
        elena.get_by_role("link", name="Agregar un custodio").click()
        elena.get_by_label("Quién es").fill(keeper.name)
        elena.get_by_role("button", name="Agregar").click()
        elena.get_by_role("cell", name=keeper.name).first.wait_for()
    sound(elena)

    # When: they go through the three rounds, each by their own link, and accept their role.
    hold_ceremony(elena, box, keepers, phone_without_javascript, sound, tmp_path)
    for keeper in keepers:
        accept_role(elena, box, keeper, tmp_path, sound)
    agree(elena, adela, box, "la apertura")
    vote_yes(elena, uuid, codes)
    agree(adela, elena, box, "el cierre")
    no_paper_came(elena, adela, box)
    agree(elena, adela, box, "el recuento")
    adela.get_by_text("Faltan 2 partes").first.wait_for(timeout=WAIT_MS)

    # Then: with one key lost, the other two bring the result, which programs from outside accept.
    (keepers[2].folder / "llave").unlink()
    bel, proofs = archive_of(elena, uuid), None
    for keeper in keepers[:2]:
        elena.goto(f"{box}/custodios/partes")
        sound(elena)
        elena.locator("input[type=file]").set_input_files(keeper.open_with(bel, proofs))
        elena.get_by_role("button", name="Entregar esta parte").click()
        elena.wait_for_load_state()
        bel = archive_of(elena, uuid)
        proofs = elena.request.get(f"/urna/{uuid}/refuerzo.json").body()
    elena.get_by_text("El resultado está publicado.").wait_for()
    found = verifier.verify(bel, refuerzo=proofs)
    assert (found.is_finished, found.unproved_trustees) == (True, [])
    assert found.counts == [[0, 12, 0]]
    assert accepts(outsider, uuid, bel)
    phone_without_javascript.goto(f"/urna/{uuid}/resultados")
    said = "Abrieron el total 2 de los 3 custodios: Personería y Veeduría. La parte de Universidad"
    assert said in phone_without_javascript.locator("main").inner_text()
    phone_without_javascript.goto(f"/urna/{uuid}/acta")
    assert said in phone_without_javascript.locator("main").inner_text()


def vote_yes(page, uuid: str, codes: list[str]) -> None:
    asked = election.read(page.request.get(f"/urna/{uuid}/eleccion.json").body())
    for code in codes[:12]:
        raw = ballot.make(asked, credentials.secret_of(code, uuid), [{0}])
        answer = page.request.post(f"/urna/{uuid}/papeletas", data=raw)
        assert answer.ok, answer.text()


def look_at(page, link: str, sound) -> None:
    back = page.url
    page.goto(link)
    sound(page)
    page.goto(back)


def hold_ceremony(page, box: str, keepers, phone, sound, folder: Path) -> None:
    """The three rounds: what each makes at home comes by the link, without JavaScript."""
    links = links_of(page, box)
    look_at(page, links["Veeduría"], sound)
    for keeper in keepers:
        bring(phone, links[keeper.name], "la parte pública", keeper.part())
    page.goto(f"{box}/custodios")
    page.get_by_role("button", name="Cerrar la lista y empezar el reparto").dblclick()
    page.get_by_text("Falta el reparto de").first.wait_for()
    sound(page)
    mark = page.locator("p .print").first.inner_text()
    look_at(page, links["Veeduría"], sound)
    for keeper in keepers:
        file = fetch(phone, links[keeper.name], folder / "ceremonia-1.json")
        bring(phone, links[keeper.name], "el reparto", keeper.deal(file, mark))
    look_at(page, links["Veeduría"], sound)
    for keeper in keepers:
        file = fetch(phone, links[keeper.name], folder / "ceremonia-2.json")
        bring(phone, links[keeper.name], "la comprobación", keeper.check(file))
    page.goto(f"{box}/custodios")
    page.get_by_text("Cada custodio comprobó lo que le tocó.").wait_for()
    sound(page)
