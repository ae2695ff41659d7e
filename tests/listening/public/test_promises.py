"""The box of promises says what this post does, and no more."""

from itertools import product

import pytest

from participa.listening.public.promises import promises_of

pytestmark = pytest.mark.one_engine
WORDS = {
    "asks_contact": "Su nombre y su contacto sirven solo para responderle, y se guardan cifrados.",
    "asks_variables": "Las respuestas sobre usted se guardan aparte: no llevan a lo que contó.",
    "asks_sensitive": "Los datos sensibles necesitan su permiso. Sin ellos su aporte vale igual.",
    "takes_photos": "De sus fotos borramos el lugar y el aparato que la cámara anota.",
}


@pytest.mark.parametrize("chosen", list(product([False, True], repeat=len(WORDS))))
def test_each_sentence_stands_exactly_where_it_holds(chosen):
    facts = dict(zip(WORDS, chosen, strict=True))
    sentences = {one.sentence for one in promises_of(**facts, small_cell=5)}
    assert {name: WORDS[name] in sentences for name in WORDS} == facts


def test_it_says_what_it_is_not():
    limits = [one.sentence for one in promises_of(**dict.fromkeys(WORDS, True), small_cell=5)]
    assert "No es una línea de emergencia: nadie lo lee en el momento." in limits
