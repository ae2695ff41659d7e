from datetime import UTC, datetime

import pytest

from participa.core import clock

pytestmark = pytest.mark.one_engine
MOMENT = datetime(2024, 3, 4, 2, tzinfo=UTC)


def test_a_stopped_clock_shows_its_moment_and_then_goes_on(at):
    present = at(2026, 11, 29, 14)
    with clock.stopped_at(MOMENT):
        assert clock.now() == MOMENT
        assert clock.today().isoformat() == "2024-03-03", "in Bogotá it is still the day before"
    assert clock.now() == present


def test_a_clock_goes_on_after_an_accident(at):
    present = at(2026, 11, 29, 14)
    with pytest.raises(ZeroDivisionError), clock.stopped_at(MOMENT):
        _ = 1 / 0
    assert clock.now() == present
