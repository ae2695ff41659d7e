import pytest

from participa.ballots.voting import choices
from participa.ballots.voting.choices import UnreadableVote
from participa.belenios import questions

ONE = questions.one_of("¿Cuál?", ("A", "B", "C"), has_blank=True)
TWO = questions.several_of("¿Cuáles?", ("A", "B", "C", "D"), 1, 2, has_blank=True)
EXACT = questions.several_of("¿Cuáles dos?", ("A", "B", "C"), 2, 2)
ANY = questions.approve("¿Cuáles aprueba?", ("A", "B"))


@pytest.mark.parametrize(
    ("question", "words", "vote"),
    [
        (ONE, ["2"], (2,)),
        (ONE, ["blanco"], None),
        (TWO, ["3", "0"], (0, 3)),
        (TWO, ["blanco"], None),
        (ANY, [], ()),
        (ANY, ["1", "0"], (0, 1)),
    ],
    ids=["one", "blank", "two", "blank of several", "none of them", "all of them"],
)
def test_what_was_marked_is_the_vote(question, words, vote):
    assert choices.read(question, words, "Voto en blanco") == vote
    assert question.vector(vote)


@pytest.mark.parametrize(
    ("question", "words", "sentence"),
    [
        (ONE, [], "Escoja una opción, o «Voto en blanco»."),
        (ONE, ["0", "1"], "Marcó 2 opciones. Escoja una sola opción y quite las demás."),
        (ONE, ["3"], "Una opción no es de esta lista"),
        (ONE, ["-1"], "Una opción no es de esta lista"),
        (ONE, ["٢"], "Una opción no es de esta lista"),
        (ONE, ["1", "1"], "Una opción no es de esta lista, o llegó repetida"),
        (TWO, ["0", "1", "2"], "Marcó 3 opciones. Escoja hasta 2 opciones y quite las demás."),
        (TWO, ["0", "blanco"], "Marcó «Voto en blanco» y otra opción. Deje solo una"),
        (EXACT, ["0"], "Escoja 2 opciones."),
        (EXACT, ["blanco"], "Una opción no es de esta lista"),
    ],
    ids=[
        "nothing",
        "one too many of one",
        "beyond the list",
        "before the list",
        "a digit of another script",
        "twice",
        "one too many",
        "blank beside another",
        "too few",
        "blank where there is none",
    ],
)
def test_what_is_no_vote_is_told_with_how_to_repair_it(question, words, sentence):
    with pytest.raises(UnreadableVote, match=sentence.replace(".", r"\.")):
        choices.read(question, words, "Voto en blanco")


def test_what_can_be_drawn_again_is_what_the_question_offers():
    assert choices.known_values(TWO, ["0", "9", "0", "blanco", "<b>"]) == ["0", "blanco"]
    assert choices.known_values(EXACT, ["blanco", "2"]) == ["2"]


def test_a_vote_is_read_back_in_the_words_of_the_question():
    assert choices.in_words(TWO, (0, 3), "En blanco") == "A; D"
    assert choices.in_words(TWO, None, "En blanco") == "En blanco"
    assert choices.in_words(ANY, (), "En blanco") == "Ninguna opción"
