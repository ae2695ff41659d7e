"""Cards on paper: two on a sheet, each with its own code; nothing else tells one from another."""

import io

import pytest
from click.testing import CliRunner

from participa.ballots import cli
from participa.ballots.roll import cards
from tests.belenios.builders import CODES, UUID
from tests.conftest import need

HOST = "participa.ciudad.gov.co"


@pytest.fixture
def printed():
    """The text of each sheet: printed(codes, title, host)."""
    if not cards.HAS_PDF:
        need("pdf", "pip install -e '.[pdf]'")
    from pypdf import PdfReader  # noqa: PLC0415 - an optional part

    def printed(codes, title="Urna", host=HOST):
        made = PdfReader(io.BytesIO(cards.pdf(codes, title, UUID, host)))
        assert all(page.mediabox[2:] == [612, 792] for page in made.pages), "letter paper"
        return [page.extract_text() for page in made.pages]

    return printed


def test_two_cards_stand_on_a_sheet_each_with_its_code(printed):
    first, second = printed(CODES, "¿Qué primero?")
    assert [code in first for code in CODES] == [True, True, False]
    assert [code in second for code in CODES] == [False, False, True]
    assert first.count("¿Qué primero?") == 2
    assert first.count(f"https://{HOST}/urna/{UUID}") == 2
    assert first.count("Escanee este cuadro") == 2


def test_a_title_is_words_and_never_commands(printed):
    title = '#panic("x") *a* $b$ \\ "c" 漢'
    (sheet,) = printed(CODES[:1], title)
    assert title[:-2] in sheet


def test_cards_without_a_host_are_printed_with_the_code_alone(printed):
    (sheet,) = printed(CODES[:1], host=None)
    assert CODES[0] in sheet
    assert "Escanee" not in sheet
    assert f"Urna {UUID}" in sheet


def test_the_same_cards_are_the_same_file(printed):
    assert printed(CODES) == printed(CODES)
    one, other = (cards.pdf(CODES, "Urna", UUID, HOST) for _ in range(2))
    assert one == other, "no moment of printing"
    assert b"/StructTreeRoot" in one, "tagged, for who hears it"


@pytest.mark.parametrize(
    ("most", "names"),
    [(3, ["tarjetas.pdf"]), (2, ["tarjetas-1-a-2.pdf", "tarjetas-3-a-3.pdf"])],
    ids=["a few", "many"],
)
def test_many_cards_come_in_several_files(printed, tmp_path, monkeypatch, most, names):
    monkeypatch.setattr(cards, "MOST_IN_PDF", most)
    words = ["credentials", "--uuid", UUID, "--count", "3", "--out", str(tmp_path / "a")]
    told = CliRunner().invoke(cli.urna, words)
    assert told.exit_code == 0, told.output
    assert sorted(path.name for path in (tmp_path / "a").glob("*.pdf")) == names


def test_where_no_pdf_can_be_made_it_is_said_how(tmp_path, monkeypatch):
    monkeypatch.setattr(cards, "HAS_PDF", False)
    words = ["credentials", "--uuid", UUID, "--count", "1", "--out", str(tmp_path / "a")]
    told = CliRunner().invoke(cli.urna, words)
    assert told.exit_code == 0, told.output
    assert "instale: pip install 'participa[pdf]'" in told.output
    assert (tmp_path / "a" / "tarjetas.html").exists()
    assert not list((tmp_path / "a").glob("*.pdf"))
