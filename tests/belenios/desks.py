"""The offline pages in use: saved to disk, opened without network."""

from pathlib import Path

from participa.belenios.bundles import browser_files

WAIT_MS = 30_000
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


class Desk:
    """A trustee or a registrar at a laptop without network, with a folder of files."""

    def __init__(self, browser, folder: Path, page: Path = browser_files.TRUSTEES, **options):
        self.folder = folder
        place = folder / page.name
        place.write_bytes(page.read_bytes())
        self.context = browser.new_context(offline=True, accept_downloads=True, **options)
        self.context.set_default_timeout(WAIT_MS)
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.context.on("weberror", lambda error: self.faults.append(str(error.error)))
        self.page = self.context.new_page()
        self.page.on("console", lambda said: self.faults.append(said.text))
        self.page.goto(place.as_uri())

    def close(self) -> None:
        """Whatever a test did: no script failed, and nothing was asked of any network."""
        self.context.close()
        assert self.faults == []
        schemes = {url.partition(":")[0] for url in self.requests}
        assert schemes <= {"file", "blob"}, self.requests

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def saved(self, button: str) -> Path:
        with self.page.expect_download() as coming:
            self.press(button)
        place = self.folder / coming.value.suggested_filename
        coming.value.save_as(place)
        return place

    def write(self, name: str, body: bytes) -> Path:
        place = self.folder / name
        place.write_bytes(body)
        return place

    def shown(self, form: str, panel: str) -> str:
        """The text that answers a form: the sentence that refuses, or the panel that opens."""
        answer = self.page.locator(f"#{form} .problem:visible, #{panel}:visible")
        answer.wait_for()
        return answer.inner_text().strip()

    # ---- making a key

    def begin_key(self, name: str = "") -> None:
        self.page.get_by_label("Nombre público").fill(name)
        self.press("Hacer mi llave")
        self.page.get_by_role("heading", name="Su llave está hecha").wait_for()

    def check_key(self, key: Path | None = None, rows: str | None = None) -> str:
        self.give_key("check", key, rows)
        self.press("Comprobar mi llave")
        return self.shown("check", "proved")

    def make_key(self, name: str = "") -> tuple[Path, Path]:
        self.begin_key(name)
        private = self.saved("Guardar la llave privada")
        assert "Listo: su llave sirve" in self.check_key(private)
        return private, self.saved("Guardar la parte pública")

    def paper_rows(self) -> list[str]:
        sheet = self.page.locator("#sheet-rows").text_content()
        return [line.split()[1] for line in sheet.splitlines()]

    def give_key(self, form: str, key: Path | None, rows: str | None = None) -> None:
        place = self.page.locator(f"#{form}")
        if key:
            place.get_by_label("Archivo de su llave privada").set_input_files(key)
        if rows is None:
            return
        field = place.get_by_label("Los cuatro renglones de la copia")
        if not field.is_visible():
            place.get_by_text("Solo tengo la copia en papel", exact=True).click()
        field.fill(rows)

    # ---- what is done with it

    def review(
        self,
        key: Path | None,
        bel: Path | None,
        *,
        rows: str | None = None,
        proofs: Path | None = None,
    ) -> str:
        """The text that the page shows: the sentence that refuses, or the facts to compare."""
        self.give_key("open", key, rows)
        if bel:
            self.page.get_by_label("Archivo de la urna").set_input_files(bel)
        if proofs:
            self.page.get_by_label("Pruebas de los otros custodios").set_input_files(proofs)
        self.press("Revisar la urna")
        return self.shown("open", "checked")

    def read_document(self, key: Path | None, document: Path | None, rows: str | None = None):
        if document:
            self.page.get_by_label("Documento", exact=True).set_input_files(document)
        self.give_key("sign", key, rows)
        self.press("Leer el documento")
        return self.shown("sign", "to-sign")
