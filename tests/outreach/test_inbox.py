"""What waits for the staff, and what is said about an event."""

from datetime import timedelta

import pytest

from participa.core import clock
from participa.outreach import inbox
from participa.outreach.models import Medium
from tests.outreach import city


@pytest.fixture
def pending(app):
    def titles():
        with app.test_request_context():
            return [one.label for one in inbox.pending(city.official())]

    return titles


def test_an_overdue_piece_waits_until_it_is_published(pending):
    city.piece(title="En término")
    assert pending() == []
    city.piece(title="Tarde", planned_on=clock.today() - timedelta(days=1))
    assert pending() == ["Publicar «Tarde»"]


def test_an_event_of_the_next_days_waits_for_a_mass_medium(pending):
    event = city.called(title="Pronto")
    far = clock.now() + timedelta(days=40)
    city.called(title="Lejos", opens_at=far, closes_at=far + timedelta(hours=1))
    city.planned(title="Sin convocar")
    assert pending() == ["Convocar por un medio masivo «Pronto»"]
    city.spot(event, Medium.BOARD)
    city.spot(event, Medium.RADIO, proof_url="")
    assert len(pending()) == 1
    city.spot(event, Medium.RADIO)
    assert pending() == []


def test_the_minutes_of_an_event_say_how_people_were_called(app):
    event = city.called()
    with app.test_request_context():
        assert inbox.of_event(event) == []
        city.spot(event, Medium.RADIO)
        city.spot(event, Medium.BOARD)
        [mention] = inbox.of_event(event)
    assert mention.minutes == ("Se convocó por radio y cartelera.",)
