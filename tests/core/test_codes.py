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


@given(st.text())
def test_whatever_is_typed_is_read_without_a_fault(typed):
    read = codes.read(typed)
    assert all(sign.isalnum() for sign in read)
    assert not set("OIL") & set(read)


@given(st.text(codes.ALPHABET, min_size=1, max_size=20))
def test_no_sign_of_a_code_is_taken_for_another(code):
    assert codes.read(code) == code
    assert len(set(codes.read(codes.ALPHABET))) == 32


@given(st.integers(1, 40))
def test_a_code_has_the_length_that_was_asked_for(length):
    for code in (codes.new(length), codes.derive(b"k", "a", length)):
        assert len(code) == length
        assert set(code) <= set(codes.ALPHABET)


def test_what_is_stored_of_a_secret_code_does_not_depend_on_how_it_is_typed():
    assert codes.digest("7K3F-2QXM-0000") == codes.digest("7k3f 2qxm oooo")
    assert codes.digest("7K3F2QXM0000") != codes.digest("7K3F2QXM0001")
    assert "7K3F" not in codes.digest("7K3F2QXM0000")
