"""The staff write, read, close, sign and reopen the minutes of an event (RDC-05)."""

import re

import pytest

from participa.core.db import db
from participa.core.editing import versions
from participa.events import service as events
from participa.events.minutes import facts, service
from participa.events.minutes.document import document
from participa.events.models import Event
from participa.events.record_models import Minutes
from tests.events import city
from tests.events.minutes import acta
from tests.formats.builders import in_force
from tests.plan.builders import office
from tests.visitor import where

OURS, THEIRS = "Lo que escribió la primera persona.", "Lo que escribió la segunda persona."


def address(event: Event, page: str = "") -> str:
    return f"/gestion/eventos/{event.code}/acta{page}"


def send(visitor, path: str, **typed):
    page = visitor.get(path)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    return visitor.post(path, data={"csrf_token": token} | typed)


def test_from_the_first_word_to_the_signed_minutes(staff, app):
    event, editor = city.held(), staff("EDITOR")
    before = editor.get(address(event)).text
    assert "Para cerrar el acta falta" in before
    assert "Leer y cerrar" not in before
    typed = {"summary": acta.SUMMARY, "attended": "120", "women": "60", "men": "57", "others": "3"}
    done = send(editor, address(event, "/escribir"), **typed, has_no_commitments="y")
    assert where(done) == address(event)
    preview = editor.get(address(event, "/cerrar")).text
    assert "Asistieron 120 personas. Conteo a mano" in preview
    assert "Acta sin número todavía" not in preview or "Cerrar con acta" in preview
    closed = send(editor, address(event, "/cerrar"))
    assert where(closed) == address(event)
    assert "Cerró el evento con su acta." in editor.get(closed.location).text
    send(editor, address(event, "/firmar"), position="Secretaria técnica")
    shown = editor.get(address(event)).text
    assert "Acta 1 de" in shown
    assert "<b>Secretaria técnica</b>" in shown
    assert f"Firmó {editor.account.name} (Editor" in shown
    assert ">Firmar<" not in shown


def test_what_is_missing_stays_on_the_page(staff, app):
    event, editor = acta.written(city.held(), attended=None), staff("EDITOR")
    page = editor.get(address(event, "/cerrar"))
    assert "decir cuántas personas asistieron" in page.text
    assert "Cerrar con acta" not in page.text


def test_what_closes_is_what_the_page_showed(staff, app):
    """A commitment that a colleague adds meanwhile is not closed unread."""
    event, editor = acta.written(has_no_commitments=True), staff("EDITOR")
    path = address(event, "/cerrar")
    page = editor.get(path)
    acta.answered(event, 1)
    db.session.commit()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    refused = editor.post(path, data={"csrf_token": token})
    assert refused.status_code == 409
    assert "Esto cambió después de que usted abrió la página" in refused.text
    assert "Cerrar con acta" in refused.text
    assert facts.newest(event.id) is None
    assert send(editor, path).status_code == 302


def test_a_second_click_on_the_button_leads_to_the_closed_minutes(staff, app):
    event, editor, other = acta.written(), staff("EDITOR"), staff("EDITOR")
    path = address(event, "/cerrar")
    tokens = {
        one: re.search(r'name="csrf_token" value="([^"]+)"', one.get(path).text)[1]
        for one in (editor, other)
    }
    done = [editor.post(path, data={"csrf_token": tokens[editor]}) for _ in range(2)]
    assert [(one.status_code, where(one)) for one in done] == [(302, address(event))] * 2
    assert "El acta ya está cerrada: usted la cerró." in editor.get(done[1].location).text
    refused = other.post(path, data={"csrf_token": tokens[other]})
    assert refused.status_code == 409
    assert "Cerró un evento" in refused.text
    assert db.session.query(Minutes).count() == 1


def test_the_draft_proposes_an_official_format_and_stores_the_chosen_one(staff, app):
    official = in_force("FO-GESI-012")
    db.session.add(official)
    db.session.commit()
    event, editor = city.held(), staff("EDITOR")
    path = address(event, "/escribir")
    assert "FO-GESI-012" in editor.get(path).text
    send(editor, path, summary=OURS, attended="9", official_format=str(official.id))
    assert "Código: FO-GESI-012" in str(
        document(facts.facts_of(db.session.get_one(Event, event.id), []))
    )


def test_two_officials_who_write_see_both_texts(staff, app):
    event, path = city.held(), ""
    path = address(event, "/escribir")
    first, second = staff("EDITOR"), staff("EDITOR")
    token = re.search(r'name="csrf_token" value="([^"]+)"', second.get(path).text)[1]
    assert send(first, path, summary=OURS).status_code == 302
    refused = second.post(path, data={"csrf_token": token, "summary": THEIRS})
    assert refused.status_code == 409
    assert OURS in refused.text
    assert THEIRS in refused.text
    assert facts.draft_of(db.session.get_one(Event, event.id)).summary == OURS


def test_a_draft_is_written_before_the_event_is_over(staff, app):
    event, editor = city.called(), staff("EDITOR")
    assert send(editor, address(event, "/escribir"), summary=OURS).status_code == 302
    assert OURS in editor.get(address(event)).text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"attended": "mucha gente"}, "Escriba un número."),
        ({"attended": "-4"}, "Escriba un número de 0 a 100000."),
        ({"attended": "10", "women": "8", "men": "8"}, "los grupos suman 16 y el total es 10"),
        ({"women": "8"}, "Escriba primero cuántas personas asistieron en total."),
        ({"summary": "a" * 20_001}, "Use hasta 20.000 letras."),
    ],
)
def test_numbers_that_cannot_be_are_refused_with_what_was_typed(staff, app, typed, sentence):
    event, editor = city.held(), staff("EDITOR")
    refused = send(editor, address(event, "/escribir"), **({"summary": OURS} | typed))
    assert refused.status_code == 422
    assert sentence in refused.text
    assert typed.get("summary", OURS) in refused.text


def test_editors_reopen_and_nobody_else(staff, app):
    event = acta.closed().event
    writer = staff("RESPONSIBLE", office=event.office)
    assert ">Reabrir<" not in writer.get(address(event)).text
    assert writer.get(address(event, "/reabrir")).status_code == 403
    done = send(staff("EDITOR"), address(event, "/reabrir"), reason="Faltó un compromiso.")
    assert where(done) == address(event)
    assert not db.session.get_one(Event, event.id).is_locked


def test_a_closed_event_offers_neither_writing_nor_closing(staff, app):
    event, editor = acta.closed().event, staff("EDITOR")
    for page in ("/escribir", "/cerrar"):
        shown = editor.get(address(event, page))
        assert "ya está cerrada" in shown.text
        assert "<textarea" not in shown.text
        assert "Cerrar con acta" not in shown.text


def test_readers_read_and_write_nothing(staff, app):
    event, reader = acta.written(), staff("READER")
    assert "Escribir el acta" not in reader.get(address(event)).text
    assert reader.get(address(event, "/cerrar")).status_code == 403


def test_another_office_finds_no_minutes(staff, make):
    event = acta.written()
    other = staff("RESPONSIBLE", office=make(office("otra", "Secretaría de Otra Cosa")))
    for page in ("", "/escribir", "/cerrar", "/firmar"):
        assert other.get(address(event, page)).status_code == 404


def test_an_older_page_does_not_sign_the_next_revision(staff, app):
    event, editor = acta.closed().event, staff("EDITOR")
    path = address(event, "/firmar")
    token = re.search(r'name="csrf_token" value="([^"]+)"', editor.get(path).text)[1]
    versions.lock(event)
    service.reopen(event, acta.writer(), "Faltó algo.")
    acta.closed(event)
    refused = editor.post(path, data={"csrf_token": token, "position": "Directora"})
    assert refused.status_code == 409
    assert [one.signatures for one in db.session.query(Minutes)] == [[], []]


def test_a_locked_event_says_how_to_change_it(staff, app):
    event = acta.closed().event
    path = f"/gestion/eventos/{event.code}/cambiar"
    page = staff("EDITOR").get(path)
    assert events.LOCKED in page.text
    assert "Guardar" not in page.text
