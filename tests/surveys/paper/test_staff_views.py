"""A survey on paper: printed, counted, typed by numbers, typed again, settled."""

import pytest

from participa.core.db import db
from participa.surveys import access_codes, queries
from participa.surveys.models import SurveyAccess, SurveyResponse, WrittenAnswer
from participa.surveys.paper import sheets
from participa.surveys.paper.models import SheetAnswers, SurveySheet, SurveySheetBatch
from tests.ballots.city import officials
from tests.surveys import city
from tests.surveys.sending import send

TYPED = {"q_vino": "1", "q_claridad": "4", "q_mejorar": "Más sillas."}


def path(made, *parts: object) -> str:
    return "/".join([f"/gestion/encuestas/{made.code}/papel", *map(str, parts)])


def printed(size: int = 5, **facts):
    made = city.open_survey(**facts)
    batch = sheets.make(made, officials()[0], "La entrada", size)
    db.session.commit()
    return made, batch


def type_sheet(visitor, made, batch, number: int, **typed):
    values = {"number": str(number)} | TYPED | typed
    return send(visitor, path(made, batch.id, "digitar"), **values)


def test_sheets_are_printed_with_a_number_the_version_and_the_conditions_in_words(staff):
    made, visitor = city.open_survey(), staff()
    form = {"label": "Mesa de la entrada", "size": "3"}
    page = visitor.get(send(visitor, path(made, "imprimir"), **form).location).text
    assert page.count('class="survey-sheet') == 3
    for words in (
        "Hoja 3",
        "versión 1",
        "QR para digitar",
        "Responda solo si respondió «Sí» en la pregunta 1.",
        "Marque una con X.",
        "Para terminar",
    ):
        assert words in page
    again = visitor.get(send(visitor, path(made, "imprimir"), **form).location).text
    assert "Hoja 6" in again
    assert "Hoja 3<" not in again


def test_a_draft_is_not_printed(staff):
    made, visitor = city.draft(), staff()
    assert "Publique la encuesta antes" in visitor.get(path(made, "imprimir")).text


def test_what_is_typed_counts_when_the_batch_adds_up_and_is_settled(staff):
    made, batch = printed()
    visitor = staff()
    type_sheet(visitor, made, batch, 2)
    type_sheet(visitor, made, batch, 4, q_vino="2", q_claridad="5")
    assert queries.people(made.id) == 0
    page = visitor.get(path(made, batch.id)).text
    assert "Falta contar el papel" in page
    count = path(made, batch.id, "contar")
    send(visitor, count, used="3", unused="1", void="0")
    page = visitor.get(path(made, batch.id)).text
    assert "Falta digitar 1 hoja" in page
    assert "Cerrar el lote" not in page
    send(visitor, count, used="2", unused="1", void="1")
    page = visitor.get(path(made, batch.id)).text
    assert "Cuadra" in page
    assert "No volvió 1 hoja" in page
    send(visitor, path(made, batch.id, "cerrar"), path(made, batch.id))
    stored = db.session.scalars(db.select(SurveyResponse)).all()
    assert {one.channel for one in stored} == {"paper"}
    assert sorted(one.answers.get("claridad", "") for one in stored) == ["", "4"]
    assert {one.text for one in db.session.scalars(db.select(WrittenAnswer))} == {"Más sillas."}


def test_once_settled_nothing_says_on_which_sheet_an_answer_stood(staff):
    made, batch = printed()
    visitor = staff()
    type_sheet(visitor, made, batch, 2)
    sheets.count(batch, officials()[0], 1, 4, 0)
    db.session.commit()
    send(visitor, path(made, batch.id, "cerrar"), path(made, batch.id))
    assert db.session.scalars(db.select(SurveySheet)).all() == []
    assert db.session.scalars(db.select(SheetAnswers)).all() == []
    one = db.session.scalars(db.select(SurveyResponse)).one()
    assert (one.operator_id, one.received_at, one.code_id) == (None, None, None)
    assert "Cerrado el" in visitor.get(path(made, batch.id)).text
    assert "ya se cerró" in type_sheet(visitor, made, batch, 3).text


def test_the_next_number_is_offered_and_none_is_typed_twice(staff):
    made, batch = printed()
    visitor = staff()
    type_sheet(visitor, made, batch, 2)
    assert (
        'id="number" name="number" inputmode="numeric" autocomplete="off" maxlength="6"\nvalue="3"'
        in (visitor.get(path(made, batch.id, "digitar")).text)
    )
    again = type_sheet(visitor, made, batch, 2)
    assert again.status_code == 422
    assert "La hoja 2 ya se digitó" in again.text
    assert "Más sillas." in again.text
    assert "hojas 1 a 5" in type_sheet(visitor, made, batch, 9).text


def test_a_number_that_no_option_has_is_said_at_its_question(staff):
    made, batch = printed()
    page = type_sheet(staff(), made, batch, 1, q_vino="7")
    assert page.status_code == 422
    assert "Elija una de las opciones de «¿Fue al encuentro?»." in page.text


def test_enter_in_a_field_without_a_script_keeps_nothing_and_says_so(staff):
    made, batch = printed()
    page = type_sheet(staff(), made, batch, 1, enter="1")
    assert page.status_code == 200
    assert "Todavía no se guardó" in page.text
    assert "Más sillas." in page.text
    assert db.session.scalars(db.select(SurveySheet)).all() == []


def test_a_sheet_is_corrected_and_taken_back(staff):
    made, batch = printed()
    visitor = staff()
    type_sheet(visitor, made, batch, 2)
    address = path(made, batch.id, "hoja", 2)
    assert 'value="4"' in visitor.get(address).text
    send(visitor, address, **(TYPED | {"q_claridad": "N"}))
    sheet = db.session.scalars(db.select(SurveySheet)).one()
    assert sheets.fields_of(sheet)["q_claridad"] == "N"
    shown = visitor.get(address).text.rpartition('name="shown" value="')[2].partition('"')[0]
    send(visitor, f"{address}/quitar", address, shown=shown)
    assert db.session.scalars(db.select(SurveySheet)).all() == []


def sampled(staff, second: dict[str, str]):
    """A sheet that one person typed and another one types again."""
    made, batch = printed()
    type_sheet(staff(), made, batch, 2)
    other = staff("RESPONSIBLE", office=made.office) if made.office else staff("ADMINISTRATOR")
    send(other, path(made, batch.id, "muestra"), count="1")
    told = send(other, path(made, batch.id, "repetir"), **(TYPED | second))
    return made, batch, other, told


def test_a_second_typing_that_agrees_is_counted(staff):
    made, batch, other, _ = sampled(staff, {})
    page = other.get(path(made, batch.id)).text
    assert "De 1 hoja repetida, 0 no coinciden" in page
    assert "Decidir" not in page


def test_a_difference_is_shown_and_decided_before_the_batch_counts(staff):
    made, batch, other, _ = sampled(staff, {"q_claridad": "5"})
    sheets.count(db.session.get(SurveySheetBatch, batch.id), officials()[0], 1, 4, 0)
    db.session.commit()
    page = other.get(path(made, batch.id)).text
    assert "1 no coincide" in page
    assert "Falta decidir las diferencias: hojas 2." in page
    address = path(made, batch.id, "hoja", 2, "decidir")
    page = other.get(address).text
    assert "5, muy clara" in page
    assert "Más sillas." not in page
    assert "Elija cuál queda" in send(other, address).text
    send(other, address, queda_claridad="segunda")
    send(other, path(made, batch.id, "cerrar"), path(made, batch.id))
    assert db.session.scalars(db.select(SurveyResponse)).one().answers["claridad"] == "5"


def test_who_typed_a_sheet_does_not_type_it_again(staff):
    made, batch = printed()
    visitor = staff()
    type_sheet(visitor, made, batch, 2)
    send(visitor, path(made, batch.id, "muestra"), count="1")
    assert visitor.get(path(made, batch.id, "repetir")).status_code == 302


@pytest.mark.parametrize(("used", "words"), [(False, "ya se respondió"), (True, "Código")])
def test_a_code_on_a_sheet_answers_once(staff, used, words):
    made, batch = printed(access=SurveyAccess.CODE)
    codes = list(access_codes.codes_of(access_codes.make_batch(made, officials()[0], "Uno", 2)))
    db.session.commit()
    visitor = staff()
    if not used:
        city.answer(made, code=codes[0])
    page = type_sheet(visitor, made, batch, 1, code=codes[0])
    assert (page.status_code == 422) == (not used)
    if used:
        sheets.count(db.session.get(SurveySheetBatch, batch.id), officials()[0], 1, 4, 0)
        db.session.commit()
        send(visitor, path(made, batch.id, "cerrar"), path(made, batch.id))
        assert queries.people(made.id) == 1
    else:
        assert words in page.text
