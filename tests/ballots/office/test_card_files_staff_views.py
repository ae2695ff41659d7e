"""The page of an order of cards: its progress, its files, and what is done with them."""

import io
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from participa.ballots.card_orders import CardFile, CardOrder
from participa.ballots.models import BoxCredential, BoxKind
from participa.ballots.office import card_downloads
from participa.ballots.roll import card_files, cards
from participa.core.db import db
from participa.core.jobs import jobs
from participa.core.jobs.jobs import Job
from tests.ballots import city
from tests.ballots.roll.printed import codes_in
from tests.staff.people import post
from tests.visitor import field, where


@pytest.fixture
def made(app, monkeypatch):
    monkeypatch.setattr(card_downloads, "FILES_TOGETHER", 2)
    for name, way in card_files.WAYS.items():
        monkeypatch.setitem(card_files.WAYS, name, way._replace(most=20))
    return city.draft(BoxKind.CODES, voters=0)


@pytest.fixture
def page(made):
    return f"/gestion/urnas/{made.uuid}/tarjetas"


def order(visitor, page, number="50", way="csv"):
    """The address of a new order, after its job."""
    seen = field(visitor.get(f"{page}/hacer"), "seen")
    sent = {"cards": number, "way": way, "seen": seen, "place": "Teatro"}
    address = where(post(visitor, f"{page}/hacer", **sent))
    city.run_jobs()
    return address


def files_here():
    return db.session.scalar(select(func.count()).select_from(CardFile))


def test_an_official_orders_cards_downloads_them_and_destroys_the_files(staff, page):
    editor = staff("EDITOR")
    address = order(editor, page)
    shown = editor.get(address).text
    assert "Pedido de 50 tarjetas" in shown
    assert "Descargar los archivos 1 a 2" in shown
    assert "Descargar el archivo 3" in shown
    assert "Sin descargar." in shown
    together = post(editor, address, f"{address}/descargar/1/2")
    assert (together.mimetype, together.headers["Cache-Control"]) == ("application/zip", "no-store")
    with ZipFile(io.BytesIO(together.data)) as packed:
        assert [name[-7:] for name in packed.namelist()] == ["001.csv", "002.csv"]
        codes = [code for name in packed.namelist() for code in codes_in(packed.read(name))]
    alone = post(editor, address, f"{address}/descargar/3/3")
    assert '-003.csv"' in alone.headers["Content-Disposition"]
    codes += codes_in(alone.data)
    assert len(set(codes)) == 50
    again = editor.get(address).text
    assert "Ya se descargó 1 vez: no imprima dos veces lo mismo." in again
    assert not [code for code in codes if code in again]
    assert "destruir los archivos" in editor.get(page).text
    post(editor, address, f"{address}/destruir")
    assert files_here() == 0
    assert "Los archivos ya se destruyeron." in editor.get(address).text
    assert db.session.query(BoxCredential).count() == 50


@pytest.mark.skipif(not cards.HAS_PDF, reason="pip install 'participa[pdf]'")
def test_cards_come_as_pdf_files(staff, page):
    editor = staff("EDITOR")
    file = post(editor, page, f"{order(editor, page, '10', 'pdf')}/descargar/1/1")
    assert file.mimetype == "application/pdf"
    assert len(PdfReader(io.BytesIO(file.data)).pages) == 3


def test_cards_come_as_a_workbook(staff, page):
    editor = staff("EDITOR")
    file = post(editor, page, f"{order(editor, page, '10', 'xlsx')}/descargar/1/1")
    assert file.mimetype.endswith("spreadsheetml.sheet")
    with ZipFile(io.BytesIO(file.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("#c=") == 10


def test_while_the_cards_are_made_the_page_shows_how_far_it_is(staff, page, made):
    editor = staff("EDITOR")
    seen = field(editor.get(f"{page}/hacer"), "seen")
    sent = {"cards": "250000", "way": "csv", "seen": seen, "place": "Teatro"}
    address = where(post(editor, f"{page}/hacer", **sent))
    job = db.session.query(Job).one()
    jobs.store(job.id, started_at=job.queued_at, done=20_000, total=250_000)
    shown = editor.get(address).text
    assert "20.000 de 250.000" in shown
    assert "Puede cerrar esta página: el trabajo sigue." in shown
    assert editor.get(f"{address}/avance").json["done"] == 20_000
    assert "Se están haciendo." in editor.get(page).text
    jobs.store(job.id, finished_at=job.queued_at, error=jobs.INTERRUPTED)
    shown = editor.get(address).text
    assert "Faltan 250.000 tarjetas." in shown
    assert "ninguna tarjeta se hace dos veces" in shown
    assert "Hacer las que faltan" in shown
    post(editor, address, f"{address}/seguir")
    assert db.session.query(Job).count() == 2
    assert "Se están haciendo." in editor.get(page).text


def test_what_is_missing_can_be_left(staff, page):
    editor = staff("EDITOR")
    address = order(editor, page)
    post(editor, address, f"{address}/destruir")
    assert "Faltan 50 tarjetas." in editor.get(address).text
    post(editor, address, f"{address}/dejar-asi")
    assert db.session.query(CardOrder).count() == 0


def test_another_official_sees_the_order_and_gets_no_file(staff, page):
    address = order(staff("EDITOR"), page)
    other = staff("EDITOR")
    shown = other.get(address).text
    assert "Solo los descarga" in shown
    assert "Destruir los archivos" not in shown
    refused = post(other, page, f"{address}/descargar/1/2")
    assert refused.status_code == 409
    assert "solo ella maneja sus archivos" in refused.text


def test_an_order_is_found_in_its_own_box_alone(staff, page):
    editor = staff("EDITOR")
    address = order(editor, page)
    other = city.draft(BoxKind.CODES, uuid="Otra1111111111", voters=0)
    assert editor.get(address.replace(page.split("/")[3], other.uuid)).status_code == 404


def test_the_pages_of_many_cards_ask_no_more_than_those_of_a_few(staff, page, made, questions):
    """A roll of many batches: nothing is listed or counted card by card."""
    editor = staff("EDITOR")

    def asked(number):
        address = order(editor, page, number)
        questions.clear()
        editor.get(page)
        editor.get(address)
        return len(questions)

    few = asked("20")
    assert asked("200") <= few + 3, "the order before it is one more line"
