"""What the results of a survey can be said to mean, computed from who could answer and who did."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from participa.core import spanish
from participa.surveys.models import SurveyAccess

WIDTH = 98  # 1.96 standard errors of one half, in points: the margin of a share at 95 %
FAR = 5.0  # points between a share of the answers and of the city that are worth a sentence


@dataclass(frozen=True, slots=True)
class Reached:
    """Who could answer and who did. `codes` is how many codes were given out, 0 without codes;
    `farthest` is the group whose share is farthest from that of the city, with both shares.
    """

    access: SurveyAccess
    people: int
    codes: int = 0
    farthest: tuple[str, float, float] | None = None


def note(reached: Reached) -> list[str]:
    """The sentences beside the results; none where nobody has answered."""
    return list(_sentences(reached)) if reached.people else []


def _sentences(reached: Reached) -> Iterator[str]:
    people = spanish.several(reached.people, "persona", "personas")
    if reached.codes > reached.people > 0:
        part = spanish.percent(100 * reached.people / reached.codes)
        yield (
            f"No es una muestra representativa: respondieron {people}, el {part} de quienes "
            "recibieron un código, y cada quien decidió si respondía."
        )
    elif reached.codes:
        yield (
            f"Respondieron {people}: todas las que recibieron un código. No habla de quienes no lo "
            "recibieron."
        )
    elif reached.access is SurveyAccess.ANYONE:
        yield (
            f"No es una muestra representativa: respondió quien quiso ({people}), y una persona "
            "pudo responder más de una vez."
        )
    else:
        yield f"No es una muestra representativa: respondieron {people}, a quienes se les invitó."
    if reached.farthest is not None and abs(reached.farthest[1] - reached.farthest[2]) >= FAR:
        group, answered, city = reached.farthest
        yield (
            f"La diferencia más grande con la ciudad: de «{group}» es el "
            f"{spanish.percent(answered)} de quienes lo dijeron y el {spanish.percent(city)} de "
            "la población."
        )
    points = margin(reached.people)
    if points < 50:
        yield (
            "Aun si estas personas se hubieran elegido al azar, un porcentaje podría variar hasta "
            f"{spanish.number(points)} puntos."
        )
    else:
        yield "Son tan pocas respuestas que un porcentaje no dice nada de la ciudad."


def margin(people: int) -> float:
    """The margin in points that a share would have, had the people been chosen at random."""
    return WIDTH / math.sqrt(people)
