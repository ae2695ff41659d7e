"""When an event is, in words that leave no doubt about the day."""

from datetime import date, datetime

import pytest

from participa.core import clock
from participa.events import wording
from participa.events.models import Event
from tests.events import city

pytestmark = pytest.mark.one_engine


def told(words: str) -> str:
    return words.replace("\xa0", " ")


def event(begins: datetime, ends: datetime) -> Event:
    return Event(opens_at=begins, closes_at=ends, published_at=begins)


@pytest.mark.parametrize(
    ("begins", "ends", "words"),
    [
        (
            (date(2026, 3, 20), 8),
            (date(2026, 3, 20), 12),
            "viernes 20 de marzo de 2026, de 8:00 a. m. a 12:00 m.",
        ),
        (
            (date(2026, 3, 20), 8),
            (date(2026, 3, 21), 17),
            "viernes 20 de marzo de 2026, 8:00 a. m., hasta el sábado 21 de marzo, 5:00 p. m.",
        ),
        (
            (date(2026, 12, 31), 8),
            (date(2027, 1, 1), 0),
            "jueves 31 de diciembre de 2026, de 8:00 a. m. a 11:59 p. m.",
        ),
    ],
)
def test_the_span_names_each_day_and_year_once(begins, ends, words):
    assert told(wording.span(city.at(*begins), city.at(*ends))) == words


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((date(2026, 3, 20), 18), "Ahora, hasta las 6:00 p. m."),
        ((date(2026, 3, 20), 13), "Ahora, hasta la 1:00 p. m."),
        ((date(2026, 3, 21), 18), "Ahora, hasta el sábado 21 de marzo, 6:00 p. m."),
    ],
)
def test_what_is_under_way_says_until_which_day(ends, words):
    with clock.stopped_at(city.at(date(2026, 3, 20), 10)):
        under_way = event(city.at(date(2026, 3, 20)), city.at(*ends))
        assert told(wording.when(under_way)) == words


def test_a_line_of_a_list_has_one_full_stop_after_each_sentence():
    made = event(city.at(date(2026, 3, 20)), city.at(date(2026, 3, 20), 12))
    made.place = "Teatro Lido"
    assert told(wording.line(made)).endswith("a 12:00 m. Teatro Lido.")
