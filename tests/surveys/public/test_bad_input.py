"""What nobody should send, and what a program sends: a sentence, nothing stored, nothing lost."""

from urllib.parse import urlencode

import pytest

from participa.core.db import db
from participa.surveys import service
from participa.surveys.models import SurveyResponse
from participa.surveys.questionnaire import editing
from tests.ballots.city import officials
from tests.surveys import city
from tests.surveys.public.people import Reader, opened, path, send, stored
from tests.visitor import field


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"q_vino": ""}, "Responda «¿Fue al encuentro?»."),
        ({"q_vino": ["si", "no"]}, "Llegaron dos respuestas a «¿Fue al encuentro?»."),
        ({"q_vino": "tal vez"}, "Elija una de las opciones de «¿Fue al encuentro?»."),
        ({"q_claridad": "6"}, "Elija una de las opciones de «¿Qué tan clara"),
        ({"q_claridad": ["1", "_ns"]}, "Llegaron dos respuestas a «¿Qué tan clara"),
        ({"q_claridad": "1' OR 1=1"}, "Elija una de las opciones"),
        ({"q_mejorar": "ñ" * 4001}, "Use hasta 4.000 letras. Ahora hay 4.001."),
        ({"q_mejorar": "se da\N{REPLACEMENT CHARACTER}ó"}, "Algunas letras llegaron dañadas."),
        ({"q_mejorar": "nada\x00malo"}, "Llegaron signos que no se pueden guardar."),
        ({"q_inventada": "x"}, "una pregunta que esta encuesta no tiene"),
        ({"q_vino.otra": "x"}, "una pregunta que esta encuesta no tiene"),
        ({"q_": "x"}, "una pregunta que esta encuesta no tiene"),
        ({"submission": "inventado"}, "Revise lo que escribió y envíelo otra vez."),
        ({"submission": ["a", "b"]}, "Un dato llegó repetido."),
        ({"step": ["next", "back"]}, "Un dato llegó repetido."),
        ({"page": ["0", "1"]}, "Un dato llegó repetido."),
    ],
)
def test_it_is_refused_in_words_and_what_was_typed_stays(client, more, sentence):
    page = send(client, city.open_survey(), city.ANSWER | {"q_mejorar": "Sombra"}, **more)
    assert page.status_code == 422
    assert sentence in page.text
    assert 'name="submission" value="' in page.text
    assert "q_mejorar" in more or "Sombra" in page.text
    assert db.session.scalars(db.select(SurveyResponse)).all() == []


def test_the_answer_to_a_hidden_question_is_dropped(client):
    survey = city.open_survey()
    assert send(client, survey, city.ANSWER | {"q_vino": "no"}).status_code == 303
    assert stored() == [{"vino": "no", "mejorar": "Más sillas."}]


def test_what_is_repaired_after_an_unknown_field_is_taken(client):
    """The page that says so does not send the unknown field again."""
    reader = Reader(client, city.open_survey())
    reader.go_on(q_vino="no")
    assert reader.go_on(q_otra="x").status_code == 422
    assert 'name="q_otra"' not in reader.text
    assert "Revise sus respuestas" in reader.go_on().text


@pytest.mark.parametrize("page", ["-1", "99", "x", "²", "9" * 400, "1.5", ""])
def test_a_forged_page_is_one_of_those_there_are(client, page):
    survey = city.open_survey()
    for step in ("next", "back", "otro", ""):
        values = city.ANSWER | {"submission": opened(client, survey), "page": page, "step": step}
        answer = client.post(f"{path(survey)}?pagina=1", data=values)
        assert answer.status_code in {200, 422}
        assert "<h1" in answer.text


@pytest.mark.parametrize("page", ["-1", "99", "x", "9" * 400])
def test_a_forged_change_is_one_of_the_pages(client, page):
    survey = city.open_survey()
    values = city.ANSWER | {"submission": opened(client, survey), "page": "0", "change": page}
    assert client.post(path(survey), data=values).status_code == 200


@pytest.mark.parametrize("query", ["?pagina=9", "?pagina=x", "?en=nada", "?canal=x", "?seguir=x"])
def test_an_address_with_anything_in_it_is_the_form(client, query):
    page = client.get(path(city.open_survey()) + query)
    assert page.status_code == 200
    assert 'name="submission"' in page.text


def test_the_form_of_an_earlier_version_is_asked_again_with_what_was_typed(client):
    survey = city.open_survey()
    token = opened(client, survey)
    more = city.ask("hora", city.QuestionType.SHORT, "¿A qué hora?")
    service.edit(survey, officials()[0], lambda old: editing.put(old, more, 1), "Añadió")
    service.publish_version(survey, officials()[0])
    db.session.commit()
    page = send(client, survey, submission=token)
    assert page.status_code == 422
    assert "Más sillas." in page.text
    assert "¿A qué hora?" in page.text
    again = city.ANSWER | {"submission": field(page, "submission"), "confirm": "1"}
    assert client.post(path(survey), data=again).status_code == 303


def test_the_token_of_another_survey_opens_nothing_here(client):
    survey, other = city.open_survey(), city.open_survey(title="Otra")
    page = send(client, survey, submission=opened(client, other))
    assert page.status_code == 422
    assert "Más sillas." in page.text
    assert stored() == []


def test_the_same_form_with_another_content_is_not_stored(client):
    survey = city.open_survey()
    token = opened(client, survey)
    receipt = send(client, survey, submission=token).location
    page = send(client, survey, submission=token, q_mejorar="Otra cosa")
    assert page.status_code == 409
    assert "Esta respuesta ya se envió" in page.text
    assert receipt in page.text
    assert stored()[0]["mejorar"] == "Más sillas."


@pytest.mark.parametrize("where", ["", "/guardar"])
def test_a_text_of_a_megabyte_is_refused_in_words(client, where):
    survey = city.open_survey()
    values = {"submission": opened(client, survey), "q_vino": "no", "q_mejorar": "ñ" * 1_000_000}
    page = client.post(
        path(survey) + where,
        data=urlencode(values),
        content_type="application/x-www-form-urlencoded",
    )
    assert page.status_code == 413
    assert "demasiado grande" in page.text
    assert stored() == []


def test_a_survey_that_closes_while_somebody_types_says_so(client):
    survey = city.open_survey()
    reader = Reader(client, survey)
    reader.go_on(q_vino="no")
    values = reader.sent
    city.close(survey)
    page = client.post(path(survey), data=values | {"step": "next"})
    assert page.status_code == 409
    assert "Esta encuesta cerró el" in page.text
    assert client.post(f"{path(survey)}/guardar", data=values).status_code == 409
    assert client.get(f"{path(survey)}/seguir").status_code == 200


def test_where_it_is_used_is_counted_and_anything_else_is_not(client):
    survey = city.open_survey()
    service.attach(survey, city.officials()[0], "events", 7, "7K3F2QXM", "Encuentro")
    db.session.commit()
    for query in ("?en=7K3F2QXM&canal=qr", "?en=otra&canal=inventado"):
        assert send(client, survey, query=query).status_code == 303
    rows = db.session.scalars(db.select(SurveyResponse)).all()
    assert {(one.use.code if one.use else "", one.channel) for one in rows} == {
        ("7K3F2QXM", "qr"),
        ("", "web"),
    }


def test_a_survey_that_is_not_there_is_not_found(client):
    draft = city.draft()
    for code in ("7K3F2QXM", "x", draft.code):
        for where in ("", "/seguir", "/comprobante/ABCDEFGHJKMNPQRS"):
            assert client.get(f"/encuestas/{code}{where}").status_code == 404
        assert client.post(f"/encuestas/{code}/guardar").status_code == 404
