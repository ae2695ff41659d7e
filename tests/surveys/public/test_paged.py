"""Without scripts a survey comes page by page, and asks each person what concerns them."""

from hypothesis import HealthCheck, given, settings

from participa.core.db import db
from participa.surveys.models import Layout, SurveyResponse
from participa.surveys.questionnaire.answering import read
from tests.surveys import city
from tests.surveys.public.people import Reader, opened, path, send, stored
from tests.surveys.random_surveys import filled


def test_the_whole_form_leads_to_its_pages_where_no_script_runs(client):
    page = client.get(path(city.open_survey())).text
    before = page.partition("<form")[0]
    assert "<noscript>" in before
    assert "pagina=1" in before
    assert "Responder página por" in before


def test_a_card_of_two_questions_is_one_page(client):
    questions = (city.LONG_FORM.by_key["trato"], city.BETTER)
    card = city.Questionnaire((city.Page(questions),))
    assert "pagina=1" not in client.get(path(city.open_survey(card))).text


def test_who_did_not_come_is_not_asked_how_clear_it_was(client):
    reader = Reader(client, city.open_survey())
    assert "Página 1 de 2" in reader.text
    assert "¿Qué tan clara" not in reader.text
    reader.go_on(q_vino="no")
    assert "Para terminar" in reader.text
    assert "¿Fue al encuentro?" not in reader.text
    reader.go_on(q_mejorar="La hora.")
    assert "Revise sus respuestas" in reader.text
    assert "¿Qué tan clara" not in reader.text
    receipt = reader.send()
    assert receipt.status_code == 303
    assert stored() == [{"vino": "no", "mejorar": "La hora."}]
    assert "Listo." in client.get(receipt.location).text


def test_a_question_that_an_answer_opens_on_the_same_page_is_asked_before_going_on(client):
    asked = city.ask(
        "cual",
        city.QuestionType.SHORT,
        "¿Cuál?",
        is_required=True,
        shown_if=city.when("vino", "si"),
    )
    page = city.Page((city.CAME, asked))
    reader = Reader(client, city.open_survey(city.Questionnaire((page,))))
    assert reader.go_on(q_vino="si").status_code == 422
    assert "Escriba su respuesta a «¿Cuál?»." in reader.text
    assert ' value="si" id="q_vino-0" checked' in reader.text
    assert "Revise sus respuestas" in reader.go_on(q_cual="El del parque").text


def test_what_is_missing_is_said_beside_its_question_and_the_rest_stays(client):
    reader = Reader(client, city.open_survey(city.LONG_FORM))
    reader.go_on(q_vino="si")
    page = reader.go_on(**{"q_recomienda": "7", "q_cosas.r1": "c3"})
    assert page.status_code == 422
    assert 'id="q_trato-error">Responda «¿Cómo lo atendieron?».' in page.text
    assert "Falta responder «El café»" in page.text
    assert 'href="#q_cosas"' in page.text
    assert 'value="7" id="q_recomienda-7" checked' in page.text
    assert 'value="c3" id="q_cosas.r1-2" checked' in page.text


def test_going_back_loses_nothing_and_complains_of_nothing(client):
    reader = Reader(client, city.open_survey())
    reader.go_on(q_vino="si", q_claridad="4")
    page = reader.go_back(q_mejorar="Más sombra.")
    assert page.status_code == 200
    assert "Hay un problema" not in page.text
    assert 'value="4" id="q_claridad-4" checked' in page.text
    assert "Más sombra." in reader.go_on().text


def test_who_changes_one_answer_goes_back_to_the_review(client):
    reader = Reader(client, city.open_survey(city.LONG_FORM))
    first = {"q_vino": "si"}
    second = {name: value for name, value in city.LONG_ANSWER.items() if name.startswith("q_cosas")}
    reader.go_on(**first)
    reader.go_on(q_trato="5", **second)
    reader.go_on(q_donde="16")
    reader.go_on()
    assert "Revise sus respuestas" in reader.text
    reader.change(1)
    assert "¿Cómo lo atendieron?" in reader.text
    reader.go_on(q_trato="1")
    assert "Revise sus respuestas" in reader.text
    assert "1, muy mal" in reader.text
    assert reader.send().status_code == 303
    assert stored()[0]["trato"] == "1"


def test_a_change_that_opens_a_required_question_leads_to_it(client):
    reader = Reader(client, city.open_survey(city.LONG_FORM))
    reader.go_on(q_vino="si")
    reader.go_on(**{"q_trato": "5", "q_cosas.r1": "c3", "q_cosas.r2": "c3", "q_cosas.r3": "c3"})
    reader.go_on(q_donde="16")
    reader.go_on()
    reader.change(0)
    assert reader.go_on(q_vino="no").status_code == 422
    assert "Responda «¿Por qué no fue?»." in reader.text
    assert "Revise sus respuestas" in reader.go_on(q_porque="c3").text
    reader.send()
    assert stored()[0]["porque"] == ["c3"]
    assert "claridad" not in stored()[0]


def test_one_question_at_a_time_is_a_page_for_each(client):
    survey = city.open_survey(city.LONG_FORM, layout=Layout.ONE_BY_ONE)
    reader = Reader(client, survey)
    reader.go_on(q_vino="si")
    assert "¿Qué tan clara" in reader.text
    assert "¿Cómo lo atendieron?" not in reader.text
    assert client.get(path(survey)).text.count("<section data-step>") == 13


def test_options_keep_the_order_of_the_person_on_every_page(client):
    survey = city.open_survey(city.LONG_FORM)
    reader = Reader(client, survey, "?pagina=1&hoja=0123abcd")
    reader.go_on(q_vino="si")
    reader.go_on(**{"q_trato": "5", "q_cosas.r1": "c3", "q_cosas.r2": "c3", "q_cosas.r3": "c3"})
    first = order(reader)
    assert sorted(first) == ["c1", "c2", "c3", "c4"]
    reader.go_on(q_donde="16")
    reader.go_back()
    assert order(reader) == first


def order(reader: Reader) -> list[str]:
    return [one[:2] for one in reader.text.split('name="q_primero.')[1:]]


def test_the_facts_about_the_person_are_the_last_page_and_go_apart(client):
    survey = city.open_survey(variables=["curso_vida", "discapacidad"])
    reader = Reader(client, survey)
    reader.go_on(q_vino="si")
    reader.go_on()
    assert "Página 3 de 3" in reader.text
    assert "Sus datos personales" in reader.text
    refused = reader.go_on(v_discapacidad="FI")
    assert refused.status_code == 422
    assert "sensitive_consent" in refused.text
    reader.go_on(v_curso_vida="AD", v_discapacidad="FI", sensitive_consent="y")
    assert "Revise sus respuestas" in reader.text
    assert reader.send().status_code == 303
    [response] = db.session.scalars(db.select(SurveyResponse)).all()
    assert response.age == "AD"
    assert response.answers == {"vino": "si"}


@given(made=filled())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_no_valid_answer_is_lost_and_no_hidden_one_stored(client, made):
    questionnaire, sent = made
    survey = city.open_survey(questionnaire)
    found = read(questionnaire, sent)
    answer = send(client, survey, {**dict(sent.lists())})
    if not found.is_valid:
        assert answer.status_code == 422
        assert stored_of(survey) == []
        return
    assert answer.status_code == 303
    [response] = stored_of(survey)
    assert response.answers == found.answers
    assert set(response.answers) <= set(found.shown)
    assert {text.question: text.text for text in response.texts} == found.texts


@given(made=filled())
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_page_by_page_and_whole_are_the_same_answer(client, made):
    questionnaire, sent = made
    survey = city.open_survey(questionnaire)
    found = read(questionnaire, sent)
    reader = Reader(client, survey)
    for _ in questionnaire.pages:
        if "Revise sus respuestas" in reader.text:
            break
        here = {one for one in sent if f'name="{one}"' in reader.text}
        visible = {name: sent.getlist(name) for name in here}
        page = reader.go_on(**visible)
        while page.status_code == 422:  # an answer has opened another question, or one is wrong
            opened_now = {
                name: sent.getlist(name) for name in sent if f'name="{name}"' in page.text
            }
            if opened_now == visible:
                assert not found.is_valid
                return
            visible = opened_now
            page = reader.go_on(**visible)
    if found.is_valid:
        assert "Revise sus respuestas" in reader.text
        assert reader.send().status_code == 303
        [response] = stored_of(survey)
        assert set(response.answers) <= set(found.shown)


def stored_of(survey) -> list[SurveyResponse]:
    rows = db.select(SurveyResponse).filter_by(survey_id=survey.id)
    return list(db.session.scalars(rows))


def test_two_people_never_share_a_token(client):
    survey = city.open_survey()
    tokens = [opened(client, survey) for _ in range(4)]
    tokens += [opened(client, survey, "?pagina=1") for _ in range(2)]
    assert len(set(tokens)) == len(tokens)
