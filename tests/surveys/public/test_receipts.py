"""The receipt: proof that it arrived, and the way to correct it until the survey closes."""

from datetime import timedelta

import pytest

from participa.core import clock, codes
from participa.core.db import db
from participa.surveys.models import Anonymity, SurveyResponse
from tests.surveys import city
from tests.surveys.public.people import opened, path, send, stored
from tests.visitor import field


@pytest.fixture
def survey(app):
    return city.open_survey(results_on=clock.today() + timedelta(days=60))


@pytest.fixture
def receipt(client, survey) -> str:
    return send(client, survey).location


def test_it_says_what_happens_next_and_shows_no_answer(client, survey, receipt):
    page = client.get(receipt)
    [response] = db.session.scalars(db.select(SurveyResponse)).all()
    assert codes.show(response.receipt) in page.text
    assert "Los resultados se publican el" in page.text
    assert "Corregir mis respuestas" in page.text
    assert "Código QR de esta página" in page.text
    assert "Más sillas." not in page.text
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")


def test_of_an_anonymous_answer_it_says_no_hour(client, receipt):
    page = client.get(receipt).text
    [response] = db.session.scalars(db.select(SurveyResponse)).all()
    assert response.received_at is None
    assert ' class="small">' not in page.partition("Qué sigue")[0]


def test_of_one_that_is_not_anonymous_it_says_when(client):
    page = client.get(
        send(client, city.open_survey(anonymity=Anonymity.CONFIDENTIAL)).location
    ).text
    assert ' class="small">' in page.partition("Qué sigue")[0]


def test_its_code_leads_back_from_the_page_of_all_codes(client, survey, receipt):
    page = client.get(f"/radicado?codigo={receipt.rpartition('/')[2]}").text
    assert "Su respuesta está guardada" in page
    assert survey.title in page
    assert receipt in page


@pytest.mark.parametrize("word", ["x", "ABCDEFGHJKMNPQRS", "'", "é"])
def test_a_receipt_of_nothing_is_not_there(client, survey, word):
    assert client.get(f"{path(survey)}/comprobante/{word}").status_code == 404
    assert client.get(f"{path(survey)}/comprobante/{word}/corregir").status_code == 404


def test_who_corrects_finds_what_they_sent_and_replaces_it(client, survey, receipt):
    page = client.get(f"{receipt}/corregir")
    assert "Más sillas.</textarea>" in page.text
    assert 'value="4" id="q_claridad-4" checked' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    values = {"q_vino": "no", "q_mejorar": "Nada", "submission": field(page, "submission")}
    review = client.post(f"{receipt}/corregir", data=values | {"step": "review"})
    assert "Revise sus respuestas" in review.text
    assert stored()[0]["vino"] == "si"
    assert client.post(f"{receipt}/corregir", data=values | {"confirm": "1"}).location == receipt
    assert stored() == [{"vino": "no", "mejorar": "Nada"}]
    assert "Corrigió sus respuestas el" in client.get(receipt).text


def test_a_question_of_every_type_comes_back_as_it_was_sent(client):
    survey = city.open_survey(city.LONG_FORM)
    receipt = send(client, survey, city.LONG_ANSWER).location
    before = stored()
    page = client.get(f"{receipt}/corregir")
    assert 'value="Las Playas" list="barrios"' in page.text
    values = city.LONG_ANSWER | {"submission": field(page, "submission"), "confirm": "1"}
    assert client.post(f"{receipt}/corregir", data=values).status_code == 303
    assert stored() == before


def test_a_wrong_correction_changes_nothing(client, survey, receipt):
    token = field(client.get(f"{receipt}/corregir"), "submission")
    values = {"q_vino": "tal vez", "confirm": "1", "submission": token}
    page = client.post(f"{receipt}/corregir", data=values)
    assert page.status_code == 422
    assert "Elija una de las opciones" in page.text
    assert stored()[0]["vino"] == "si"


def test_the_token_of_another_form_corrects_nothing(client, survey, receipt):
    values = city.ANSWER | {"q_vino": "no", "confirm": "1", "submission": opened(client, survey)}
    page = client.post(f"{receipt}/corregir", data=values)
    assert page.status_code == 422
    assert stored()[0]["vino"] == "si"


def test_after_the_closing_nobody_corrects(client, survey, receipt):
    token = field(client.get(f"{receipt}/corregir"), "submission")
    city.close(survey)
    values = city.ANSWER | {"q_vino": "no", "confirm": "1", "submission": token}
    assert client.post(f"{receipt}/corregir", data=values).location == receipt
    assert stored()[0]["vino"] == "si"
    assert "Corregir mis respuestas" not in client.get(receipt).text


def test_what_cannot_be_corrected_says_so_before(client):
    survey = city.open_survey(allows_correction=False)
    assert "La respuesta enviada no se cambia." in client.get(path(survey)).text
    receipt = send(client, survey).location
    assert client.get(f"{receipt}/corregir").location == receipt
    assert "Corregir" not in client.get(receipt).text
