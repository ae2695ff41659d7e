"""Which numbers a document can have, and the sentence for the others."""

import json
import re

import pytest

from participa.attendance import documents
from participa.attendance.documents import WrongDocument
from participa.attendance.public.forms import SHAPES

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("CC", "1.017.123.456", "1017123456"),
        ("CC", "00043123456", "43123456"),
        ("CC", "321", "321"),
        ("TI", "1020304050", "1020304050"),
        ("CE", "987", "987"),
        ("PPT", "7-654-321", "7654321"),
        ("PA", " ab 123456", "AB123456"),
        ("PA", "00012", "00012"),
        ("SD", "lo que sea", ""),
    ],
)
def test_a_number_is_taken_with_any_separators(kind, typed, stored):
    assert documents.normalised(kind, typed) == stored


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("CC", "12", "cédula de ciudadanía tiene de 3 a 10 cifras, sin letras"),
        ("CC", "1" * 11, "cédula de ciudadanía tiene de 3 a 10 cifras, sin letras"),
        ("CC", "000", "cédula de ciudadanía tiene de 3 a 10 cifras, sin letras"),
        ("TI", "123456789", "tarjeta de identidad tiene de 10 a 11 cifras, sin letras"),
        ("CE", "1" * 20, "cédula de extranjería tiene de 3 a 10 cifras, sin letras"),
        ("PA", "AB12", "pasaporte tiene de 5 a 16 letras y cifras"),
        ("PA", "ÑANDÚ1", "pasaporte tiene de 5 a 16 letras y cifras"),
        ("CC", "٤٣١٢٣٤٥", "cédula de ciudadanía tiene de 3 a 10 cifras, sin letras"),
    ],
)
def test_another_length_or_sign_is_refused_with_the_lengths(kind, typed, sentence):
    with pytest.raises(WrongDocument, match=sentence):
        documents.normalised(kind, typed)


def test_what_was_stored_before_the_lengths_is_looked_for_and_found():
    assert documents.normalised("CC", "1" * 15, of_any_length=True) == "1" * 15
    with pytest.raises(WrongDocument):
        documents.normalised("CC", "12A", of_any_length=True)


def test_the_page_checks_the_same_patterns_and_says_the_same_sentences():
    shapes = json.loads(SHAPES)
    assert set(shapes) == set(documents.TYPES) - {documents.NONE}
    for code, (pattern, sentence) in shapes.items():
        assert sentence == documents.TYPES[code].rule
        assert re.fullmatch(pattern, "1020304050") or code == "RC"
        assert not re.fullmatch(pattern, "1")
    assert re.fullmatch(shapes["CC"][0], "00043123456")
