"""The certificates go by mail once to each person who agreed, also after a sudden stop."""

import pytest

from participa.attendance import withdrawals
from participa.attendance.certificates import mailing
from participa.attendance.models import CertificateMailing
from participa.attendance.rights import own_data
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs import jobs
from participa.core.jobs.jobs import Job, JobState
from participa.core.jobs.mail import Outbox
from tests.attendance import city, people
from tests.ballots.city import officials

USES = frozenset({"attendance", "contact"})


def letters() -> list[Outbox]:
    rows = db.select(Outbox).where(Outbox.subject.contains("Constancia")).order_by(Outbox.id)
    return list(db.session.scalars(rows))


def person(record, number: int, **facts):
    values = {"document": f"10171234{number:02}", "email": f"persona{number}@ejemplo.org"}
    return people.attendee(record, **(values | {"purposes": USES} | facts))


def ask(record, evaluation: str = "") -> CertificateMailing:
    made = mailing.send(record, officials()[0], evaluation)
    db.session.commit()
    return made


def run(made: CertificateMailing) -> Job:
    jobs.run(made.job_id)
    db.session.expire_all()
    return db.session.get_one(Job, made.job_id)


@pytest.fixture
def record(app):
    record = city.open_list()
    for number in range(5):
        person(record, number)
    person(record, 10, email="")
    person(record, 11, purposes=frozenset({"attendance"}))
    person(record, 12, comes_now=False)
    return people.over(record)


def test_who_came_left_an_address_and_agreed_gets_one_letter(record, monkeypatch):
    monkeypatch.setattr(mailing, "PIECE", 2)
    made = ask(record, "/encuestas/7K3F2QXM")
    assert run(made).state is JobState.DONE
    sent = letters()
    assert [one.to for one in sent] == [f"persona{number}@ejemplo.org" for number in range(5)]
    assert "http://localhost/encuestas/7K3F2QXM" in sent[0].body
    for page in ("certificado", "mis-datos"):
        assert f"/asistencia/{record.code}/{page}/" in sent[0].body
    assert people.NAME not in sent[0].body
    [kept] = db.session.query(CertificateMailing)
    assert kept.sent == 5
    assert kept.finished_at is not None


def test_a_second_sending_goes_only_to_who_was_added_since(record):
    run(ask(record))
    with pytest.raises(Refused, match="Nadie que espere"):
        ask(record)
    db.session.rollback()
    person(record, 20)
    run(ask(record))
    assert [one.to for one in letters()].count("persona20@ejemplo.org") == 1
    assert len(letters()) == 6


def test_what_stopped_half_way_goes_on_and_nobody_gets_it_twice(record, monkeypatch):
    monkeypatch.setattr(mailing, "PIECE", 2)
    write = mailing.write

    def stops(of, entry, evaluation):
        if entry.email.startswith("persona3"):
            raise Refused("Se fue la luz.")
        return write(of, entry, evaluation)

    monkeypatch.setattr(mailing, "write", stops)
    assert run(ask(record)).state is JobState.FAILED
    assert len(letters()) == 2
    monkeypatch.setattr(mailing, "write", write)
    run(ask(record))
    assert sorted(one.to for one in letters()) == [f"persona{n}@ejemplo.org" for n in range(5)]


def test_two_workers_with_the_same_people_write_one_letter_each(record):
    ids = mailing.waiting(record)
    first, second = mailing.claimed(ids), mailing.claimed(ids)
    assert (len(first), len(second)) == (5, 0)


def test_while_a_sending_is_under_way_there_is_no_other(record):
    ask(record)
    with pytest.raises(Refused, match="ya se están enviando"):
        ask(record)


def test_who_takes_the_consent_back_or_is_erased_meanwhile_gets_nothing(record):
    made = ask(record)
    of = {one.email: one for one in record_entries(record)}
    own_data.revoke(of["persona1@ejemplo.org"], own_data.HERSELF, ["contact"])
    withdrawals.erase(of["persona2@ejemplo.org"], own_data.HERSELF)
    db.session.commit()
    run(made)
    assert {one.to for one in letters()} == {f"persona{n}@ejemplo.org" for n in (0, 3, 4)}


def record_entries(record):
    return [people.stored(entry_id) for entry_id in mailing.waiting(record)]


def test_an_address_that_cannot_be_is_left_out_and_the_rest_goes(record):
    person(record, 30, email="sin arroba")
    made = ask(record)
    assert run(made).state is JobState.DONE
    assert len(letters()) == 5
    assert db.session.get_one(CertificateMailing, made.id).sent == 5


def test_nothing_is_sent_while_the_list_is_open(app):
    record = city.open_list()
    person(record, 1)
    assert mailing.why_not(record) == mailing.OPEN
