"""The call of an event goes to each subscriber once, and goes on where it stopped."""

from datetime import timedelta

import pytest

from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs import jobs
from participa.core.jobs.jobs import Job, JobState
from participa.core.jobs.mail import Outbox
from participa.events import service, wording
from participa.outreach import mailing, subscriptions
from participa.outreach.models import Mailing, Subscriber
from tests.outreach import city


def letters(event) -> list[Outbox]:
    rows = db.select(Outbox).where(Outbox.subject.contains(event.title)).order_by(Outbox.id)
    return list(db.session.scalars(rows))


def send(event) -> Job:
    made = mailing.send(event, city.official())
    db.session.commit()
    jobs.run(made.job_id)
    db.session.expire_all()
    return db.session.get_one(Job, made.job_id)


@pytest.fixture
def people(app):
    for number in range(5):
        city.subscriber(f"persona{number}@ejemplo.org")
    city.subscriber("sin-confirmar@ejemplo.org", is_confirmed=False)


def test_everybody_who_confirmed_gets_one_letter_with_a_way_out(people, monkeypatch):
    monkeypatch.setattr(mailing, "PIECE", 2)
    event = city.called()
    job = send(event)
    assert job.state is JobState.DONE, job.error
    sent = letters(event)
    assert [letter.to for letter in sent] == [f"persona{n}@ejemplo.org" for n in range(5)]
    for letter in sent:
        assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        leave = letter.headers["List-Unsubscribe"].strip("<>")
        assert leave in letter.body
        assert "/avisos/salir/" in leave
        assert event.place in letter.body
    [kept] = db.session.query(Mailing)
    assert kept.sent == 5
    assert kept.finished_at is not None


def test_the_same_date_is_sent_once_and_another_date_again(people):
    event = city.called()
    send(event)
    with pytest.raises(mailing.AlreadyMailed):
        mailing.send(event, city.official())
    db.session.rollback()
    later = event.opens_at + timedelta(days=3)
    service.reschedule(event, city.official(), later, later + timedelta(hours=2), "Llueve.")
    db.session.commit()
    send(event)
    assert len(letters(event)) == 10


def tell(event) -> Job:
    made = mailing.tell(event, city.official())
    db.session.commit()
    jobs.run(made.job_id)
    db.session.expire_all()
    return db.session.get_one(Job, made.job_id)


def cancel(event):
    service.cancel(event, city.official(), "Hay alerta por lluvias.")
    db.session.commit()


def test_who_got_the_call_learns_once_that_the_event_was_cancelled(people):
    event = city.called()
    send(event)
    city.subscriber("nueva@ejemplo.org")
    cancel(event)
    assert tell(event).state is JobState.DONE
    told = letters(event)[5:]
    assert [letter.to for letter in told] == [f"persona{n}@ejemplo.org" for n in range(5)]
    for letter in told:
        assert letter.subject.startswith("Se canceló: ")
        assert "Hay alerta por lluvias." in letter.body
        assert "No se hará." in letter.body
        assert letter.headers["List-Unsubscribe"].strip("<>") in letter.body
    with pytest.raises(mailing.AlreadyMailed, match="Este cambio ya se avisó"):
        mailing.tell(event, city.official())


def test_another_change_is_told_again_with_the_new_date(people):
    event = city.called()
    send(event)
    service.postpone(event, city.official(), "Sin sala.")
    db.session.commit()
    tell(event)
    later = event.opens_at + timedelta(days=9)
    service.reschedule(event, city.official(), later, later + timedelta(hours=2), "Hay sala.")
    db.session.commit()
    tell(event)
    first, second = letters(event)[5], letters(event)[10]
    assert "Tendrá otra fecha." in first.body
    assert f"Cuándo: {wording.dates(event)}" in second.body
    assert len(letters(event)) == 15


def test_a_change_of_before_the_last_one_is_not_told(people):
    event = city.called()
    send(event)
    service.postpone(event, city.official(), "Sin sala.")
    made = mailing.tell(event, city.official())
    cancel(event)
    jobs.run(made.job_id)
    assert db.session.get_one(Job, made.job_id).state is JobState.FAILED
    assert len(letters(event)) == 5


def test_a_change_is_told_to_nobody_who_does_not_know_of_the_event(people):
    event = city.called()
    assert mailing.why_not_told(event) == mailing.NOTHING_CHANGED
    cancel(event)
    assert mailing.why_not_told(event) == mailing.NOT_CALLED
    with pytest.raises(Refused, match="nadie espera este aviso"):
        mailing.tell(event, city.official())


def test_what_stopped_half_way_goes_on_where_it_stopped(people, monkeypatch):
    monkeypatch.setattr(mailing, "PIECE", 2)
    monkeypatch.setattr(jobs, "EVERY_SECONDS", 0)
    event = city.called()
    made = mailing.send(event, city.official())
    db.session.commit()
    write, stopped = mailing.write, []

    def stops(event, subscriber, notice=None):
        if subscriber.email.startswith("persona3"):
            stopped.append(subscriber.email)
            raise Refused("Se fue la luz.")
        write(event, subscriber, notice)

    monkeypatch.setattr(mailing, "write", stops)
    jobs.run(made.job_id)
    assert stopped
    db.session.expire_all()
    assert len(letters(event)) == 2
    monkeypatch.setattr(mailing, "write", write)
    send(event)
    assert sorted(letter.to for letter in letters(event)) == [
        f"persona{number}@ejemplo.org" for number in range(5)
    ]
    assert db.session.query(Mailing).one().sent == 5


def test_a_worker_that_was_taken_for_lost_writes_no_more_once_another_goes_on(people, monkeypatch):
    monkeypatch.setattr(mailing, "PIECE", 2)
    event = city.called()
    lost = mailing.send(event, city.official()).job_id
    db.session.commit()

    def advance(progress, done, total):
        if progress.id == lost:  # after its first piece
            jobs.store(lost, finished_at=clock.now(), error=jobs.INTERRUPTED)
            db.session.expire_all()
            send(event)

    monkeypatch.setattr(jobs.Progress, "advance", advance)
    jobs.run(lost)
    db.session.expire_all()
    assert sorted(letter.to for letter in letters(event)) == [
        f"persona{number}@ejemplo.org" for number in range(5)
    ]
    assert db.session.query(Mailing).one().sent == 5


def test_an_event_that_is_called_off_meanwhile_is_not_told(people):
    event = city.called()
    made = mailing.send(event, city.official())
    service.cancel(event, city.official(), "Llueve.")
    db.session.commit()
    jobs.run(made.job_id)
    db.session.expire_all()
    assert db.session.get_one(Job, made.job_id).error == mailing.OFF
    assert letters(event) == []


@pytest.mark.parametrize("stage", [city.planned, city.held])
def test_only_a_called_event_that_comes_is_sent(people, stage):
    with pytest.raises(Refused):
        mailing.send(stage(), city.official())


def test_without_subscribers_there_is_nobody_to_write_to(app):
    assert mailing.why_not(city.called()) == mailing.NOBODY


def test_who_left_meanwhile_gets_nothing(people):
    event = city.called()
    made = mailing.send(event, city.official())
    subscriptions.leave(db.session.query(Subscriber).filter_by(email="persona2@ejemplo.org").one())
    db.session.commit()
    jobs.run(made.job_id)
    db.session.expire_all()
    assert "persona2@ejemplo.org" not in {letter.to for letter in letters(event)}
