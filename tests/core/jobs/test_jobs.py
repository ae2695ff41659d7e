"""Long work: asked for in a transaction, done once, shown while it lasts, stopped when asked."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import select

from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.core.jobs import jobs, queue, worker
from participa.core.jobs.jobs import Job, JobState


@pytest.fixture
def work(monkeypatch):
    """Give the city a piece of work for this test."""

    def give(function):
        monkeypatch.setitem(jobs.WORK, "test.work", function)
        monkeypatch.setattr(jobs, "EVERY_SECONDS", 0)

    return give


@pytest.fixture(autouse=True)
def nothing_waits(app):
    installation(app).queue.flush()


def ask(**arguments):
    job = jobs.start("test.work", "Contar", "ana@ejemplo.org", **arguments)
    db.session.commit()
    return job


def test_a_job_is_done_after_the_request_that_asked_for_it(app, work):
    done = []
    work(lambda job, upto: done.append(upto))
    job = ask(upto=3)
    assert (job.state, done) == (JobState.WAITING, [])
    queue.run_pending(app)
    db.session.refresh(job)
    assert (job.state, job.percent, done) == (JobState.DONE, 100, [3])


def test_what_is_taken_back_is_never_done(app, work):
    done = []
    work(lambda job: done.append(1))
    jobs.start("test.work", "Contar", "ana@ejemplo.org")
    db.session.rollback()
    db.session.commit()
    assert queue.run_pending(app) == 0
    assert done == []


def test_a_savepoint_sends_nothing_before_the_whole_is_stored(app, work):
    work(lambda job: None)
    with db.session.begin_nested():
        jobs.start("test.work", "Contar", "ana@ejemplo.org")
    assert installation(app).queue.pending_count() == 0
    db.session.commit()
    assert installation(app).queue.pending_count() == 1


def test_a_job_queued_three_times_is_done_once(app, work):
    done = []
    work(lambda job: done.append(1))
    job = ask()
    queue.put("jobs.run", job.id)
    queue.put("jobs.run", job.id)
    queue.run_pending(app)
    assert done == [1]


def test_a_worker_that_finds_no_row_does_nothing(app):
    queue.put("jobs.run", 987)
    assert queue.run_pending(app) == 1
    assert db.session.scalars(select(Job)).all() == []


def test_a_job_that_never_reached_the_queue_is_found_at_the_next_start(app, work):
    done = []
    work(lambda job: done.append(1))
    ask()
    installation(app).queue.flush()  # the machine stopped between the commit and the queue
    assert queue.run_pending(app) == 0
    assert jobs.queue_again(timedelta(0)) == 1
    queue.run_pending(app)
    assert done == [1]
    assert jobs.queue_again(timedelta(0)) == 0


def test_a_queue_that_is_away_does_not_spoil_what_was_stored(app, work, monkeypatch):
    work(lambda job: None)

    def away(*values):
        raise ConnectionError

    monkeypatch.setattr(installation(app), "perform", away)
    job = ask()
    db.session.rollback()
    assert db.session.get(Job, job.id).state is JobState.WAITING


def test_progress_is_seen_from_outside_while_the_work_goes_on(app, work):
    seen = []

    def count(job, rows):
        for row in range(1, rows + 1):
            job.advance(row, rows)
            with db.engine.connect() as other:
                seen.append(other.scalar(select(Job.done)))

    work(count)
    ask(rows=3)
    queue.run_pending(app)
    assert seen == [1, 2, 3]


def test_work_that_holds_unsaved_rows_goes_on_without_telling(app, work):
    def write(job):
        jobs.start("test.work", "Otro", "ana@ejemplo.org")  # an unsaved row of its own
        job.advance(1, 2)
        db.session.rollback()
        job.advance(2, 2)

    work(write)
    job = ask()
    queue.run_pending(app)
    db.session.refresh(job)
    assert (job.state, job.done) == (JobState.DONE, 2)


def test_a_running_job_stops_when_asked_and_leaves_no_result(app, work):
    def slow(job):
        job.new_result("csv").write_text("a;b")
        asked = db.session.get(Job, job.id)
        jobs.ask_to_stop(asked)
        db.session.commit()
        job.advance(1, 10)
        raise AssertionError("it went on")

    work(slow)
    before = set(jobs.results().iterdir())  # results of other tests may lie there
    job = ask()
    queue.run_pending(app)
    db.session.refresh(job)
    assert job.state is JobState.CANCELLED
    assert (job.result_name, job.error) == ("", "")
    assert set(jobs.results().iterdir()) == before


def test_a_waiting_job_stops_at_once(app, work):
    done = []
    work(lambda job: done.append(1))
    job = ask()
    jobs.ask_to_stop(job)
    db.session.commit()
    queue.run_pending(app)
    db.session.refresh(job)
    assert (job.state, job.can_stop, done) == (JobState.CANCELLED, False, [])


def test_a_refusal_is_told_as_it_is(app, work):
    def refuse(job):
        raise Refused("El archivo no tiene la columna «Tarea».")

    work(refuse)
    job = ask()
    queue.run_pending(app)
    db.session.refresh(job)
    assert (job.state, job.error) == (JobState.FAILED, "El archivo no tiene la columna «Tarea».")


def test_a_fault_tells_staff_a_reference_and_nobody_a_name(app, work, capsys):
    def fail(job):
        raise ValueError("María Restrepo, cédula 43123456")

    work(fail)
    job = ask()
    queue.run_pending(app)
    db.session.refresh(job)
    told = job.error + capsys.readouterr().err
    assert job.error.startswith("El trabajo falló.")
    assert job.error[-10:-1] in told
    assert "ValueError" in told
    assert "María" not in told
    assert "43123456" not in told


def test_the_time_left_follows_the_pace(app, at):
    now = at(2024, 9, 3, 14)
    job = Job(done=25, total=100, started_at=now - timedelta(seconds=10))
    assert (job.percent, job.seconds_left) == (25, 30)
    assert Job(done=0, total=0, started_at=now).seconds_left is None


def test_a_result_is_kept_for_seven_days(app, work):
    work(lambda job: job.new_result("csv").write_text("a;b"))
    job = ask()
    queue.run_pending(app)
    db.session.refresh(job)
    path = jobs.result_path(job)
    assert path.read_text() == "a;b"
    assert jobs.erase_old() == 0
    week_ago = (clock.now() - timedelta(days=7, minutes=1)).timestamp()
    os.utime(path, (week_ago, week_ago))
    assert jobs.erase_old() == 1
    assert jobs.result_path(job) is None


def test_a_job_whose_worker_died_says_so(app, make, at):
    now = at(2024, 9, 3, 14)
    old = now - timedelta(minutes=10)
    dead = make(Job(name="x", title="x", owner="x", arguments={}, started_at=old, seen_at=old))
    alive = make(Job(name="x", title="x", owner="x", arguments={}, started_at=old, seen_at=now))
    jobs.look_after()
    db.session.refresh(dead)
    db.session.refresh(alive)
    assert (dead.state, dead.error) == (JobState.FAILED, jobs.INTERRUPTED)
    assert alive.state is JobState.WORKING


def test_the_worker_shows_that_it_lives(app, at):
    at(2024, 9, 3, 14, 0)
    assert not worker.is_alive()
    worker.beat()
    worker.beat()
    assert worker.is_alive()
    at(2024, 9, 3, 14, 5)
    db.session.rollback()
    assert not worker.is_alive()


def test_a_task_that_somebody_else_put_into_the_queue_is_not_performed(app):
    storage = installation(app).queue.storage
    storage.enqueue(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(ValueError, match=r"eparator|ignature"):
        installation(app).queue.dequeue()
