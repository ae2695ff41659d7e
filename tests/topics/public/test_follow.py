"""An answer followed by its receipt, with the question that was sent with it."""

import pytest

from participa.cases.models import Case
from participa.core import codes, submissions
from participa.core.db import db
from participa.topics import queries
from tests.topics.builders import CODE, call, filled, stored

ADDRESS = f"/temas/{CODE}"


@pytest.fixture
def city(make, at):
    at(2026, 11, 10, 15)
    return make(call())


def follow(client, code):
    return client.get(f"/radicado?codigo={code}")


def test_a_receipt_shows_that_the_answer_arrived_and_what_comes_next(client, city):
    client.post(ADDRESS, data=filled(city, client.get(ADDRESS), proposal="Ruido"))
    receipt = stored()[0].receipt
    page = follow(client, receipt.lower())
    assert page.status_code == 200
    assert "Su respuesta está guardada" in page.text
    assert codes.show(receipt) in page.text
    assert f"en «{city.title}»" in page.text
    assert "El formulario cierra el viernes 20 de noviembre" in page.text
    secret = [topic.title for topic in city.topics] + ["Ruido", "Su pregunta"]
    assert [words for words in secret if words in page.text] == []


def test_a_receipt_leads_to_the_question_and_the_question_to_no_answer(client, city):
    """PQR-05, RDC-04."""
    client.post(ADDRESS, data=filled(city, client.get(ADDRESS), question="¿Cuándo abre?"))
    answer = stored()[0]
    page = follow(client, answer.receipt).text
    assert "«¿Cuándo abre?»" in page
    assert "a más tardar el miércoles 2 de diciembre. Son 15 días hábiles desde que llegó." in page
    alone = follow(client, queries.question_code(answer.submission_id)).text
    assert "«¿Cuándo abre?»" in alone
    assert "Su respuesta está guardada" not in alone
    assert answer.receipt[:4] not in alone


def test_a_receipt_of_twelve_signs_opens_what_it_opened(client, city):
    """Given out before receipts had sixteen, with the question that was sent with it."""
    form = filled(city, client.get(ADDRESS), question="¿Cuándo abre?")
    client.post(ADDRESS, data=form)
    answer = stored()[0]
    answer.receipt = earlier = answer.receipt[: submissions.EARLIER_LENGTH]
    asked = queries.question_of(answer) or db.session.query(Case).one()
    asked.code = asked.code[: submissions.EARLIER_LENGTH]
    db.session.commit()
    assert "«¿Cuándo abre?»" in follow(client, earlier).text
    assert "«¿Cuándo abre?»" in follow(client, asked.code).text
    again = client.post(ADDRESS, data=form)
    assert again.location == f"{ADDRESS}/comprobante/{earlier}"
    assert client.get(again.location).status_code == 200


def test_a_closed_call_offers_its_results(client, city, at):
    client.post(ADDRESS, data=filled(city, client.get(ADDRESS)))
    at(2026, 12, 1, 15)
    page = follow(client, stored()[0].receipt).text
    assert f'<a href="{ADDRESS}/resultados">Vea los resultados' in page
