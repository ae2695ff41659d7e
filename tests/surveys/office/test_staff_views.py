"""The staff prepares a survey, publishes it, closes it, reopens it, copies it, and puts it away."""

from datetime import date, timedelta

import pytest

from participa.channels.phases import Phase
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.surveys import service
from participa.surveys.models import Anonymity, Layout, Survey, SurveyAccess
from participa.surveys.questionnaire.questions import Questionnaire
from tests.ballots.city import task_of_the_plan
from tests.filling import Forms
from tests.surveys import city
from tests.visitor import field, where

pytestmark = pytest.mark.one_engine

NEW = "/gestion/encuestas/nueva"


def asked(page, **others):
    """The smallest form that makes a survey, as a browser sends it."""
    sent = {
        "csrf_token": field(page, "csrf_token"),
        "start": "blanco",
        "title": "¿Cómo le pareció el encuentro?",
        "access": "ANYONE",
        "anonymity": "ANONYMOUS",
        "layout": "PAGES",
        "closes_at": "2030-11-30T17:00",
        "office": "0",
        "official_format": "0",
    }
    return sent | others


def only_survey() -> Survey:
    return db.session.query(Survey).one()


def actions() -> list[str]:
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]


def address(survey, act="") -> str:
    return f"/gestion/encuestas/{survey.code}{act}"


def as_it_stands(page, survey) -> dict[str, list[str]]:
    """What a browser sends of the settings when nothing is changed."""
    forms = Forms(page.text, address(survey, "/cambiar")).forms
    form = next(one for one in forms if "title" in {control.name for control in one.controls})
    sent: dict[str, list[str]] = {}
    for name, value in form.as_it_stands():
        sent.setdefault(name, []).append(value)
    return sent


def press(visitor, survey, act, **values):
    """Press a button of the survey's page, or the one of the form behind it."""
    visitor.get(address(survey, act))
    page = visitor.get(address(survey))
    sent = {"csrf_token": field(page, "csrf_token")} | values
    return visitor.post(address(survey, act), data=sent)


def test_an_editor_begins_with_the_template_of_a_meeting_and_publishes_it(staff, client):
    task, editor = task_of_the_plan(), staff("EDITOR")
    db.session.commit()
    page = editor.get(NEW)
    assert "Evaluación de un encuentro" in page.text
    made = editor.post(NEW, data=asked(page, start="encuentro", tasks=str(task.id)))
    survey = only_survey()
    assert where(made) == f"/gestion/encuestas/{survey.code}/preguntas"
    assert next(page.title for page in survey.newest.questionnaire.pages) == "El encuentro"
    assert len(survey.newest.questionnaire.questions) == 8
    assert survey.phase is Phase.DRAFT
    press(editor, survey, "/publicar")
    assert only_survey().is_open
    assert only_survey().current.number == 1
    assert actions() == ["surveys.created", "surveys.published"]


def test_a_second_click_leads_to_the_first_survey(staff):
    editor = staff("EDITOR")
    sent = asked(editor.get(NEW)) | dict(editor.on_the_page[NEW].items())
    first, second = (editor.post(NEW, data=sent) for _ in range(2))
    assert where(first) == where(second)
    assert only_survey().newest.questionnaire == Questionnaire()


def test_the_page_of_a_draft_says_what_is_missing(staff):
    editor = staff("EDITOR")
    editor.post(NEW, data=asked(editor.get(NEW), closes_at=""))
    page = editor.get(address(only_survey())).text
    for missing in ("por lo menos una pregunta", "la fecha de cierre", "la tarea del plan"):
        assert missing in page
    assert "Escribir las preguntas" in page
    refused = press(editor, only_survey(), "/publicar")
    assert refused.status_code == 409
    assert "Para publicar falta" in refused.text


def test_a_survey_with_a_future_opening_is_scheduled_and_says_so(staff, at):
    at(2026, 3, 2, 13)
    editor, survey = staff("EDITOR"), city.draft(opens_at=clock.now() + timedelta(days=2))
    done = press(editor, survey, "/publicar")
    assert "Programó la encuesta: abre el 4 de marzo" in editor.get(done.location).text
    assert only_survey().phase is Phase.SCHEDULED


def test_what_was_promised_to_who_answered_is_asked_no_more(staff, at):
    at(2026, 3, 2, 13)
    survey = city.open_survey()
    city.answer(survey)
    editor = staff("EDITOR")
    page = editor.get(address(survey, "/cambiar"))
    assert 'name="anonymity"' not in page.text
    assert "Ya hay respuestas" in page.text
    sent = as_it_stands(page, survey) | {"title": "Otro título", "layout": "ONE_BY_ONE"}
    done = editor.post(address(survey, "/cambiar"), data=sent | {"anonymity": "IDENTIFIED"})
    assert done.status_code == 302
    changed = only_survey()
    assert changed.anonymity is Anonymity.ANONYMOUS
    assert (changed.title, changed.layout) == ("Otro título", Layout.ONE_BY_ONE)


def test_before_the_first_answer_everything_can_change(staff):
    editor, survey = staff("EDITOR"), city.draft()
    page = editor.get(address(survey, "/cambiar"))
    assert "Nadie puede saber quién respondió qué" in page.text
    sent = as_it_stands(page, survey)
    sent |= {"access": "CODE", "anonymity": "CONFIDENTIAL", "variables": ["sexo_nacer"]}
    sent |= {"closes_at": "2030-11-30T17:00", "resume_until_on": "2030-11-01"}
    done = editor.post(address(survey, "/cambiar"), data=sent | {"results_on": "2030-12-15"})
    assert done.status_code == 302, done.text.partition("<main")[2][:1500]
    changed = only_survey()
    assert changed.access is SurveyAccess.CODE
    assert changed.anonymity is Anonymity.CONFIDENTIAL
    assert (changed.resume_until_on, changed.results_on) == (date(2030, 11, 1), date(2030, 12, 15))
    assert changed.variables == ["sexo_nacer"]


def test_what_was_saved_cannot_outlive_the_survey(staff):
    editor, survey = staff("EDITOR"), city.draft()
    page = editor.get(address(survey, "/cambiar"))
    refused = editor.post(
        address(survey, "/cambiar"), data=asked(page, resume_until_on="2031-01-01")
    )
    assert refused.status_code == 422
    assert "Lo guardado no puede durar más que la encuesta." in refused.text


def test_a_survey_is_closed_early_with_its_reason_and_reopened(staff):
    editor, survey = staff("EDITOR"), city.open_survey()
    press(editor, survey, "/cerrar")
    assert only_survey().is_open, "the reason is missing"
    press(editor, survey, "/cerrar", reason="Ya respondieron todos.")
    assert only_survey().is_closed
    until = (clock.now() + timedelta(days=9)).strftime("%Y-%m-%dT17:00")
    press(editor, survey, "/reabrir", closes_at=until, reason="Faltó una comuna.")
    assert only_survey().is_open
    assert actions()[-2:] == ["surveys.closed", "surveys.reopened"]


def test_a_copy_has_the_questions_and_none_of_the_answers(staff, client):
    editor, survey = staff("EDITOR"), city.open_survey()
    city.answer(survey)
    done = press(editor, survey, "/duplicar", **creation(editor, survey))
    copy = db.session.query(Survey).filter(Survey.id != survey.id).one()
    assert where(done) == address(copy, "/cambiar")
    assert copy.newest.questionnaire == city.QUESTIONS
    assert copy.title.endswith("(copia)")
    assert copy.phase is Phase.DRAFT


def creation(visitor, survey) -> dict[str, str]:
    visitor.get(address(survey))
    return visitor.on_the_page[address(survey, "/duplicar")]


def test_what_is_archived_leaves_the_list_and_comes_back(staff):
    editor, survey = staff("EDITOR"), city.closed_survey()
    done = press(editor, survey, "/archivar")
    assert "Sacar del archivo" in editor.get(done.location).text
    assert survey.title not in editor.get("/gestion/encuestas").text
    assert survey.title in editor.get("/gestion/encuestas?archivo=archivadas").text
    press(editor, survey, "/desarchivar")
    assert survey.title in editor.get("/gestion/encuestas").text
    assert actions()[-2:] == ["surveys.archived", "surveys.unarchived"]


def test_what_is_in_the_archive_takes_no_answers(staff):
    editor, survey = staff("EDITOR"), city.draft()
    press(editor, survey, "/archivar")
    page = editor.get(f"/gestion/encuestas/{survey.code}").text
    assert ("/publicar" in page, "Sacar del archivo" in page) == (False, True)
    assert press(editor, survey, "/publicar").status_code == 409
    closed = city.closed_survey(title="Ya cerrada")
    press(editor, closed, "/archivar")
    assert "/reabrir" not in editor.get(f"/gestion/encuestas/{closed.code}").text
    page = editor.get(f"/gestion/encuestas/{closed.code}/reabrir").text
    assert "Sáquela de ahí primero" in page


def test_a_survey_that_opens_later_is_not_archived(staff):
    editor, survey = staff("EDITOR"), city.open_survey()
    survey.opens_at = clock.now() + timedelta(days=2)
    survey.touch()
    db.session.commit()
    assert "/archivar" not in editor.get(f"/gestion/encuestas/{survey.code}").text
    assert press(editor, survey, "/archivar").status_code == 409


def test_an_open_survey_is_not_archived(staff):
    editor, survey = staff("EDITOR"), city.open_survey()
    assert "Archivar" not in editor.get(address(survey)).text
    assert press(editor, survey, "/archivar").status_code == 409


def test_who_only_reads_sees_no_button(staff):
    survey = city.draft()
    page = staff("READER").get(address(survey)).text
    assert "Publicar" not in page
    assert survey.title in page


def test_the_survey_of_another_office_is_not_there(staff):
    survey = city.draft()
    assert staff("RESPONSIBLE").get(address(survey)).status_code == 404


def test_the_page_names_where_a_survey_is_used(staff):
    survey = city.open_survey()
    service.attach(survey, city.officials()[0], "events", 7, "7K3F2QXM", "Encuentro en Castilla")
    db.session.commit()
    page = staff("READER").get(address(survey)).text
    assert "Encuentro en Castilla" in page
    assert "?en=7K3F2QXM" in page
