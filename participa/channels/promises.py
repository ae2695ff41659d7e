"""What a page guarantees, what it does not, and who sees what. A channel computes the sentences
from its configuration; nobody types them.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """One sentence of the box; `kept` is False for what the page does not guarantee."""

    sentence: str
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Sight:
    """A reader, and what is visible to them until when."""

    who: str
    what: str


def promised(kept: Iterable[str], limits: Iterable[str]) -> tuple[Promise, ...]:
    """The sentences that hold, and after them the limits."""
    return (*map(Promise, kept), *(Promise(sentence, kept=False) for sentence in limits))
