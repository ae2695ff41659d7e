"""Of a drawn signature its lines are stored, and nothing that is no line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.attendance.public.signatures import MOST_BYTES, is_path

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    "text", ["M1 2L3 4", "M1.5,2.25L3-4 5 6M0 0L0 0", "m0 0l1 1c1 1 2 2 3 3z", "M1 1H5V6Z"]
)
def test_lines_are_taken(text):
    assert is_path(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "M1 2",
        "L1 2",
        "M1 2L3 4<script>",
        'M1 2L3 4" onload="x',
        "M1 2L3 4\n",
        "M1 2Lurl(#x)",
        "M1e9 2L3 4",
        "M12345 2L3 4",
        "M1 2A1 1 0 0 1 2 2",
        "M\u0661 2L3 4",
        "M1 2L" + "3 4 " * MOST_BYTES,
        "M1 2L" + "1" * 8000,
        "M1 2" + "L1" * 3000 + "x",
    ],
    ids=range(14),
)
def test_nothing_else_is(text):
    assert not is_path(text)


@given(st.text(max_size=200))
def test_what_is_taken_can_stand_in_a_page_as_it_is(text):
    if is_path(text):
        assert not set(text) & set("<>\"'&")


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 120)), min_size=2, max_size=200))
def test_whatever_a_finger_draws_is_taken(points):
    (x, y), *rest = points
    assert is_path(f"M{x} {y}L" + " ".join(f"{x} {y}" for x, y in rest))
