"""The roll of a city: what printing its cards takes, from a few of them."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

from participa.ballots.roll import cards, uploads
from participa.ballots.roll.cards import Face, PrintedCard
from participa.belenios import credentials, election

WHOLE = uploads.MOST_CREDENTIALS


@dataclass
class Printing:
    """Seconds of processor of this process and its children; the peak of the largest child."""

    seconds: float
    megabytes: float

    def whole_minutes(self, number: int) -> float:
        """The same for a whole roll, on one processor."""
        return self.seconds * WHOLE / number / 60


def used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def printing(number: int) -> Printing:
    """Cards with QR and second part: as PDF, or as a page where typst is missing."""
    make: Callable[..., object] = cards.pdf if cards.HAS_PDF else cards.html
    face = Face("¿Qué primero?", election.new_uuid(), "participa.ciudad.gov.co")
    made = [PrintedCard(code, "482173") for code in credentials.new_codes(number)]
    begun = used()
    make(made, face)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Printing(used() - begun, most)
