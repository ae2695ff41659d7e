"""Cards: made once, kept nowhere, handed out, and void when they are lost."""

import csv
import io
import re

import pytest
from pypdf import PdfReader

from participa.ballots.models import BallotBox, BoxCredential, BoxKind, CardBatch
from participa.ballots.roll import cards
from participa.belenios import canonical, credentials
from participa.core.audit import AuditEntry
from participa.core.db import db
from tests.ballots import city
from tests.staff.people import post
from tests.visitor import field

pytestmark = pytest.mark.one_engine


@pytest.fixture
def made(app):
    """A box with ten cards that were made before."""
    return city.draft(BoxKind.CODES)


@pytest.fixture
def page(made):
    return f"/gestion/urnas/{made.uuid}/tarjetas"


def make_cards(visitor, page, number="4", way="page", **others):
    """Open the form and send it, as a browser does."""
    shown = visitor.get(f"{page}/hacer")
    seen = field(shown, "seen") if 'name="seen"' in shown.text else ""
    return post(visitor, f"{page}/hacer", cards=number, way=way, seen=seen, **others)


def codes_on(text: str) -> list[str]:
    return re.findall(r'<p class="voting-code">([^<]+)</p>', text)


def on_the_roll() -> int:
    return db.session.query(BoxCredential).count()


def test_cards_are_drawn_in_the_answer_once_and_kept_nowhere(staff, page, made):
    editor = staff("EDITOR")
    answer = make_cards(editor, page, place="Mesa uno")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    codes = codes_on(answer.text)
    assert len(set(codes)) == 4
    assert "Estos códigos no se vuelven a mostrar." in answer.text
    publics = {str(credentials.derive(code, made.uuid).public) for code in codes}
    batch = db.session.query(CardBatch).order_by(CardBatch.id.desc()).first()
    stored = db.session.query(BoxCredential).filter_by(batch_id=batch.id)
    assert {credential.public for credential in stored} == publics
    assert (batch.cards, batch.place, batch.made_by.id) == (4, "Mesa uno", editor.account.id)
    for table in db.metadata.sorted_tables:
        rows = str(db.session.execute(table.select()).all())
        assert not any(code in rows for code in codes), table.name
    for address in (page, f"{page}/hacer", f"/gestion/urnas/{made.uuid}"):
        assert not any(code in editor.get(address).text for code in codes)


def test_the_screen_hides_the_codes_and_the_sheets_obey_the_content_policy(staff, page):
    """The visitor of the tests refuses inline styles; the sheet shows the cards on paper alone."""
    answer = make_cards(staff("EDITOR"), page)
    assert 'class="sheets"' in answer.text
    assert answer.text.count("<svg") >= 8
    assert "#c=" not in re.sub(r"<svg.*?</svg>", "", answer.text, flags=re.DOTALL)


def test_a_second_click_makes_no_second_batch(staff, page):
    """The browser shows the answer to the second one: it says that the first was made."""
    editor = staff("EDITOR")
    opened = editor.get(f"{page}/hacer")
    sent = {"cards": "4", "csrf_token": field(opened, "csrf_token"), "seen": field(opened, "seen")}
    assert editor.post(f"{page}/hacer", data=sent).status_code == 200
    again = editor.post(f"{page}/hacer", data=sent)
    assert again.status_code == 422
    assert "quizás estas tarjetas ya se hicieron" in again.text
    assert codes_on(again.text) == []
    assert db.session.query(CardBatch).count() == 2
    sent["seen"] = field(again, "seen")
    assert editor.post(f"{page}/hacer", data=sent).status_code == 200


@pytest.mark.parametrize("number", ["", "0", "501", "-1", "9" * 30, "diez"])
def test_a_batch_has_between_one_and_five_hundred_cards(staff, page, number):
    refused = make_cards(staff("EDITOR"), page, number, place="Mesa uno")
    assert refused.status_code == 422
    assert 'value="Mesa uno"' in refused.text
    assert db.session.query(CardBatch).count() == 1


def test_cards_come_as_links_for_who_sends_them(staff, page, made):
    file = make_cards(staff("EDITOR"), page, way="links")
    assert file.mimetype == "text/csv"
    assert file.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert rows[0] == ["enlace"]
    code = rows[1][0].partition(f"http://localhost/urna/{made.uuid}#c=")[2]
    assert credentials.read_code(code) == code
    assert len(rows) == 5


@pytest.mark.skipif(not cards.HAS_PDF, reason="pip install 'participa[pdf]'")
def test_cards_come_as_a_pdf(staff, page):
    file = make_cards(staff("EDITOR"), page, way="pdf")
    assert file.mimetype == "application/pdf"
    assert file.headers["Cache-Control"] == "no-store"
    assert len(PdfReader(io.BytesIO(file.data)).pages) == 2


def test_a_way_that_is_not_offered_is_the_page(staff, page, monkeypatch):
    monkeypatch.setattr(cards, "HAS_PDF", False)
    editor = staff("EDITOR")
    assert "En un archivo PDF" not in editor.get(f"{page}/hacer").text
    assert len(codes_on(make_cards(editor, page, way="pdf").text)) == 4


def test_a_batch_that_did_not_print_is_thrown_away_before_the_opening(staff, page):
    editor = staff("EDITOR")
    make_cards(editor, page)
    address = f"{page}/{db.session.query(CardBatch.id).order_by(CardBatch.id.desc()).first().id}"
    post(editor, page, f"{address}/descartar")
    assert on_the_roll() == 10
    assert post(editor, page, f"{address}/descartar").status_code == 410


def test_once_the_box_has_opened_no_card_is_made_and_no_batch_thrown_away(staff, app):
    made = city.opened(BoxKind.CODES)
    page = f"/gestion/urnas/{made.uuid}/tarjetas"
    editor = staff("EDITOR")
    refused = make_cards(editor, page, place="Mesa uno")
    assert refused.status_code == 422
    assert "La urna ya abrió: no se hacen más tarjetas." in refused.text
    assert "Mesa uno" in refused.text
    batch = made.box.batches[0]
    assert post(editor, page, f"{page}/{batch.id}/descartar").status_code == 409
    assert on_the_roll() == 10


def test_a_lost_batch_is_void_but_for_what_has_voted(staff, app):
    made = city.opened(BoxKind.CODES)
    made.cast(0, {0})
    page = f"/gestion/urnas/{made.uuid}/tarjetas"
    editor = staff("EDITOR")
    batch = made.box.batches[0]
    assert (
        "Las tarjetas del lote que todavía no votaron"
        in editor.get(f"{page}/{batch.id}/anular").text
    )
    assert post(editor, f"{page}/{batch.id}/anular").status_code == 302
    void = db.session.query(BoxCredential).filter(BoxCredential.voided_on.is_not(None)).count()
    assert void == 9
    assert "Anulado" in editor.get(page).text
    assert post(editor, f"{page}/{batch.id}/anular").status_code == 302, "again changes nothing"


def test_unused_cards_are_void_by_their_codes_however_they_are_typed(staff, app):
    made = city.opened(BoxKind.CODES)
    page = f"/gestion/urnas/{made.uuid}/tarjetas"
    editor = staff("EDITOR")
    typed = made.codes[0].lower() + "\r\n\r\n" + made.codes[1].replace("-", " ")
    assert post(editor, f"{page}/anular", codes=typed).status_code == 302
    assert db.session.query(BoxCredential).filter(BoxCredential.voided_on.is_not(None)).count() == 2
    entry = db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
    assert entry.details == {"cards": 2}
    assert post(editor, f"{page}/anular", codes=typed).status_code == 302


def test_unused_cards_are_void_by_the_list_that_does_not_tell_their_codes(staff, app):
    made = city.opened()
    page = f"/gestion/urnas/{made.uuid}/tarjetas"
    listed = credentials.public_roll(made.holders[2:5]) + b"\n"
    file = (io.BytesIO(listed), "anuladas.json")
    assert post(staff("EDITOR"), f"{page}/anular", file=file).status_code == 302
    assert db.session.query(BoxCredential).filter(BoxCredential.voided_on.is_not(None)).count() == 3


def refused_lists(made):
    foreign = credentials.derive(credentials.new_code(), made.uuid)
    return {
        "nothing": ({"codes": "  \n"}, "Escriba los códigos o elija el archivo"),
        "a wrong sign": ({"codes": made.codes[0][:-1] + "*"}, "Tarjeta 1: "),
        "too short": ({"codes": f"{made.codes[1]}\nK7QX"}, "Tarjeta 2: El código tiene 20"),
        "of another box": ({"codes": foreign.code}, "no es de esta urna"),
        "one that voted": ({"codes": made.codes[0]}, "ya votó, y eso no se deshace"),
        "not a list": ({"file": b"{}"}, "Este archivo no sirve."),
        "no numbers": ({"file": b'["hola"]'}, "Este archivo no sirve."),
        "no text": ({"file": b"\xff\xfe"}, "no es texto UTF-8"),
        "codes in the file": ({"file": canonical.write(made.codes)}, "Este archivo no sirve."),
    }


@pytest.mark.parametrize(
    "what",
    [
        "nothing",
        "a wrong sign",
        "too short",
        "of another box",
        "one that voted",
        "not a list",
        "no numbers",
        "no text",
        "codes in the file",
    ],
)
def test_a_list_that_cannot_be_voids_no_card_and_stays_on_the_page(staff, app, what):
    made = city.opened(BoxKind.CODES)
    made.cast(0, {0})
    sent, sentence = refused_lists(made)[what]
    typed = sent.get("codes", "")
    if "file" in sent:
        sent = {"file": (io.BytesIO(sent["file"]), "anuladas.json")}
    page = post(staff("EDITOR"), f"/gestion/urnas/{made.uuid}/tarjetas/anular", **sent)
    assert page.status_code == 422
    assert sentence in page.text
    assert typed.strip() in page.text
    assert db.session.query(BoxCredential).filter(BoxCredential.voided_on.is_not(None)).count() == 0


def test_after_the_closing_no_card_can_vote_so_none_is_void(staff, app):
    made = city.close(city.opened(BoxKind.CODES))
    page = f"/gestion/urnas/{made.uuid}/tarjetas"
    editor = staff("EDITOR")
    assert "Anular" not in editor.get(page).text.partition("<table")[0]
    for address in (f"{page}/anular", f"{page}/{made.box.batches[0].id}/anular"):
        refused = post(editor, address, codes=made.codes[0])
        assert refused.status_code == 422
        assert "La urna ya cerró." in refused.text


@pytest.mark.parametrize(
    ("typed", "status"), [("25", 302), ("0", 302), ("", 422), ("-1", 422), ("pocas", 422)]
)
def test_the_table_says_how_many_cards_people_drew(staff, app, typed, status):
    made = city.opened(BoxKind.CODES)
    page = f"/gestion/urnas/{made.uuid}/tarjetas"
    answer = post(staff("EDITOR"), f"{page}/entregadas", cards=typed)
    assert answer.status_code == status
    expected = int(typed) if status == 302 else None
    assert db.session.get(BallotBox, made.id).cards_handed_out == expected


def test_before_the_opening_nobody_has_drawn_a_card(staff, page):
    refused = post(staff("EDITOR"), f"{page}/entregadas", cards="3")
    assert refused.status_code == 409
    assert "cuando la urna ha abierto" in refused.text
    assert '<dd class="typed">3</dd>' in refused.text


def test_the_registrar_of_a_verifiable_box_makes_its_cards_elsewhere(staff, app):
    made = city.draft()
    page = f"/gestion/urnas/{made.uuid}/tarjetas"
    editor = staff("EDITOR")
    assert "Estas tarjetas las hace el registrador" in editor.get(page).text
    refused = make_cards(editor, page)
    assert refused.status_code == 422
    assert "los códigos los hace el registrador" in refused.text


def test_an_open_consultation_has_no_cards(staff, app):
    made = city.draft(BoxKind.OPEN)
    editor = staff("EDITOR")
    for part in ("", "/hacer", "/anular", "/entregadas"):
        assert editor.get(f"/gestion/urnas/{made.uuid}/tarjetas{part}").status_code == 404


def test_a_batch_is_found_in_its_own_box_alone(staff, page, made):
    other = city.draft(BoxKind.CODES, uuid="Otra1111111111")
    batch = other.box.batches[0]
    editor = staff("EDITOR")
    assert editor.get(f"{page}/{batch.id}/anular").status_code == 404
    assert post(editor, page, f"{page}/{batch.id}/descartar").status_code == 404
