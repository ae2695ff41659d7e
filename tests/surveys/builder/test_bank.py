"""The question bank: into a survey, out of one, approved, retired, and back."""

import pytest

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.surveys.builder import bank
from participa.surveys.office import starts
from participa.surveys.questionnaire import documents
from participa.surveys.questionnaire.questions import Page, Questionnaire
from tests.surveys import city
from tests.surveys.builder.test_questions import builder, keys, send, stored
from tests.visitor import field

pytestmark = pytest.mark.one_engine

BANK = "/gestion/encuestas/banco"


def press(visitor, name, act):
    page = visitor.get(BANK)
    return visitor.post(f"{BANK}/{name}/{act}", data={"csrf_token": field(page, "csrf_token")})


def test_every_approved_question_and_every_template_keeps_the_rules():
    assert len(bank.seeded()) > 10
    for entry in bank.seeded():
        documents.check(Questionnaire((Page((entry.question,)),)))
    for start in starts.all_starts():
        documents.check(start.questionnaire)


def test_questions_of_the_bank_go_into_a_survey(staff):
    editor, survey = staff("EDITOR"), city.draft()
    done = send(editor, survey, "/banco", chosen=["satisfaccion", "claridad"], page="1")
    assert done.status_code == 302
    assert keys() == [["vino", "claridad"], ["mejorar", "satisfaccion", "claridad_2"]]
    send(editor, survey, "/banco", chosen=["confianza", "lo_mejor"], page="2")
    assert keys()[2] == ["confianza", "lo_mejor"]


def test_nothing_ticked_is_said(staff):
    editor, survey = staff("EDITOR"), city.draft()
    refused = send(editor, survey, "/banco", page="0")
    assert refused.status_code == 422
    assert "Marque al menos una pregunta." in refused.text


def test_a_question_is_saved_without_its_rule_and_waits_to_be_approved(staff):
    editor, survey = staff("EDITOR"), city.draft()
    send(editor, survey, "/claridad/al-banco", block="otro", another="Encuentros")
    saved = bank.entry("claridad_2")
    assert (saved.block, saved.is_approved) == ("Encuentros", False)
    assert saved.question.shown_if is None
    assert "Por aprobar" in editor.get(BANK).text
    press(editor, "claridad_2", "aprobar")
    assert bank.entry("claridad_2").is_approved
    send(editor, survey, "/banco", chosen="claridad_2", page="0")
    assert stored().pages[0].questions[-1].label == city.CLEAR.label


def test_a_group_without_a_name_is_refused(staff):
    editor, survey = staff("EDITOR"), city.draft()
    refused = send(editor, survey, "/mejorar/al-banco", block="otro")
    assert "Escriba el nombre del grupo nuevo." in refused.text


def test_what_is_retired_is_offered_no_more_and_comes_back(staff):
    editor, survey = staff("EDITOR"), city.draft()
    press(editor, "confianza", "retirar")
    assert 'value="confianza"' not in editor.get(builder(survey, "/banco")).text
    assert "Retiradas" in editor.get(BANK).text
    press(editor, "confianza", "devolver")
    assert 'value="confianza"' in editor.get(builder(survey, "/banco")).text
    acts = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]
    assert acts[-2:] == ["surveys.bank_retired", "surveys.bank_restored"]


def test_who_answers_for_an_office_saves_and_does_not_retire(staff):
    chief = staff("RESPONSIBLE")
    page = chief.get(BANK)
    assert "Retirar" not in page.text
    token = {"csrf_token": field(chief.get("/gestion/cuenta"), "csrf_token")}
    assert chief.post(f"{BANK}/confianza/retirar", data=token).status_code == 403
