import pytest

from bench.comparison import Comparison


def test_two_checkouts_are_compared_pair_by_pair():
    """A pair measured while the machine was busy has both costs high and its ratio unharmed."""
    found = Comparison([(2.0, 2.0), (9.0, 10.0), (2.2, 2.0), (2.1, 2.0), (8.0, 8.0)])
    assert found.ratios == pytest.approx([0.9, 1.0, 1.0, 1.05, 1.1])
    assert found.ratio == 1
    assert found.quartiles == pytest.approx((1.0, 1.05))
    assert found.middle == (2.2, 2.0)
    assert found.ratio_of_least == 1


def test_one_pair_has_no_spread():
    found = Comparison([(3.0, 2.0)])
    assert (found.ratio, found.quartiles) == (1.5, (1.5, 1.5))
