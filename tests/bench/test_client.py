from bench.client import Load


def test_a_percentile_is_the_time_within_which_that_part_was_done():
    load = Load(seconds=[0.004, 0.001, 0.003, 0.002])
    assert load.percentile(0.5) == 3
    assert load.percentile(1) == 4
