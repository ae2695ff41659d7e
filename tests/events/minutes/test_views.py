"""Anybody reads the minutes of an event, prints them, and checks their hash (RDC-05)."""

import gzip
import hashlib
import json
import re

import pytest

from participa.core.db import db
from participa.events.minutes import facts, pdf, service
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
    if not pdf.HAS_PDF:
        need("pdf", "pip install -e '.[pdf]'")
    event = acta.closed().event
    file = client.get(f"/eventos/{event.code.lower()}/acta.pdf")
    assert (file.status_code, file.mimetype) == (200, "application/pdf")
    assert file.data.startswith(b"%PDF-")
    assert f"acta-{event.code}-revision-1.pdf" in file.headers["Content-Disposition"]
    assert "acta.pdf" in client.get(f"/eventos/{event.code}/acta").text


def test_without_the_extra_there_is_no_link_and_the_address_says_why(client, app, monkeypatch):
    monkeypatch.setattr(pdf, "HAS_PDF", False)
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
