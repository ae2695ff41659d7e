"""What two people say about one matter is found alike, in other words and another order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.listening.answers.likeness import ManyTexts, words_of

LIGHT = "El alumbrado público del parque de Belén está dañado"
TEXTS = ManyTexts({1: LIGHT, 2: "¿Cuándo abre la piscina de Aranjuez?", 3: ""})


def keys(text: str, least: float = 60.0) -> list[int]:
    return [key for key, _ in TEXTS.like(text, least, 10)]


@pytest.mark.parametrize(
    "text",
    [
        "en BELÉN, el parque: dañado el alumbrado",
        "Los alumbrados del parque Belen estan danados hace un mes y nadie responde",
        LIGHT,
    ],
)
def test_the_same_matter_is_found_whatever_its_order_and_accents(text):
    assert keys(text) == [1]


@pytest.mark.parametrize("text", ["", "¿y?", "que de la por", "alumbrado", "Quiero agradecer"])
def test_one_word_or_none_is_like_nothing(text):
    assert keys(text) == []


def test_what_is_left_out_is_not_found():
    assert TEXTS.like(LIGHT, 60, 10, besides=[1]) == []


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault_and_its_words_stand_once(text):
    words = words_of(text).split()
    assert len(words) == len(set(words)) <= 60
    assert all(0 <= score <= 100 for _, score in TEXTS.like(text, 0, 10))
