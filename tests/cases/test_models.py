"""A case: its term follows from the rule, and its number reveals nothing."""

from datetime import date

import pytest
from sqlalchemy import inspect

from participa.cases import service
from participa.cases.models import LARGEST_ID, CaseKind
from participa.core import codes
from participa.core.db import db
from tests.cases.builders import filed


@pytest.mark.parametrize(
    ("filed_on", "due_on"),
    [
        (date(2026, 11, 10), date(2026, 12, 2)),
        (date(2026, 11, 14), date(2026, 12, 9)),
        (date(2026, 12, 18), date(2027, 1, 13)),
    ],
    ids=["over-a-holiday", "filed-on-a-saturday", "over-the-new-year"],
)
def test_a_question_is_answered_in_fifteen_working_days(app, filed_on, due_on):
    """RDC-04."""
    assert CaseKind.QUESTION.term == 15
    assert filed(filed_on).due_on == due_on


def test_no_table_holds_a_deadline_or_an_hour_of_filing(app):
    names = {column["name"] for column in inspect(db.engine).get_columns("resident_case")}
    assert "filed_on" in names
    assert not names & {"due_on", "filed_at", "received_at", "created_at", "submission_id"}


def test_neither_numbers_nor_rows_tell_in_which_order_questions_came(app):
    """Answers of a call have consecutive numbers; counting along must lead to no question."""
    numbers = [service.file("topics", codes.new(12), "¿Cuándo?") for _ in range(12)]
    assert numbers != sorted(numbers)
    assert max(numbers) <= LARGEST_ID
    if db.engine.dialect.name == "sqlite":
        rows = db.session.execute(db.text("SELECT rowid, id FROM resident_case")).all()
        assert [row for row, _ in rows] == [id for _, id in rows] == sorted(numbers)
