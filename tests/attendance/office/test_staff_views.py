"""The staff make the list of an event, publish it, close it and reopen it."""

import pytest
from werkzeug.datastructures import MultiDict

from participa.attendance import queries, service
from participa.attendance.models import AttendanceList
from participa.core.audit import AuditEntry
from participa.core.db import db
from tests.attendance import city
from tests.attendance.office.sending import form_of, sent
from tests.ballots.city import task_of_the_plan
from tests.events import city as events
from tests.plan.builders import office

HOME = "/gestion/asistencia"


def test_the_page_of_a_called_event_offers_to_make_its_list(staff):
    event = events.called()
    page = staff("EDITOR").get(f"/gestion/eventos/{event.code}").text
    assert f'href="{HOME}/nuevo/{event.code}">Hacer el listado de asistencia</a>' in page


def test_the_offer_is_for_the_staff_alone(client, app):
    event = events.called()
    assert "Hacer el listado" not in client.get(f"/eventos/{event.code}").text


def test_a_draft_is_found_from_its_event_and_the_public_does_not_see_it(staff, client):
    record = city.draft()
    page = staff("EDITOR").get(f"/gestion/eventos/{record.event.code}").text
    assert f'href="{HOME}/{record.code}">Listado de asistencia</a>' in page
    assert "Listado de asistencia" not in client.get(f"/eventos/{record.event.code}").text


def test_a_called_event_without_a_list_can_be_chosen(staff):
    free, taken = (
        events.called(title="Foro libre"),
        city.draft(city.event_now(title="Foro ocupado")),
    )
    planned = events.planned(title="Foro sin convocar")
    page = staff("EDITOR").get(f"{HOME}/nuevo").text
    assert f'href="{HOME}/nuevo/{free.code}"' in page
    assert taken.event.code not in page
    assert planned.code not in page


def test_an_event_that_was_not_called_gets_no_list(staff):
    event = events.planned()
    page = staff("EDITOR").get(f"{HOME}/nuevo/{event.code}").text
    assert "Convoque primero el evento." in page
    assert "<textarea" not in page


def test_an_event_with_a_list_leads_to_it(staff):
    record = city.draft()
    page = staff("EDITOR").get(f"{HOME}/nuevo/{record.event.code}").text
    assert f'href="{HOME}/{record.code}">Abrir el listado</a>' in page


def test_the_office_of_an_event_is_the_only_one_that_makes_its_list(staff):
    ours, theirs = office(), office("otra", "Otra secretaría")
    db.session.add_all([ours, theirs])
    db.session.flush()
    event = events.called(office_id=theirs.id)
    visitor = staff("RESPONSIBLE", office=ours)
    assert visitor.get(f"{HOME}/nuevo/{event.code}").status_code == 404
    assert event.code not in visitor.get(f"{HOME}/nuevo").text


def test_a_list_is_published_once_nothing_is_missing(staff, client):
    record = city.draft()
    visitor = staff("EDITOR")
    page = visitor.get(f"{HOME}/{record.code}")
    assert "Para publicar falta" not in page.text
    answer = sent(visitor, f"{HOME}/{record.code}", "/publicar")
    assert "Publicó el listado." in visitor.get(answer.location).text
    assert client.get(f"/asistencia/{record.code}").status_code == 200


def test_a_closing_before_its_hour_needs_a_reason_that_the_public_reads(staff, client):
    record = city.open_list()
    visitor, path = staff("EDITOR"), f"{HOME}/{record.code}/cerrar"
    refused = sent(visitor, path)
    assert "Escriba por qué se cierra antes de la fecha anunciada." in refused.text
    assert sent(visitor, path, reason="Empezó a llover.").status_code == 302
    assert "Motivo: Empezó a llover." in client.get(f"/asistencia/{record.code}/resultados").text


def test_a_closed_list_is_reopened_until_another_hour_with_a_reason(staff, at):
    at(2026, 3, 20, 15)
    record = city.closed_list()
    until = {"closes_at": "2026-03-20T18:00", "reason": "Faltó la segunda fila."}
    sent(staff("EDITOR"), f"{HOME}/{record.code}/reabrir", **until)
    db.session.expire_all()
    assert db.session.get(AttendanceList, record.id).is_open
    entry = db.session.query(AuditEntry).filter_by(action="attendance.reopened").one()
    assert entry.details["reason"] == "Faltó la segunda fila."


def test_what_is_asked_stays_once_somebody_has_signed(staff):
    record = city.open_list()
    city.signed(record)
    visitor, path = staff("EDITOR"), f"{HOME}/{record.code}/cambiar"
    assert "Ya hay firmas." in visitor.get(path).text
    refused = sent(visitor, path, asks_organisation="y")
    assert service.FROZEN in refused.text
    assert sent(visitor, path, doors="Norte\nSur").status_code == 302
    db.session.expire_all()
    assert db.session.get(AttendanceList, record.id).doors == ["Norte", "Sur"]


@pytest.mark.parametrize(
    ("doors", "sentence"),
    [
        ("Norte\nnorte", "Cada puerta se escribe una sola vez."),
        ("\n".join(f"P{n}" for n in range(13)), "Ponga hasta 12 puertas"),
        ("x" * 41, "Ponga hasta 12 puertas"),
    ],
    ids=["twice", "thirteen", "too long"],
)
def test_doors_that_cannot_be_are_refused_and_what_was_typed_stays(staff, doors, sentence):
    record = city.draft()
    page = sent(staff("EDITOR"), f"{HOME}/{record.code}/cambiar", doors=doors)
    assert page.status_code == 422
    assert sentence in page.text
    assert doors.splitlines()[0] in page.text


def test_a_list_has_its_poster_its_qr_and_its_projected_page(staff):
    record = city.open_list()
    visitor = staff("READER")
    for word in ("cartel", "proyectar", "proyectar.json", "qr.svg", "qr.png"):
        assert visitor.get(f"{HOME}/{record.code}/{word}").status_code == 200, word


def test_who_reads_without_personal_data_sees_numbers_and_no_names(staff):
    record = city.open_list()
    city.signed(record, "Ángela Úsuga", "1017123456")
    visitor = staff("READER")
    page = visitor.get(f"{HOME}/{record.code}").text
    assert "<dd>1</dd>" in page
    assert "Úsuga" not in page
    for word in ("personas", "exportar", "personas/1"):
        assert visitor.get(f"{HOME}/{record.code}/{word}").status_code == 403, word


def test_the_staff_see_the_details_after_the_closing(staff):
    record = city.closed_list(variables=["territorio", "curso_vida"])
    for number in range(6):
        details = {"territorio": ["01"], "curso_vida": ["AU"]}
        city.signed(record, document=f"101712345{number}", details=details)
    page = staff("READER").get(f"{HOME}/{record.code}").text
    assert "Hay respuestas de 1 de 21 territorios." in page
    assert "Cómo firmaron" in page


def test_a_list_that_was_made_twice_from_one_page_is_one(staff):
    event, task = city.event_now(), task_of_the_plan()
    db.session.commit()
    visitor, path = staff("EDITOR"), f"{HOME}/nuevo/{event.code}"
    form = form_of(visitor.get(path), path)
    values = [*form.as_it_stands(), ("tasks", str(task.id))]
    first, second = (visitor.post(path, data=MultiDict(values)) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.location.partition("?")[0] == second.location.partition("?")[0]
    record = queries.list_of_event(event.id)
    assert record is not None
    assert (record.opens_at, record.closes_at) == (event.opens_at, event.closes_at)
