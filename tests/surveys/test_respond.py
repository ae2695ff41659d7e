"""An answer is stored once, a code serves once, and what is anonymous leads to nobody."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from participa.core import clock, submissions
from participa.core.db import db
from participa.surveys import access_codes, queries
from participa.surveys.access_codes import CodeRefused
from participa.surveys.models import (
    Anonymity,
    CodeUse,
    PersonalAnswer,
    Survey,
    SurveyAccess,
    SurveyCode,
    SurveyResponse,
)
from participa.surveys.questionnaire.answering import read
from participa.surveys.respond import FilledSurvey, correct, respond
from participa.surveys.snapshots import snapshot_of
from tests.ballots.city import officials
from tests.surveys import city

ID, OTHER_ID = "a" * 32, "b" * 32


def filled(**facts) -> FilledSurvey:
    found = read(city.QUESTIONS, MultiDict(city.ANSWER | facts.pop("sent", {})))
    return FilledSurvey(answers=found.answers, texts=found.texts, **facts)


def with_codes(**facts) -> tuple[Survey, list[str]]:
    made = city.open_survey(access=SurveyAccess.CODE, **facts)
    batch = access_codes.make_batch(made, officials()[0], "Barrio Belén", 3)
    db.session.commit()
    return made, list(access_codes.codes_of(batch))


def stored() -> SurveyResponse:
    return db.session.scalars(db.select(SurveyResponse)).one()


def test_a_form_that_is_sent_twice_is_one_answer(app):
    survey = snapshot_of(city.open_survey())
    first = respond(survey, ID, filled())
    db.session.commit()
    assert respond(survey, ID, filled()) == first
    assert queries.people(survey.id) == 1
    assert stored().answers == {"vino": "si", "claridad": "4", "mejorar": "1"}
    assert [text.text for text in stored().texts] == ["Más sillas."]


def test_the_same_form_with_another_content_is_refused(app):
    survey = snapshot_of(city.open_survey())
    receipt = respond(survey, ID, filled())
    db.session.commit()
    with pytest.raises(submissions.AlreadySent) as refusal:
        respond(survey, ID, filled(sent={"q_claridad": "1"}))
    assert refusal.value.receipt == receipt


def test_an_anonymous_answer_has_neither_code_nor_moment(app):
    made, codes = with_codes()
    respond(snapshot_of(made), ID, filled(code=codes[0], operator=officials()[0]))
    db.session.commit()
    assert (stored().code_id, stored().received_at, stored().operator_id) == (None, None, None)
    assert access_codes.counts(made.id)[CodeUse.USED] == 1


@pytest.mark.parametrize("leads", ["code_id", "received_at", "operator_id"])
def test_the_database_refuses_what_leads_from_an_anonymous_answer_to_a_person(app, leads):
    made, codes = with_codes()
    respond(snapshot_of(made), ID, filled(code=codes[0]))
    db.session.commit()
    code = db.session.scalars(db.select(SurveyCode).filter_by(state=CodeUse.USED)).one()
    values = {"code_id": code.id, "received_at": clock.now(), "operator_id": officials()[0].id}
    with pytest.raises(IntegrityError):
        db.session.execute(update(SurveyResponse).values({leads: values[leads]}))
    db.session.rollback()


def test_the_database_refuses_a_personal_datum_of_an_anonymous_answer(app):
    respond(snapshot_of(city.open_survey()), ID, filled())
    id = stored().id
    for mode in (Anonymity.ANONYMOUS, Anonymity.IDENTIFIED):
        db.session.add(
            PersonalAnswer(response_id=id, anonymity=mode, question="nombre", value="Ana")
        )
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()
        respond(snapshot_of(db.session.scalars(db.select(Survey)).one()), ID, filled())
        id = stored().id


def test_the_database_refuses_another_mode_while_there_is_an_answer(app):
    made = city.open_survey()
    city.answer(made)
    with pytest.raises(IntegrityError):
        db.session.execute(update(Survey).values(anonymity=Anonymity.IDENTIFIED))
    db.session.rollback()


def test_a_code_serves_once(app):
    made, codes = with_codes(anonymity=Anonymity.CONFIDENTIAL)
    survey = snapshot_of(made)
    receipt = respond(survey, ID, filled(code=codes[0]))
    db.session.commit()
    assert respond(survey, ID, filled(code=codes[0])) == receipt  # the same form again
    with pytest.raises(CodeRefused, match="ya se respondió"):
        respond(survey, OTHER_ID, filled(code=codes[0]))
    assert stored().code_id is not None


@pytest.mark.parametrize("code", ["", "otro", "ABCDEFGHJKMN"])
def test_a_code_of_nothing_is_refused(app, code):
    made, _ = with_codes()
    with pytest.raises(CodeRefused, match="no es de esta encuesta"):
        respond(snapshot_of(made), ID, filled(code=code))


def test_a_void_code_is_refused_and_used_ones_stay(app):
    made, codes = with_codes()
    city_answer = respond(snapshot_of(made), ID, filled(code=codes[0]))
    batch = db.session.scalars(db.select(SurveyCode)).first().batch
    assert access_codes.void_batch(batch, officials()[0]) == 2
    db.session.commit()
    assert city_answer
    with pytest.raises(CodeRefused, match="se anuló"):
        respond(snapshot_of(made), OTHER_ID, filled(code=codes[1]))


def test_a_code_of_another_survey_is_refused(app):
    _, codes = with_codes()
    other, _ = with_codes(title="Otra encuesta")
    with pytest.raises(CodeRefused, match="no es de esta encuesta"):
        respond(snapshot_of(other), ID, filled(code=codes[0]))


def test_who_has_the_receipt_corrects_the_answer(app):
    made = city.open_survey()
    receipt = city.answer(made)
    response = queries.response_of(made.id, receipt)
    changed = filled(sent={"q_claridad": "2", "q_mejorar": "Más tiempo para preguntar."})
    correct(snapshot_of(made), response, changed)
    db.session.commit()
    db.session.expire_all()
    assert stored().answers["claridad"] == "2"
    assert [text.text for text in stored().texts] == ["Más tiempo para preguntar."]
    assert stored().corrected_on == clock.today()
