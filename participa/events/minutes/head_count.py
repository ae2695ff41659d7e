"""Attendance that somebody counted by hand: the total, and how many of each group. Pure."""

from collections.abc import Mapping
from typing import Any

from participa.citizens.disclosure import Cell, protect
from participa.core.errors import Refused

BY_HAND = "Conteo a mano"
UNCOUNTED = "Sin contar por grupo"
MOST = 100_000
# The two ways to group the people of a room, and the name of each group in the draft.
HEAD_GROUPS: dict[str, dict[str, str]] = {
    "Por género": {"women": "Mujeres", "men": "Hombres", "others": "Otras identidades"},
    "Por edad": {
        "minors": "Menores de 18 años",
        "young": "18 a 28 años",
        "adults": "29 a 59 años",
        "older": "60 años o más",
    },
}
NAMES = tuple(name for groups in HEAD_GROUPS.values() for name in groups)


def check(attended: int | None, by_group: Mapping[str, int]) -> None:
    """Raises Refused if there are groups without a total, or larger than it."""
    for heading, groups in HEAD_GROUPS.items():
        counted = [by_group[name] for name in groups if name in by_group]
        if counted and attended is None:
            raise Refused("Escriba primero cuántas personas asistieron en total.", "attended")
        if sum(counted) > (attended or 0):
            raise Refused(
                f"{heading}: los grupos suman {sum(counted)} y el total es {attended}. "
                "Corrija el total o los grupos.",
                "attended",
            )


def breakdowns(attended: int, by_group: Mapping[str, int], k: int) -> list[dict[str, Any]]:
    """The groups that were counted, with None for each small or complementary one.

    The rest of the people is a group too, so that no subtraction reveals one.
    """
    found = []
    for heading, groups in HEAD_GROUPS.items():
        cells: dict[Cell, int] = {
            (label,): by_group[name] for name, label in groups.items() if name in by_group
        }
        if not cells:
            continue
        if rest := attended - sum(cells.values()):
            cells[(UNCOUNTED,)] = rest
        shown = protect(cells, k).cells
        rows = [{"grupo": cell[0], "personas": people} for cell, people in shown.items()]
        found.append({"por": heading, "grupos": rows})
    return found
