"""Which names may be the same person's: the application proposes, and never decides."""

import pytest

from participa.attendance.paper.likeness import are_alike, may_be_one_number
from participa.attendance.queries import search_text

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("María Pérez Gómez", "MARIA PEREZ GOMEZ"),
        ("Pérez Gómez María", "María Pérez Gómez"),
        ("María Pérez", "María Pérez Gómez"),
        ("Jhon Restrepo", "John Restrepo"),
        ("María de los Ángeles Ruiz", "Maria Angeles Ruiz"),
        ("Yaneth Úsuga David", "Janeth Usuga David"),
    ],
)
def test_a_name_written_in_another_way_is_proposed(one, other):
    assert are_alike(search_text(one), search_text(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("María Pérez Gómez", "Pedro Luis Restrepo"),
        ("María", "María Pérez Gómez"),
        ("Juan Gómez", "Juana Restrepo"),
        ("", "María Pérez"),
    ],
)
def test_two_different_names_are_not(one, other):
    assert not are_alike(search_text(one), search_text(other))


def test_numbers_that_differ_by_a_slip_of_the_pen_may_be_one():
    for wrong in ("CC:1017123457", "CC:1017132456", "CC:101712345", ""):
        assert may_be_one_number("CC:1017123456", wrong)
    for other in ("CC:43987654", "CC:1017129956", "CC:1017654321"):
        assert not may_be_one_number("CC:1017123456", other)
