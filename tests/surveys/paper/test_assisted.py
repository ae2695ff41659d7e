"""The staff write down what somebody says, and nobody learns who wrote which answer."""

import pytest

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.surveys.models import Anonymity, SurveyResponse
from participa.surveys.paper.models import VerbalConsents
from tests.surveys import city
from tests.visitor import field

SAID = city.ANSWER | {"verbal_consent": "y"}


def path(made) -> str:
    return f"/gestion/encuestas/{made.code}/tomar"


def take(visitor, made, token: str = "", **values):
    page = visitor.get(path(made))
    submission = token or field(page, "submission")
    sent = SAID | {"csrf_token": field(page, "csrf_token"), "submission": submission} | values
    return submission, visitor.post(path(made), data=sent)


def consents() -> list[int]:
    return [one.count for one in db.session.scalars(db.select(VerbalConsents))]


def test_the_notice_is_read_aloud_and_the_answers_before_they_are_sent(staff):
    made, visitor = city.open_survey(), staff()
    assert "Lea en voz alta" in visitor.get(path(made)).text
    _, page = take(visitor, made)
    assert page.status_code == 200
    assert "Léale las respuestas" in page.text
    assert "Más sillas." in page.text
    assert consents() == []


def test_an_answer_of_somebody_who_did_not_agree_is_not_stored(staff):
    made, visitor = city.open_survey(), staff()
    _, page = take(visitor, made, verbal_consent="", confirm="1")
    assert page.status_code == 422
    assert "dijo que sí" in page.text
    assert db.session.scalars(db.select(SurveyResponse)).all() == []


def test_of_an_anonymous_answer_nothing_says_who_took_it_down(staff):
    made, visitor = city.open_survey(), staff()
    token, shown = take(visitor, made, confirm="1")
    assert "Quedó registrada" in visitor.get(shown.location).text
    take(visitor, made, token=token, confirm="1")
    take(visitor, made, confirm="1")
    one, two = db.session.scalars(db.select(SurveyResponse))
    assert {one.channel, two.channel} == {"verbal"}
    assert (one.operator_id, one.received_at) == (None, None)
    assert consents() == [2]
    acts = db.session.scalars(db.select(AuditEntry.action).filter_by(action="surveys.answer_taken"))
    assert acts.all() == []
    assert "no dice quién tomó cuál" in visitor.get(path(made)).text


@pytest.mark.parametrize("mode", [Anonymity.CONFIDENTIAL, Anonymity.IDENTIFIED])
def test_of_another_answer_the_operator_is_known(staff, mode):
    made, visitor = city.open_survey(anonymity=mode), staff()
    take(visitor, made, confirm="1")
    assert db.session.scalars(db.select(SurveyResponse)).one().operator_id is not None
    assert consents() == [1]


def test_a_survey_that_closed_takes_none(staff):
    made = city.closed_survey()
    assert "Volver a la encuesta" in staff().get(path(made)).text
