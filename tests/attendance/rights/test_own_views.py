"""With the receipt a person reads, corrects, limits and erases what a list holds about them."""

import pytest

from participa.attendance import queries
from participa.attendance.models import Attendee, SignInWay
from participa.attendance.rights import own_data
from participa.citizens.models import Consent
from participa.citizens.notices import PURPOSES
from participa.core import audit, codes, submissions
from participa.core.db import db
from participa.core.personal import sealing
from tests.attendance import city, people
from tests.visitor import field

NAMELY = (people.NAME, people.NUMBER, people.EMAIL, "3001234567", "Junta de Acción", "Vocera")


@pytest.fixture
def entry(app):
    return people.attendee()


def send(client, entry, act: str, **typed):
    path = people.own_path(entry, act)
    token = field(client.get(path), "submission")
    return client.post(path, data={"submission": token} | typed)


def corrected(client, entry, **typed):
    values = {
        "name": people.NAME,
        "document_type": "CC",
        "number": "",
        "email": people.EMAIL,
        "phone": "3001234567",
        "organisation": "Junta de Acción Comunal",
        "position": "Vocera",
    }
    return send(client, entry, "/corregir", **(values | typed))


def trail() -> str:
    return " ".join(str(one.details) + one.subject for one in db.session.query(audit.AuditEntry))


def test_a_person_sees_what_is_stored_with_the_document_masked(client, entry):
    answer = client.get(people.own_path(entry))
    assert answer.status_code == 200
    for words in (people.NAME, people.EMAIL, "•••• 3456", "Junta de Acción", "con su celular"):
        assert words in answer.text
    assert people.NUMBER not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_days_of_the_erasure_are_told(client, entry, at):
    record = entry.attendance_list
    record.event.opens_at = at(2026, 3, 20, 14)
    record.event.closes_at = at(2026, 3, 20, 18)
    db.session.commit()
    page = client.get(people.own_path(entry)).text
    assert "a partir del 20 de marzo de 2027" in page
    assert "a partir del 20 de marzo de 2028" in page


def test_corrected_data_are_stored_and_the_trail_says_which_and_not_what(client, entry):
    answer = corrected(client, entry, name="  María  Pérez ", phone="3110000000")
    assert answer.status_code == 303
    assert "Guardamos lo que corrigió" in client.get(answer.location).text
    entry = people.stored(entry.id)
    assert (entry.name, entry.phone) == ("María Pérez", "3110000000")
    assert [one.id for one in queries.matching(entry.list_id, "perez")] == [entry.id]
    assert "nombre" in trail()
    assert not [words for words in (*NAMELY, "Pérez", "3110000000") if words in trail()]


def test_the_same_data_sent_again_change_nothing_and_leave_no_trace(client, entry):
    before = db.session.query(audit.AuditEntry).count()
    assert corrected(client, entry).status_code == 303
    assert db.session.query(audit.AuditEntry).count() == before


def test_a_corrected_document_is_the_one_that_is_found(client, entry):
    corrected(client, entry, number="71.999.888")
    again = city.signed(entry.attendance_list, people.NAME, "71999888")
    assert (again.is_new, again.attendee_id) == (False, entry.id)
    assert city.signed(entry.attendance_list, "Otra", people.NUMBER).is_new


def test_a_document_that_is_on_the_list_is_refused_kindly(client, entry):
    people.attendee(entry.attendance_list, name="Otra Persona", document="71999888")
    answer = corrected(client, entry, number="71.999.888", name="María Nueva")
    assert answer.status_code == 422
    assert "ya está en este listado" in answer.text
    assert "Otra Persona" not in answer.text
    assert 'value="María Nueva"' in answer.text
    assert people.stored(entry.id).document == people.NUMBER


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"number": "12a4"}, "tiene de 3 a 10 cifras, sin letras"),
        ({"document_type": "PA", "number": ""}, "Escriba el número del documento"),
        ({"name": " "}, "Escriba el nombre completo"),
        ({"email": "sin arroba"}, "Escriba un correo completo"),
        ({"phone": "llámeme"}, "Escriba un celular"),
        ({"document_type": "XX"}, "document_type"),
    ],
    ids=["letters", "type-without-number", "no-name", "bad-mail", "bad-phone", "unknown-type"],
)
def test_what_cannot_be_is_refused_with_a_sentence(client, entry, typed, sentence):
    answer = corrected(client, entry, **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert people.stored(entry.id).name == people.NAME


def test_who_did_not_agree_to_be_written_to_has_no_field_for_it(client, app):
    entry = people.attendee(purposes=frozenset({"attendance"}), email="", phone="")
    page = client.get(people.own_path(entry, "/corregir")).text
    assert 'name="email"' not in page
    assert "no guardamos su correo" in page
    corrected(client, entry, email="otra@ejemplo.org")
    assert people.stored(entry.id).email == ""


def test_the_contact_goes_with_the_consent_to_it_and_the_attendance_stays(client, entry):
    answer = send(client, entry, "/autorizaciones", uses=["contact"])
    assert answer.status_code == 303
    entry = people.stored(entry.id)
    assert (entry.email, entry.phone, entry.name) == ("", "", people.NAME)
    assert own_data.consent_of(entry).purposes == ["attendance", "image"]
    assert queries.attended(entry.list_id) == 1
    page = client.get(people.own_path(entry, "/autorizaciones")).text
    assert "Que me escriban" not in page
    assert "fotos y videos" in page
    send(client, entry, "/autorizaciones", uses=["image"])
    assert client.get(people.own_path(entry, "/autorizaciones")).status_code == 303


def test_a_revocation_without_a_choice_asks_for_one(client, entry):
    answer = send(client, entry, "/autorizaciones")
    assert answer.status_code == 422
    assert "Marque al menos una autorización" in answer.text


def test_erased_data_leave_a_number_and_nothing_else(client, entry):
    receipt, list_id = people.own_path(entry), entry.list_id
    assert send(client, entry, "/borrar").status_code == 422
    assert send(client, entry, "/borrar", is_sure="y").status_code == 303
    page = client.get(receipt).text
    assert "se borraron el" in page
    assert not [words for words in NAMELY if words in page]
    row = db.session.query(Attendee).one()
    kept = " ".join(str(value) for value in vars(row).values())
    assert not [words for words in NAMELY if words in kept]
    assert (row.document_digest, row.document_end, row.digest, row.consent_id) == (
        None,
        None,
        "",
        None,
    )
    assert db.session.query(Consent).count() == 0
    assert queries.attended(list_id) == 1
    assert not [words for words in NAMELY if words in trail()]
    for act in ("/corregir", "/borrar", "/autorizaciones"):
        assert client.get(f"{receipt}{act}").status_code == 303
    assert client.get(f"{receipt}/prueba").status_code == 404


def test_a_phone_that_sends_the_form_of_an_erased_entry_again_adds_nobody(app):
    record, form = city.open_list(), "b" * 32
    first = city.signed(record, submission_id=form)
    own_data.erase(people.stored(first.attendee_id), own_data.HERSELF)
    db.session.commit()
    again = city.signed(record, submission_id=form)
    assert (again.is_new, again.receipt) == (False, first.receipt)
    assert queries.attended(record.id) == 1


def test_the_proof_of_the_consent_can_be_printed(client, entry):
    page = client.get(people.own_path(entry, "/prueba")).text
    consent = own_data.consent_of(entry)
    assert consent.notice.sha256 in page
    assert "Código QR" in page
    assert codes.show(entry.receipt) in page
    assert "Dejar constancia de quién asistió." in page
    assert f"versión {consent.notice.number}" in page


def test_the_proof_says_no_more_than_the_notice_that_the_person_saw(client, entry):
    """DAT-04: who agreed to be told what came of it did not agree to letters of another kind."""
    now, (before,) = PURPOSES["contact"].sentence, PURPOSES["contact"].earlier
    pages = ("", "/prueba")
    assert all(now in client.get(people.own_path(entry, page)).text for page in pages)
    notice = own_data.consent_of(entry).notice
    notice.text = notice.text.replace(now, before)
    db.session.commit()
    for page in pages:
        shown = client.get(people.own_path(entry, page)).text
        assert before in shown
        assert now not in shown


def test_the_proof_says_when_the_staff_helped(client, app):
    entry = people.attendee(way=SignInWay.DESK)
    assert "De viva voz" in client.get(people.own_path(entry, "/prueba")).text


def test_a_minor_reads_that_nothing_is_stored(client, app):
    entry = people.minor(city.open_list())
    page = client.get(people.own_path(entry)).text
    assert "No los guardamos: es menor de 18 años." in page
    assert client.get(people.own_path(entry, "/corregir")).status_code == 303


def test_a_receipt_typed_at_the_follow_up_leads_to_the_own_page(client, entry):
    typed = codes.show(entry.receipt).lower()
    answer = client.get("/radicado", query_string={"codigo": typed})
    receipt = client.get(answer.location).text
    for path in (people.own_path(entry), people.certificate_path(entry)):
        assert f'href="{path}"' in receipt
    assert people.NAME not in answer.text + receipt
    answer = client.get("/radicado", query_string={"codigo": entry.certificate})
    assert answer.location == f"/constancia/{codes.show(entry.certificate)}"


def test_a_receipt_of_twelve_signs_opens_what_it_opened(client, entry):
    """Given out before receipts and certificates had sixteen."""
    entry.receipt, entry.certificate = (
        code[: submissions.EARLIER_LENGTH] for code in (entry.receipt, entry.certificate)
    )
    db.session.commit()
    receipt = client.get("/radicado", query_string={"codigo": entry.receipt}).location
    pages = receipt, people.own_path(entry), people.certificate_path(entry)
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    answer = client.get("/radicado", query_string={"codigo": entry.certificate})
    assert client.get(answer.location).status_code == 200


def test_a_code_that_is_nearly_right_looks_like_one_that_never_was(client, entry):
    """Neither the page nor its length tells somebody who guesses that they came closer."""
    base, right = f"/asistencia/{entry.attendance_list.code}", entry.receipt
    assert len(right) * 5 >= 80  # bits
    nearly = right[:-1] + ("0" if right[-1] != "0" else "1")
    for page in ("listo", "pase", "mis-datos", "certificado", "retirada"):
        answers = [
            client.get(f"{base}/{page}/{code}")
            for code in (nearly, right[: submissions.EARLIER_LENGTH], "0" * 16, "NADA")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.text for answer in answers}) == 1


def test_the_database_holds_no_document_in_clear(entry):
    with db.engine.connect() as connection:
        rows = connection.execute(db.text("SELECT * FROM attendee")).mappings().all()
    dump = str([dict(row) for row in rows])
    assert people.NUMBER not in dump
    assert people.EMAIL not in dump
    assert "Junta de Acción" not in dump
    assert sealing.unseal(rows[0]["document"]) == people.NUMBER


def test_of_two_corrections_at_once_the_database_lets_one_win(client, entry, monkeypatch):
    people.attendee(entry.attendance_list, name="Otra Persona", document="71999888")
    monkeypatch.setattr(own_data, "_refuse_taken", lambda *named: None)  # both looked before
    answer = corrected(client, entry, number="71999888")
    assert answer.status_code == 422
    assert "ya está en este listado" in answer.text
