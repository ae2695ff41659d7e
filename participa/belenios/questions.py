"""Homomorphic questions: choose between `least` and `most` of the answers, or vote blank.

Every kind of question offered to staff (one of, several of, approval, yes or no, scale, priorities)
is such a question; kinds differ in the limits and in how the counts are presented.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from participa.belenios import canonical
from participa.belenios.canonical import Malformed

BLANK = None  # the blank vote; not the same as an empty choice, which is set()
RANKED = "NonHomomorphic"


class Unsupported(Exception):
    """Valid in the format, but not implemented here; the message is in Spanish."""


@dataclass(frozen=True)
class Question:
    text: str
    answers: tuple[str, ...]
    least: int
    most: int
    has_blank: bool = False

    @property
    def slots(self) -> int:
        """How many ciphertexts a ballot has for this question; slot 0 is the blank vote, if any."""
        return len(self.answers) + self.has_blank

    def record(self) -> dict[str, Any]:
        blank = {"blank": True} if self.has_blank else {}
        limits = {"min": self.least, "max": self.most, "question": self.text}
        return {"answers": list(self.answers), **blank, **limits}

    def vector(self, chosen: Collection[int] | None) -> list[int]:
        """The plaintexts, one 0 or 1 per slot.

        `chosen` holds positions in `answers`, counted from 0, or is BLANK. Raises ValueError, with
        a Spanish message for the voter, if the question does not allow it.
        """
        if chosen is BLANK:
            if not self.has_blank:
                raise ValueError("Esta pregunta no tiene voto en blanco.")
            return [1] + [0] * len(self.answers)
        positions = set(chosen)
        if len(positions) != len(chosen) or not positions <= set(range(len(self.answers))):
            raise ValueError("Escoja opciones de la lista, cada una una sola vez.")
        if not self.least <= len(positions) <= self.most:
            raise ValueError(f"Escoja {self.limits_in_words}.")
        marks = [int(position in positions) for position in range(len(self.answers))]
        return [0] * self.has_blank + marks

    def chosen_of(self, vector: Sequence[int]) -> tuple[int, ...] | None:
        """The positions that a vector of 0 and 1 marks, or BLANK: the way back from `vector`."""
        if self.has_blank and vector[0]:
            return BLANK
        marks = vector[int(self.has_blank) :]
        return tuple(position for position, mark in enumerate(marks) if mark)

    @property
    def limits_in_words(self) -> str:
        if self.least == self.most:
            return f"{self.most} {'opción' if self.most == 1 else 'opciones'}"
        return f"entre {self.least} y {self.most} opciones"


def read(value: Any, what: str) -> Question:
    """Parse a question; raises Malformed, or Unsupported for one that is not homomorphic."""
    if isinstance(value, dict) and value.get("type") == RANKED:
        raise Unsupported(f"{what} es de ordenar: este programa no revisa esa clase de preguntas.")
    answers, blank, least, most, text = canonical.members(
        value, what, "answers", "blank?", "min", "max", "question"
    )
    labels = [canonical.text(a, f"{what}, respuesta") for a in canonical.items(answers, what)]
    if blank is not None and blank is not True:
        raise Malformed(f"{what}: «blank» solo puede ser true.")
    least, most = (
        canonical.number(least, f"{what}, «min»"),
        canonical.number(most, f"{what}, «max»"),
    )
    if not labels or not least <= most <= len(labels):
        raise Malformed(f"{what}: «min» y «max» no caben en {len(labels)} respuestas.")
    return Question(canonical.text(text, what), tuple(labels), least, most, blank is True)


# The kinds of question offered to staff.


def one_of(text: str, answers: Sequence[str], has_blank: bool = False) -> Question:
    return Question(text, tuple(answers), 1, 1, has_blank)


def several_of(
    text: str, answers: Sequence[str], least: int, most: int, has_blank: bool = False
) -> Question:
    return Question(text, tuple(answers), least, most, has_blank)


def approve(text: str, answers: Sequence[str], has_blank: bool = False) -> Question:
    """Approval voting: any number of answers, also none."""
    return Question(text, tuple(answers), 0, len(answers), has_blank)


def yes_no(text: str, has_blank: bool = False) -> Question:
    return one_of(text, ("Sí", "No"), has_blank)


def scale(text: str, labels: Sequence[str], has_blank: bool = False) -> Question:
    """A rating; `labels` go from the lowest to the highest."""
    return one_of(text, labels, has_blank)


def priorities(text: str, answers: Sequence[str], most: int, has_blank: bool = False) -> Question:
    """Between one and `most` answers, without an order among them."""
    return Question(text, tuple(answers), 1, most, has_blank)


# Outcomes.


@dataclass(frozen=True)
class Outcome:
    """How often each answer of a question was chosen, and how many ballots were blank."""

    question: Question
    counts: tuple[int, ...]
    blank: int

    def mean(self, values: Sequence[int]) -> Fraction | None:
        """Mean of a scale whose answers have these values; None without any rating."""
        rated = sum(self.counts)
        points = sum(value * count for value, count in zip(values, self.counts))  # noqa: B905 - the single file runs on Python 3.9
        return Fraction(points, rated) if rated else None

    def distribution(self) -> tuple[Fraction, ...] | None:
        """The share of each answer among all choices; None without any choice."""
        chosen = sum(self.counts)
        return tuple(Fraction(count, chosen) for count in self.counts) if chosen else None

    def first(self, most: int) -> list[tuple[str, int]]:
        """The `most` answers with the highest counts, and any that tie with the last of them."""
        ranked = sorted(zip(self.question.answers, self.counts), key=lambda pair: -pair[1])  # noqa: B905 - as above
        return [pair for pair in ranked if pair[1] >= ranked[most - 1][1]] if most else []


def outcome(question: Question, counts: Sequence[int]) -> Outcome:
    """The outcome from the counts per slot, in the order of the result record."""
    shift = int(question.has_blank)
    return Outcome(question, tuple(counts[shift:]), counts[0] if shift else 0)
