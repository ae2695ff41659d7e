"""Canonical JSON: exactly one serialisation is accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.belenios import canonical
from participa.belenios.canonical import Malformed
from tests.belenios.builders import VECTORS, vector

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99_999, 99_999) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
STRANGE = {
    "a blank": b'{"a": 1}',
    "a line at the end": b'{"a":1}\n',
    "a byte order mark": b'\xef\xbb\xbf{"a":1}',
    "a member twice": b'{"a":1,"a":1}',
    "a leading zero": b'{"a":01}',
    "a plus sign": b'{"a":+1}',
    "minus zero": b'{"a":-0}',
    "a fraction": b'{"a":1.0}',
    "an exponent": b'{"a":1e3}',
    "not a number": b'{"a":NaN}',
    "infinity": b'{"a":-Infinity}',
    "a huge number": b'{"a":' + b"9" * 6_000 + b"}",
    "an escaped letter": b'{"a":"\\u0061"}',
    "an escaped slash": b'{"a":"\\/"}',
    "an escaped accent": b'{"a":"\\u00e1"}',
    "half of a pair of signs": b'{"a":"\\ud800"}',
    "a raw delete sign": b'{"a":"\x7f"}',
    "latin 1": '{"a":"á"}'.encode("latin-1"),
    "two values": b"1 2",
    "nothing": b"",
    "an open list": b"[1",
    "a deep list": b"[" * 100_000,
    "a nul": b'{"a":1}\x00',
}


@pytest.mark.parametrize("raw", STRANGE.values(), ids=STRANGE)
def test_another_way_of_writing_is_refused(raw):
    with pytest.raises(Malformed, match=r"^El acta .*\.$"):
        canonical.read(raw, "El acta", 1_000_000)


@given(VALUES)
def test_what_is_written_is_read_and_written_the_same(value):
    raw = canonical.write(value)
    assert canonical.read(raw, "El acta", 1_000_000) == value


def test_a_record_that_is_too_long_is_not_even_read():
    with pytest.raises(Malformed, match="más de 5 bytes"):
        canonical.read(b'"12345"', "El acta", 5)


@pytest.mark.parametrize("text", ["", "-1", "+1", "01", "1.0", "1e2", " 1", "1_0", "٣", "0x1", 7])
def test_a_big_number_is_plain_decimal(text):
    with pytest.raises(Malformed, match="no es un número decimal"):
        canonical.decimal(text, "La clave", 100)


def test_a_big_number_stays_below_its_bound():
    assert canonical.decimal("99", "La clave", 100) == 99
    with pytest.raises(Malformed, match="demasiado grande"):
        canonical.decimal("100", "La clave", 100)
    with pytest.raises(Malformed, match="no es un número decimal"):
        canonical.decimal("9" * 5_000, "La clave", 100)


@pytest.mark.parametrize("value", [True, -1, "1", None, 1.0])
def test_a_small_number_is_whole_and_not_negative(value):
    with pytest.raises(Malformed):
        canonical.number(value, "«height»")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([], "no es un objeto"),
        ({"a": 1}, "no tiene el campo «b»"),
        ({"b": 1, "a": 1}, "en otro orden"),
        ({"a": 1, "b": 1, "c": 1}, "un campo de más: «c»"),
        ({"b": 1, "x": 1}, "un campo de más: «x»"),
    ],
)
def test_an_object_has_its_members_in_order_and_no_others(value, reason):
    with pytest.raises(Malformed, match=reason):
        canonical.members(value, "El acta", "a", "b", "o?")


def test_a_member_that_may_be_absent_is_none():
    assert canonical.members({"a": 1, "b": 2}, "El acta", "a", "o?", "b") == [1, None, 2]


def test_the_hashes_are_those_of_the_format():
    raw = vector("election.json")["raw"].encode()
    assert canonical.fingerprint(raw) == vector("election.json")["fingerprint_b64"]
    assert canonical.hex_digest(raw) == vector("election.json")["sha256_hex"]


def test_every_record_of_the_vectors_is_canonical():
    for name in ("events.json", "tally.json"):
        for text in texts(vector(name)):
            if text.startswith(("{", "[")):
                assert canonical.write(canonical.read(text.encode(), name, 10**6)) == text.encode()
    assert list(VECTORS.glob("*/*.bel"))


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)
