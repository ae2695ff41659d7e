"""What was written with an anonymous answer is written again, apart from it."""

import random
from itertools import pairwise

import pytest
from sqlalchemy import text

from participa.core.db import db
from participa.core.jobs import queue
from participa.surveys import access_codes, service, unlinking
from participa.surveys.models import Anonymity, Survey, SurveyAccess, SurveyCode
from tests.ballots.city import officials
from tests.surveys import city

PEOPLE = 30
SAID = {"territorio": ["08"], "curso_vida": ["AU"]}
WITH_IT = ("survey_code", "population_slip", "consent")


def answered(people: int = PEOPLE, **facts) -> Survey:
    """People answer with their codes, in no order of their slips, and say something of themselves;
    one code stays unused.
    """
    made = city.open_survey(access=SurveyAccess.CODE, **facts)
    batch = access_codes.make_batch(made, officials()[0], "Barrio Belén", people + 1)
    db.session.commit()
    codes = list(access_codes.codes_of(batch))[:people]
    random.Random(3).shuffle(codes)
    for code in codes:
        city.answer(made, code=code, population=SAID)
    return made


def rows(table: str) -> list[tuple[str, str, str]]:
    """Transaction, place and key of the rows of a table, in the order in which they lie."""
    state = "WHERE state = 'USED'" if table == "survey_code" else ""
    if db.engine.dialect.name == "sqlite":
        found = db.session.execute(text(f"SELECT id FROM {table} {state}"))
        return [("", str(place), str(id)) for place, (id,) in enumerate(found)]
    words = f"SELECT xmin::text, ctid::text, id FROM {table} {state} ORDER BY ctid"
    return [(xmin, ctid, str(id)) for xmin, ctid, id in db.session.execute(text(words))]


def transactions(table: str) -> set[str]:
    return {transaction for transaction, _, _ in rows(table)}


@pytest.fixture
def on_postgresql(app):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite keeps no transaction with its rows")


def test_before_the_night_a_code_can_be_joined_with_its_answer(on_postgresql):
    """Else the next tests would pass without anything being done."""
    answered()
    for table in WITH_IT:
        assert transactions(table) == transactions("survey_response")
        assert len(transactions(table)) == PEOPLE


def test_after_the_night_all_of_them_are_of_one_transaction(on_postgresql):
    answered()
    before = {table: {place for _, place, _ in rows(table)} for table in WITH_IT}
    queue.carry_out(unlinking.REGULARLY)
    for table in WITH_IT:
        assert len(transactions(table)) == 1
        assert not transactions(table) & transactions("survey_response")
        assert not before[table] & {place for _, place, _ in rows(table)}


def test_they_lie_in_the_order_of_their_random_keys(app):
    """But where a page of the file is full and the next rows go to another one."""
    answered()
    queue.carry_out(unlinking.REGULARLY)
    for table in WITH_IT:
        keys = [int(key) if table == "survey_code" else key for _, _, key in rows(table)]
        assert sum(one > after for one, after in pairwise(keys)) <= 4, table


def test_writing_again_loses_and_changes_nothing(app):
    made = answered()

    def everything() -> list[list[tuple]]:
        tables = ("survey_response", *WITH_IT)
        return [
            sorted(tuple(map(str, row)) for row in db.session.execute(text(f"SELECT * FROM {one}")))
            for one in tables
        ]

    before = everything()
    queue.carry_out(unlinking.REGULARLY)
    queue.carry_out(unlinking.REGULARLY)
    assert everything() == before
    assert access_codes.counts(made.id)[access_codes.CodeUse.UNUSED] == 1


def test_a_used_code_stays_used_and_an_unused_one_serves(app):
    made = answered(2)
    unlinking.unlink()
    db.session.commit()
    batch = db.session.scalars(db.select(SurveyCode)).first().batch
    *used, unused = sorted(
        access_codes.codes_of(batch), key=lambda code: access_codes.find(made.id, code).state.name
    )[::-1]
    assert access_codes.look_up(made.id, unused)
    for code in used:
        with pytest.raises(access_codes.CodeRefused, match="ya se respondió"):
            access_codes.look_up(made.id, code)


def test_closing_does_the_same_at_once(on_postgresql, monkeypatch):
    made = answered()
    asked = []
    monkeypatch.setattr(queue, "put", lambda name, *values: asked.append(name))
    service.close(made, officials()[0], "Ya respondieron todos.")
    db.session.commit()
    assert asked == [unlinking.REGULARLY]
    queue.carry_out(unlinking.REGULARLY)
    assert len(transactions("survey_code")) == 1


def test_what_leads_to_a_person_by_its_own_columns_is_left_alone(app):
    answered(anonymity=Anonymity.CONFIDENTIAL)
    assert unlinking.unlink() == 0


def test_what_is_older_than_the_window_is_not_written_every_night(app, at):
    at(2026, 11, 2, 15)
    answered(3)
    at(2026, 11, 2 + unlinking.DAYS + 1, 15)
    assert unlinking.unlink() == 0
