from hypothesis import given
from hypothesis import strategies as st

from participa.core import codes


def test_a_code_is_shown_in_groups_of_four():
    assert codes.show("7K3F2QXM") == "7K3F-2QXM"


@given(st.text(codes.ALPHABET, min_size=1, max_size=20))
def test_a_code_survives_being_shown_dictated_and_typed(code):
    typed = codes.show(code).lower().replace("-", " ").replace("1", "l").replace("0", "o")
    assert codes.read(typed) == code


def test_two_codes_are_not_the_same():
    assert len({codes.new() for _ in range(1000)}) == 1000


def test_a_key_always_gives_the_same_code_for_the_same_message():
    assert codes.derive(b"k", "a", 12) == codes.derive(b"k", "a", 12)
    assert codes.derive(b"k", "a", 12) != codes.derive(b"k", "b", 12)
    assert codes.derive(b"k", "a", 12) != codes.derive(b"q", "a", 12)
