"""Anybody reads the minutes of an event, prints them, and checks their hash (RDC-05)."""

import gzip
import hashlib
import json
import re

import pytest

from participa.cases import service as cases
from participa.core.db import db
from participa.core.files import tagged_pdf
from participa.events.minutes import facts, pdf, service, views, withdrawn
from participa.staff.models import Account
from tests.conftest import need
from tests.events import city
from tests.events.minutes import acta


def test_the_file_has_the_hash_that_the_page_prints(client, app):
    minutes = acta.closed(acta.written(summary="Ñandú «comillas» y 😀"))
    address = f"/eventos/{minutes.event.code}/acta"
    page, file = client.get(address).text, client.get(f"{address}.json")
    assert hashlib.sha256(file.data).hexdigest() == minutes.sha256
    assert minutes.sha256 in page
    assert "sha256sum" in page
    assert json.loads(file.data)["desarrollo"] == "Ñandú «comillas» y 😀"
    assert file.mimetype == "application/json"


def test_the_page_says_what_the_file_says(client, app):
    event = city.held()
    acta.answered(event, 1, there=True)
    acta.commitment(event, 1)
    written = acta.written(event, has_no_commitments=False, by_group={"women": 117, "men": 3})
    page = client.get(f"/eventos/{acta.closed(written).event.code}/acta").text
    assert "Asistieron 120 personas. Conteo a mano" in page
    assert ">117<" not in page
    assert page.count(">Oculto<") == 2
    assert "<dt>Recibidas</dt><dd>1</dd>" in page
    assert "Compromiso 1" in page
    assert "¿Pregunta 1?" in page


def test_the_name_of_whoever_signs_is_not_public(client, app):
    minutes, by = acta.closed(), acta.writer()
    service.sign(minutes, by, "Secretaria técnica")
    db.session.commit()
    page = client.get(f"/eventos/{minutes.event.code}/acta").text
    assert "Secretaria técnica" in page
    assert all(one.name not in page for one in db.session.query(Account))


def test_a_typed_post_stands_beside_the_role_and_the_office_of_the_account(client, app):
    """RDC-05: somebody who signs with a post of another office is seen to."""
    minutes, by = acta.closed(), acta.writer()
    by.office = acta.an_office()
    service.sign(minutes, by, "Alcalde de Medellín")
    signed_as = f"{by.role.value}, {by.office.name}"
    by.office = None  # later it works elsewhere
    db.session.commit()
    page = client.get(f"/eventos/{minutes.event.code}/acta").text
    assert "Alcalde de Medellín" in page
    assert signed_as in page


def redacted_and_closed():
    """Closed minutes with two published questions, one of them in a public text of its own."""
    event = city.held()
    named, other = acta.answered(event, 1), acta.answered(event, 2)
    named.text = "¿Y la casa de Rosa Pérez?"
    cases.redact(named, acta.writer(), "¿Y la casa de una vecina?")
    return acta.closed(acta.written(event)), named, other


def test_the_minutes_state_the_public_text_of_a_question(client, app):
    minutes, *_ = redacted_and_closed()
    address = f"/eventos/{minutes.event.code}/acta"
    for page in (client.get(address).text, client.get(f"{address}.json").text):
        assert "una vecina" in page
        assert "Rosa" not in page


@pytest.mark.parametrize("act", ["hide", "redact", "answer", "delete"])
def test_what_is_hidden_or_corrected_leaves_the_closed_minutes_at_once(client, app, act, at):
    """RDC-05: personal data are gone from public view; what was closed stays in the archive."""
    at(2026, 11, 10, 15)
    minutes, named, _ = redacted_and_closed()
    stored, by = minutes.document, acta.writer()
    named.office = acta.an_office()
    at(2026, 11, 12, 15)
    if act == "hide":
        cases.hide(named, by)
    elif act == "redact":
        cases.redact(named, by, "¿Y la casa?")
    elif act == "answer":
        cases.answer(named, by, "Se corrigió.")
    else:
        db.session.delete(named)
    db.session.commit()
    address = f"/eventos/{minutes.event.code}/acta"
    page, file = client.get(address).text, client.get(f"{address}.json")
    assert "una vecina" not in page
    assert "¿Pregunta 2?" in page
    told = {"hide": "Se ocultó", "delete": "Se ocultó"}.get(act, "Se corrigió")
    day = "" if act == "delete" else " el 12 de noviembre de 2026"
    assert f"{told} una pregunta{day}." in page
    assert "se reabre el acta y se cierra otra vez" in page
    assert "sha256sum" not in page
    assert file.status_code == 410
    assert "una vecina" not in file.text
    assert "Este archivo ya no se publica" in file.text
    assert facts.newest(minutes.event_id).document == stored
    if tagged_pdf.HAS_PDF:
        read = withdrawn.shown(minutes)
        assert "una vecina" not in str(pdf.content(read.document, imprint(minutes, read.told)))
    service.reopen(minutes.event, by, "Se ocultó una pregunta.")
    again = acta.closed(minutes.event)
    assert client.get(f"{address}.json").status_code == 200
    assert ("una vecina" in str(again.document)) == (act == "answer")
    assert client.get(f"{address}.json?revision=1").status_code == 410


def imprint(minutes, told):
    return views.imprint_of(minutes.event, minutes, minutes, told)


def test_a_question_published_again_in_the_same_words_is_back(client, app):
    minutes, named, _ = redacted_and_closed()
    cases.hide(named, acta.writer())
    cases.publish(named, acta.writer())
    db.session.commit()
    address = f"/eventos/{minutes.event.code}/acta"
    assert "una vecina" in client.get(address).text
    assert client.get(f"{address}.json").status_code == 200


def test_invented_minutes_say_so_on_the_page_and_in_the_file(client, app):
    event = city.held()
    event.is_example = True
    minutes = acta.closed(acta.written(event))
    address = f"/eventos/{minutes.event.code}/acta"
    assert "<b>EJEMPLO: sus datos son inventados.</b>" in client.get(address).text
    assert "EJEMPLO" in client.get(f"{address}.json").json["ejemplo"]
    assert "Cerrada el " in client.get(address).text


def test_reopened_minutes_stay_readable_with_the_reason(client, app):
    event = acta.closed().event
    address = f"/eventos/{event.code}/acta"
    first = client.get(f"{address}.json").data
    service.reopen(event, acta.writer(), "Faltó un compromiso.")
    db.session.commit()
    assert "Motivo: Faltó un compromiso." in client.get(address).text
    acta.closed(acta.written(event, summary="Otra vez."))
    newest, older = client.get(address).text, client.get(f"{address}?revision=1").text
    assert "Acta 1 de" in newest
    assert "revisión 2" in newest
    assert "Vale la revisión 2" in older
    assert "Motivo: Faltó un compromiso." in older
    assert client.get(f"{address}.json?revision=1").data == first
    assert client.get(f"{address}.json").data != first


@pytest.mark.parametrize("revision", ["0", "2", "-1", "1e3", "x", "9" * 30, "١"])
def test_a_revision_that_is_not_there_is_not_found(client, app, revision):
    event = acta.closed().event
    assert client.get(f"/eventos/{event.code}/acta?revision={revision}").status_code == 404


@pytest.mark.parametrize("ending", ["", ".json", ".pdf"])
def test_an_event_without_minutes_has_no_page_for_them(client, app, ending):
    event = acta.written()
    assert client.get(f"/eventos/{event.code}/acta{ending}").status_code == 404


def test_the_page_of_the_event_leads_to_its_minutes(client, app):
    event = acta.closed().event
    page = client.get(f"/eventos/{event.code}").text
    assert f'href="/eventos/{event.code}/acta"' in page


def test_the_pdf_comes_with_its_name_and_the_code_in_any_case(client, app):
    if not tagged_pdf.HAS_PDF:
        need("pdf", "pip install -e '.[pdf]'")
    event = acta.closed().event
    file = client.get(f"/eventos/{event.code.lower()}/acta.pdf")
    assert (file.status_code, file.mimetype) == (200, "application/pdf")
    assert file.data.startswith(b"%PDF-")
    assert f"acta-{event.code}-revision-1.pdf" in file.headers["Content-Disposition"]
    assert "acta.pdf" in client.get(f"/eventos/{event.code}/acta").text


def test_without_the_extra_there_is_no_link_and_the_address_says_why(client, app, monkeypatch):
    monkeypatch.setattr(tagged_pdf, "HAS_PDF", False)
    event = acta.closed().event
    assert "acta.pdf" not in client.get(f"/eventos/{event.code}/acta").text
    answer = client.get(f"/eventos/{event.code}/acta.pdf")
    assert answer.status_code == 404
    assert "no hace el acta en PDF" in answer.text
    assert f'href="/eventos/{event.code}/acta"' in answer.text


def test_minutes_are_light_and_fetch_no_picture_at_first(client, app):
    event = acta.closed().event
    address = f"/eventos/{event.code}/acta"
    assert len(gzip.compress(client.get(address).data)) < 14_000
    assert not re.findall(r"<img(?![^>]*loading=\"lazy\")", client.get(address).text)


def test_a_hostile_text_is_printed_as_text(client, app):
    hostile = "<script>alert(1)</script>"
    event = acta.closed(acta.written(summary=hostile)).event
    page = client.get(f"/eventos/{event.code}/acta").text
    assert hostile not in page
    assert "&lt;script&gt;" in page
    assert facts.newest(event.id).document["desarrollo"] == hostile
