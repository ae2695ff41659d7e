"""Phone, desk, tablet, paper and late devices, in any order: one row per person with a document."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participa.attendance import queries
from participa.attendance.models import Attendee, SignInWay
from participa.attendance.paper import keying, merging, reconciliation
from participa.attendance.paper import queries as paper_queries
from participa.attendance.paper.keying import AlreadyListed
from participa.attendance.paper_models import PaperRow, RowState
from participa.attendance.sign_in import Arrival
from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused
from tests.attendance import city
from tests.attendance.paper import paper_city as paper
from tests.ballots.city import officials

PEOPLE = {
    "1017123456": "María Pérez Gómez",
    "43987654": "Pedro Luis Restrepo",
    "71333444": "Ángela Úsuga",
    "98555111": "Kevin Mosquera",
}
ROWS = 5
ways = st.sampled_from([SignInWay.PHONE, SignInWay.DESK, SignInWay.KIOSK])
signing = st.tuples(st.just("sign"), st.sampled_from(sorted(PEOPLE)), ways, st.integers(0, 90))
typing = st.tuples(
    st.just("type"), st.sampled_from(sorted(PEOPLE)), st.integers(1, ROWS), st.just(0)
)
undoing = st.tuples(st.just("undo"), st.just(""), st.integers(1, ROWS), st.just(0))


class Model:
    """Who is on the list and why, told as simply as possible: by themselves, or by which rows."""

    def __init__(self):
        self.signed: set[str] = set()
        self.rows: dict[int, str] = {}  # the typed rows and whose they are
        self.first: dict[str, int] = {}  # the row that put somebody on the list

    @property
    def on_list(self) -> set[str]:
        return self.signed | set(self.rows.values())

    def can_undo(self, number: int) -> bool:
        """A row on which another one leans stays."""
        document = self.rows.get(number, "")
        leaning = [row for row, one in self.rows.items() if one == document and row != number]
        return bool(document) and not (self.first.get(document) == number and leaning)

    def undo(self, number: int) -> None:
        document = self.rows.pop(number)
        if self.first.get(document) == number:
            del self.first[document]


def act(record, sheet, model: Model, step) -> None:
    kind, document, place, minutes = step
    if kind == "sign":
        at = clock.now() - timedelta(minutes=minutes)
        arrival = Arrival(way=place, at=at, was_offline=minutes > 45)
        city.signed(record, PEOPLE[document], document, arrival=arrival)
        model.signed.add(document)
    elif kind == "type" and place not in model.rows:
        if document not in model.on_list:
            model.first[document] = place
        type_row(sheet, place, document)
        model.rows[place] = document
    elif kind == "undo" and model.can_undo(place):
        keying.undo(paper.row(sheet, place), officials()[0])
        db.session.commit()
        model.undo(place)


def type_row(sheet, number: int, document: str, name: str = "") -> None:
    """As an official does: a document that is on the list is the same person."""
    name = name or PEOPLE[document]
    try:
        paper.keyed(sheet, number, name, document)
    except AlreadyListed as asked:
        same_as = asked.person.id
        db.session.rollback()
        paper.keyed(sheet, number, name, document, same_as=same_as)


@pytest.mark.slow
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.one_of(signing, signing, typing, typing, undoing), max_size=14))
def test_any_order_of_all_the_ways_leaves_one_row_for_each_person(app, steps):
    record = city.open_list(event=city.event_now())
    sheet = paper.printed(record, rows=ROWS)
    model = Model()
    for step in steps:
        act(record, sheet, model, step)
    stored = db.session.query(Attendee).filter_by(list_id=record.id, withdrawn_at=None)
    assert sorted(one.document for one in stored) == sorted(model.on_list)
    assert queries.attended(record.id) == queries.on_list(record.id) == len(model.on_list)
    count = reconciliation.count_of(sheet)
    assert count.written == len(model.rows)
    typed = db.session.query(PaperRow).filter_by(sheet_id=sheet.id)
    proofs = {row.number: row for row in typed if row.state is not RowState.OPEN}
    assert {number: row.attendee.document for number, row in proofs.items()} == model.rows


# One name in three spellings, with either of two documents or with none: all of it may be merged.
spellings = st.sampled_from(["María Pérez Gómez", "Maria Perez", "Perez Gómez María"])
numbers = st.sampled_from(["", "", "1017123456", "1017123457"])
deciding = st.one_of(
    st.tuples(st.just("sign"), st.integers(1, ROWS), spellings, numbers),
    st.tuples(st.just("type"), st.integers(1, ROWS), spellings, numbers),
    st.tuples(
        st.sampled_from(["same", "two", "ask", "undo", "look"]),
        st.integers(1, ROWS),
        st.just(""),
        st.just(""),
    ),
)


def decide(record, sheet, step) -> None:
    """One act of an official or of a neighbour; what is refused changes nothing."""
    kind, number, name, document = step
    by, row = officials()[0], paper_queries.row_of(sheet, number)
    acts = {
        "sign": lambda: city.signed(record, name, document),
        "type": lambda: type_row(sheet, number, document, name),
        "look": lambda: merging.look_again(record, by),
        "undo": lambda: row and keying.undo(row, by),
        "same": lambda: row and merging.say_same(row, by),
        "two": lambda: row and merging.say_two(row, by),
        "ask": lambda: row and merging.ask_again(row, by),
    }
    try:
        acts[kind]()
        db.session.commit()
    except Refused:
        db.session.rollback()


@pytest.mark.slow
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(deciding, max_size=16))
def test_whatever_is_decided_and_undone_every_row_proves_somebody_who_counts(app, steps):
    record = city.open_list(event=city.event_now())
    sheet = paper.printed(record, rows=ROWS)
    for step in steps:
        decide(record, sheet, step)
    db.session.expire_all()
    people = db.session.query(Attendee).filter_by(list_id=record.id, withdrawn_at=None).all()
    rows = [row for row in sheet.lines if not row.is_open]
    assert {row.attendee_id for row in rows} <= {one.id for one in people}
    signed = {one.id for one in people if one.way is not SignInWay.PAPER}
    assert signed | {row.attendee_id for row in rows} == {one.id for one in people}
    documents = [one.document for one in people if one.document]
    assert len(documents) == len(set(documents))
    assert [len(one.presences) for one in people] == [1] * len(people)
    for row in rows:
        if row.waits_for_decision:
            assert row.proposed in people
            assert row.proposed_id != row.attendee_id


def test_the_earliest_of_all_the_times_is_the_one_that_counts(app):
    record = city.open_list()
    at = clock.now() - timedelta(minutes=50)
    made = city.signed(record, document="1017123456", arrival=Arrival(way=SignInWay.DESK, at=at))
    sheet = paper.printed(record)
    paper.keyed(sheet, 1, document="1017123456", same_as=made.attendee_id)
    assert [one.entered_at for one in paper.row(sheet, 1).attendee.presences] == [at]
