"""The box of promises says what this list does, and no more."""

from itertools import product

import pytest

from participa.attendance.public.promises import promises_of
from tests.attendance import city
from tests.attendance.public.people import opened

WORDS = {
    "asks_contact": "Guardamos su correo o celular solo si marca la autorización.",
    "asks_variables": "Las respuestas sobre usted se guardan aparte: no llevan a su nombre.",
    "asks_sensitive": "Los datos sensibles necesitan su permiso. Sin ellos su firma vale igual.",
    "asks_image": "Puede firmar sin autorizar fotos ni videos.",
    "has_rotating_code": "El código de la pantalla dificulta firmar desde otro lugar, pero no lo "
    "impide.",
}


@pytest.mark.parametrize("chosen", list(product([False, True], repeat=len(WORDS))))
def test_each_sentence_stands_exactly_where_it_holds(chosen):
    facts = dict(zip(WORDS, chosen, strict=True))
    sentences = {one.sentence for one in promises_of(**facts, small_cell=5)}
    assert {name: WORDS[name] in sentences for name in WORDS} == facts
    by_itself = "No comprueba que quien firma esté en el lugar." in sentences
    assert by_itself is not facts["has_rotating_code"]


def test_the_page_shows_the_box(client):
    record = city.open_list(asks_image=True)
    page = opened(client, record).text
    assert WORDS["asks_image"] in page
    assert WORDS["asks_variables"] not in page
