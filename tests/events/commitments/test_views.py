"""Everybody reads the commitments: overdue ones first, each with its history; and a matrix."""

import json
from datetime import timedelta
from io import BytesIO

from python_calamine import CalamineWorkbook

from participa.core import clock
from participa.core.db import db
from participa.events.commitments import service
from participa.events.questions import service as questions
from participa.events.record_models import AskedBy, CommitmentState
from tests.ballots.city import officials
from tests.events import city
from tests.events.commitments.test_service import KEPT, noted, report, todays_plan
from tests.plan.builders import office

INDEX = "/eventos/compromisos"
# As the official matrix has them; two more say where the row comes from.
OFFICIAL = (
    "#",
    "Compromiso",
    "Origen",
    "Dependencia",
    "Responsable",
    "Fecha",
    "Entregable",
    "Estado",
    "Avance",
    "Evidencia",
    "Fecha de respuesta pública",
)


def some(at):
    """An overdue one, one that goes on, one that was kept; and one of a plan."""
    at(2026, 11, 10, 15)
    event = city.held()
    later = noted(event, text="Pintar la cebra.", due_on=clock.today() + timedelta(days=40))
    late = noted(event, text="Instalar rampas.", due_on=clock.today() + timedelta(days=1))
    kept = noted(event, text="Abrir la biblioteca.", due_on=clock.today())
    report(kept, KEPT, "Abrió el lunes.", evidence_url="/plan")
    noted(todays_plan(), text="Algo que nadie sabe todavía.")
    at(2026, 11, 18, 15)
    return event, later, late, kept


def test_overdue_ones_stand_first_with_word_and_shape(client, at):
    some(at)
    page = client.get(INDEX).text
    places = [page.index(one) for one in ("Instalar rampas.", "Pintar la cebra.", "Abrir la bibl")]
    assert places == sorted(places)
    assert page.count('<span class="state late">Vencido</span>') == 1
    assert "Venció el 11 de noviembre de 2026." in page
    assert "Algo que nadie sabe todavía." not in page


def test_the_list_is_narrowed_by_its_address(client, make, at):
    some(at)
    other = make(office("salud", "Secretaría de Salud"))
    noted(city.held(), text="Vacunar.", office=other)
    assert rows(client, f"?dependencia={other.id}") == ["Vacunar."]
    assert rows(client, "?plazo=vencidos") == ["Instalar rampas."]
    assert rows(client, "?estado=cumplido") == ["Abrir la biblioteca."]
    assert "Ninguna fila coincide" in client.get(f"{INDEX}?buscar=xyz").text


def rows(client, query=""):
    """The texts of the matrix, narrowed like the page."""
    found = json.loads(client.get(f"{INDEX}.json{query}").text)["rows"]
    texts = [row["commitment"] for row in found]
    page = client.get(f"{INDEX}{query}").text
    assert all(text in page for text in texts)
    return texts


def test_a_commitment_shows_its_history_with_the_office_and_no_name(client, at):
    """RDC-07: each change keeps author, date, previous value."""
    _, _, _, kept = some(at)
    page = client.get(f"/eventos/{kept.event.code}/compromisos/{kept.number}").text
    for words in ("Abrió el lunes.", "Pendiente", "Cumplido", "10 de noviembre de 2026"):
        assert words in page
    assert officials()[0].name not in page
    assert client.get(f"/eventos/{kept.event.code}/compromisos/99").status_code == 404


def test_what_a_plan_promises_is_nobodys_business_before_the_call(client):
    made = noted(todays_plan())
    report(made, evidence_url="/plan")
    address = f"/eventos/{made.event.code}/compromisos/1"
    assert client.get(address).status_code == 404
    assert client.get(f"{address}/evidencia").status_code == 404


def test_a_removed_one_says_when_and_why_and_stays_in_the_matrix(client, at):
    """RDC-07."""
    event, later, *_ = some(at)
    service.remove(later, officials()[0], "Se anotó dos veces.")
    db.session.commit()
    page = client.get(f"/eventos/{event.code}/compromisos/{later.number}").text
    assert "Se quitó el 18 de noviembre de 2026. Motivo: Se anotó dos veces." in page
    assert rows(client, "?estado=retirado") == ["Pintar la cebra."]
    assert "Pintar la cebra." not in rows(client, "?estado=pendiente")
    found = json.loads(client.get(f"{INDEX}.json").text)["rows"]
    [row] = [row for row in found if row["commitment"] == "Pintar la cebra."]
    assert row["state"] == "Retirado"
    assert "Motivo: Se anotó dos veces." in row["removed"]
    assert "2 compromisos." in client.get(f"/eventos/{event.code}").text


def test_the_list_tells_events_of_one_title_apart_by_their_day(client, at):
    event, *_ = some(at)
    assert f"{event.title}</a>, 10/11/2026" in client.get(INDEX).text


def test_the_page_of_the_event_lists_its_commitments(client, at):
    event, *_ = some(at)
    page = client.get(f"/eventos/{event.code}").text
    assert "3 compromisos." in page
    assert "<b>1 vencido.</b>" in page
    assert f'href="/eventos/{event.code}/compromisos/2"' in page


def test_the_matrix_has_the_official_columns_and_the_same_rows_in_every_format(client, at):
    some(at)
    found = json.loads(client.get(f"{INDEX}.json").text)
    labels = [column["label"] for column in found["columns"]]
    assert tuple(labels[: len(OFFICIAL)]) == OFFICIAL
    csv = client.get(f"{INDEX}.csv").data.decode("utf-8-sig").splitlines()
    assert csv[0].startswith("#;Compromiso;Origen;Dependencia;Responsable;Fecha;Entregable")
    with client.get(f"{INDEX}.xlsx") as file:
        sheet = CalamineWorkbook.from_filelike(BytesIO(file.data))
    texts = [row["commitment"] for row in found["rows"]]
    assert texts == ["Instalar rampas.", "Pintar la cebra.", "Abrir la biblioteca."]
    excel = sheet.get_sheet_by_index(0).to_python()
    assert [text for row in excel for text in row if text in texts] == texts
    assert [row["state"] for row in found["rows"]] == ["Vencido", "Pendiente", "Cumplido"]
    assert client.get(f"{INDEX}.pdf").status_code == 404


def test_no_cell_of_the_matrix_is_a_formula(client):
    evil = '=HYPERLINK("https://ejemplo.org")'
    noted(text=evil, deliverable="+1", position="@cmd")
    body = client.get(f"{INDEX}.csv").data.decode("utf-8-sig")
    assert "'=HYPERLINK" in body
    assert ";'+1;" in body
    assert ";'@cmd;" in body


def test_the_matrix_says_from_which_question_it_comes_once_it_is_public(client, at):
    at(2026, 11, 10, 15)
    event = city.held()
    today = clock.today()
    case = questions.register(event, officials()[0], ["¿Y las rampas?"], AskedBy.CARD, today)
    made = noted(event, case=case)
    (row,) = json.loads(client.get(f"{INDEX}.json").text)["rows"]
    assert row["origin"] == "Pregunta de una persona en el evento"
    assert row["answered_on"] is None
    case.office = made.office
    questions.answer_together(event, officials()[0], [case.id], "En marzo.")
    db.session.commit()
    (row,) = json.loads(client.get(f"{INDEX}.json").text)["rows"]
    assert (row["origin"], row["answered_on"]) == ("Pregunta: ¿Y las rampas?", "2026-11-10")
    assert "«¿Y las rampas?»" in client.get(f"/eventos/{event.code}/compromisos/1").text


def test_the_statements_of_the_list_do_not_grow_with_its_rows(client, questions):
    noted()
    before = len(questions)
    client.get(INDEX)
    few = len(questions) - before
    event = city.held()
    for _ in range(6):
        noted(event)
    before = len(questions)
    client.get(INDEX)
    assert len(questions) - before == few


def test_an_empty_list_says_what_stands_here(client):
    page = client.get(INDEX).text
    assert "Aquí están los compromisos que la ciudad hace en sus eventos." in page
    assert CommitmentState.PENDING.value not in page
