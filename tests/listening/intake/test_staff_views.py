"""An official writes down what somebody says: one case, its proof, and a card to come back with."""

import io
import re

import pytest
from PIL import Image

from participa.cases.models import Case, CaseKind, CasePriority
from participa.citizens.models import Consent
from participa.core import clock, codes, qr
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.jobs.mail import Outbox
from participa.listening import routing, secret_codes
from participa.listening.intake import settings
from participa.listening.models import Contribution, ListeningPost, VerbalRecord, Way
from tests.listening.intake.desks import CODE, SAID, TAKE, desk, form_of, take
from tests.plan.builders import office
from tests.visitor import field, where

NUMBER = re.compile(r'<dt>Radicado</dt><dd class="code">([0-9A-Z-]+)</dd>')
SECRET = re.compile(r'<dt>Código secreto</dt><dd class="code">([0-9A-Z-]+)</dd>')


@pytest.fixture(autouse=True)
def monday(at, app):
    at(2026, 3, 2, 16)
    desk()


def stored() -> Contribution:
    return db.session.scalars(db.select(Contribution)).one()


def record() -> VerbalRecord:
    return db.session.scalars(db.select(VerbalRecord)).one()


def photo(name: str = "foto.png", colour: str = "white"):
    body = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(body, "PNG")
    return io.BytesIO(body.getvalue()), name


def test_the_proof_has_the_eight_facts_of_a_petition_by_word_of_mouth(staff):
    """PQR-04; Decreto 1166 de 2016."""
    visitor = staff("EDITOR", name="Luz Marina Gil")
    page = take(visitor, language="Emberá")
    assert page.status_code == 200
    number = NUMBER.search(page.text)[1]
    proof = page.text.partition('class="proof"')[2]
    for fact in (
        number,
        "2 de marzo de 2026, 10:30\xa0a.\xa0m.",
        "Rosa Elena Mesa, CC 43123456, rosa@ejemplo.org, 3001234567",
        SAID["asked"],
        SAID["reasons"],
        SAID["documents"],
        "Luz Marina Gil",
        "La petición fue formulada de manera verbal",
        "Emberá",
        "a más tardar el martes 24 de marzo",
    ):
        assert fact in proof, fact
    assert SECRET.search(page.text)[1] not in proof
    kept = record()
    assert (kept.person, kept.document) == ("Rosa Elena Mesa", "CC 43123456")
    assert (kept.asked, kept.reasons) == (SAID["asked"], SAID["reasons"])
    assert kept.taken_at == clock.at_city(clock.today(), 10, 30)
    assert kept.taken_by_id == visitor.account.id
    assert stored().case.kind is CaseKind.GENERAL
    assert stored().case.office.name == "Secretaría de Participación"


def test_the_person_comes_back_with_the_code_of_the_card(staff, client, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        qr, "svg_to_forget", lambda text, title: drawn.append(text) or "<svg></svg>"
    )
    page = take(staff("EDITOR"))
    number, secret = NUMBER.search(page.text)[1], SECRET.search(page.text)[1]
    [address] = drawn
    before, _, after = address.partition("#")
    assert before == "http://localhost/escuchaderos/mi-aporte"
    assert after == f"{number}-{secret}"
    asked = client.get("/escuchaderos/mi-aporte")
    sent = {"submission": field(asked, "submission"), "radicado": number, "code": secret.lower()}
    assert client.post("/escuchaderos/mi-aporte", data=sent).status_code == 303


def test_the_code_is_shown_once_and_stored_nowhere(staff, capsys):
    page = take(staff("EDITOR"))
    secret = codes.read(SECRET.search(page.text)[1])
    assert page.headers["Cache-Control"] == "no-store"
    assert secret_codes.matches(secret, stored().code_hash)
    rows = [
        str(row)
        for table in db.metadata.sorted_tables
        for row in db.session.execute(db.select(table))
    ]
    for shape in (secret, codes.show(secret)):
        assert not any(shape in row for row in rows)
        assert shape not in capsys.readouterr().err


def test_two_clicks_make_one_case_and_show_the_same_code(staff):
    visitor = staff("EDITOR")
    sent = form_of(visitor) | SAID
    first, second = (visitor.post(TAKE, data=sent) for _ in range(2))
    assert SECRET.search(first.text)[1] == SECRET.search(second.text)[1]
    assert db.session.query(Contribution).count() == 1
    assert db.session.query(Outbox).count() == 1


@pytest.mark.parametrize("changed", [{"asked": "Otra cosa."}, {"document": "CC 9"}])
def test_another_text_from_the_same_page_is_not_swallowed(staff, changed):
    visitor = staff("EDITOR")
    sent = form_of(visitor) | SAID
    number = NUMBER.search(visitor.post(TAKE, data=sent).text)[1]
    refused = visitor.post(TAKE, data=sent | changed)
    assert refused.status_code == 422
    assert f"ya quedó con el radicado {number}" in refused.text
    assert next(iter(changed.values())) in refused.text
    again = visitor.post(TAKE, data=sent | changed | {"creation": field(refused, "creation")})
    assert NUMBER.search(again.text)[1] != number
    assert db.session.query(Contribution).count() == 2


def test_the_next_person_comes_the_same_way_with_an_empty_form(staff):
    visitor = staff("EDITOR")
    page = take(visitor, way="STREET")
    address = re.search(r'href="([^"]+)">Siguiente persona', page.text)[1]
    form = visitor.get(address).text
    assert re.search(r'value="STREET" checked', form)
    assert SAID["asked"] not in form
    assert 'value="2026-03-02 11:00:00"' in form


def test_of_who_gives_no_name_neither_a_row_nor_the_trail_has_the_hour(staff):
    """PQR-10; the hour stands on the paper alone."""
    page = take(staff("EDITOR"), person="anonymous", consent=None)
    assert "2 de marzo de 2026, 10:30" in page.text
    assert "No dio su nombre" in page.text
    assert "Rosa" not in page.text
    kept = stored()
    assert (kept.is_anonymous, kept.received_at, kept.contact_name) == (True, None, "")
    assert (kept.contact_email, kept.contact_phone, kept.consent_id) == ("", "", None)
    assert record().taken_at == clock.at_city(clock.today())
    assert (record().person, record().document) == ("", "")
    assert db.session.query(AuditEntry).filter_by(action="listening.taken").count() == 0
    assert db.session.query(Outbox).count() == 0


def test_the_log_counts_the_requests_of_the_intake_by_the_hour(staff, capsys):
    take(staff("EDITOR"), person="anonymous")
    assert "/tomar" not in capsys.readouterr().err


def test_the_consent_is_recorded_as_verbal_with_the_official(staff):
    """NET-05."""
    visitor = staff("EDITOR")
    take(visitor)
    consent = db.session.scalars(db.select(Consent)).one()
    assert (consent.channel, consent.operator_id) == ("verbal", visitor.account.id)
    assert consent.purposes == ["reply"]
    entry = db.session.scalars(db.select(AuditEntry).filter_by(action="listening.taken")).one()
    assert entry.subject == f"Contribution:{stored().case_id}"
    assert entry.details == {"way": Way.DESK.value}


def test_the_letter_repeats_neither_the_words_nor_the_code(staff):
    page = take(staff("EDITOR"))
    letter = db.session.scalars(db.select(Outbox)).one()
    assert letter.to == "rosa@ejemplo.org"
    assert NUMBER.search(page.text)[1] in letter.body
    assert SECRET.search(page.text)[1] not in letter.body
    assert "andén" not in letter.body


def test_somebody_under_18_is_asked_nothing_and_goes_first(staff):
    """DAT-07, PQR-06."""
    take(staff("EDITOR"), person="minor")
    assert (stored().contact_name, stored().is_anonymous) == ("", True)
    assert db.session.scalars(db.select(CasePriority)).one().reasons == ["CHILD"]


def test_a_danger_for_a_life_is_told_to_the_official_and_to_nobody_by_mail(staff):
    page = take(staff("EDITOR"), is_life_risk="y", priorities=["LIFE", "PREGNANCY"])
    assert "Riesgo para la vida: llame ya al" in page.text
    assert stored().is_life_risk
    assert db.session.query(Outbox).count() == 0
    reasons = db.session.scalars(db.select(CasePriority)).one().reasons
    assert reasons == ["LIFE", "PREGNANCY"]


def test_a_report_of_corruption_goes_to_the_office_that_looks_into_it(staff, make):
    """PQR-11."""
    control = make(office(routing.CONTROL, "Secretaría de Evaluación y Control"))
    accused = make(office("obras", "Secretaría de Infraestructura"))
    take(staff("EDITOR"), is_corruption="y", accused=accused.id)
    kept = stored()
    assert (kept.case.office_id, kept.accused_office_id) == (control.id, accused.id)
    assert kept.case.kind is CaseKind.REPORT


def test_the_closest_rule_says_who_answers(staff, make):
    health = make(office("salud", "Secretaría de Salud"))
    visitor = staff("EDITOR")
    settings.add_rule(visitor.account, "", "06", health)
    db.session.commit()
    page = take(visitor, territory="06")
    assert "Secretaría de Salud, a más tardar" in page.text
    assert stored().case.territory == "06"


def test_an_opinion_has_no_term_and_says_so(staff):
    page = take(staff("EDITOR"), wish="opinion")
    assert "El aporte fue formulado de manera verbal" in page.text
    assert "a más tardar" not in page.text
    assert stored().case.kind is CaseKind.OPINION


def test_a_paper_of_last_month_counts_from_the_day_it_came_and_is_not_verbal(staff):
    page = take(staff("EDITOR"), way="PAPER", said_at="2026-02-09T09:00")
    assert "Constancia de recibo" in page.text
    assert "manera verbal" not in page.text
    assert db.session.query(VerbalRecord).count() == 0
    case = db.session.scalars(db.select(Case)).one()
    assert case.filed_on.isoformat() == "2026-02-09"
    assert "a más tardar el lunes 2 de marzo" in page.text


def test_photographs_of_a_form_that_has_to_be_repaired_are_not_lost(staff):
    visitor = staff("EDITOR")
    kept = form_of(visitor) | SAID
    sent = kept | {"asked": "", "photos": [photo("a.png"), photo("b.png", "green")]}
    refused = visitor.post(TAKE, data=sent, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "Ya están adjuntos: Foto 1 y Foto 2." in refused.text
    page = visitor.post(TAKE, data=kept | {"creation": field(refused, "creation")})
    assert "Foto: 2" in page.text
    assert len(stored().attachments) == 2


def test_two_clicks_with_a_photograph_attach_it_once(staff):
    visitor = staff("EDITOR")
    kept = form_of(visitor) | SAID
    for _ in range(2):
        page = visitor.post(
            TAKE, data=kept | {"photos": photo()}, content_type="multipart/form-data"
        )
    assert "Foto: 1" in page.text
    assert len(stored().attachments) == 1


def test_a_post_without_a_notice_asks_nobody_who_they_are(staff, make):
    db.session.execute(db.text("DELETE FROM notice"))
    db.session.commit()
    visitor = staff("EDITOR")
    assert 'name="person"' not in visitor.get(TAKE).text
    nothing = dict.fromkeys(("person", "consent", "name", "document", "email", "phone"))
    take(visitor, **nothing)
    assert stored().is_anonymous


def test_a_draft_hears_nobody_yet(staff):
    post = db.session.scalars(db.select(ListeningPost)).one()
    post.published_at = None
    db.session.commit()
    visitor = staff("EDITOR")
    page = visitor.get(TAKE)
    assert "todavía no oye a nadie" in page.text
    assert ">Recibir el aporte</button>" not in page.text
    sent = {"csrf_token": field(page, "csrf_token")} | SAID
    assert "Volver al escuchadero" in visitor.post(TAKE, data=sent).text
    assert db.session.query(Contribution).count() == 0


@pytest.mark.parametrize("role", ["READER", "DOOR"])
def test_who_only_looks_takes_nothing_down(staff, role):
    assert staff(role).get(TAKE).status_code == 403


def test_an_office_takes_down_what_is_said_at_its_own_posts(staff, make):
    own = db.session.scalars(db.select(ListeningPost)).one().office
    other = make(office("obras", "Secretaría de Infraestructura"))
    assert staff("RESPONSIBLE", office=own).get(TAKE).status_code == 200
    assert staff("RESPONSIBLE", office=other).get(TAKE).status_code == 404
    assert staff("EDITOR").get(TAKE.replace(CODE, "AAAA2222")).status_code == 404


def test_a_session_that_ended_keeps_every_word(app, staff):
    visitor = staff("EDITOR")
    sent = form_of(visitor) | SAID
    visitor.delete_cookie("gestion", path="/gestion")
    page = visitor.post(TAKE, data=sent)
    assert "Guardamos lo que escribió." in page.text
    assert field(page, "carried")
    assert SAID["name"] not in page.text
    assert db.session.query(Contribution).count() == 0
    assert where(app.test_client().get(TAKE)).startswith("/gestion/entrar")
