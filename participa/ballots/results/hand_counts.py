"""The paper votes as the results page, the minutes and the exports tell about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from participa.ballots.kinds import blank_label
from participa.ballots.models import BallotBox, HandCount
from participa.core import spanish

ONLY_IN_THE_SUM = "Los números se publican solo en la suma"
LACKS_PAPER = "Faltan por contar los votos en papel."


@dataclass(frozen=True, slots=True)
class ChangedNumber:
    """A number that a correction changed."""

    label: str
    old: int
    new: int

    @property
    def sentence(self) -> str:
        return f"{self.label}: de {spanish.number(self.old)} a {spanish.number(self.new)}"


@dataclass(frozen=True, slots=True)
class Correction:
    """A later count of the paper votes, with what it changed in the one before."""

    count: HandCount
    at: datetime
    changes: tuple[ChangedNumber, ...]

    @property
    def sentence(self) -> str:
        changed = spanish.listed([change.sentence for change in self.changes]) or ONLY_IN_THE_SUM
        reason = self.count.reason.rstrip(".")
        return f"El papel se corrigió el {spanish.day(self.at)}. {changed}. Motivo: {reason}."


def lacks_paper(box: BallotBox) -> bool:
    """Whether the box is closed, takes paper votes, and nobody has counted them yet."""
    return box.is_closed and box.allows_paper and box.paper is None


def corrections(box: BallotBox) -> list[Correction]:
    """The confirmed counts after the first one, in their order."""
    confirmed = [count for count in box.hand_counts if count.confirmed_at is not None]
    return [
        Correction(new, new.confirmed_at, tuple(changes(box, old, new)))
        for old, new in pairwise(confirmed)
        if new.confirmed_at is not None
    ]


def changes(box: BallotBox, old: HandCount, new: HandCount) -> Iterator[ChangedNumber]:
    """The numbers that are not the same in both counts."""
    for label, before, after in _numbers(box, old, new):
        if before != after:
            yield ChangedNumber(label, before, after)


def _numbers(box: BallotBox, old: HandCount, new: HandCount) -> Iterator[tuple[str, int, int]]:
    yield "Papeletas en la caja", old.ballots, new.ballots
    yield "De ellas, nulas", old.invalid, new.invalid
    if old.counts is None or new.counts is None:  # erased, because only a sum is published
        return
    for question, before, after in zip(box.questions, old.counts, new.counts, strict=True):
        labels = [blank_label(box.is_secret)] * question.has_blank + list(question.answers)
        for label, one, other in zip(labels, before, after, strict=True):
            yield f"Pregunta {question.position}, «{label}»", one, other
