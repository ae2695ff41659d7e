"""The builder: every type with its own fields, moves, pages, and what it refuses."""

from decimal import Decimal

import pytest

from participa.core.db import db
from participa.surveys.builder.kinds import KINDS
from participa.surveys.models import Survey, SurveyResponse
from participa.surveys.questionnaire.questions import (
    Page,
    Questionnaire,
    QuestionType,
    Showing,
    SurveyQuestion,
)
from tests.surveys import city
from tests.visitor import field, where

pytestmark = pytest.mark.one_engine


def builder(survey, act="") -> str:
    return f"/gestion/encuestas/{survey.code}/preguntas{act}"


def send(visitor, survey, act, **values):
    """Fill in the form of a page of the builder."""
    page = visitor.get(builder(survey, act))
    token = {"csrf_token": field(page, "csrf_token")}
    return visitor.post(builder(survey, act), data=token | values)


def press(visitor, survey, act):
    """Press a button of the builder."""
    page = visitor.get(builder(survey))
    return visitor.post(builder(survey, act), data={"csrf_token": field(page, "csrf_token")})


def stored() -> Questionnaire:
    db.session.expire_all()
    return db.session.query(Survey).one().newest.questionnaire


def keys() -> list[list[str]]:
    return [[one.key for one in page.questions] for page in stored().pages]


def asked(**values: str) -> dict[str, str]:
    return {"label": "¿Qué tema le importa?", "shows": "AT_CLOSING"} | values


TYPES = {
    "una-opcion": asked(choices="Agua\nVías", has_other="y", is_shuffled="y"),
    "varias-opciones": asked(choices="Agua\nVías\nSalud", least="1", most="2", has_none="y"),
    "escala": asked(least="0", most="10", low_label="Nada", high_label="Mucho"),
    "tabla": asked(rows="El lugar\nLa hora", choices="Malo\nBueno"),
    "orden": asked(choices="Agua\nVías\nSalud", most="2"),
    "texto-corto": asked(most="40"),
    "texto-largo": asked(is_required="y"),
    "numero": asked(least="0", most="12,5", decimals="1", unit="personas"),
    "fecha": asked(first_on="2026-01-01", last_on="2026-12-31"),
    "territorio": asked(),
    "archivo": asked(),
    "texto": {"label": "Lea esto primero."},
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_each_type_is_written_with_its_own_fields(staff, kind):
    editor, survey = staff("EDITOR"), city.draft(Questionnaire())
    page = editor.get(builder(survey, f"/agregar/{kind.slug}")).text
    assert ('name="choices"' in page) is kind.type.has_choices
    assert ('name="unit"' in page) is (kind.type is QuestionType.NUMBER)
    assert ('name="is_personal"' in page) is (kind.type is QuestionType.SHORT)
    done = send(editor, survey, f"/agregar/{kind.slug}", **TYPES[kind.slug])
    assert done.status_code == 302, done.text
    question = stored().questions[0]
    assert question.type is kind.type
    assert question.label == TYPES[kind.slug]["label"]
    again = editor.get(builder(survey, f"/{question.key}/cambiar"))
    assert again.status_code == 200
    assert editor.get(builder(survey)).status_code == 200
    assert editor.get(builder(survey, "/vista")).status_code == 200


def test_a_question_has_everything_that_was_typed(staff):
    editor, survey = staff("EDITOR"), city.draft(Questionnaire())
    send(editor, survey, "/agregar/numero", **TYPES["numero"], hint="Con usted.", has_none="y")
    question = stored().questions[0]
    assert (question.key, question.hint) == ("que_tema_le_importa", "Con usted.")
    assert (question.least, question.most) == (Decimal(0), Decimal("12.5"))
    assert (question.decimals, question.unit, question.has_none) == (1, "personas", True)
    assert question.shows is Showing.AT_CLOSING


@pytest.mark.parametrize(
    ("slug", "values", "sentence"),
    [
        ("una-opcion", asked(label="", choices="Sí\nNo"), "Escriba la pregunta."),
        ("una-opcion", asked(choices="Sí"), "por lo menos dos opciones"),
        ("una-opcion", asked(choices="Sí\nSí"), "«Sí» está dos veces"),
        ("una-opcion", asked(choices="Sí\nSÍ"), "«Sí» está dos veces"),
        ("texto-corto", asked(most="0"), "Escriba un número del 1 al 200."),
        ("texto-corto", asked(most="201"), "Escriba un número del 1 al 200."),
        ("texto-largo", asked(most="4001"), "Escriba un número del 1 al 4.000."),
        ("varias-opciones", asked(choices="A\nB", least="-1"), "no pueden ser negativos"),
        ("varias-opciones", asked(choices="A\nB", least="2", most="1"), "mayor que el mínimo"),
        ("varias-opciones", asked(choices="A\nB", most="7"), "no pueden pasar de ahí"),
        ("escala", asked(least="1", most="40"), "2 a 11 pasos"),
        ("escala", asked(least="1", most="3", has_faces="y"), "Las caras son cinco"),
        ("escala", asked(least="1", most="5", words="Malo\nBueno"), "5 números y hay 2 palabras"),
        ("tabla", asked(choices="Malo\nBueno"), "por lo menos una afirmación"),
        ("numero", asked(least="muchos"), "Escriba un número, como 3 o 2,5."),
        ("fecha", asked(first_on="2026-05-02", last_on="2026-05-01"), "después de la primera"),
    ],
)
def test_what_cannot_be_a_question_says_how_to_repair_it(staff, slug, values, sentence):
    editor, survey = staff("EDITOR"), city.draft(Questionnaire())
    refused = send(editor, survey, f"/agregar/{slug}", **values)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert 'aria-invalid="true"' in refused.text, "it stands at the field"
    assert stored() == Questionnaire()


def test_a_second_click_adds_no_second_question(staff):
    editor, survey = staff("EDITOR"), city.draft(Questionnaire())
    act = "/agregar/texto-largo"
    token = field(editor.get(builder(survey, act)), "csrf_token")
    sent = asked(csrf_token=token) | editor.on_the_page[builder(survey, act)]
    first, second = (editor.post(builder(survey, act), data=sent) for _ in range(2))
    assert (first.status_code, where(first)) == (second.status_code, where(second))
    assert len(stored().questions) == 1


def test_a_question_goes_to_the_page_that_was_asked_for(staff):
    editor, survey = staff("EDITOR"), city.draft()
    for place in ("1", "nueva"):
        path = f"/agregar/texto-corto?pagina={place}"
        page = editor.get(builder(survey, path))
        sent = asked(label=f"Pregunta {place}", csrf_token=field(page, "csrf_token"))
        editor.post(builder(survey, path), data=sent)
    assert keys() == [["vino", "claridad", "pregunta_1"], ["mejorar"], ["pregunta_nueva"]]


def test_questions_move_by_buttons_and_never_before_the_answer_they_look_at(staff):
    editor, survey = staff("EDITOR"), city.draft()
    press(editor, survey, "/mejorar/subir")
    assert keys() == [["vino", "claridad", "mejorar"]]
    press(editor, survey, "/mejorar/subir")
    assert keys() == [["vino", "mejorar", "claridad"]]
    page = editor.get(builder(survey)).text
    assert "/vino/bajar" in page, "what stands below does not depend on it"
    press(editor, survey, "/mejorar/bajar")
    page = editor.get(builder(survey)).text
    assert "/vino/bajar" not in page
    assert "/claridad/subir" not in page
    shown = editor.on_the_page[builder(survey, "/mejorar/subir")]
    token = {"csrf_token": field(editor.get(builder(survey)), "csrf_token")}
    refused = editor.post(builder(survey, "/claridad/subir"), data=shown | token)
    assert refused.status_code == 409
    assert "mira solo preguntas anteriores" in refused.text


def test_a_question_moves_anywhere_in_one_step(staff):
    editor, survey = staff("EDITOR"), city.draft()
    page = editor.get(builder(survey, "/claridad/mover")).text
    assert 'value="1.mejorar"' in page
    assert 'value="0."' not in page, "above the answer that it looks at"
    send(editor, survey, "/claridad/mover", place="1.mejorar")
    assert keys() == [["vino"], ["mejorar", "claridad"]]


def test_pages_are_split_joined_and_named(staff):
    editor, survey = staff("EDITOR"), city.draft()
    press(editor, survey, "/claridad/partir")
    assert keys() == [["vino"], ["claridad"], ["mejorar"]]
    send(editor, survey, "/paginas/2", title="La explicación")
    assert [page.title for page in stored().pages] == ["", "La explicación", "Para terminar"]
    press(editor, survey, "/paginas/3/unir")
    assert keys() == [["vino"], ["claridad", "mejorar"]]


def test_what_others_look_at_is_not_removed(staff):
    editor, survey = staff("EDITOR"), city.draft()
    page = editor.get(builder(survey, "/vino/quitar")).text
    assert city.CLEAR.label in page
    assert ">Quitar</button>" not in page
    send(editor, survey, "/claridad/quitar")
    send(editor, survey, "/vino/quitar")
    assert keys() == [["mejorar"]]


def test_a_copy_of_a_question_has_a_name_of_its_own(staff):
    editor, survey = staff("EDITOR"), city.draft()
    press(editor, survey, "/mejorar/duplicar")
    assert keys()[1] == ["mejorar", "que_mejoraria"]


def test_a_corrected_option_keeps_its_answers_while_nobody_has_answered(staff):
    editor, survey = staff("EDITOR"), city.draft()
    values = asked(label=city.CAME.label, choices="Sí, fui\nNo", is_required="y")
    assert send(editor, survey, "/vino/cambiar", **values).status_code == 302
    assert [(one.code, one.label) for one in stored().questions[0].choices] == [
        ("si", "Sí, fui"),
        ("no", "No"),
    ]


def test_in_a_published_survey_the_editor_says_whether_only_words_changed(staff):
    editor, survey = staff("EDITOR"), city.open_survey(Questionnaire((Page((city.CAME,)),)))
    values = asked(label=city.CAME.label, choices="Sí, fui\nNo", is_required="y")
    send(editor, survey, "/vino/cambiar", **values)
    assert [one.code for one in stored().questions[0].choices] == ["si_fui", "no"]
    send(editor, survey, "/vino/cambiar", **values | {"choices": "Fui\nNo", "only_words": "y"})
    assert [one.code for one in stored().questions[0].choices] == ["si_fui", "no"]
    refused = send(
        editor, survey, "/vino/cambiar", **values | {"choices": "A\nB\nC", "only_words": "y"}
    )
    assert "deje el mismo número de líneas" in refused.text


def test_the_options_that_a_rule_looks_at_cannot_go(staff):
    editor, survey = staff("EDITOR"), city.draft()
    values = asked(label=city.CAME.label, choices="No\nTal vez\nNunca")
    refused = send(editor, survey, "/vino/cambiar", **values)
    assert refused.status_code == 422
    assert f"No se puede, por «{city.CLEAR.label}»" in refused.text


def test_a_closed_survey_keeps_its_questions(staff):
    editor, survey = staff("EDITOR"), city.closed_survey()
    page = editor.get(builder(survey)).text
    assert "La encuesta ya cerró" in page
    assert "Subir" not in page
    refused = send(editor, survey, "/agregar/texto-largo", **asked())
    assert refused.status_code == 422
    assert "ya cerró" in refused.text


def test_who_tries_the_form_reads_what_people_would_and_stores_nothing(staff):
    reader, survey = staff("READER"), city.draft()
    page = reader.get(builder(survey, "/vista"))
    sent = {name: field(page, name) for name in ("csrf_token", "submission")}
    wrong = reader.post(builder(survey, "/vista"), data=sent | {"q_claridad": "4"})
    assert wrong.status_code == 422
    assert "Responda «¿Fue al encuentro?»." in wrong.text
    sent |= city.ANSWER
    review = reader.post(builder(survey, "/vista"), data=sent)
    assert "Más sillas." in review.text
    end = reader.post(builder(survey, "/vista"), data=sent | {"confirm": "1"})
    assert "No se guardó nada." in end.text
    assert db.session.query(SurveyResponse).count() == 0


def test_a_question_of_yesterday_with_more_facts_keeps_them(staff):
    """What the form does not show is not lost when it is saved."""
    short = SurveyQuestion(
        key="nombre", type=QuestionType.SHORT, label="Su nombre", least=Decimal(3)
    )
    editor, survey = staff("EDITOR"), city.draft(Questionnaire((Page((short,)),)))
    send(editor, survey, "/nombre/cambiar", **asked(label="Su nombre completo"))
    assert stored().questions[0].least == Decimal(3)
