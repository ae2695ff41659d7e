"""A question followed by its own code, on the page for every code."""

import pytest

from participa.core import clock
from tests.cases.builders import CODE, question
from tests.plan.builders import office
from tests.topics.builders import call


def test_a_case_is_followed_by_its_code_until_its_public_answer(client, make, at):
    """PQR-05, RDC-04."""
    at(2026, 11, 10, 15)
    case = make(question(make(call())))
    page = client.get(f"/radicado?codigo={CODE}")
    assert page.status_code == 200
    assert "«¿Cuándo abre?»" in page.text
    assert "a más tardar el miércoles 2 de diciembre. Son 15 días hábiles" in page.text
    case.office = office("salud", "Secretaría de Salud")
    case.answer, case.answered_on, case.published_at = "En enero.", clock.today(), clock.now()
    make(case)
    text = client.get(f"/radicado?codigo={CODE}").text
    assert "En enero." in text
    assert "Secretaría de Salud, 10 de noviembre de 2026" in text


@pytest.mark.parametrize("typed", ["aaaa-aaaa-aaaa", " AAAA AAAA AAAA ", "aaaaaaaaaaaa"])
def test_a_code_is_read_however_it_is_typed(client, make, typed):
    make(question(make(call())))
    assert client.get("/radicado", query_string={"codigo": typed}).status_code == 200


def test_an_answer_that_is_not_published_is_shown_to_nobody(client, make):
    draft = {"answer": "Borrador.", "answered_on": clock.today()}
    make(question(make(call()), office=office("salud", "Salud"), **draft))
    assert "Borrador." not in client.get(f"/radicado?codigo={CODE}").text
