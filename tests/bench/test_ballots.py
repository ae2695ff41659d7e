"""What the benchmark of the ballot box measures, at a size that a test can make."""

from bench import ballots


def test_a_crowd_is_counted_and_checked():
    found = ballots.crowd(3)
    assert found.size > 0.03
    assert found.ours.seconds > 0
    assert 10 < found.ours.megabytes < 200
    assert (found.theirs is None) == (ballots.TOOL is None)
