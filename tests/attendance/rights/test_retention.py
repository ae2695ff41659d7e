"""At the dates of the notice the person goes and the number stays (DAT-10)."""

import pytest

from participa.app import cli
from participa.attendance import queries
from participa.attendance.channel import CHANNEL
from participa.attendance.models import Attendee, DoorPass, Presence
from participa.attendance.rights import retention
from participa.citizens.models import Consent
from participa.core import audit, clock
from participa.core.db import db
from tests.attendance import city, people

EVENT = (2026, 3, 20, 18)


@pytest.fixture
def record(app, at):
    at(*EVENT)
    record = city.open_list(asks_organisation=True)
    for number in range(3):
        people.attendee(record, document=f"101712345{number}")
    people.minor(record)
    people.attendee(record, document="71999888", comes_now=False)
    return people.over(record)


def purge():
    for _, erase in retention.PURGES:
        erase()
        db.session.commit()
    db.session.expire_all()


def came(record) -> list[Attendee]:
    rows = db.select(Attendee).where(Attendee.list_id == record.id, queries.has_come())
    return list(db.session.scalars(rows.order_by(Attendee.id)))


def numbers(record) -> tuple:
    """What reports count of a list."""
    hours = db.session.scalars(db.select(Presence.entered_at).order_by(Presence.id)).all()
    ways = sorted(one.way.name for one in came(record))
    return queries.attended(record.id), tuple(hours), tuple(ways)


def test_until_the_year_is_over_everything_stays(record, at):
    at(2027, 3, 19, 18)
    purge()
    adults = [one for one in came(record) if not one.is_minor]
    assert [one.email for one in adults] == [people.EMAIL] * 3


def test_after_a_year_contact_organisation_and_signature_go_and_names_stay(record, at):
    before = numbers(record)
    at(2027, 3, 21, 6)
    purge()
    for one in came(record):
        assert [getattr(one, name) for name in retention.EARLIER] == [""] * 5
        assert bool(one.name) is bool(one.document) is not one.is_minor
    assert numbers(record) == before
    assert db.session.query(Consent).count() == 3


def test_after_two_years_only_numbers_are_left(record, at):
    before = numbers(record)
    at(2028, 3, 21, 6)
    purge()
    for one in db.session.query(Attendee):
        values = (one.name, one.search_name, one.document, one.digest if one.erased_at else "")
        assert values == ("", "", "", "")
        assert (one.document_digest, one.document_end, one.consent_id) == (None, None, None)
    assert db.session.query(Consent).count() == 0
    assert numbers(record) == before
    told = str([one.details for one in db.session.query(audit.AuditEntry)])
    assert people.NAME not in told
    assert "names" in told
    purge()  # and there is nothing to do the next night
    assert db.session.query(audit.AuditEntry).filter_by(action="attendance.purged").count() == 2


def test_who_registered_and_did_not_come_goes_after_thirty_days(record, at):
    at(2026, 4, 18, 18)
    purge()
    absent = db.session.query(Attendee).filter(Attendee.document != "").count()
    assert absent == 4
    at(2026, 4, 20, 18)
    purge()
    assert db.session.query(Attendee).filter(Attendee.document != "").count() == 3
    assert queries.attended(record.id) == 4


def test_who_registered_for_a_postponed_event_may_still_come(record, at):
    record.event.postponed_at = clock.now()
    db.session.commit()
    at(2026, 6, 20, 18)
    purge()
    assert db.session.query(Attendee).filter(Attendee.document != "").count() == 4


def test_the_devices_of_the_doors_are_forgotten(record, make, at):
    values = {"list_id": record.id, "label": "Puerta norte", "created_at": clock.now()}
    make(DoorPass(token_digest="a" * 64, expires_at=clock.now(), **values))
    at(2026, 4, 18)
    purge()
    assert db.session.query(DoorPass).count() == 1
    at(2026, 4, 20)
    purge()
    assert db.session.query(DoorPass).count() == 0


def test_the_terms_are_those_that_the_notice_says(app):
    assert CHANNEL.notice.months == 12
    assert retention.MONTHS_OF_NAMES == 24
    assert retention.DAYS_OF_ABSENT == 30
    assert "dos años después del evento" in CHANNEL.notice.stays
    assert "un año" in CHANNEL.notice.stays
    assert "30 días" in CHANNEL.notice.stays


def test_more_people_than_a_batch_are_all_erased(record, at, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    at(2028, 3, 21, 6)
    purge()
    assert db.session.query(Attendee).filter(Attendee.name != "").count() == 0


def test_the_nightly_command_erases_and_says_how_many(app, record, at):
    at(2028, 3, 21, 6)
    told = app.test_cli_runner().invoke(cli.commands["purge"])
    assert "Nombres y documentos de asistentes, vencidos: " in told.output
    assert db.session.query(Attendee).filter(Attendee.name != "").count() == 0
