"""The step that made cases of questions: with rows, up, down and up again, on both databases."""

from datetime import date

from sqlalchemy import text

from participa.core.db import db
from participa.core.ops import migrations
from tests.house.test_migrations import fresh

__all__ = ["fresh"]
BEFORE, LARGE = "0006_ballots", 2**40
OFFICE = (
    "INSERT INTO office (id, slug, name, kind, level)"
    " VALUES (3, 'salud', 'Salud', 'secretaria', 'central')"
)
CALL = """INSERT INTO topic_call (id, code, title, why, choose_up_to, allows_proposals,
    allows_questions, shows_live, variables, created_at, version, is_example)
    VALUES (7, 'AAAAAAAA', 'Temas', '', 3, true, true, false, '[]', '2026-11-01', 1, false)"""
QUESTION = """INSERT INTO question (call_id, code, text, filed_on, office_id, answer, answered_on,
    published_at) VALUES (7, :code, :text, :filed_on, :office, :answer, :on, :at)"""
FACTS = "code, text, office_id, answer"
ASKED = (
    ("A" * 12, "¿Cuándo?", 3, "En enero."),
    ("B" * 12, "¿Dónde?", None, ""),
)


def rows(query):
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def run(*statements):
    with db.engine.begin() as connection:
        for statement, values in statements:
            connection.execute(text(statement), values)


def asked(code, words, office, answer):
    on = date(2026, 11, 12) if answer else None
    at = "2026-11-13 10:00:00" if answer else None
    values = {"code": code, "text": words, "office": office, "answer": answer, "on": on, "at": at}
    return QUESTION, values | {"filed_on": date(2026, 11, 10)}


def down_to(revision):
    db.session.remove()
    migrations.library().downgrade(revision=revision)


def test_questions_become_cases_and_cases_questions_with_all_they_hold(fresh):
    migrations.upgrade(BEFORE)
    run((OFFICE, {}), (CALL, {}), *(asked(*one) for one in ASKED))
    migrations.upgrade()
    days = "kind, source, CAST(filed_on AS TEXT), CAST(answered_on AS TEXT), published_at IS NULL"
    moved = rows(f"SELECT id, {days}, {FACTS} FROM resident_case ORDER BY id")
    halves = [row[:3] for row in moved], [row[6:] for row in moved]
    assert halves == ([(1, "QUESTION", "topics"), (2, "QUESTION", "topics")], [*ASKED])
    assert [row[3:6] for row in moved] == [("2026-11-10", "2026-11-12", 0), ("2026-11-10", None, 1)]
    assert rows("SELECT case_id, call_id FROM topic_question ORDER BY case_id") == [(1, 7), (2, 7)]
    case = "INSERT INTO resident_case (id, kind, source, code, text, filed_on, answer)"
    run(
        (f"{case} VALUES ({LARGE}, 'QUESTION', 'topics', 'C', '¿Quién?', '2026-11-11', '')", {}),
        (f"INSERT INTO topic_question (case_id, call_id) VALUES ({LARGE}, 7)", {}),
    )
    down_to(BEFORE)
    assert rows(f"SELECT id, call_id, {FACTS} FROM question ORDER BY id") == [
        (1, 7, *ASKED[0]),
        (2, 7, *ASKED[1]),
        (3, 7, "C", "¿Quién?", None, ""),
    ]
    run(asked("D" * 12, "¿Cuánto?", None, ""))
    assert rows("SELECT id FROM question WHERE text = '¿Cuánto?'") == [(4,)]
    migrations.upgrade()
    assert rows("SELECT count(*) FROM resident_case") == [(4,)]
