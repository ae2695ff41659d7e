"""Another version of a published survey: what it changes, publish it, discard it."""

import pytest

from participa.core.db import db
from participa.surveys.models import Survey
from tests.surveys import city
from tests.surveys.builder.test_questions import asked, builder, press, send, stored

pytestmark = pytest.mark.one_engine


def survey_now() -> Survey:
    db.session.expire_all()
    return db.session.query(Survey).one()


def test_people_go_on_with_their_version_until_the_next_is_published(staff):
    editor, survey = staff("EDITOR"), city.open_survey()
    send(editor, survey, "/mejorar/cambiar", **asked(label="¿Qué haría mejor?"))
    assert survey_now().current.questionnaire == city.QUESTIONS
    assert (survey_now().current.number, survey_now().draft.number) == (1, 2)
    page = editor.get(builder(survey, "/version")).text
    assert "«¿Qué mejoraría?» ahora dice «¿Qué haría mejor?»." in page
    done = send(editor, survey, "/version/publicar")
    assert done.status_code == 302
    assert survey_now().current.questionnaire.by_key["mejorar"].label == "¿Qué haría mejor?"
    assert survey_now().draft is None


def test_an_answer_to_the_first_version_keeps_it(staff):
    editor, survey = staff("EDITOR"), city.open_survey()
    city.answer(survey)
    send(editor, survey, "/agregar/texto-largo", **asked(label="¿Algo más?"))
    page = editor.get(builder(survey, "/version")).text
    assert "Nueva: «¿Algo más?»." in page
    assert "Todo sigue siendo comparable." in page
    send(editor, survey, "/version/publicar")
    assert [version.number for version in survey_now().versions] == [1, 2]


def test_what_breaks_the_comparison_is_named_and_has_to_be_accepted(staff):
    editor, survey = staff("EDITOR"), city.open_survey()
    city.answer(survey)
    values = asked(label=city.CLEAR.label, least="0", most="10", has_none="y")
    send(editor, survey, "/claridad/cambiar", **values)
    page = editor.get(builder(survey, "/version/publicar")).text
    assert "se responde de otra manera" in page
    assert "1 cambio rompe la comparación" in page
    refused = send(editor, survey, "/version/publicar")
    assert refused.status_code == 422
    assert "no se pueden sumar" in refused.text
    assert survey_now().current.number == 1
    assert send(editor, survey, "/version/publicar", accepts_break="y").status_code == 302
    assert survey_now().current.number == 2


def test_changes_are_discarded_after_a_question(staff):
    editor, survey = staff("EDITOR"), city.open_survey()
    press(editor, survey, "/mejorar/subir")
    assert "/version/descartar" in editor.get(builder(survey, "/version")).text
    send(editor, survey, "/version/descartar")
    assert survey_now().draft is None
    assert stored() == city.QUESTIONS


def test_without_changes_there_is_nothing_to_publish(staff):
    editor, survey = staff("EDITOR"), city.open_survey()
    page = editor.get(builder(survey, "/version/publicar")).text
    assert "No hay cambios en las preguntas por publicar." in page
    assert ">Publicar los cambios</button>" not in page


def test_an_anonymous_survey_asks_for_no_name_in_its_next_version_either(staff):
    editor, survey = staff("EDITOR"), city.open_survey()
    send(editor, survey, "/agregar/texto-corto", **asked(label="Su nombre", is_personal="y"))
    refused = send(editor, survey, "/version/publicar")
    assert "La encuesta es anónima" in refused.text
    assert survey_now().current.number == 1


def test_a_question_that_is_saved_as_it_was_begins_no_version(staff):
    editor, survey = staff("EDITOR"), city.open_survey()
    values = asked(label=city.BETTER.label, shows=city.BETTER.shows.name)
    assert send(editor, survey, "/mejorar/cambiar", **values).status_code == 302
    assert survey_now().draft is None


def test_changes_that_were_taken_back_are_not_published(staff):
    editor, survey = staff("EDITOR"), city.open_survey()
    for label in ("¿Qué haría mejor?", city.BETTER.label):
        send(editor, survey, "/mejorar/cambiar", **asked(label=label))
    page = editor.get(builder(survey, "/version")).text
    assert ("dicen lo mismo" in page, "Publicar los cambios" in page) == (True, False)
    refused = send(editor, survey, "/version/publicar")
    assert "No hay cambios en las preguntas por publicar" in refused.text
