"""Several people at the same sheet, and phones that sign meanwhile: each row and person once."""

from functools import partial

import pytest

from participa.attendance import queries
from participa.attendance.models import AttendanceList, SignInWay
from participa.attendance.paper import keying
from participa.attendance.paper_models import PaperRow, PaperSheet, RowState
from participa.core.db import db
from participa.core.errors import Refused
from participa.staff.models import Account
from tests.attendance import city
from tests.attendance.paper import paper_city as paper
from tests.ballots.city import at_once, officials

pytestmark = pytest.mark.usefixtures("app")
CROWD = 6
DOCUMENT = "1017123456"


def all_at_once(act) -> list[str]:
    """Let everybody act at the same moment; returns what was refused."""
    results = at_once(*(partial(act, place) for place in range(CROWD)))
    return sorted(type(one).__name__ if isinstance(one, Refused) else "" for one in results)


def test_a_row_that_many_type_alike_at_the_same_moment_is_one_person():
    record = city.open_list()
    sheet_id, by_id = paper.printed(record).id, officials()[0].id

    def act(place: int) -> None:
        sheet, by = db.session.get_one(PaperSheet, sheet_id), db.session.get_one(Account, by_id)
        keying.key(sheet, 1, paper.who(document=DOCUMENT), by)

    assert all_at_once(act) == [""] * CROWD
    assert db.session.query(PaperRow).count() == 1
    assert queries.attended(record.id) == 1


def test_a_row_that_many_type_otherwise_at_the_same_moment_is_asked_of_all_but_one():
    record = city.open_list()
    sheet_id, by_id = paper.printed(record).id, officials()[0].id

    def act(place: int) -> None:
        sheet, by = db.session.get_one(PaperSheet, sheet_id), db.session.get_one(Account, by_id)
        keying.key(sheet, 1, paper.who(f"Persona {'ABCDEF'[place]}", f"4398765{place}"), by)

    assert all_at_once(act) == ["", *["RowTaken"] * (CROWD - 1)]
    assert queries.attended(record.id) == 1


def test_a_phone_and_the_paper_of_the_same_person_at_the_same_moment_are_one_person():
    record = city.open_list()
    record_id, sheet_id, by_id = record.id, paper.printed(record).id, officials()[0].id

    def act(place: int) -> None:
        if place % 2:
            city.signed(db.session.get_one(AttendanceList, record_id), document=DOCUMENT)
            return
        sheet, by = db.session.get_one(PaperSheet, sheet_id), db.session.get_one(Account, by_id)
        keying.key(sheet, 1, paper.who(document=DOCUMENT), by)

    refused = all_at_once(act)
    assert set(refused) <= {"", "AlreadyListed"}
    assert queries.attended(record.id) == queries.on_list(record.id) == 1
    rows = db.session.query(PaperRow).all()
    assert [row.state for row in rows] in ([], [RowState.KEYED])
    entry = queries.matching(record.id, DOCUMENT)[0]
    assert entry.way is SignInWay.PHONE
