import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.topics import choices

OPTIONS = (4, 7, 9, 12)
WORDS = st.sampled_from(
    ["", "1", "2", "3", "4", "0", "-1", "1.0", "٣", "²", "x", "9" * 400, "\x00"]
)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([], "Elija al menos un tema."),
        (["5"], "no es de esta lista"),
        (["04"], "no es de esta lista"),
        (["４"], "no es de esta lista"),
        (["4\x00"], "no es de esta lista"),
        (["4", "4"], "repetido"),
        (["4", "7", "9", "12"], "Eligió 4 temas. Elija hasta 3 temas"),
    ],
    ids=["nothing", "unknown", "padded", "wide-digit", "nul", "twice", "one-too-many"],
)
def test_a_choice_that_the_call_does_not_offer_is_refused(values, sentence):
    with pytest.raises(choices.UnreadableChoice, match=sentence):
        choices.chosen(values, OPTIONS, 3)


@given(st.permutations(OPTIONS))
def test_places_give_back_the_order_that_the_person_meant(order):
    places = {topic: str(place) for place, topic in enumerate(order, 1)}
    assert choices.ranked(OPTIONS, places) == tuple(order)


@given(st.dictionaries(st.sampled_from(OPTIONS), WORDS))
def test_whatever_is_typed_as_a_place_is_an_order_or_a_sentence(places):
    if sorted(places.values()) == ["1", "2", "3", "4"]:
        order = choices.ranked(OPTIONS, places)
        assert [places[topic] for topic in order] == ["1", "2", "3", "4"]
    else:
        with pytest.raises(choices.UnreadableChoice, match=r"\.$"):
            choices.ranked(OPTIONS, places)


@given(st.lists(st.sampled_from(["4", "7", "9", "12"]) | st.text(max_size=4)), st.integers(1, 10))
def test_whatever_is_sent_as_topics_is_a_choice_or_a_sentence(values, most):
    known = [value for value in values if value in {"4", "7", "9", "12"}]
    if values and known == values and len(set(values)) == len(values) <= most:
        assert choices.chosen(values, OPTIONS, most) == tuple(map(int, values))
    else:
        with pytest.raises(choices.UnreadableChoice, match=r"\.$"):
            choices.chosen(values, OPTIONS, most)


def test_a_lone_topic_needs_no_place():
    assert choices.ranked((7,), {}) == (7,)


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        ({4: "1"}, "Dé un puesto a cada tema"),
        ({4: "1", 7: "1"}, "el mismo puesto"),
        ({4: "1", 7: "3"}, "van del 1 al 2"),
    ],
    ids=["missing", "repeated", "beyond"],
)
def test_an_order_with_holes_says_how_to_repair_it(places, sentence):
    with pytest.raises(choices.UnreadableChoice, match=sentence):
        choices.ranked((4, 7), places)
