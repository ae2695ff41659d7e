from itertools import product

import pytest

from participa.topics.public import promises

CHOICES = (
    "asks_variables",
    "asks_sensitive",
    "allows_proposals",
    "allows_questions",
    "shows_live",
)
COMBINATIONS = [
    dict(zip(CHOICES, answers, strict=True)) for answers in product([True, False], repeat=5)
]


def box_of(**configuration):
    box = promises.promises_of(small_cell=configuration.pop("small_cell", 5), **configuration)
    return " ".join(promise.sentence for promise in box), box


@pytest.mark.parametrize(
    "configuration", COMBINATIONS, ids=lambda c: "+".join(k for k in c if c[k]) or "bare"
)
def test_the_box_says_what_this_configuration_keeps_and_nothing_else(configuration):
    text, box = box_of(**configuration)
    live = configuration["shows_live"]
    assert ("se publican para todos al cierre" in text) is not live
    assert ("se ven desde hoy" in text) is live
    assert ("se guardan aparte" in text) is configuration["asks_variables"]
    assert ("No es un voto secreto" in text) is configuration["asks_variables"]
    assert ("Los datos sensibles" in text) is configuration["asks_sensitive"]
    assert ("otro tema" in text) is configuration["allows_proposals"]
    assert ("pregunta" in text) is configuration["allows_questions"]
    assert any("dos veces" in promise.sentence and not promise.is_kept for promise in box)


@pytest.mark.parametrize("configuration", [COMBINATIONS[0], COMBINATIONS[-1]], ids=["all", "bare"])
def test_every_promise_is_one_short_sentence_or_two(configuration):
    """C12."""
    for promise in box_of(**configuration)[1]:
        sentences = promise.sentence.rstrip(".").split(". ")
        assert all(len(sentence.split()) <= 20 for sentence in sentences), promise.sentence


def test_the_box_names_the_smallest_group_of_this_installation():
    bare = COMBINATIONS[-1]
    assert "de menos de 12 personas" in box_of(**bare, small_cell=12)[0]
