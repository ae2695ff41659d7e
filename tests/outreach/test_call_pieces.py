"""What called people to an event: when it may have been, and what proves it."""

from datetime import date, timedelta

import pytest

from participa.core import clock
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files.file_checks import UnsafeFile
from participa.core.files.files import StoredFile
from participa.outreach import call_pieces
from participa.outreach.models import CallPiece
from tests.outreach import city


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"done_on": clock.today() + timedelta(days=2)}, "done_on"),
        ({"done_on": date(2000, 1, 1)}, "done_on"),
        ({"proof_url": "http://"}, "proof_url"),
        ({"proof_url": "http://ejemplo.org/cuna.mp3"}, "proof_url"),
        ({"proof_url": "https://"}, "proof_url"),
        ({"estimated_reach": -5}, "estimated_reach"),
        ({"estimated_reach": 0}, "estimated_reach"),
        ({"estimated_reach": 10**9}, "estimated_reach"),
    ],
)
def test_what_cannot_be_is_refused(app, facts, field):
    with pytest.raises(Refused) as refused:
        city.spot(city.called(), **facts)
    assert refused.value.field == field
    assert db.session.query(CallPiece).count() == 0


def test_nobody_is_called_after_the_event(app):
    event = city.held()
    event.closes_at -= timedelta(days=3)
    event.opens_at -= timedelta(days=3)
    db.session.commit()
    with pytest.raises(Refused, match="se convoca antes"):
        city.spot(event)
    assert city.spot(event, done_on=call_pieces.last_day(event)).has_proof


def test_nobody_is_called_more_than_a_year_before_the_event(app):
    event = city.called()
    first = call_pieces.first_day(event)
    with pytest.raises(Refused, match="más de un año antes del evento"):
        city.spot(event, done_on=first - timedelta(days=1))
    assert city.spot(event, done_on=first).done_on == first


@pytest.mark.parametrize("name", ["foto.png", "acta.pdf", "programa.exe", "pagina.html"])
def test_a_proof_is_what_its_name_says(app, name):
    with pytest.raises(UnsafeFile):
        city.spot(city.called(), upload=city.proof("<script>", name))
    assert db.session.query(CallPiece).count() == 0


def test_a_locked_event_is_not_called_any_more(app):
    event = city.held()
    made = city.spot(event, done_on=call_pieces.last_day(event))
    event.closed_at = clock.now()
    db.session.commit()
    for act in (
        lambda: city.spot(event),
        lambda: call_pieces.remove(event, city.official(), made),
    ):
        with pytest.raises(Refused, match="cerrado con su acta"):
            act()


def test_a_file_that_nothing_refers_to_is_released(app):
    event = city.called()
    made = city.spot(event, upload=city.proof("uno"))
    facts = {name: getattr(made, name) for name in ("medium", "done_on", "piece")}
    facts |= {"estimated_reach": None, "proof_url": ""}
    call_pieces.change(event, city.official(), made, city.proof("dos"), **facts)
    db.session.commit()
    assert db.session.query(StoredFile).count() == 1
    call_pieces.remove(event, city.official(), made)
    db.session.commit()
    assert db.session.query(StoredFile).count() == 0
    acts = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.number)]
    assert acts[-3:] == ["outreach.call_added", "outreach.call_changed", "outreach.call_removed"]
