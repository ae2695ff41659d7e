"""At the dates of the notice the person and their words go, and the numbers stay (DAT-10)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from participa.cases.models import Case, CasePriority, Priority
from participa.citizens.models import Consent
from participa.core import audit, clock
from participa.core.db import db
from participa.core.files import files
from participa.core.files.files import StoredFile
from participa.listening import acts, attachments
from participa.listening.channel import CHANNEL
from participa.listening.models import (
    Attachment,
    AttachmentKind,
    Contribution,
    HelpingOffice,
    PublicationDraft,
    VerbalRecord,
)
from participa.listening.rights import retention
from tests.listening.follow_up import people
from tests.plan import builders as plans

RECEIVED, ANSWERED = (2026, 3, 2, 15), (2026, 3, 10, 15)
SECRETS = ("Todo lo que dije", "Mi queja", "Otra cosa", "Nota privada", "Su parte", "Motivo propio")


class Upload:
    """A file as a form brings it."""

    def __init__(self, made):
        self.stream, self.filename = made


@pytest.fixture
def answered(app, at, make):
    """A contribution of somebody with a contact, with all that can be written about one."""
    at(*RECEIVED)
    card = people.known(text="Todo lo que dije")
    parks = make(plans.office("parques", name="Secretaría de Parques"))
    by, contribution = people.official(), card.contribution
    acts.note(contribution, by, "Nota privada")
    acts.ask_help(contribution, by, parks, "Mi queja")
    acts.give_part(contribution, by, contribution.helpers[0], "Su parte")
    acts.reply(contribution, by, "Otra cosa")
    acts.extend(contribution, by, 3, "Motivo propio")
    attachments.add(contribution, Upload(people.photo()), AttachmentKind.PHOTO)
    facts = {"case_id": contribution.case_id, "taken_by_id": by.id, "taken_at": clock.now()}
    db.session.add(VerbalRecord(asked="Mi queja", document="43123456", **facts))
    db.session.add(CasePriority(case_id=contribution.case_id, reasons=[Priority.PREGNANCY.name]))
    draft = {"text": "Mi queja", "answer": "Otra cosa", "reason": "Motivo propio"}
    db.session.add(PublicationDraft(case_id=contribution.case_id, proposed_by_id=by.id, **draft))
    at(*ANSWERED)
    acts.answer(contribution, by, "Mi queja tiene respuesta")
    contribution.comment = "Otra cosa"
    db.session.commit()
    return card


def purge() -> None:
    for _, erase in retention.PURGES:
        erase()
        db.session.commit()
    db.session.expire_all()


def totals() -> tuple:
    """What reports count."""
    rows = select(Case.kind, Case.filed_on, Case.answered_on, Case.office_id, Case.extra_days)
    ways = select(Contribution.stage, Contribution.way, Contribution.received_on)
    return tuple(tuple(db.session.execute(one).all()) for one in (rows, ways))


def test_until_a_year_after_the_answer_everything_stays(answered, at):
    at(2027, 3, 9, 15)
    purge()
    left = answered.contribution
    assert (left.contact_email, left.text) == (people.EMAIL, "Todo lo que dije")


def test_after_a_year_the_contact_goes_with_its_consent(answered, at):
    before = totals()
    at(2027, 3, 10, 15)
    purge()
    left = answered.contribution
    assert (left.contact_name, left.contact_email, left.contact_phone) == ("", "", "")
    assert (left.email_digest, left.phone_digest, left.consent_id) == (None, None, None)
    assert (left.text, left.erased_on) == ("Todo lo que dije", None)
    assert db.session.query(Consent).count() == 0
    assert totals() == before


def test_after_two_years_nothing_of_what_was_said_is_left(answered, at):
    before = totals()
    [path] = [one.path for one in db.session.query(StoredFile)]
    at(2028, 3, 10, 15)
    purge()
    left = answered.contribution
    assert left.erased_on == clock.today()
    assert (left.text, left.comment, left.digest, left.case.extension_reason) == ("", "", "", "")
    assert {one.text for one in left.messages} == {""}
    assert {one.reason for one in left.steps} == {""}
    for model in (VerbalRecord, CasePriority, Attachment, StoredFile):
        assert db.session.query(model).count() == 0
    help_given = db.session.query(HelpingOffice).one()
    assert (help_given.question, help_given.part) == ("", "")
    draft = db.session.query(PublicationDraft).one()
    assert (draft.text, draft.answer, draft.reason) == ("", "", "")
    assert totals() == before
    at(2028, 3, 12, 15)
    files.erase_orphans()
    assert not path.exists()
    told = [one.details for one in db.session.query(audit.AuditEntry)]
    assert not [word for word in SECRETS if word in str(told)]
    assert {"what": "contents", "rows": 1} in told
    purge()  # and there is nothing to do the next night
    assert db.session.query(audit.AuditEntry).filter_by(action="listening.purged").count() == 2


def test_what_is_still_owed_an_answer_waits_for_it(app, at):
    at(*RECEIVED)
    card = people.known()
    at(2029, 3, 10, 15)
    purge()
    assert card.contribution.contact_email == people.EMAIL
    assert card.contribution.text == people.TEXT


def test_what_was_reopened_waits_for_its_new_answer(answered, at):
    acts.close(answered.contribution, people.official(), "Quedó resuelto.")
    acts.reopen(answered.contribution, people.official(), "Volvió a fallar.")
    db.session.commit()
    at(2028, 4, 10, 15)
    purge()
    assert answered.contribution.text == "Todo lo que dije"


def test_an_opinion_counts_from_the_day_on_which_it_came_in(app, at):
    at(*RECEIVED)
    card = people.known(wants_answer=False)
    at(2027, 3, 2, 15)
    purge()
    assert card.contribution.contact_email == ""
    at(2028, 3, 1, 15)
    purge()
    assert card.contribution.text == people.TEXT
    at(2028, 3, 2, 15)
    purge()
    assert card.contribution.text == ""


def test_a_published_answer_stays_and_one_that_was_hidden_goes(answered, at):
    case = answered.contribution.case
    case.public_text, case.answer, case.published_at = "¿Hay luz?", "Sí.", clock.now()
    db.session.commit()
    at(2028, 3, 10, 15)
    purge()
    case = answered.contribution.case
    assert (case.public_text, case.answer, case.is_public) == ("¿Hay luz?", "Sí.", True)


def test_what_a_form_brought_and_never_sent_goes_after_a_day(app, at):
    at(*RECEIVED)
    people.post()
    attachments.keep(Upload(people.photo()), AttachmentKind.PHOTO, "a" * 32)
    db.session.commit()
    at(2026, 3, 3, 15)
    purge()
    assert db.session.query(Attachment).count() == 1
    at(2026, 3, 4, 15)
    purge()
    assert db.session.query(Attachment).count() == db.session.query(StoredFile).count() == 0


def test_the_terms_are_those_that_the_notice_says(app):
    assert (retention.MONTHS_OF_CONTACT, retention.MONTHS_OF_CONTENT) == (12, 24)
    assert timedelta(days=1) == retention.DAY_OF_UPLOADS
    assert "hasta dos años después de la respuesta" in CHANNEL.notice.stays
    assert "su contacto, hasta un año" in CHANNEL.notice.stays
    assert set(retention.PURGES) <= set(CHANNEL.purges)
