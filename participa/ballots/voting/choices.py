"""Reading what a person marked in a question: from the words of a form to a vote. Pure."""

from collections.abc import Sequence

from participa.belenios.questions import BLANK, Question

BLANK_WORD = "blanco"
BLANK_LABEL = "Voto en blanco"

Vote = tuple[int, ...] | None


class UnreadableVote(ValueError):
    """What was sent is not a vote; the message says how to repair it."""


def read(question: Question, words: Sequence[str]) -> Vote:
    """The places that were marked, or BLANK."""
    marked = known(question, words)
    if len(marked) < len(words):
        raise UnreadableVote("Una opción no es de esta lista, o llegó repetida. Escoja otra vez.")
    if BLANK_WORD in marked:
        if len(marked) > 1:
            raise UnreadableVote(
                "Marcó voto en blanco y otra opción. Deje solo una de las dos cosas."
            )
        return BLANK
    if len(marked) > question.most:
        raise UnreadableVote(
            f"Marcó {len(marked)} opciones. Escoja {at_most(question)} y quite las demás."
        )
    if len(marked) < question.least:
        blank = ", o «Voto en blanco»" if question.has_blank else ""
        raise UnreadableVote(f"Escoja {needed(question)}{blank}.")
    return tuple(sorted(int(word) for word in marked))


def known(question: Question, words: Sequence[str]) -> list[str]:
    """What can be drawn of what was sent: each option of the question, once."""
    offered = {str(place) for place in range(len(question.answers))}
    if question.has_blank:
        offered.add(BLANK_WORD)
    return [word for word in dict.fromkeys(words) if word in offered]


def in_words(question: Question, vote: Vote) -> str:
    """What somebody chose, for the review."""
    if vote is BLANK:
        return BLANK_LABEL
    return "; ".join(question.answers[place] for place in vote) or "Ninguna opción"


def needed(question: Question) -> str:
    """How many options make a vote."""
    is_one = (question.least, question.most) == (1, 1)
    return "una opción" if is_one else question.limits_in_words


def at_most(question: Question) -> str:
    return "una sola opción" if question.most == 1 else f"hasta {question.most} opciones"
