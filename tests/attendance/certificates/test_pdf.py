"""The certificate as a PDF that a screen reader can read, with a QR that leads to its proof."""

import io
from dataclasses import replace

import pytest

from participa.attendance.certificates import facts, pdf
from participa.attendance.certificates.facts import Certificate
from participa.core.files import tagged_pdf
from tests.conftest import need
from tests.events.minutes.test_pdf import tags

pytestmark = pytest.mark.one_engine
MADE = Certificate(
    entity="Distrito de Medellín",
    header=("Código: FO-GESI-012", "Versión: 3"),
    name="María del Pilar Gómez",
    document="cédula de ciudadanía •••• 3456",
    event="Audiencia pública",
    rows=(("Cuándo fue", "viernes 20 de marzo de 2026"), ("Estuvo", "entró a las 8:05 a. m.")),
    issued="Expedida el 21 de marzo de 2026",
    code="7K3F-2QXM-9TBC",
    address="http://localhost/constancia/7K3F2QXM9TBC",
)


@pytest.fixture
def typst(app):
    if not tagged_pdf.HAS_PDF:
        need("pdf", "pip install -e '.[pdf]'")


def opened(**others):
    from pypdf import PdfReader  # noqa: PLC0415 - only where the extra is

    return PdfReader(io.BytesIO(pdf.printed(replace(MADE, **others))))


def text_of(reader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_it_is_tagged_in_spanish_and_its_picture_has_words(typst):
    reader = opened()
    root = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "es-CO"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    found = tags(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/P", "/Figure", "/L"} <= set(found)
    assert found.count("/H1") == 1
    assert len(reader.pages) == 1


def test_it_says_what_the_page_says(typst):
    text = text_of(opened())
    for words in (MADE.name, MADE.document, MADE.event, MADE.code, "entró a las 8:05 a. m."):
        assert words in text
    assert "Código: FO-GESI-012 · Versión: 3" in text
    assert "localhost/constancia/7K3F2QXM9TBC" in text.replace(" ", "")
    assert "EJEMPLO" not in text


def test_an_example_says_so(typst):
    assert facts.EXAMPLE in text_of(opened(example=facts.EXAMPLE))


@pytest.mark.parametrize("name", ["😀 Ana", "漢字", "#panic() *a* $x$", "a" * 120])
def test_any_name_can_be_printed(typst, name):
    assert "hace constar" in text_of(opened(name=name, event=name, document=""))


def test_nothing_of_a_person_stays_in_memory(typst, monkeypatch):
    kept = tagged_pdf._kept.cache_info().currsize
    opened(name="Persona Sin Rastro")
    assert tagged_pdf._kept.cache_info().currsize == kept


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("María del Pilar Gómez", "M. P. G."),
        ("juan", "J."),
        ("de la O", "O."),
        ("«Ñoño» 7 Ángel", "Á."),
        ("a b c d e f g h i", "A. B. C. D. F. G."),
    ],
)
def test_initials_are_the_letters_that_begin_the_words(name, expected):
    assert facts.initials(name) == expected
