"""An answer becomes public when one person proposed it and another one agreed."""

import pytest
from sqlalchemy import text as sql

from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.editing import versions
from participa.core.jobs.mail import Outbox
from participa.listening import acts
from participa.listening.models import (
    Contribution,
    HelpingOffice,
    PublicationDraft,
    VerbalRecord,
)
from tests.listening.answers.builders import (
    ANSWER,
    LIST,
    PUBLIC,
    TEXT,
    address,
    answered,
    heard,
    office_of,
    official,
    press,
    published,
    send,
)
from tests.plan.builders import office
from tests.visitor import where

PROPOSED = {"text": PUBLIC, "answer": ANSWER}


def test_one_person_proposes_another_publishes_and_the_city_reads_it(staff, client):
    made = answered()
    ana, luis = staff("EDITOR"), staff("EDITOR")
    page = ana.get(address(made, "/proponer"))
    assert "Rosa Pérez<span" in page.text
    assert "300 123 4567<span" in page.text
    done = send(ana, address(made, "/proponer"), **PROPOSED)
    assert where(done) == address(made)
    assert client.get(f"/respuestas/{made.receipt}").status_code == 404
    own = ana.get(address(made))
    assert "lo revisa otra persona" in own.text
    assert "Revisar la propuesta" not in own.text
    review = luis.get(address(made, "/revisar")).text
    assert "quitó 1 nombre, 1 teléfono y 2 cambios más" in review
    assert "Rosa Pérez" in review
    send(luis, address(made, "/revisar"), verdict="accept")
    public = client.get(f"/respuestas/{made.receipt}").text
    assert PUBLIC in public
    assert ANSWER in public
    for personal in ("Rosa", "300", "4567"):
        assert personal not in public
    case = db.session.get_one(Contribution, made.case_id).case
    assert (case.text, case.public_text, case.answer) == ("", PUBLIC, ANSWER)


def test_nobody_publishes_what_they_proposed(staff, client):
    made = answered()
    ana = staff("ADMINISTRATOR")
    send(ana, address(made, "/proponer"), **PROPOSED)
    page = ana.get(address(made, "/revisar"))
    assert "lo revisa otra persona" in page.text
    assert "<textarea" not in page.text
    shown = version_of_the_draft()
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    forced = ana.post(
        address(made, "/revisar"), data={"csrf_token": token, "verdict": "accept", "shown": shown}
    )
    assert forced.status_code == 422
    assert client.get(f"/respuestas/{made.receipt}").status_code == 404


def version_of_the_draft() -> str:
    draft = db.session.scalars(db.select(PublicationDraft)).one()
    return versions.fingerprint(versions.as_version(draft))


def test_a_proposal_that_is_given_back_says_why_and_can_be_made_again(staff, client):
    made = answered()
    ana, luis = staff("EDITOR"), staff("EDITOR")
    send(ana, address(made, "/proponer"), **PROPOSED)
    refused = send(luis, address(made, "/revisar"), verdict="refuse")
    assert "Escriba qué falta" in refused.text
    send(luis, address(made, "/revisar"), verdict="refuse", reason="Falta decir qué parque.")
    assert "Falta decir qué parque." in ana.get(address(made)).text
    again = ana.get(address(made, "/proponer")).text
    assert PUBLIC in again
    send(ana, address(made, "/proponer"), text="El parque de Belén está a oscuras.", answer=ANSWER)
    send(luis, address(made, "/revisar"), verdict="accept")
    assert "El parque de Belén" in client.get(f"/respuestas/{made.receipt}").text


def test_who_proposed_it_takes_it_back(staff):
    made = answered()
    ana = staff("EDITOR")
    send(ana, address(made, "/proponer"), **PROPOSED)
    done = press(ana, address(made), address(made, "/retirar"))
    assert where(done) == address(made)
    assert "Retirada" in ana.get(address(made)).text
    assert staff("EDITOR").get(address(made, "/revisar")).status_code == 302


def test_what_is_still_marked_is_asked_about_before_it_is_proposed(staff):
    made = answered("El colegio Don Juan del Corral no tiene agua.")
    ana = staff("EDITOR")
    typed = {"text": "El colegio Don Juan del Corral no tiene agua.", "answer": "Llega el martes."}
    warned = send(ana, address(made, "/proponer"), **typed)
    assert warned.status_code == 422
    assert "Todavía parece haber un nombre." in warned.text
    assert "Llega el martes." in warned.text
    assert "Mire lo marcado en lo que usted escribió" in warned.text
    done = send(ana, address(made, "/proponer"), **typed, checked="y")
    assert where(done) == address(made)


def test_an_answer_with_the_document_of_who_wrote_is_never_proposed(staff):
    made = answered(name="Rosa Pérez", phone="3001234567")
    db.session.add(
        VerbalRecord(
            case_id=made.case_id,
            taken_at=clock.now(),
            document="43.123.456",
            asked="Luz",
            taken_by_id=official().id,
        )
    )
    db.session.commit()
    ana = staff("EDITOR")
    for words, sentence in (
        ("Señora, con cédula 43 123 456: se arregla.", "Quite el documento"),
        ("La llamamos al 300-123-4567.", "Quite el teléfono"),
        ("Doña ROSA PEREZ, se arregla.", "Quite el nombre"),
    ):
        page = send(ana, address(made, "/proponer"), text=PUBLIC, answer=words, checked="y")
        assert sentence in page.text, words
    assert db.session.scalars(db.select(PublicationDraft)).all() == []


@pytest.mark.parametrize("mark", ["life", "corruption"])
def test_a_risk_for_a_life_and_a_report_of_corruption_are_never_public(staff, client, mark):
    """PQR-11."""
    made = published()
    waiting = answered("Otra cosa que contar.")
    chief = official("jefa@ejemplo.org")
    ana = staff("ADMINISTRATOR")
    send(ana, address(waiting, "/proponer"), text="Otra cosa.", answer=ANSWER)
    control = office("control", "Control disciplinario")
    db.session.add(control)
    for case_id in (made.case_id, waiting.case_id):
        one = db.session.get_one(Contribution, case_id)
        if mark == "life":
            acts.mark_life_risk(one, chief, True)
        else:
            acts.mark_corruption(one, chief, None, control)
    db.session.commit()
    assert client.get(f"/respuestas/{made.receipt}").status_code == 404
    for one in (made, waiting):
        page = ana.get(address(one, "/proponer")).text
        assert "nunca se publica" in page
        assert "<textarea" not in page
        assert one.receipt not in ana.get(LIST).text
        assert ana.get(address(one, "/revisar")).status_code == 302
    case = db.session.get_one(Contribution, made.case_id).case
    assert (case.public_text, case.answer) == ("", "")


def test_what_was_published_is_hidden_at_once(staff, client):
    made = published()
    ana = staff("EDITOR")
    press(ana, address(made), address(made, "/ocultar"))
    assert client.get(f"/respuestas/{made.receipt}").status_code == 404
    assert PUBLIC not in client.get("/respuestas").text
    assert PUBLIC in ana.get(address(made, "/proponer")).text


def test_another_text_stays_unread_until_it_is_reviewed(staff, client):
    made = published()
    ana, luis = staff("EDITOR"), staff("EDITOR")
    send(ana, address(made, "/proponer"), text="No hay luz en el parque.", answer=ANSWER)
    assert PUBLIC in client.get(f"/respuestas/{made.receipt}").text
    send(luis, address(made, "/revisar"), verdict="accept")
    assert "No hay luz en el parque." in client.get(f"/respuestas/{made.receipt}").text
    assert db.session.get_one(Contribution, made.case_id).case.withdrawn_on == clock.today()


def test_the_second_reviewer_sees_that_the_proposal_changed(staff, client):
    made = answered()
    ana, luis = staff("EDITOR"), staff("EDITOR")
    send(ana, address(made, "/proponer"), **PROPOSED)
    page = luis.get(address(made, "/revisar"))
    send(ana, address(made, "/proponer"), text="Otro texto del parque.", answer=ANSWER)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    late = luis.post(address(made, "/revisar"), data={"csrf_token": token, "verdict": "accept"})
    assert late.status_code == 409
    assert client.get(f"/respuestas/{made.receipt}").status_code == 404


def test_what_nobody_answered_is_not_published(staff):
    made = heard()
    page = staff("EDITOR").get(address(made, "/proponer")).text
    assert "Respóndalo antes de publicarlo." in page


def test_the_trail_counts_what_was_taken_out_and_repeats_nothing(staff):
    made = answered()
    ana, luis = staff("EDITOR"), staff("EDITOR")
    send(ana, address(made, "/proponer"), **PROPOSED)
    send(luis, address(made, "/revisar"), verdict="accept")
    entries = db.session.scalars(db.select(AuditEntry)).all()
    [proposed] = [one for one in entries if one.action == "listening.publication_proposed"]
    assert proposed.details["cuts"] == {"name": 1, "other": 2, "phone": 1}
    for entry in entries:
        for words in ("Rosa", "300", "alumbrado", "cuadrilla"):
            assert words not in str(entry.details)
    assert "se quitó: (nombre: 1" in staff("ADMINISTRATOR").get("/gestion/registro").text


def test_a_copy_of_the_database_shows_only_what_is_public(staff):
    made = answered()
    send(staff("EDITOR"), address(made, "/proponer"), **PROPOSED)
    rows = db.session.execute(sql("SELECT text, answer FROM publication_draft")).all()
    rows += db.session.execute(sql("SELECT text, public_text, answer FROM resident_case")).all()
    rows += db.session.execute(sql("SELECT text FROM contribution")).all()
    assert TEXT not in str(rows)
    assert PUBLIC not in str(rows)


# ---- who sees what


def test_an_office_that_only_has_a_part_in_it_publishes_nothing(staff):
    made = answered()
    health = office("salud", "Secretaría de Salud")
    db.session.add(health)
    db.session.flush()
    made.helpers.append(HelpingOffice(office=health))
    db.session.commit()
    helper = staff("RESPONSIBLE", office=office_of("salud"))
    for page in ("", "/proponer", "/revisar"):
        assert helper.get(address(made, page)).status_code == 404, page
    assert made.shown_number not in helper.get(LIST).text


def test_a_letter_says_that_it_is_public_and_repeats_nothing(staff, app):
    made = answered(name="Rosa Pérez", email="rosa@ejemplo.org", is_anonymous=False)
    send(staff("EDITOR"), address(made, "/proponer"), **PROPOSED)
    send(staff("EDITOR"), address(made, "/revisar"), verdict="accept")
    letters = db.session.scalars(db.select(Outbox).order_by(Outbox.id)).all()
    assert "ya es pública" in letters[-1].body
    assert PUBLIC not in letters[-1].body


def test_who_reviews_is_told_on_the_first_page_and_who_proposed_is_not(staff):
    made = answered()
    ana, luis = staff("EDITOR"), staff("EDITOR")
    send(ana, address(made, "/proponer"), **PROPOSED)
    assert "1 respuesta por revisar" in luis.get("/gestion").text
    assert "respuesta por revisar" not in ana.get("/gestion").text


def test_an_office_proposes_and_reviews_only_what_is_its_own(staff):
    made = answered()
    db.session.add(office("salud", "Secretaría de Salud"))
    db.session.commit()
    own = staff("RESPONSIBLE", office=office_of())
    other = staff("RESPONSIBLE", office=office_of("salud"))
    pages = ("", "/proponer", "/revisar", "/iguales", "/separar", "/que-cambio")
    for page in pages:
        assert other.get(address(made, page)).status_code == 404, page
        assert own.get(address(made, page)).status_code in {200, 302}, page
    assert made.shown_number in own.get(f"{LIST}?buscar={made.shown_number}").text
    assert made.shown_number not in other.get(LIST).text


def test_who_only_reads_has_no_buttons(staff):
    made = published()
    reader = staff("READER")
    text = reader.get(address(made)).text
    assert PUBLIC in text
    assert "<button" not in text.partition("<main")[2]
    assert reader.get(address(made, "/proponer")).status_code == 403
