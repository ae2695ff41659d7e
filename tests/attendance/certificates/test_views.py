"""Who came has a certificate; a third party learns that it is valid, and hardly whose it is."""

from datetime import timedelta

import pytest

from participa.attendance import sign_in, withdrawals
from participa.attendance.certificates import facts, views
from participa.attendance.rights import retention
from participa.core import clock, codes
from participa.core.db import db
from participa.core.files import tagged_pdf
from participa.core.web import limits
from tests.attendance import city, people
from tests.conftest import need
from tests.visitor import field


@pytest.fixture
def entry(app):
    return people.attendee()


def test_the_certificate_names_the_person_the_event_and_the_hours(client, entry):
    sign_in.leave(entry.id, None, clock.now() + timedelta(hours=2))
    db.session.commit()
    answer = client.get(people.certificate_path(entry))
    assert answer.status_code == 200
    for words in (people.NAME, "Audiencia pública", "entró a las", "y salió a las", "Teatro"):
        assert words in answer.text
    assert codes.show(entry.certificate) in answer.text
    assert f"/constancia/{entry.certificate}" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_the_document_shows_its_last_digits_or_nothing_as_the_person_prefers(client, entry):
    path = people.certificate_path(entry)
    assert "cédula de ciudadanía •••• 3456" in client.get(path).text
    without = client.get(f"{path}?documento=sin").text
    assert "3456" not in without
    assert "Ahora no se ve" in without
    for page in (client.get(path).text, without):
        assert people.NUMBER not in page


def test_the_whole_document_shows_to_who_writes_it_and_to_nobody_else(client, entry):
    path = people.certificate_path(entry)
    form = {"submission": field(client.get(path), "submission"), "number": "1.017.123.456"}
    answer = client.post(path, data=form)
    assert answer.status_code == 303
    assert people.NUMBER not in answer.location
    assert f"cédula de ciudadanía {people.NUMBER}" in client.get(answer.location).text
    wrong = client.post(path, data=form | {"number": "1017123457"})
    assert wrong.status_code == 422
    assert "Ese número no es el de esta firma" in wrong.text
    assert people.NUMBER not in wrong.text
    other = people.attendee(entry.attendance_list, document="71123456")
    token = answer.location.partition("?")[2]
    assert "71123456" not in client.get(f"{people.certificate_path(other)}?{token}").text


def test_the_number_is_guessed_a_few_times_only(client, entry):
    path = people.certificate_path(entry)
    form = {"submission": field(client.get(path), "submission"), "number": "999999"}
    told = [client.post(path, data=form).status_code for _ in range(limits.TRIES.amount + 1)]
    assert told[0] == 422
    assert told[-1] == 429


def test_there_is_no_certificate_of_who_registered_and_did_not_come(client, app):
    entry = people.attendee(comes_now=False)
    answer = client.get(people.certificate_path(entry))
    assert facts.NOT_YET in answer.text
    assert client.get(f"{people.certificate_path(entry)}.pdf").status_code == 404
    assert client.get(f"/constancia/{entry.certificate}").status_code == 404


def test_a_minor_reads_why_there_is_no_certificate(client, app):
    entry = people.minor(city.open_list())
    answer = client.get(people.certificate_path(entry))
    assert facts.NAMELESS in answer.text
    assert client.get(f"/constancia/{entry.certificate}").status_code == 404


def test_a_certificate_ends_with_the_data_of_the_person(client, entry):
    withdrawals.erase(entry, "ella")
    db.session.commit()
    assert facts.ERASED in client.get(people.certificate_path(entry)).text
    assert client.get(f"/constancia/{entry.certificate}").status_code == 404


def test_a_mistaken_entry_has_no_page_at_all(client, entry):
    paths = [people.certificate_path(entry), f"/constancia/{entry.certificate}"]
    withdrawals.withdraw(entry, "mesa")
    db.session.commit()
    assert [client.get(path).status_code for path in paths] == [404, 404]


def test_a_receipt_opens_nothing_at_the_address_of_another_list(client, entry):
    other = city.open_list()
    assert client.get(f"/asistencia/{other.code}/certificado/{entry.receipt}").status_code == 404
    assert client.get(f"/asistencia/{other.code}/mis-datos/{entry.receipt}").status_code == 404


def test_a_third_party_sees_initials_event_and_day_and_nothing_else(client, entry):
    answer = client.get(f"/constancia/{codes.show(entry.certificate).lower()}")
    assert answer.status_code == 200
    assert "Constancia válida" in answer.text
    assert "M. P. G." in answer.text
    assert "Audiencia pública" in answer.text
    for private in ("Pilar", "3456", people.EMAIL, entry.receipt, "Junta de Acción"):
        assert private not in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_every_code_that_is_no_certificate_gets_the_same_page(client, entry, questions):
    nearly = entry.certificate[:-1] + ("0" if entry.certificate[-1] != "0" else "1")
    asked = []
    pages = set()
    for code in (nearly, "ZZZZZZZZZZZZ", "1", entry.receipt, "no-es-un-código", "9" * 500):
        before = len(questions)
        answer = client.get(f"/constancia/{code}")
        assert answer.status_code == 404
        pages.add(answer.text)
        asked.append(len(questions) - before)
    assert len(pages) == 1
    assert set(asked) == {1}


def test_the_page_of_no_certificate_says_when_names_are_erased(client, monkeypatch):
    assert (
        f"a los\n{retention.MONTHS_OF_NAMES} meses del evento" in client.get("/constancia/1").text
    )
    monkeypatch.setattr(views, "MONTHS_OF_NAMES", 36)
    assert "a los\n36 meses del evento" in client.get("/constancia/1").text


def test_a_code_read_on_paper_is_typed_in_any_way(client, entry):
    typed = codes.show(entry.certificate).lower().replace("-", " ")
    answer = client.get("/constancia", query_string={"codigo": typed})
    assert answer.location.endswith(f"/constancia/{codes.show(entry.certificate)}")
    assert "Comprobar" in client.get("/constancia").text


def test_who_types_no_code_is_asked_for_it(client):
    assert "Escriba el código" not in client.get("/constancia").text
    assert "Escriba el código" in client.get("/constancia?codigo=+").text


def test_guessing_codes_ends_at_a_limit_that_a_hall_does_not_reach(client, entry, monkeypatch):
    few = type(limits.PHONES)(5)
    monkeypatch.setattr(limits, "PHONES", few)
    told = [client.get(f"/constancia/{number}").status_code for number in range(6)]
    assert told == [404] * 5 + [429]
    assert limits.ADDRESS.amount >= 2000  # each minute, from one Wi-Fi


def test_the_header_of_the_format_and_the_word_example_stand_on_it(client, demo, monkeypatch):
    entry = people.attendee(city.open_list(is_example=True))
    monkeypatch.setattr(facts, "printed_header", lambda *named: ("Código: FO-GESI-012",))
    page = client.get(people.certificate_path(entry)).text
    assert "Código: FO-GESI-012" in page
    assert facts.EXAMPLE in page
    assert "<b>Ejemplo.</b>" in client.get(f"/constancia/{entry.certificate}").text


def test_the_pdf_comes_with_its_name_and_is_kept_by_nobody(client, entry):
    if not tagged_pdf.HAS_PDF:
        need("pdf", "pip install -e '.[pdf]'")
    file = client.get(f"{people.certificate_path(entry)}.pdf?documento=sin")
    assert (file.status_code, file.mimetype) == (200, "application/pdf")
    assert f"constancia-{entry.certificate}.pdf" in file.headers["Content-Disposition"]
    assert file.headers["Cache-Control"] == "no-store"


def test_without_the_extra_the_page_remains(client, entry, monkeypatch):
    monkeypatch.setattr(tagged_pdf, "HAS_PDF", False)
    path = people.certificate_path(entry)
    assert "Descargar en PDF" not in client.get(path).text
    answer = client.get(f"{path}.pdf")
    assert answer.status_code == 404
    assert "no hace la constancia en PDF" in answer.text
