"""The acts on a case, and what each of them refuses."""

from datetime import timedelta

import pytest

from participa.cases import queries, service
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.staff.models import Role
from tests.cases.builders import CODE, question
from tests.conftest import store_account
from tests.plan.builders import office
from tests.topics.builders import call


@pytest.fixture
def editor(app):
    return store_account(Role.EDITOR)


def refusal(verb, *arguments):
    with pytest.raises(Refused) as refused:
        verb(*arguments)
    return str(refused.value), refused.value.field


def test_a_case_is_filed_today_and_found_by_its_code(app, at):
    at(2026, 11, 10, 15)
    number = service.file("topics", CODE, "¿Cuándo abre?")
    case = queries.case_by_code(CODE)
    assert (case.id, case.text, case.source) == (number, "¿Cuándo abre?", "topics")
    assert (case.filed_on, case.is_answered, case.is_public) == (clock.today(), False, False)
    assert queries.case_by_code("B" * 12) is None


def test_a_case_is_answered_by_an_office_and_published_with_its_answer(make, editor):
    """RDC-04."""
    case = make(question(call()))
    without_office = ("Diga primero qué dependencia responde.", "office")
    assert refusal(service.answer, case, editor, "En enero.") == without_office
    service.assign(case, editor, make(office("salud", "Salud")))
    assert refusal(service.answer, case, editor, "") == ("Escriba la respuesta.", "answer")
    without_answer = ("Responda la pregunta antes de publicarla.", "answer")
    assert refusal(service.publish, case, editor) == without_answer
    service.answer(case, editor, "En enero.")
    service.publish(case, editor)
    assert queries.public_answers() == [case]
    service.hide(case, editor)
    assert queries.public_answers() == []
    found = db.session.query(AuditEntry).order_by(AuditEntry.number)
    acts = ["cases.assigned", "cases.answered", "cases.published", "cases.hidden"]
    assert [entry.action for entry in found] == acts
    assert {entry.subject for entry in found} == {f"Case:{case.id}"}
    assert "En enero." not in str([entry.details for entry in found])


def test_a_corrected_answer_keeps_the_day_of_the_first(make, editor, at):
    now = at(2026, 11, 10, 15)
    case = make(question(call()))
    service.assign(case, editor, make(office("salud", "Salud")))
    service.answer(case, editor, "En enero.")
    later = now + timedelta(days=3)
    at(later.year, later.month, later.day)
    service.answer(case, editor, "En febrero.")
    assert (case.answer, case.answered_on.isoformat()) == ("En febrero.", "2026-11-10")
