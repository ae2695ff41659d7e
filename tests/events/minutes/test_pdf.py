"""The minutes as a PDF that a screen reader can read, with the totals of the document."""

import io
from datetime import date

import pytest

from participa.core.files import tagged_pdf
from participa.events.minutes import pdf
from participa.events.minutes.document import AskedTotals, document, hash_of
from tests.conftest import need
from tests.events.minutes.test_document import stated

pytestmark = pytest.mark.one_engine

TOTALS = AskedTotals(
    received=17,
    answered_there=9,
    answered_in_writing=5,
    pending=3,
    late=1,
    due=[(date(2026, 4, 13), 3)],
    published=[("¿Cuándo?", "En abril.")],
)
COMMITTED = [
    (1, "Pavimentar", "Infraestructura", "Director", date(2026, 6, 1), "Vía", "Pendiente"),
    (2, "Arreglar el parque", "Ambiente", "", date(2026, 7, 1), "", "Pendiente"),
]


@pytest.fixture
def typst():
    if not tagged_pdf.HAS_PDF:
        need("pdf", "pip install -e '.[pdf]'")


def made(**others):
    facts = stated(questions=TOTALS, commitments=COMMITTED, **others)
    return document(facts, 3, 2, date(2026, 3, 21))


def imprint(of) -> pdf.Imprint:
    return pdf.Imprint(
        short="localhost/q/7K3F-2QXM",
        sha256=hash_of(of),
        signatures=[("Secretaria técnica", "Editor, Planeación", "21 de marzo de 2026")],
        lines=["Secretaria, Planeación"],
        notes=["Reabierta el 22 de marzo de 2026. Motivo: faltó un compromiso."],
    )


def opened(of):
    from pypdf import PdfReader  # noqa: PLC0415 - only where the extra is

    return PdfReader(io.BytesIO(pdf.printed(of, imprint(of))))


def tags(node) -> list[str]:
    """The kinds of all elements below a node of the structure tree."""
    found = []
    for kid in children(node):
        if "/S" in kid:
            found.append(str(kid["/S"]))
        found += tags(kid)
    return found


def children(node) -> list:
    kids = node.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    nodes = [kid.get_object() for kid in kids if not isinstance(kid, int)]
    return [one for one in nodes if hasattr(one, "get") and one.get("/Type") != "/MCR"]


def test_the_pdf_is_tagged_in_spanish_with_headings_and_tables(typst):
    root = opened(made()).trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "es-CO"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    found = tags(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TR", "/TH", "/TD", "/P"} <= set(found)
    assert found.count("/H1") == 1


def test_its_totals_are_those_of_the_document(typst):
    of = made(by_group={"women": 60, "men": 60})
    text = " ".join(" ".join(page.extract_text() for page in opened(of).pages).split())
    asked = of["preguntas"]
    assert f"Recibidas: {asked['recibidas']}" in text
    assert f"Respondidas en el evento: {asked['respondidas_alli']}" in text
    assert f"Respondidas por escrito: {asked['respondidas_por_escrito']}" in text
    assert f"Pendientes: {asked['pendientes']}" in text
    assert f"Asistieron {of['asistencia']['personas']} personas" in text
    assert "Mujeres 60" in text
    assert all(one["compromiso"] in text for one in of["compromisos"]["lista"])
    assert "Acta 3 de 2026, revisión 2" in text
    assert "Motivo: faltó un compromiso." in text
    assert "Secretaria técnica" in text
    assert hash_of(of) in text.replace(" ", "")


def test_words_and_addresses_are_copied_whole(typst):
    of = made(by_group={"women": 60, "men": 60}, photographs=[("Hombro", "a" * 64)])
    raw = "\n".join(page.extract_text() for page in opened(of).pages)
    assert "\u200b" not in raw
    for word in ("Hombres", "SHA-256", "Hombro", "localhost/q/7K3F-2QXM", hash_of(of)):
        assert word in raw
    whole = "".join(raw.split())
    assert "a" * 64 in whole
    assert "http://localhost/eventos/7K3F2QXM" in whole


def test_it_says_when_it_was_closed_and_that_it_is_an_example(typst):
    reader = opened(made(is_example=True))
    first = reader.pages[0].extract_text()
    assert "Cerrada el 21 de marzo de 2026." in first
    assert "EJEMPLO: sus datos son inventados." in first
    assert all("EJEMPLO" in page.extract_text() for page in reader.pages)
    assert "EJEMPLO" not in opened(made()).pages[0].extract_text()


def test_it_shows_the_role_and_the_office_of_whoever_signed(typst):
    text = " ".join(" ".join(page.extract_text() for page in opened(made()).pages).split())
    assert "Editor, Planeación" in text


def test_typst_is_given_what_the_page_shows():
    of = made()
    given = pdf.content(of, imprint(of))
    terms = {label: value for part in given["parts"] for label, value in part["terms"]}
    assert terms["Recibidas"] == str(of["preguntas"]["recibidas"])
    assert given["sha256"] == hash_of(of)


@pytest.mark.parametrize("text", ["😀 bien", "漢字", "#set page() $x$ *y* @z \\ //", "a\u200db"])
def test_any_text_that_somebody_writes_can_be_printed(typst, text):
    reader = opened(made(summary=text, people=[(text, text, text)]))
    assert "Qué pasó" in " ".join(page.extract_text() for page in reader.pages)


def test_the_official_format_stands_on_each_page(typst):
    lines = ("Código: FO-GESI-012", "Versión: 3", "Vigencia: desde el 1 de marzo de 2026")
    for page in opened(made(header=lines, summary="Se habló.\n" * 80)).pages:
        assert " · ".join(lines) in page.extract_text()


def test_code_in_a_text_stays_text(typst):
    text = "#panic() *negrita*"
    reader = opened(made(summary=text))
    assert text in " ".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("word", ["largo" * 60, "a" * 3000])
def test_a_word_without_end_does_not_break_the_page(typst, word):
    assert len(opened(made(summary=word, notices=[(date(2026, 3, 1), word, "", "")])).pages) >= 1
