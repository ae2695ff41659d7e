"""Which of the three families of variables a form asks for. Pure: no database.

Task 3.1 of the 2024 plan wants each format to carry population, differential and territorial
variables. A form carries a family when it asks at least one of its variables.
"""

from collections.abc import Collection, Iterable
from enum import Enum

from participa.citizens.variables import VARIABLES
from participa.core import spanish


class Family(Enum):
    """A family of variables; the value is its name in the words of the plan."""

    POPULATION = "poblacionales"
    DIFFERENTIAL = "diferenciales"
    TERRITORIAL = "territoriales"


# What a meeting prepares with (apoyos_accesibilidad) describes nobody: it is in no family.
MEMBERS: dict[Family, tuple[str, ...]] = {
    Family.POPULATION: ("curso_vida", "sexo_nacer", "estrato", "grupo_interes"),
    Family.DIFFERENTIAL: (
        "identidad_genero",
        "orientacion_sexual",
        "lgbtiq",
        "pertenencia_etnica",
        "discapacidad",
        "dificultades_wg",
        "victima_conflicto",
        "campesino",
        "migrante",
        "habitante_calle",
        "cuidador",
    ),
    Family.TERRITORIAL: ("territorio", "zona"),
}


def present(variables: Collection[str]) -> list[Family]:
    """The families of which these variables carry at least one; unknown ids carry none."""
    return [family for family, members in MEMBERS.items() if not set(members).isdisjoint(variables)]


def missing(variables: Collection[str]) -> list[Family]:
    """The families of which these variables carry none."""
    carried = present(variables)
    return [family for family in Family if family not in carried]


def declared(names: Iterable[str]) -> list[Family]:
    """The families with these names of members, as a reviewer ticked them."""
    chosen = set(names)
    return [family for family in Family if family.name in chosen]


def undeclared(names: Iterable[str]) -> list[Family]:
    chosen = declared(names)
    return [family for family in Family if family not in chosen]


def labels(family: Family) -> list[str]:
    """The Spanish names of the variables that would satisfy a family."""
    return [VARIABLES[id].label for id in MEMBERS[family]]


def named(families: Iterable[Family]) -> str:
    """poblacionales, diferenciales y territoriales."""
    return spanish.listed([family.value for family in families])


def verdict(variables: Collection[str]) -> str:
    """What the linter says about a form, as a sentence."""
    lacking = missing(variables)
    if not lacking:
        return f"Lleva las variables {named(Family)}."
    return f"Le faltan variables {named(lacking)}."


def advice(variables: Collection[str]) -> list[str]:
    """For each missing family a sentence with the variables that would satisfy it."""
    return [
        f"Variables {family.value}: pregunte una de estas: {spanish.listed(labels(family))}."
        for family in missing(variables)
    ]
