"""Cards: made once, kept nowhere, handed out, and void when they are lost."""

import re

import pytest

from participa.ballots.models import BallotBox, BoxCredential, BoxKind, CardBatch
from participa.ballots.roll import cards
from participa.belenios import credentials
from participa.core import links, spanish
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


def make_cards(visitor, page, number="10", way="page", **others):
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
    answer = make_cards(editor, page, place="Teatro")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    codes = codes_on(answer.text)
    assert len(set(codes)) == 10
    assert "Estos códigos no se vuelven a mostrar." in answer.text
    publics = {str(credentials.derive(code, made.uuid).public) for code in codes}
    batch = db.session.query(CardBatch).order_by(CardBatch.id.desc()).first()
    stored = db.session.query(BoxCredential).filter_by(batch_id=batch.id)
    assert {credential.public for credential in stored} == publics
    assert (batch.cards, batch.place, batch.made_by.id) == (10, "Teatro", editor.account.id)
    for table in db.metadata.sorted_tables:
        rows = str(db.session.execute(table.select()).all())
        assert not any(code in rows for code in codes), table.name
    for address in (page, f"{page}/hacer", f"/gestion/urnas/{made.uuid}"):
        assert not any(code in editor.get(address).text for code in codes)


def test_the_screen_hides_the_codes_and_the_sheets_obey_the_content_policy(staff, page):
    """The visitor of the tests refuses inline styles; the sheet shows the cards on paper alone."""
    answer = make_cards(staff("EDITOR"), page)
    assert 'class="sheets"' in answer.text
    assert answer.text.count("<svg") >= 20
    assert "#c=" not in re.sub(r"<svg.*?</svg>", "", answer.text, flags=re.DOTALL)


def test_a_second_click_makes_no_second_batch(staff, page):
    """The browser shows the answer to the second one: it says that the first was made."""
    editor = staff("EDITOR")
    opened = editor.get(f"{page}/hacer")
    sent = {
        "cards": "10",
        "place": "Teatro",
        "csrf_token": field(opened, "csrf_token"),
        "seen": field(opened, "seen"),
    }
    assert editor.post(f"{page}/hacer", data=sent).status_code == 200
    again = editor.post(f"{page}/hacer", data=sent)
    assert again.status_code == 422
    assert "quizás estas tarjetas ya se hicieron" in again.text
    assert codes_on(again.text) == []
    assert db.session.query(CardBatch).count() == 2
    sent["seen"] = field(again, "seen")
    assert editor.post(f"{page}/hacer", data=sent).status_code == 200


@pytest.mark.parametrize("number", ["", "0", "9", "501", "-1", "9" * 30, "diez"])
def test_a_batch_has_between_ten_and_five_hundred_cards(staff, page, number):
    refused = make_cards(staff("EDITOR"), page, number, place="Teatro")
    assert refused.status_code == 422
    assert "<option selected>Teatro" in refused.text
    assert db.session.query(CardBatch).count() == 1


def test_cards_print_the_short_address_and_until_when_one_votes(staff, page, made):
    text = make_cards(staff("EDITOR"), page).text
    assert text.count('<div class="sheet">') == 3, "four to a sheet"
    assert text.count(f'<p class="where">{links.readable(made.box.code)}</p>') == 10
    assert text.count(f"Se vota hasta el {spanish.moment(made.box.closes_at)}") == 10
    assert "Para cambiar su voto" not in text


@pytest.fixture
def changeable(app):
    """A draft in which a later vote will replace an earlier one."""
    return city.draft(BoxKind.CODES, voters=0, takes_last=True)


def test_where_a_vote_can_be_changed_each_card_has_its_digits_apart_from_the_qr(staff, changeable):
    answer = make_cards(staff("EDITOR"), f"/gestion/urnas/{changeable.uuid}/tarjetas")
    printed = re.findall(r"Para cambiar su voto: <b>(\d{3}) (\d{3})</b>", answer.text)
    assert len(set(printed)) == 10
    for table in db.metadata.sorted_tables:
        # As numbers of their own: by chance, six digits stand within a long public number.
        stored = re.findall(r"(?<!\d)\d{6}(?!\d)", str(db.session.execute(table.select()).all()))
        assert not {"".join(one) for one in printed} & set(stored), table.name


def test_who_wrote_other_digits_five_times_gets_the_tries_back_at_the_table(staff, changeable):
    changeable.holders = city.holders(12, changeable.uuid)
    city.enrolment.enrol(changeable.id, [one.public for one in changeable.holders])
    city.give_second_parts(changeable, "482173")
    city.open_now(changeable)
    card = db.session.query(BoxCredential).first()
    card.second_tries = 5
    db.session.commit()
    holder = next(one for one in changeable.holders if str(one.public) == card.public)
    page = f"/gestion/urnas/{changeable.uuid}/tarjetas"
    editor = staff("EDITOR")
    assert "Devolver los intentos" in editor.get(page).text
    wrong = post(editor, f"{page}/intentos", code=credentials.new_code())
    assert "Ese código no es de esta urna." in wrong.text
    mistyped = post(editor, f"{page}/intentos", code=holder.code[:-1])
    assert "El código tiene 20 letras y números." in mistyped.text
    assert post(editor, f"{page}/intentos", code=holder.code).status_code == 302
    db.session.refresh(card)
    assert card.second_tries is None
    entry = db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
    assert (entry.action, entry.details) == ("ballots.tries_given_back", {})
    assert "482173" not in editor.get(page).text


def test_a_way_that_is_not_offered_is_the_page(staff, page, monkeypatch):
    monkeypatch.setattr(cards, "HAS_PDF", False)
    editor = staff("EDITOR")
    assert "Archivos PDF" not in editor.get(f"{page}/hacer").text
    assert len(codes_on(make_cards(editor, page, way="pdf").text)) == 10


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
    refused = make_cards(editor, page, place="Teatro")
    assert refused.status_code == 422
    assert "La urna ya abrió: no se hacen más tarjetas." in refused.text
    assert "Teatro" in refused.text
    batch = made.box.batches[0]
    assert post(editor, page, f"{page}/{batch.id}/descartar").status_code == 409
    assert on_the_roll() == 10


def test_cards_of_a_draft_are_void_by_their_codes_however_they_are_typed(staff, app):
    made = city.draft(BoxKind.CODES, voters=12)
    page = f"/gestion/urnas/{made.uuid}/tarjetas"
    editor = staff("EDITOR")
    typed = made.codes[0].lower() + "\r\n\r\n" + made.codes[1].replace("-", " ")
    unreasoned = post(editor, f"{page}/anular", codes=typed)
    assert (unreasoned.status_code, "Escriba el motivo." in unreasoned.text) == (422, True)
    assert post(editor, f"{page}/anular", codes=typed, reason="Se mojaron").status_code == 302
    assert db.session.query(BoxCredential).filter(BoxCredential.voided_on.is_not(None)).count() == 2
    entry = db.session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
    assert entry.details == {"cards": 2, "reason": "Se mojaron"}


def test_once_the_box_has_opened_one_person_only_asks(staff, app):
    made = city.opened(BoxKind.CODES)
    page = f"/gestion/urnas/{made.uuid}"
    editor = staff("EDITOR")
    assert editor.get(f"{page}/tarjetas/anular").location == f"{page}/anulaciones/pedir"
    token = field(editor.get(f"{page}/tarjetas"), "csrf_token")
    sent = {"codes": made.codes[0], "csrf_token": token, "reason": "Se mojó"}
    refused = editor.post(f"{page}/tarjetas/anular", data=sent)
    assert refused.status_code == 422
    assert "para anular tarjetas se necesitan dos personas" in refused.text
    assert db.session.query(BoxCredential).filter(BoxCredential.voided_on.is_not(None)).count() == 0


def test_after_the_closing_it_says_how_many_cards_of_each_batch_voted(staff, app):
    made = city.opened(BoxKind.CODES)
    made.cast(0, {0})
    city.close(made)
    page = staff("EDITOR").get(f"/gestion/urnas/{made.uuid}/tarjetas").text
    assert "Anular" not in page.partition("<table")[0]
    assert '<td class="number" data-label="Se votó con">1</td>' in page


@pytest.mark.parametrize(
    ("typed", "status"),
    [("10", 302), ("0", 302), ("11", 422), ("", 422), ("-1", 422), ("pocas", 422)],
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
    lists = page.replace("tarjetas", "anulaciones")
    assert editor.get(f"{lists}/pedir/lote/{batch.id}").status_code == 404
    assert post(editor, page, f"{page}/{batch.id}/descartar").status_code == 404


def test_in_a_verifiable_box_the_box_and_its_roll_lead_to_the_cards(staff, app):
    made = city.draft(takes_last=True)
    city.give_second_parts(made, "482173")
    city.open_now(made)
    box, editor = f"/gestion/urnas/{made.uuid}", staff("EDITOR")
    for page in (box, f"{box}/padron"):
        assert f'href="{box}/tarjetas"' in editor.get(page).text, page
    cards = editor.get(f"{box}/tarjetas").text
    for way in ("anulaciones/pedir", "tarjetas/entregadas", "tarjetas/intentos"):
        assert f'href="{box}/{way}"' in cards
