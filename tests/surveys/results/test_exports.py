"""The answers leave as a file: one row each, with a reason, and with nobody's trail."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from participa.channels import exports as channel_exports
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.jobs.jobs import Job
from participa.surveys.models import Anonymity, PersonalAnswer, SurveyResponse
from participa.surveys.questionnaire.questions import Page, Questionnaire, QuestionType
from participa.surveys.questionnaire.questions import SurveyQuestion as Question
from participa.surveys.results import exports
from tests.surveys import city
from tests.surveys.results import city as results_city
from tests.visitor import field

pytestmark = pytest.mark.one_engine
NAME = Question(key="nombre", type=QuestionType.SHORT, label="Su nombre", is_personal=True)


@pytest.fixture
def made(app, at):
    at(2026, 11, 20, 17)
    made = results_city.answered(20)
    city.close(made)
    return made


def ask(visitor, made, where="", **sent):
    path = f"/gestion/encuestas/{made.code}/respuestas{where}"
    values = {"reason": "Análisis", "kind": "json", "how": "labels"} | sent
    return visitor.post(path, data={"csrf_token": field(visitor.get(path), "csrf_token"), **values})


def rows(visitor, made, **sent) -> list[dict]:
    with ask(visitor, made, **sent) as file:
        return json.loads(file.data)["rows"]


def test_each_response_is_a_row_with_the_words_of_its_answers(staff, made):
    found = rows(staff("READER"), made)
    assert len(found) == 20
    row = next(one for one in found if one["donde.comuna"] == "Comuna 14 – El Poblado")
    assert {row["quiere.luz"], row["tabla.parques"]} <= {"Sí", "No", "Buenos"}
    assert row["age"] == "29 a 59 años (adultez)"


def test_with_codes_the_dictionary_is_a_codebook(staff, made):
    with ask(staff("EDITOR"), made, kind="xlsx", how="codes") as file:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    codes = book.get_sheet_by_name("Diccionario").to_python()
    assert codes[0][-2:] == ["Código", "Qué dice el código"]
    assert ["interna", "", "", "", "bien", "Bien"] in codes
    assert ["quiere.luz", "", "", "", "1", "Sí"] in codes
    data = book.get_sheet_by_name("Datos").to_python()
    assert len(data) == 21
    assert data[1][data[0].index("¿Qué tan segura es su cuadra?")] in {2.0, 3.0, 4.0}


def test_a_csv_for_a_spanish_excel_disarms_formulas(staff, made):
    with ask(staff("EDITOR"), made, kind="csv") as file:
        text = file.data.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text), delimiter=";"))) == 21


def test_the_reason_is_needed_and_stays_in_the_trail(staff, made):
    editor = staff("EDITOR")
    assert ask(editor, made, reason="").status_code == 422
    rows(editor, made, reason="Informe del barrio")
    entry = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry.action == "surveys.exported"
    assert entry.details["reason"] == "Informe del barrio"
    assert entry.details["rows"] == 20


def test_the_row_of_an_anonymous_response_has_no_code_no_hour_and_no_order(staff, made):
    found = rows(staff("EDITOR"), made)
    assert {"receipt", "code", "received_at", "day", "id"}.isdisjoint(found[0])
    assert {one["days"] for one in found} == {"18/11/2026", "19/11/2026"}
    kept = {r.receipt for r in db.session.scalars(db.select(SurveyResponse))}
    assert not any(receipt in json.dumps(found) for receipt in kept)


def test_while_an_anonymous_survey_is_open_two_files_never_differ_by_one_person(staff, app, at):
    at(2026, 11, 20, 17)
    made, editor = results_city.answered(20), staff("EDITOR")
    before = rows(editor, made)
    results_city.add(made, 3, clock.today())
    assert rows(editor, made) == before
    assert len(before) == 10  # the last ten wait until others can hide them


def named(**facts):
    questionnaire = Questionnaire((Page((NAME, *results_city.EVERY)),))
    made = results_city.answered(0, questionnaire, anonymity=Anonymity.IDENTIFIED, **facts)
    results_city.add(made, 1, clock.today() - timedelta(days=1), received_at=clock.now())
    response = db.session.scalars(db.select(SurveyResponse)).one()
    response.answers = dict(response.answers) | {"nombre": "1"}
    mode = {"anonymity": Anonymity.IDENTIFIED, "question": "nombre"}
    db.session.add(PersonalAnswer(response_id=response.id, value="Rosa Gil", **mode))
    db.session.commit()
    return made


def test_a_name_leaves_only_when_it_is_asked_for_by_who_may(staff, app):
    made, editor, reader = named(), staff("EDITOR"), staff("READER")
    assert "nombre" not in rows(editor, made)[0]
    assert rows(editor, made)[0]["received_at"]
    with ask(editor, made, "/con-datos-personales") as file:
        assert json.loads(file.data)["rows"][0]["nombre"] == "Rosa Gil"
    path = f"/gestion/encuestas/{made.code}/respuestas"
    assert "con-datos-personales" in editor.get(path).text
    assert "con-datos-personales" not in reader.get(path).text
    assert reader.get(f"{path}/con-datos-personales").status_code == 403


def test_a_survey_without_personal_questions_has_no_such_page(staff, made):
    path = f"/gestion/encuestas/{made.code}/respuestas/con-datos-personales"
    assert staff("EDITOR").get(path).status_code == 404


def test_a_long_file_is_made_by_a_job(staff, made, monkeypatch):
    monkeypatch.setattr(channel_exports, "LONG", 5)
    answer = ask(staff("EDITOR"), made, kind="csv")
    assert re.search(r"/gestion/trabajos/\d+", answer.location)
    assert db.session.scalars(db.select(Job)).one().name == "surveys.export"


def test_the_answers_of_another_version_have_columns_of_their_own(staff, app):
    made = results_city.answered(6)
    city.close(made)
    table = exports.table_of(made, exports.CODES)
    keys = [column.key for column in table.columns]
    assert len(keys) == len(set(keys))
    assert all(len(row) == len(keys) for row in table.rows)
