"""Read the submitted form values of one question as a vote. Pure."""

from collections.abc import Sequence

from participa.belenios.questions import BLANK, Question

BLANK_WORD = "blanco"

Vote = tuple[int, ...] | None


class UnreadableVote(ValueError):
    """The submitted values are no valid vote; the Spanish message says how to repair it."""


def read(question: Question, values: Sequence[str], blank_label: str) -> Vote:
    """The indices of the chosen options, ascending, or BLANK. Raises UnreadableVote.

    Each value is an index as text, or BLANK_WORD, which the page calls `blank_label`.
    """
    marked = known_values(question, values)
    if len(marked) < len(values):
        raise UnreadableVote("Una opción no es de esta lista, o llegó repetida. Escoja otra vez.")
    if BLANK_WORD in marked:
        if len(marked) > 1:
            raise UnreadableVote(
                f"Marcó «{blank_label}» y otra opción. Deje solo una de las dos cosas."
            )
        return BLANK
    if len(marked) > question.most:
        raise UnreadableVote(
            f"Marcó {len(marked)} opciones. Escoja {at_most(question)} y quite las demás."
        )
    if len(marked) < question.least:
        blank = f", o «{blank_label}»" if question.has_blank else ""
        raise UnreadableVote(f"Escoja {needed(question)}{blank}.")
    return tuple(sorted(int(value) for value in marked))


def known_values(question: Question, values: Sequence[str]) -> list[str]:
    """The submitted values that the question offers, without repetitions."""
    offered = {str(place) for place in range(len(question.answers))}
    if question.has_blank:
        offered.add(BLANK_WORD)
    return [value for value in dict.fromkeys(values) if value in offered]


def in_words(question: Question, vote: Vote, blank_label: str) -> str:
    """The chosen options as text, for the review page."""
    if vote is BLANK:
        return blank_label
    return "; ".join(question.answers[place] for place in vote) or "Ninguna opción"


def needed(question: Question) -> str:
    """Spanish phrase: how many options must be chosen."""
    is_one = (question.least, question.most) == (1, 1)
    return "una opción" if is_one else question.limits_in_words


def at_most(question: Question) -> str:
    """Spanish phrase: how many options may be chosen."""
    return "una sola opción" if question.most == 1 else f"hasta {question.most} opciones"
