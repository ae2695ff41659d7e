"""Territories with and without answers. No database.

For staff pages only: the counts are not protected by `disclosure`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from participa.citizens.territories import CITY, PREFER_NOT, Territory


@dataclass(frozen=True, slots=True)
class Coverage:
    """Answers by territory of the city, and the answers from outside it.

    `covered` pairs each territory with its number of people, largest first. `elsewhere` counts
    people from other places, `unknown` those who did not say where they live.
    """

    covered: tuple[tuple[Territory, int], ...]
    missing: tuple[Territory, ...]
    elsewhere: int
    unknown: int

    @property
    def sentence(self) -> str:
        if not self.covered:
            return f"Aún no hay respuestas de ninguno de los {len(CITY)} territorios."
        if not self.missing:
            return f"Hay respuestas de los {len(CITY)} territorios."
        labels = ", ".join(territory.label for territory in self.missing)
        return (
            f"Hay respuestas de {len(self.covered)} de {len(CITY)} territorios. Faltan: {labels}."
        )


def coverage_of(people: Mapping[str, int]) -> Coverage:
    """Coverage for numbers of people by territory code; "" counts as unknown."""
    counts = [(territory, people.get(territory.code, 0)) for territory in CITY]
    city_or_unknown = {territory.code for territory in CITY} | {PREFER_NOT, ""}
    return Coverage(
        covered=tuple(sorted((pair for pair in counts if pair[1]), key=lambda pair: -pair[1])),
        missing=tuple(territory for territory, count in counts if not count),
        elsewhere=sum(count for code, count in people.items() if code not in city_or_unknown),
        unknown=people.get(PREFER_NOT, 0) + people.get("", 0),
    )
