"""The guarantees and limits that a public page states. A channel computes the sentences from its
configuration; nobody types them.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """One sentence of the box. `is_kept` is False for a limit: the page does not guarantee it."""

    sentence: str
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class Sight:
    """A reader, and what is visible to them until when."""

    reader: str
    visible: str


def promised(guarantees: Iterable[str], limits: Iterable[str]) -> tuple[Promise, ...]:
    """The guarantees, and after them the limits."""
    return (*map(Promise, guarantees), *(Promise(sentence, is_kept=False) for sentence in limits))
