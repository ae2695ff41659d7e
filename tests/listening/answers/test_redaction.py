"""What was taken out of a text is counted, and what it still says of its author is found."""

import pytest

from participa.listening.answers import redaction

SAID = "Soy Rosa Pérez, c.c. 43.123.456. Escríbame a rosa@ejemplo.org o al 3001234567. No hay agua."


def test_each_kind_is_counted_once_for_each_place():
    public = "Soy una vecina. No hay agua."
    counted = redaction.cuts(SAID, public)
    assert {kind: counted[kind] for kind in ("name", "document", "mail", "phone")} == {
        "name": 1,
        "document": 1,
        "mail": 1,
        "phone": 1,
    }
    assert redaction.in_words({"phone": 2, "name": 1}) == "1 nombre y 2 teléfonos"


def test_what_stays_is_not_counted():
    assert redaction.cuts(SAID, SAID, "Se arregla.", "Se arregla.") == {}
    assert redaction.in_words({}) == "nada"


def test_a_word_in_place_of_a_telephone_is_one_cut():
    counted = redaction.cuts("Llámeme al 3001234567, gracias.", "Llámeme al [teléfono], gracias.")
    assert counted == {"phone": 1}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rosa Pérez lo pidió", ["el nombre"]),
        ("lo pidió ROSA  PEREZ.", ["el nombre"]),
        ("Rosaura Pérezca", []),
        ("su correo Rosa@Ejemplo.org", ["el correo"]),
        ("al 300 123 45 67", ["el teléfono"]),
        ("al (300) 123-4567", ["el teléfono"]),
        ("al 300 123", []),
        ("cédula 43.123.456", ["el documento"]),
        ("", []),
    ],
)
def test_the_contact_of_the_author_is_found_however_it_is_written(text, found):
    own = redaction.own_data(
        text,
        names=["Rosa Pérez", "", "Ana"],
        mail="rosa@ejemplo.org",
        numbers={"el teléfono": "3001234567", "el documento": "43123456"},
    )
    assert own == found
