"""One person on paper and by another way: proposed, decided by a person, and undone if need be."""

from datetime import timedelta

import pytest

from participa.attendance import queries, withdrawals
from participa.attendance.models import Attendee, SignInWay
from participa.attendance.paper import keying, merging, sheets
from participa.attendance.paper.queries import undecided
from participa.attendance.paper_models import RowState
from participa.attendance.sign_in import Arrival
from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused
from tests.attendance import city
from tests.attendance.paper import paper_city as paper
from tests.ballots.city import officials

pytestmark = pytest.mark.usefixtures("app")
DOCUMENT = "1017123456"


def proposed(record=None, document="", on_phone=""):
    """A row that looks like somebody who signed on the phone an hour ago, and that entry."""
    record = record or city.open_list()
    at = clock.now() - timedelta(hours=1)
    made = city.signed(record, "Maria Perez", on_phone, arrival=Arrival(way=SignInWay.PHONE, at=at))
    row = paper.keyed(paper.printed(record), 1, document=document)
    return row, db.session.get_one(Attendee, made.attendee_id)


def same(row):
    merging.say_same(row, officials()[0])
    db.session.commit()


def test_a_similar_name_is_proposed_and_nothing_is_merged():
    row, phone = proposed()
    assert (row.state, row.proposed_id) == (RowState.KEYED, phone.id)
    assert undecided(phone.list_id) == [row]
    assert queries.attended(phone.list_id) == 2


def test_two_documents_that_differ_are_two_people():
    row, _ = proposed(document=DOCUMENT, on_phone="43987654")
    assert row.proposed_id is None


def test_two_documents_that_differ_by_a_slip_are_proposed_and_not_merged():
    row, phone = proposed(document=DOCUMENT, on_phone="1017123457")
    assert row.proposed_id == phone.id
    with pytest.raises(Refused):
        same(row)


def test_the_same_person_stays_once_with_the_earliest_time_and_the_row_as_proof():
    row, phone = proposed()
    entered = phone.presences[0].entered_at
    same(row)
    assert queries.attended(phone.list_id) == 1
    assert (row.state, row.attendee_id) == (RowState.MERGED, phone.id)
    assert phone.presences[0].entered_at == entered


def test_the_document_on_paper_completes_who_signed_without_one():
    row, phone = proposed(document=DOCUMENT)
    same(row)
    assert phone.document == DOCUMENT
    again = city.signed(phone.attendance_list, document=DOCUMENT)
    assert again.attendee_id == phone.id


def test_a_merge_that_was_wrong_is_undone_and_the_row_typed_again():
    row, phone = proposed(document=DOCUMENT)
    entered = phone.presences[0].entered_at
    same(row)
    keying.undo(row, officials()[0])
    db.session.commit()
    assert (phone.document, phone.presences[0].entered_at) == ("", entered)
    paper.keyed(row.sheet, 1, "Marta Lucía Ruiz", DOCUMENT)
    assert queries.attended(phone.list_id) == 2


def test_two_people_are_left_apart_and_not_asked_again():
    row, phone = proposed()
    merging.say_two(row, officials()[0])
    merging.look_again(phone.attendance_list, officials()[0])
    db.session.commit()
    assert undecided(phone.list_id) == []
    merging.ask_again(row, officials()[0])
    assert undecided(phone.list_id) == [row]


def test_who_arrives_after_the_row_was_typed_is_found_when_one_looks_again():
    record = city.open_list()
    row = paper.keyed(paper.printed(record), 1)
    made = city.signed(record, "Perez Gomez Maria", document=DOCUMENT)
    assert merging.look_again(record, officials()[0]) == 1
    assert row.proposed_id == made.attendee_id


def test_who_registered_beforehand_and_signed_on_paper_has_come():
    record = city.open_list(takes_registrations=True)
    made = city.signed(record, document=DOCUMENT, comes_now=False)
    row = paper.keyed(paper.printed(record), 1, document=DOCUMENT, same_as=made.attendee_id)
    assert queries.attended(record.id) == 1
    keying.undo(row, officials()[0])
    assert (queries.attended(record.id), queries.on_list(record.id)) == (0, 1)


def test_who_signed_twice_on_paper_is_one_person_as_long_as_both_rows_stand():
    record = city.open_list()
    sheet = paper.printed(record)
    first = paper.keyed(sheet, 1, document=DOCUMENT)
    paper.keyed(sheet, 2, document=DOCUMENT, same_as=first.attendee_id)
    assert queries.attended(record.id) == 1
    with pytest.raises(Refused, match="fila 2"):
        keying.undo(first, officials()[0])


def test_the_entry_with_a_receipt_is_the_one_that_stays():
    """Typed with a document, then signed on the phone; and a row without one looks like it."""
    record = city.open_list()
    sheet = paper.printed(record)
    without = paper.keyed(sheet, 1)
    row = paper.keyed(sheet, 2, document=DOCUMENT)
    receipt = city.signed(record, document=DOCUMENT).receipt
    assert row.proposed_id == without.attendee_id
    same(row)
    assert queries.attended(record.id) == 1
    assert queries.attendee_with(receipt) is not None


def test_somebody_who_asked_to_be_erased_is_neither_merged_nor_typed_again():
    """DAT-09."""
    row, phone = proposed(document=DOCUMENT)
    withdrawals.erase(phone, officials()[0])
    with pytest.raises(Refused, match="se borraron"):
        same(row)
    db.session.rollback()
    withdrawals.erase(row.attendee, officials()[0])
    with pytest.raises(Refused, match="se borraron"):
        keying.undo(row, officials()[0])
    assert queries.attended(phone.list_id) == 2


def test_a_decision_on_a_checked_sheet_is_shown_and_not_offered_to_be_undone(staff):
    row, _ = proposed()
    merging.say_two(row, officials()[0])
    sheet = row.sheet
    sheets.take_back(sheet, officials()[0], 1)
    keying.leave_rest_empty(sheet, officials()[0])
    db.session.commit()
    address = f"/gestion/asistencia/{sheet.attendance_list.code}/papel"
    assert "Deshacer la decisión de la fila 1" in staff("EDITOR").get(address).text
    sheets.check(sheet, officials()[0])
    db.session.commit()
    page = staff("EDITOR").get(address).text
    assert "Deshacer la decisión de la fila 1" not in page
    assert sheets.IS_CHECKED in page
    with pytest.raises(Refused, match="ya se revisó"):
        merging.ask_again(row, officials()[0])
