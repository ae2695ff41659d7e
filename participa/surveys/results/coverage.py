"""Who answered beside who lives in the city: by comuna, sex and age.

Small groups stay hidden here too. So a missing group is one whose number is zero or not shown;
which of both it is, nobody can tell.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from participa.citizens import territories
from participa.citizens.disclosure import VisibleCount
from participa.core import spanish
from participa.core.db import db
from participa.surveys.counting.tally import SurveyCounts
from participa.surveys.models import CityFigure
from participa.surveys.results import naming, protection

COMPARED = ("comuna", "sexo", "edad")
COLUMNS = {"comuna": "territory", "sexo": "sex", "edad": "age"}
OUTSIDE = territories.TERRITORIES.keys() - {one.code for one in territories.CITY}
FAR = 3.0  # points between both shares from which a group has too few or too many


@dataclass(frozen=True, slots=True)
class CoveredGroup:
    """A group: the people who answered, the people of the city, and both as a share in percent."""

    label: str
    people: VisibleCount
    city: int
    share: float | None
    city_share: float

    @property
    def difference(self) -> float | None:
        return None if self.share is None else self.share - self.city_share

    @property
    def is_missing(self) -> bool:
        return not self.people

    @property
    def words(self) -> str:
        """Whether the group answered more or less than its part of the city."""
        if self.people is None:
            return "No se muestra"
        if not self.people:
            return "Nadie"
        if self.difference is None or abs(self.difference) < FAR:
            return "Parecido a la ciudad"
        return "Más que en la ciudad" if self.difference > 0 else "Menos que en la ciudad"


@dataclass(frozen=True, slots=True)
class CoveredDimension:
    """All groups of a dimension; `unsaid` are the people who did not say theirs, `left_out` the
    number of groups that the city's table lacks.
    """

    dimension: str
    label: str
    groups: tuple[CoveredGroup, ...]
    unsaid: VisibleCount
    left_out: int = 0

    @property
    def missing(self) -> list[str]:
        return [one.label for one in self.groups if one.is_missing]

    @property
    def too_few(self) -> list[str]:
        return [one.label for one in self.groups if one.words == "Menos que en la ciudad"]

    @property
    def sentence(self) -> str:
        """Whose voice is missing, in words."""
        if not any(one.people for one in self.groups):
            return "De este dato no se puede mostrar nada todavía."
        parts = []
        if self.missing:
            parts.append(
                f"Sin respuestas, o tan pocas que no se muestran: {spanish.listed(self.missing)}."
            )
        if self.too_few:
            parts.append(
                f"Con menos respuestas que su parte de la ciudad: {spanish.listed(self.too_few)}."
            )
        return " ".join(parts) or "Todos los grupos respondieron más o menos como son en la ciudad."


def city_people() -> dict[str, dict[str, int]]:
    """The people of the city by dimension and group.

    A row for the dimension alone counts as it is; without such rows, the finer ones are added.
    """
    return _people_of(_figures())


def _figures() -> list[CityFigure]:
    return list(db.session.scalars(select(CityFigure).order_by(CityFigure.id)))


def _people_of(rows: Sequence[CityFigure]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for dimension, column in COLUMNS.items():
        others = [other for other in COLUMNS.values() if other != column]
        of_it = [row for row in rows if getattr(row, column)]
        alone = [row for row in of_it if not any(getattr(row, other) for other in others)]
        people: dict[str, int] = {}
        for row in alone or of_it:
            group = getattr(row, column)
            people[group] = people.get(group, 0) + row.people
        found[dimension] = people
    return found


def coverage_of(counts: SurveyCounts, k: int) -> list[CoveredDimension]:
    """The dimensions of which the city's composition is known.

    A table may lack groups of one. So a share is one of the most people that the table tells of,
    not of those of its own dimension.
    """
    rows = _figures()
    people = _people_of(rows)
    totals = [one.people for one in rows if not (one.territory or one.sex or one.age)]
    whole = max([*totals, *(sum(city.values()) for city in people.values())], default=0)
    return [
        covered(dimension, counts.people_by.get(dimension, {}), city, k, whole)
        for dimension, city in people.items()
        if city
    ]


def covered(
    dimension: str, answered: Mapping[str, int], city: Mapping[str, int], k: int, whole: int = 0
) -> CoveredDimension:
    """One dimension, in a city of so many people, or as many as its groups have; pure."""
    groups_of_all = naming.known_groups(dimension, {})
    everybody = {*city, *answered, *groups_of_all}
    known = {group: answered.get(group, 0) for group in everybody}
    shown = protection.item(known, sorted(known), k)
    unsaid, whole = shown.cells[""], max(whole, sum(city.values()))
    # Where it would tell how few did not say it, a share is one of everybody.
    base = sum(known.values()) - (unsaid or 0)
    groups = tuple(
        _group(dimension, group, shown.cells[group], base, city[group], whole)
        for group in naming.in_order(dimension, city)
    )
    label, left_out = naming.DIMENSION_LABELS[dimension], len(_in_the_city(groups_of_all) - {*city})
    return CoveredDimension(dimension, label, groups, unsaid, left_out)


def _in_the_city(groups: Collection[str]) -> set[str]:
    """The groups that a table of the city can have: nobody lives outside it, or says nothing."""
    return {one for one in groups if one and one not in OUTSIDE}


def _group(
    dimension: str, group: str, people: VisibleCount, base: int, city: int, whole: int
) -> CoveredGroup:
    share = None if people is None or not base else 100 * people / base
    label = naming.group_label(dimension, group, {})
    return CoveredGroup(label, people, city, share, 100 * city / whole if whole else 0.0)


def farthest(counts: SurveyCounts, k: int) -> tuple[str, float, float] | None:
    """The group whose share differs most from the city's: its label and both shares."""
    found = [
        (group.label, group.share, group.city_share)
        for dimension in coverage_of(counts, k)
        for group in dimension.groups
        if group.share is not None and group.people
    ]
    return max(found, key=lambda one: abs(one[1] - one[2]), default=None)


def labelled(dimension: str, people: Mapping[str, int]) -> list[tuple[str, int]]:
    """The groups of a dimension in words, in their order."""
    return [
        (naming.group_label(dimension, group, {}), people[group])
        for group in naming.in_order(dimension, people)
    ]
