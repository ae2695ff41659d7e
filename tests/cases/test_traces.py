"""Traces of a person in what somebody writes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.cases import traces


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Llámenme al 300 123 45 67, por favor.", [("phone", "300 123 45 67")]),
        ("Mi cédula es 1.017.123.456.", [("document", "1.017.123.456")]),
        ("Escriban a ana.p@correo.com.co", [("mail", "ana.p@correo.com.co")]),
        ("Me llamo Ana María de la Rosa y vivo aquí", [("name", "Ana María de la Rosa")]),
        ("La señora Gómez cierra la puerta", [("name", "Gómez")]),
        ("En 2024 costó $ 1.500.000 y creció 12,5 %", []),
        ("El puente de la calle 10 con carrera 43", []),
        ("", []),
    ],
)
def test_what_tells_of_a_person_is_found(text, expected):
    assert [(one.kind, text[one.start : one.end]) for one in traces.found(text)] == expected


def test_each_kind_is_said_once():
    text = "Soy Ana Ruiz, 3001234567 o 3017654321"
    assert traces.kinds(text) == ["un nombre", "un teléfono"]


@given(st.text(max_size=300))
def test_traces_lie_in_the_text_and_apart(text):
    found = traces.found(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_the_pieces_are_the_text_again_with_its_traces_apart():
    text = "Escriba a Don Luis Gómez o al 3001234567."
    cut = traces.pieces(text)
    assert "".join(piece for piece, _ in cut) == text
    assert [piece for piece, words in cut if words] == ["Luis Gómez", "3001234567"]
    assert traces.pieces("") == []
