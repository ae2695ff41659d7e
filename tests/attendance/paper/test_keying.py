"""What stands on paper comes onto the list once, whoever types it and however often."""

import pytest

from participa.attendance import queries
from participa.attendance.models import Attendee, SignInWay
from participa.attendance.paper import keying, sheets
from participa.attendance.paper import queries as paper_queries
from participa.attendance.paper.keying import AlreadyListed, RowTaken
from participa.attendance.paper_models import PaperRow, RowState
from participa.attendance.sign_in import Identity
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from tests.attendance import city
from tests.attendance.paper import paper_city as paper
from tests.ballots.city import officials

pytestmark = pytest.mark.usefixtures("app")
DOCUMENT = "1017123456"


def test_a_typed_row_is_a_person_who_came_on_paper():
    record = city.open_list()
    row = paper.keyed(paper.printed(record), 1, document=DOCUMENT)
    assert (row.state, row.attendee.way) == (RowState.KEYED, SignInWay.PAPER)
    assert queries.attended(record.id) == 1


def test_the_same_row_typed_twice_alike_is_one_person():
    record = city.open_list()
    sheet = paper.printed(record)
    first, second = (paper.keyed(sheet, 1, document=DOCUMENT, by=by) for by in officials())
    assert first.id == second.id
    assert queries.attended(record.id) == 1


def test_the_same_row_typed_otherwise_is_asked_and_can_be_replaced():
    record = city.open_list()
    sheet = paper.printed(record)
    paper.keyed(sheet, 1, document=DOCUMENT)
    with pytest.raises(RowTaken):
        paper.keyed(sheet, 1, "Marta Pérez", DOCUMENT, by=officials()[1])
    db.session.rollback()
    row = paper.keyed(sheet, 1, "Marta Pérez", DOCUMENT, by=officials()[1], replaces=0)
    assert (row.attendee.name, row.attempt) == ("Marta Pérez", 1)
    assert queries.attended(record.id) == 1


def test_who_replaces_has_seen_what_is_there_now():
    sheet = paper.printed(city.open_list())
    paper.keyed(sheet, 1)
    paper.keyed(sheet, 1, "Marta Ruiz", replaces=0)
    with pytest.raises(RowTaken):
        paper.keyed(sheet, 1, "Pedro Luis Restrepo", replaces=0)


def test_a_row_that_is_undone_waits_again_and_its_person_leaves_the_list():
    record = city.open_list()
    sheet = paper.printed(record)
    row = paper.keyed(sheet, 1, document=DOCUMENT)
    keying.undo(row, officials()[0])
    db.session.commit()
    assert (row.state, queries.on_list(record.id)) == (RowState.OPEN, 0)
    paper.keyed(sheet, 1, document=DOCUMENT)
    assert queries.attended(record.id) == 1


def test_undoing_a_row_leaves_who_then_signed_on_the_phone():
    record = city.open_list()
    row = paper.keyed(paper.printed(record), 1, document=DOCUMENT)
    city.signed(record, document=DOCUMENT)
    keying.undo(row, officials()[0])
    db.session.commit()
    assert queries.attended(record.id) == 1


def test_a_row_of_another_sheet_is_refused():
    first = paper.printed(city.open_list(), count=2)
    for number in (0, 6):
        with pytest.raises(Refused):
            paper.keyed(first, number)
        db.session.rollback()


def test_a_full_list_takes_who_signed_on_paper():
    record = city.open_list(capacity=1)
    city.signed(record, "Otra Persona Distinta", "43987654")
    paper.keyed(paper.printed(record), 1, document=DOCUMENT)
    assert queries.attended(record.id) == 2


def test_a_closed_list_takes_its_paper():
    record = city.open_list()
    sheet = paper.printed(record)
    record.closes_at = record.opens_at.replace(second=1)
    db.session.commit()
    row = paper.keyed(sheet, 1)
    assert row.attendee.presences[0].entered_at == record.closes_at


def test_who_did_not_authorise_is_counted_without_a_name():
    record = city.open_list()
    sheet = paper.printed(record)
    keying.key(sheet, 1, Identity(purposes=frozenset()), officials()[0])
    keying.key(sheet, 2, Identity(is_minor=True, purposes=frozenset()), officials()[0])
    db.session.commit()
    assert {one.name for one in db.session.query(Attendee)} == {""}
    assert queries.attended(record.id) == 2


def test_a_document_that_is_on_the_list_is_asked_before_anything_is_stored():
    record = city.open_list()
    person = city.signed(record, document=DOCUMENT)
    sheet = paper.printed(record)
    with pytest.raises(AlreadyListed):
        paper.keyed(sheet, 1, document=DOCUMENT)
    db.session.rollback()
    assert db.session.query(PaperRow).count() == 0
    row = paper.keyed(sheet, 1, document=DOCUMENT, same_as=person.attendee_id)
    assert (row.state, row.attendee_id) == (RowState.MERGED, person.attendee_id)
    assert queries.attended(record.id) == 1


def test_saying_that_it_is_somebody_else_does_not_answer_the_question():
    record = city.open_list()
    other = city.signed(record, "Pedro Luis Restrepo", "43987654")
    city.signed(record, document=DOCUMENT)
    with pytest.raises(AlreadyListed):
        paper.keyed(paper.printed(record), 1, document=DOCUMENT, same_as=other.attendee_id)


def test_the_rest_of_a_sheet_is_marked_empty_at_once():
    sheet = paper.printed(city.open_list())
    paper.keyed(sheet, 2)
    keying.mark(sheet, 1, RowState.ILLEGIBLE, officials()[0])
    assert keying.leave_rest_empty(sheet, officials()[0]) == 3
    db.session.commit()
    assert [row.state.name for row in sheet.lines] == ["ILLEGIBLE", "KEYED", *["EMPTY"] * 3]


def test_no_row_of_a_void_sheet_is_typed():
    sheet = paper.printed(city.open_list())
    sheets.void(sheet, officials()[0], "No se usó.")
    with pytest.raises(Refused):
        paper.keyed(sheet, 1)


def test_the_trail_of_a_typed_row_says_nothing_of_the_person():
    record = city.open_list()
    sheet = paper.printed(record)
    paper.keyed(sheet, 1, document=DOCUMENT)
    keying.undo(paper.row(sheet, 1), officials()[0])
    db.session.commit()
    told = [str(one.details) for one in db.session.query(AuditEntry)]
    assert not any(word in text for text in told for word in (DOCUMENT, "María", "Pérez"))


def test_the_official_layout_can_say_where_each_signature_stands():
    record = city.open_list()
    phone = city.signed(record, document=DOCUMENT)
    sheet = paper.printed(record)
    other = paper.keyed(sheet, 1, "Pedro Luis Restrepo", "43987654")
    for number in (2, 3):
        paper.keyed(sheet, number, document=DOCUMENT, same_as=phone.attendee_id)
    assert paper_queries.proofs(record.id) == {
        other.attendee_id: "Hoja 1, fila 1",
        phone.attendee_id: "Hoja 1, fila 2; Hoja 1, fila 3",
    }
