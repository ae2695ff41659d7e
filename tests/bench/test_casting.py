"""What the benchmark of the box's server measures, at a size that a test can make."""

from bench import casting


def test_people_deposit_together_and_their_box_is_counted():
    voted = casting.voting("sqlite", clients=5, each=2)
    assert voted.per_second > 0
    assert 0 < voted.middle_ms <= voted.slowest_ms
    counted = casting.count("sqlite", 10)
    assert counted.counting > 0
