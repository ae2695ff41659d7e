"""Cards on paper: four on a sheet, each with its own code; nothing else tells one from another."""

import io

import pytest
from click.testing import CliRunner

from participa.ballots.commands import cli
from participa.ballots.roll import cards
from participa.ballots.roll.cards import Face, PrintedCard
from participa.belenios import credentials
from tests.belenios.builders import CODES, UUID
from tests.conftest import need

HOST = "participa.ciudad.gov.co"


SHORT, CLOSES = f"{HOST}/q/7K3F-2QXM", "20 de diciembre de 2026, 5:00 p. m."


def made(codes, title="Urna", host=HOST, second="", short="", closes="") -> bytes:
    """The file with the cards of these codes."""
    face = Face(title, UUID, host, short, closes)
    return cards.pdf([PrintedCard(code, second) for code in codes], face)


@pytest.fixture
def printed():
    """The text of each sheet: printed(codes, title=…), as of `made`."""
    if not cards.HAS_PDF:
        need("pdf", "pip install -e '.[pdf]'")
    from pypdf import PdfReader  # noqa: PLC0415 - an optional part

    def printed(codes, title="Urna", **others):
        read = PdfReader(io.BytesIO(made(codes, title, **others)))
        assert all(page.mediabox[2:] == [612, 792] for page in read.pages), "letter paper"
        return [page.extract_text() for page in read.pages]

    return printed


def test_four_cards_stand_on_a_sheet_each_with_its_code(printed):
    codes = [*CODES, *(credentials.new_code() for _ in range(2))]
    first, second = printed(codes, "¿Qué primero?")
    assert [code in first for code in codes] == [True] * 4 + [False]
    assert [code in second for code in codes] == [False] * 4 + [True]
    assert first.count("¿Qué primero?") == 4
    assert first.count(f"{HOST}/urna/{UUID}") == 4
    assert first.count("Escanee este cuadro") == 4
    assert "Para cambiar" not in first
    assert "Se vota hasta" not in first


def test_a_card_says_where_and_until_when_and_has_its_second_part_apart_from_the_qr(printed):
    (sheet,) = printed(CODES[:1], second="004217", short=SHORT, closes=CLOSES)
    assert SHORT in sheet
    assert "/urna/" not in sheet
    assert f"Se vota hasta el {CLOSES}" in " ".join(sheet.split())
    assert "004 217" in sheet
    assert "¿Es prestado? No escanee: escriba el código." in " ".join(sheet.split())
    assert "004217" not in cards.link(HOST, UUID, CODES[0])


@pytest.mark.parametrize("second", ["", "482173"], ids=["a vote for good", "that can be changed"])
def test_the_page_prints_the_same_cards_as_the_file(printed, second):
    """One of them is torn by no edge, and the longest title stays in its half."""
    face = Face("¿Qué primero? " * 14, UUID, HOST, SHORT, CLOSES)
    text = cards.html([PrintedCard(code, second) for code in CODES], face)
    sheet = " ".join(
        printed(CODES, face.title, second=second, short=SHORT, closes=CLOSES)[0].split()
    )
    for words in (*CODES, SHORT, f"Se vota hasta el {CLOSES}", "Para cambiar su voto:"):
        assert (words in text) is (words in sheet) is (bool(second) or "cambiar" not in words)
    assert text.count('<section class="card">') == len(CODES)


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
    one, other = (made(CODES) for _ in range(2))
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
