"""Somebody works on a list while its minutes are closed: the number that they state stays so.

Each act has read the event as open; then another transaction closes the minutes, and only then does
the act go on. It is refused, because it locks the event and reads it again.
"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from participa.attendance import queries, service, withdrawals
from participa.attendance.models import Attendee, SignInWay
from participa.attendance.offline import receiving
from participa.attendance.offline.batches import QueuedEntry
from participa.attendance.paper import halves, keying, merging, sheets
from participa.attendance.paper_models import PaperRow, RowState, SheetKind
from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.events.models import Event
from tests.attendance import city
from tests.attendance.offline.devices import of_the_city
from tests.attendance.paper import paper_city as paper
from tests.ballots.city import officials

pytestmark = pytest.mark.usefixtures("app")


class Hall:
    """A list with somebody on the phone, and a sheet on which the same name is typed."""

    def __init__(self):
        self.record = city.open_list()
        made = city.signed(self.record, "Maria Perez")
        self.sheet = paper.printed(self.record)
        self.row = paper.keyed(self.sheet, 1)
        self.entry = db.session.get_one(Attendee, made.attendee_id)
        self.by = officials()[0]

    def queued(self) -> list[QueuedEntry]:
        device = of_the_city(self.record, SignInWay.KIOSK)
        device.sign(name="Ana Ruiz", document="1017123456")
        return [QueuedEntry(one["id"], one["token"], one["sealed"]) for one in device.queue]

    def closed(self) -> None:
        self.record.closes_at = clock.now() - timedelta(minutes=1)
        self.record.opens_at = self.record.closes_at - timedelta(hours=2)
        db.session.commit()

    def decided(self) -> None:
        merging.say_two(self.row, self.by)
        db.session.commit()


def takes_off(hall):
    withdrawals.withdraw(hall.entry, hall.by)


def undoes_an_arrival(hall):
    withdrawals.take_back(hall.entry.presences[0], hall.by, hall.entry)


def types_a_row(hall):
    keying.key(hall.sheet, 2, paper.who("Ana Ruiz"), hall.by)


def undoes_a_row(hall):
    keying.undo(hall.row, hall.by)


def leaves_the_rest_empty(hall):
    keying.leave_rest_empty(hall.sheet, hall.by)


def says_the_same(hall):
    merging.say_same(hall.row, hall.by)


def says_two(hall):
    merging.say_two(hall.row, hall.by)


def asks_again(hall):
    merging.ask_again(hall.row, hall.by)


def looks_again(hall):
    merging.look_again(hall.record, hall.by)


def counts_a_sheet(hall):
    sheets.take_back(hall.sheet, hall.by, 1)


def prints_more(hall):
    sheets.make(hall.record, hall.by, SheetKind.LIST, 1, 5)


def types_a_half(hall):
    halves.mark_illegible(hall.record)


def reopens(hall):
    service.reopen(hall.record, hall.by, clock.now() + timedelta(hours=1), "Faltó gente.")


def brings_a_file(hall):
    receiving.receive_file(city.listed(hall.record), hall.queued(), hall.by)


def sends_what_waited(hall):
    [answer] = receiving.receive(city.listed(hall.record), hall.queued(), clock.now())
    raise Refused(answer.sentence)


PREPARED = {reopens: Hall.closed, asks_again: Hall.decided}
ACTS = (
    *(takes_off, undoes_an_arrival, types_a_row, undoes_a_row, leaves_the_rest_empty),
    *(says_the_same, says_two, asks_again, looks_again, counts_a_sheet, prints_more),
    *(types_a_half, reopens, brings_a_file, sends_what_waited),
)


def close_the_minutes(event: Event) -> None:
    """Another transaction closes them, after this one has read that the event is open."""
    assert not event.is_locked
    locked = update(Event).where(Event.id == event.id).values(closed_at=clock.now())
    with db.engine.begin() as other:
        other.execute(locked)
    assert not event.is_locked  # as this one has read it


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__.replace("_", " "))
def test_nothing_changes_once_the_minutes_were_closed_in_between(act):
    hall = Hall()
    PREPARED.get(act, Hall.queued)(hall)
    came, was_decided = queries.attended(hall.record.id), hall.row.decided_at
    db.session.commit()
    assert (hall.row.is_open, hall.entry.withdrawn_at) == (False, None)
    close_the_minutes(hall.record.event)
    with pytest.raises(Refused, match="El acta del evento ya"):
        act(hall)
    db.session.commit()
    assert queries.attended(hall.record.id) == came
    assert hall.record.reopened_at is None
    rows = db.session.query(PaperRow).all()
    assert [(row.state, row.decided_at) for row in rows] == [(RowState.KEYED, was_decided)]
