"""An anonymous answer leads to nobody: not in a dump of every table, and not in the log."""

import io
import json
from contextlib import redirect_stderr

import pytest
from sqlalchemy import DateTime, text

from participa.core import codes
from participa.core.db import db
from participa.surveys import access_codes
from participa.surveys.counting import published
from participa.surveys.models import CodeUse, SurveyAccess, SurveyCode, SurveyResponse
from tests.ballots.city import officials
from tests.surveys import city
from tests.surveys.public.people import path, send
from tests.surveys.results import city as results_city

# What belongs to a response, and may therefore name it.
PARTS = {
    "survey_response",
    "written_answer",
    "personal_answer",
    "personal_consent",
    "answered_file",
}


def dump() -> dict[str, list[str]]:
    """Every row of every table, as it is stored."""
    return {
        table: [str(tuple(row)) for row in db.session.execute(text(f'SELECT * FROM "{table}"'))]
        for table in db.metadata.tables
    }


@pytest.fixture
def told(app, client, at):
    """Somebody answers with a code; what the program wrote meanwhile, and the code."""
    at(2026, 11, 20, 17, 41, 23)
    made = city.open_survey(access=SurveyAccess.CODE)
    batch = access_codes.make_batch(made, officials()[0], "Barrio Belén", 3)
    db.session.commit()
    code = next(access_codes.codes_of(batch))
    log = io.StringIO()
    client.get("/urna")  # what was counted in another hour is logged before
    with redirect_stderr(log):
        answer = send(client, made, code=codes.show(code))
        assert answer.status_code == 303, answer.text
        client.get(answer.location)
    return made, code, log.getvalue()


def test_no_row_of_another_table_names_an_anonymous_response(told):
    response = db.session.scalars(db.select(SurveyResponse)).one()
    for table, rows in dump().items():
        if table in PARTS:
            continue
        for name in (str(response.id), response.receipt, response.submission_id):
            assert not any(name in row for row in rows), f"{table} leads to the response"


def test_the_response_names_no_code_and_the_code_no_response(told):
    _, code, _ = told
    used = db.session.scalars(db.select(SurveyCode).filter_by(state=CodeUse.USED)).one()
    rows = "\n".join(row for table in PARTS for row in dump()[table])
    for name in (code, codes.show(code), used.digest, str(used.id)):
        assert name not in rows


def test_neither_the_response_nor_the_used_code_has_a_moment(told):
    for model in (SurveyResponse, SurveyCode):
        moments = [c.name for c in model.__table__.columns if isinstance(c.type, DateTime)]
        for row in db.session.scalars(db.select(model)):
            assert all(getattr(row, name) is None for name in moments)


def test_the_log_tells_neither_the_address_nor_the_moment_nor_what_was_sent(told):
    made, code, log = told
    response = db.session.scalars(db.select(SurveyResponse)).one()
    for word in (
        "127.0.0.1",
        "17:41",
        "T17:41:23",
        code,
        codes.show(code),
        response.receipt,
        response.submission_id,
        "Más sillas.",
    ):
        assert word not in log, word
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert not [one for one in lines if path(made) in json.dumps(one)]


def test_what_is_kept_of_published_results_holds_no_row_of_anybody(app, at):
    """Counts of each question apart: nothing tells that two answers are of one person."""
    at(2026, 11, 20, 17)
    made = results_city.answered(30)
    city.close(made)
    published.keep_before_reopening(made)
    (row,) = dump()["survey_tally"]
    for response in db.session.scalars(db.select(SurveyResponse)):
        assert str(response.id) not in row
        assert response.receipt not in row
