"""One row per person, whatever the way, the order and the number of times they sign."""

import pytest

from participa.attendance import queries, sign_in, waiting_details, withdrawals
from participa.attendance.models import Attendee, SignInWay
from participa.attendance.sign_in import Identity, ListIsFull
from participa.citizens.models import Consent
from participa.core.db import db
from participa.core.submissions import AlreadySent
from tests.attendance import city

pytestmark = pytest.mark.usefixtures("app")
FORM = "a" * 32


def test_who_signs_is_on_the_list_and_came():
    record = city.open_list()
    made = city.signed(record, document="1017123456")
    assert made.is_new
    assert queries.attended(record.id) == 1


def test_the_same_form_sent_twice_is_one_person_with_one_receipt():
    record = city.open_list()
    first, second = (city.signed(record, submission_id=FORM) for _ in range(2))
    assert second.receipt == first.receipt
    assert queries.on_list(record.id) == 1


def test_the_same_form_with_another_name_is_refused():
    record = city.open_list()
    city.signed(record, submission_id=FORM)
    with pytest.raises(AlreadySent):
        city.signed(record, name="Otra Persona", submission_id=FORM)


def test_a_document_that_signed_on_the_phone_is_found_at_the_desk():
    record = city.open_list()
    first = city.signed(record, document="1017123456")
    again = city.signed(record, "MARIA PEREZ GOMEZ", "1017123456", SignInWay.DESK)
    assert (again.receipt, again.is_new, again.is_same_name) == (first.receipt, False, True)
    assert queries.attended(record.id) == 1


def test_a_document_under_another_name_does_not_give_away_whose_receipt_it_is():
    record = city.open_list()
    city.signed(record, document="1017123456")
    again = city.signed(record, "Juan Curioso", "1017123456")
    assert not again.is_same_name


def test_two_people_without_a_document_are_two_people():
    record = city.open_list()
    for _ in range(2):
        city.signed(record)
    assert queries.attended(record.id) == 2


def test_no_more_people_than_fit_are_taken():
    record = city.open_list(capacity=1)
    city.signed(record, document="1017123456")
    with pytest.raises(ListIsFull):
        city.signed(record, "Otra Persona", "43987654")
    db.session.rollback()
    assert city.signed(record, document="1017123456").is_new is False


def test_nothing_is_stored_of_somebody_under_eighteen():
    """DAT-07."""
    record = city.open_list()
    child = Identity(name="Sofía Ruiz", document_type="TI", document="1", is_minor=True)
    city.signed(record, identity=child)
    entry = db.session.query(Attendee).one()
    assert (entry.name, entry.document, entry.consent_id) == ("", "", None)
    assert queries.attended(record.id) == 1


def test_nothing_sensitive_is_kept_of_somebody_under_eighteen_whatever_came_with_them():
    """DAT-07."""
    record = city.open_list(variables=["curso_vida", "migrante"])
    details = {"curso_vida": ["AD"], "migrante": ["1"], "sensitive_consent": ["y"]}
    city.signed(record, identity=city.minor(), details=details)
    city.signed(record, identity=city.minor(), details={"migrante": ["1"]})
    assert waiting_details.waiting(record.id) == [{"curso_vida": ["AD"]}]


def test_a_person_is_found_by_the_beginning_of_a_name_and_by_the_last_digits():
    record = city.open_list()
    city.signed(record, "Ángela María Úsuga", "1.017.123.456".replace(".", ""))
    for typed in ("usu", "angela u", "3456", "1.017.123.456", "María"):
        assert [one.name for one in queries.matching(record.id, typed)] == ["Ángela María Úsuga"]
    for typed in ("suga", "3457", "", " "):
        assert queries.matching(record.id, typed) == []


def test_a_copy_of_the_database_shows_no_document_and_leads_from_no_detail_to_a_person():
    """security.md: documents are encrypted; the optional answers wait encrypted too."""
    record = city.open_list(variables=["curso_vida"])
    city.signed(record, document="1017123456", details={"curso_vida": ["29-59"]})
    rows = db.session.connection().exec_driver_sql("SELECT * FROM attendee").mappings().all()
    waiting = db.session.connection().exec_driver_sql("SELECT * FROM waiting_details")
    assert "1017123456" not in str(rows)
    assert "curso_vida" not in str(waiting.mappings().all())


def test_the_consent_of_a_second_form_for_the_same_document_does_not_stay():
    record = city.open_list()
    for _ in range(2):
        city.signed(record, document="1017123456")
    assert db.session.query(Consent).count() == 1


def test_somebody_who_leaves_has_the_last_time():
    record = city.open_list(takes_exits=True)
    made = city.signed(record)
    presence = sign_in.presence_of(made.attendee_id, None)
    assert presence is not None
    assert sign_in.leave(made.attendee_id, None, presence.entered_at)
    assert presence.left_at == presence.entered_at


def test_whom_an_entry_that_is_erased_meanwhile_met_is_a_new_person(monkeypatch):
    record = city.open_list()
    first = city.signed(record, document="1017123456")
    look = sign_in._signed_before

    def erased_first(*asked):
        entry = db.session.get_one(Attendee, first.attendee_id)
        withdrawals.erase(entry, "la persona")
        monkeypatch.setattr(sign_in, "_signed_before", look)
        return look(*asked)

    monkeypatch.setattr(sign_in, "_signed_before", erased_first)
    again = city.signed(record, document="1017123456")
    assert again.is_new
    assert again.receipt != first.receipt
    assert db.session.query(Consent).count() == 1
