"""The list of those who get the calls by mail: confirmed, and forgotten (DAT-03, 04, 10)."""

from datetime import timedelta

import pytest

from participa.citizens.models import Consent
from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs.mail import Outbox
from participa.outreach import subscriptions
from participa.outreach.models import Subscriber
from tests.outreach import city


def letters() -> list[Outbox]:
    return list(db.session.scalars(db.select(Outbox).order_by(Outbox.id)))


def test_nobody_is_on_the_list_who_did_not_confirm(app):
    row = city.subscriber(is_confirmed=False)
    assert row.confirmed_at is None
    assert db.session.query(Consent).count() == 0
    assert "/avisos/confirmar/" in letters()[0].body
    assert "no le escribiremos más" not in letters()[0].body
    assert f"como mucho {subscriptions.MOST_LETTERS} correos" in letters()[0].body


def test_a_confirmation_stores_the_proof_of_the_consent_once(app):
    row = city.subscriber()
    subscriptions.confirm(row)
    db.session.commit()
    [consent] = db.session.query(Consent)
    assert consent.purposes == ["calls"]
    assert row.consent_id == consent.id


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_asking_again_at_once_sends_no_other_letter(app, is_confirmed):
    row = city.subscriber(is_confirmed=is_confirmed)
    for email in (row.email, row.email.upper()):
        subscriptions.ask(email, row.notice_id)
    db.session.commit()
    assert db.session.query(Subscriber).count() == 1
    assert len(letters()) == 1


def test_who_lost_the_letter_gets_another_one_later(app, at):
    at(2026, 3, 2, 9, 0)
    row = city.subscriber(is_confirmed=False)
    at(2026, 3, 2, 9, 30)
    subscriptions.ask(row.email, row.notice_id)
    db.session.commit()
    assert len(letters()) == 2


def test_nobody_can_fill_the_mailbox_of_somebody_else(app, at):
    for hour in range(9, 18):
        at(2026, 3, 2, hour)
        city.subscriber("luz@ejemplo.org", is_confirmed=False)
    assert len(letters()) == subscriptions.MOST_LETTERS


@pytest.mark.parametrize(
    "email", ["", "ana", "ana@", "ana@ejemplo.org\r\nBcc: x@x.co", "a b@ejemplo.org", "@x.co"]
)
def test_an_address_that_nobody_can_have_is_refused(app, email):
    city.notice()
    with pytest.raises(Refused, match="correo completo"):
        subscriptions.ask(email, 1)


def test_who_leaves_is_erased_with_the_proof(app):
    row = city.subscriber()
    subscriptions.leave(row)
    subscriptions.leave(None)
    db.session.commit()
    assert db.session.query(Subscriber).count() == db.session.query(Consent).count() == 0


def test_what_was_not_confirmed_is_erased_after_a_week_and_the_rest_with_the_notice(app, at):
    at(2026, 3, 2, 9)
    city.subscriber("una@ejemplo.org", is_confirmed=False)
    city.subscriber("dos@ejemplo.org")
    at(2026, 3, 8, 9)
    assert subscriptions.erase_old() == 0
    at(2026, 3, 10, 9)
    assert subscriptions.erase_old() == 1
    db.session.commit()
    [left] = db.session.query(Subscriber)
    assert left.email == "dos@ejemplo.org"
    at(2028, 3, 1, 9)
    assert subscriptions.erase_old() == 0
    at(2028, 3, 4, 9)
    assert subscriptions.erase_old() == 1
    db.session.commit()
    assert db.session.query(Consent).count() == 0
    told = str([entry.details for entry in db.session.query(AuditEntry)])
    assert "ejemplo.org" not in told


def test_a_late_confirmation_is_refused(app, at):
    at(2026, 3, 2, 9)
    row = city.subscriber(is_confirmed=False)
    at(2026, 3, 9, 10)
    assert clock.now() - row.asked_at > timedelta(days=7)
    with pytest.raises(subscriptions.LinkExpired):
        subscriptions.confirm(row)
    with pytest.raises(subscriptions.LinkExpired):
        subscriptions.confirm(None)
