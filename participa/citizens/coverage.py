"""Which territories were heard, and which were not. Pure; for the staff, never for the public."""

from collections.abc import Mapping
from dataclasses import dataclass

from participa.citizens.territories import CITY, PREFER_NOT, Territory


@dataclass(frozen=True, slots=True)
class Coverage:
    """Territories with how many persons spoke, most first; those without any; and the others."""

    heard: tuple[tuple[Territory, int], ...]
    not_heard: tuple[Territory, ...]
    elsewhere: int
    unknown: int

    @property
    def sentence(self) -> str:
        if not self.heard:
            return f"Aún no hay respuestas de ninguno de los {len(CITY)} territorios."
        if not self.not_heard:
            return f"Hay respuestas de los {len(CITY)} territorios."
        missing = ", ".join(territory.label for territory in self.not_heard)
        return f"Hay respuestas de {len(self.heard)} de {len(CITY)} territorios. Faltan: {missing}."


def coverage_of(people: Mapping[str, int]) -> Coverage:
    """The coverage of these persons by code of territory; no code ("") is unknown, too."""
    heard = [(territory, people.get(territory.code, 0)) for territory in CITY]
    inside = {territory.code for territory in CITY} | {PREFER_NOT, ""}
    return Coverage(
        heard=tuple(sorted((pair for pair in heard if pair[1]), key=lambda pair: -pair[1])),
        not_heard=tuple(territory for territory, count in heard if not count),
        elsewhere=sum(count for code, count in people.items() if code not in inside),
        unknown=people.get(PREFER_NOT, 0) + people.get("", 0),
    )
