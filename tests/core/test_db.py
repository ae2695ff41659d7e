"""What the city writes stays as it was written. (security 1, design 3.10, 3.11)"""

from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from participa.core import clock
from participa.core import db as database
from participa.core.db import CONNECTIONS, UtcDateTime, autocommit_connection, db, unique_or_refuse
from participa.core.errors import Busy, Refused
from participa.core.files.files import StoredFile
from participa.core.installation import Duty, installation
from participa.core.jobs import queue
from participa.core.links import ShortLink
from participa.plan.models import Period, Plan
from participa.staff.models import Office

MARCH = date(2024, 3, 9)


class Paper(DeclarativeBase):
    """Tables of these tests only."""


class Letter(Paper):
    __tablename__ = "test_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Taken(Refused):
    pass


@pytest.fixture
def letters(app):
    Paper.metadata.create_all(db.engine)
    yield
    db.session.rollback()
    Paper.metadata.drop_all(db.engine)


def stored(name):
    return StoredFile(sha256=name, media_type="text/plain", extension="txt", size=1)


def file_names():
    return list(db.session.scalars(select(StoredFile.sha256).order_by(StoredFile.sha256)))


ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOMENTS)
def test_a_moment_of_any_zone_comes_back_as_the_same_moment(letters, moment):
    letter = Letter(sent_at=moment)
    db.session.add(letter)
    db.session.flush()
    db.session.expire(letter)
    assert letter.sent_at == moment
    assert letter.sent_at.tzinfo is UTC


def test_a_moment_is_stored_as_universal_time(letters):
    db.session.add(Letter(sent_at=clock.at_city(MARCH, 20, 5)))
    db.session.flush()
    assert "2024-03-10 01:05" in str(db.session.scalar(text("SELECT sent_at FROM test_letter")))


def test_a_moment_that_does_not_say_its_zone_is_refused(letters):
    db.session.add(Letter(sent_at=datetime(2024, 3, 9)))  # noqa: DTZ001
    with pytest.raises(StatementError, match="time zone"):
        db.session.flush()


def test_no_moment_is_no_moment(letters):
    db.session.add(Letter(sent_at=None))
    db.session.flush()
    db.session.expire_all()
    assert db.session.scalar(select(Letter)).sent_at is None


def keep(record, rule):
    """Store a record; breaking the named rule is an answer, anything else a fault."""
    with unique_or_refuse(rule, Taken("Ese archivo ya está.")):
        db.session.add(record)
        db.session.flush()


def test_what_the_database_forbids_becomes_a_sentence_that_a_person_reads(make):
    make(stored("a"))
    with pytest.raises(Taken, match="Ese archivo ya está"):
        keep(stored("a"), "uq_stored_file_sha256")
    keep(stored("b"), "uq_stored_file_sha256")
    db.session.commit()
    assert file_names() == ["a", "b"]


def test_what_was_written_before_the_refusal_is_kept(make):
    make(stored("b"))
    db.session.add(stored("a"))
    with pytest.raises(Taken):
        keep(stored("b"), "uq_stored_file_sha256")
    db.session.commit()
    assert file_names() == ["a", "b"]


def test_what_may_be_refused_is_undone_with_the_rest_of_its_transaction(app):
    with unique_or_refuse("uq_stored_file_sha256", Taken("Ya está.")):
        db.session.add(stored("a"))
        db.session.flush()
    db.session.rollback()
    assert file_names() == []


def test_a_broken_check_is_known_by_its_name_on_both_engines(make):
    plan = make(Plan(year=2024, strategy="Estrategia", title="Plan"))
    backwards = Period(plan_id=plan.id, name="I", starts_on=MARCH, ends_on=date(2024, 1, 1))
    with pytest.raises(Taken):
        keep(backwards, "ck_period_ends_after_start")


def test_any_other_broken_rule_is_a_fault_and_not_an_answer(make):
    make(stored("a"))
    with pytest.raises(IntegrityError):
        keep(stored("a"), "ck_period_ends_after_start")


def test_a_record_cannot_point_to_one_that_is_not_there(app):
    db.session.add(Period(plan_id=999, name="I", starts_on=MARCH, ends_on=MARCH))
    with pytest.raises(IntegrityError):
        db.session.flush()


LETTER = StoredFile.__table__.insert()


def write(name):
    """A row by a statement alone, as what a citizen sends is stored."""
    values = {"sha256": name, "media_type": "text/plain", "extension": "txt", "size": 1}
    db.session.connection().execute(LETTER, values | {"created_at": clock.now()})


def rows():
    """What is stored, asked by another connection."""
    with db.engine.connect() as connection:
        return list(connection.scalars(select(StoredFile.sha256).order_by(StoredFile.sha256)))


def test_a_statement_and_a_record_of_one_request_are_stored_together(app):
    write("a")
    db.session.add(stored("b"))
    write("c")
    assert rows() == []
    db.session.commit()
    assert rows() == ["a", "b", "c"]


def test_a_statement_and_a_record_of_one_request_are_undone_together(app):
    write("a")
    db.session.add(stored("b"))
    db.session.flush()
    write("c")
    db.session.rollback()
    db.session.commit()
    assert rows() == []


def test_a_statement_before_a_refusal_is_kept(make):
    make(stored("b"))
    write("a")
    with pytest.raises(Taken):
        keep(stored("b"), "uq_stored_file_sha256")
    db.session.commit()
    assert rows() == ["a", "b"]


@pytest.mark.parametrize("end", ["commit", "rollback", "remove"])
@pytest.mark.parametrize("with_record", [False, True], ids=["statement", "and a record"])
def test_the_end_of_a_request_gives_its_connection_back(app, end, with_record):
    write("a")
    if with_record:
        db.session.add(stored("b"))
        db.session.flush()
    assert db.session().in_transaction()
    getattr(db.session, end)()
    assert db.engine.pool.checkedout() == 0
    assert not db.session().in_transaction()
    write("c")  # on SQLite the next writer would wait for one who kept the connection
    db.session.rollback()


def test_a_task_waits_for_the_commit_of_what_a_statement_wrote(app, monkeypatch):
    put = []
    monkeypatch.setattr(queue, "put", lambda name: put.append((name, rows())))
    write("a")
    queue.after_commit("tell")
    assert put == []
    db.session.commit()
    assert put == [("tell", ["a"])]


def test_a_task_is_dropped_with_what_a_statement_wrote(app, monkeypatch):
    put = []
    monkeypatch.setattr(queue, "put", put.append)
    write("a")
    queue.after_commit("tell")
    db.session.rollback()
    db.session.commit()
    assert put == rows() == []


@pytest.fixture
def embedded(app):
    """Only for the embedded database."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL does this by itself")
    return app


def test_the_embedded_database_survives_a_power_cut_and_overwrites_what_is_erased(embedded):
    def said(pragma):
        return db.session.scalar(text(f"PRAGMA {pragma}"))

    assert said("journal_mode") == "wal"
    assert said("synchronous") == 2  # FULL
    assert said("foreign_keys") == 1
    assert said("secure_delete") == 1


def test_a_second_writer_stands_in_line_and_a_reader_does_not(embedded, monkeypatch):
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.05)
    db.session.add(stored("a"))
    db.session.flush()
    with db.engine.connect() as other:
        assert other.execute(select(StoredFile.id)).all() == []
        with pytest.raises(Busy):
            other.execute(text("UPDATE short_link SET scans = 1"))
    db.session.rollback()
    with db.engine.connect() as other:
        other.execute(text("UPDATE short_link SET scans = 1"))


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_the_line_moves_on_when_a_writer_is_done(embedded, monkeypatch, end):
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.05)
    for number in range(3):
        db.session.add(ShortLink(code=f"A{number}", path="/plan"))
        db.session.flush()
        getattr(db.session, end)()
    assert db.session.query(ShortLink).count() == (3 if end == "commit" else 0)


def test_a_question_alone_begins_no_transaction(app):
    """PostgreSQL tells inside a transaction the same hour over and over; outside, the real one."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite begins one at the first write")
    moment = select(func.now())
    with autocommit_connection() as connection:
        assert connection.scalar(moment) < connection.scalar(moment)
    with db.engine.connect() as connection:  # the next one has its transaction again
        assert connection.scalar(moment) == connection.scalar(moment)


def test_a_crowd_opens_its_connections_once(app):
    db.engine.dispose()
    opened = []

    def note(connection, record):
        opened.append(connection)

    event.listen(db.engine, "connect", note)
    for _ in range(3):
        with ExitStack() as crowd:
            for _ in range(CONNECTIONS):
                crowd.enter_context(db.engine.connect())
    event.remove(db.engine, "connect", note)
    assert len(opened) == CONNECTIONS


def test_tables_carry_names_that_migrations_can_rely_on(app):
    assert {c.name for c in Office.__table__.constraints} >= {"pk_office"}
    assert all(
        constraint.name for table in db.metadata.tables.values() for constraint in table.constraints
    )


def test_a_statement_and_a_wait_for_a_lock_have_an_end_on_postgresql(app):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite waits as WAIT_SECONDS says, and runs statements in this process")
    state = installation(app)
    names = ("statement_timeout", "lock_timeout", "application_name")

    def bounds(duty):
        state.duty = duty
        db.engine.dispose()
        with db.engine.connect() as connection:
            return [connection.scalar(text(f"SHOW {name}")) for name in names]

    try:
        assert bounds(Duty.SERVER) == ["30s", "5s", "participa serve"]
        assert bounds(Duty.WORKER) == ["0", "30s", "participa jobs"]
    finally:
        assert bounds(Duty.COMMAND) == ["0", "30s", "participa"]
