"""The comunas and corregimientos of the city, with their barrios and veredas. No database.

Barrios and institutional areas have the codes of the city's map ("0101", "Inst_9"). Veredas and
other rural places have no official code in any public source: their code is built from the
corregimiento and the name ("90-el-plan"), and changes if the name changes.
"""

import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

SEED = Path(__file__).parent / "seed" / "territories.json"
PREFER_NOT = "NR"


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A barrio, an institutional area, a vereda or another rural place of one territory."""

    code: str
    name: str
    kind: str
    territory_code: str

    @property
    def has_official_code(self) -> bool:
        return not self.code.startswith(f"{self.territory_code}-")


@dataclass(frozen=True, slots=True)
class Territory:
    """A comuna or corregimiento, or one of the answers for people who live in none of them.

    `tile` is its column and row on a map of equal squares.
    """

    code: str
    name: str
    label: str
    kind: str
    zone: int | None = None
    neighbourhoods: tuple[Neighbourhood, ...] = ()
    tile: tuple[int, int] | None = None

    @property
    def is_in_the_city(self) -> bool:
        return self.zone is not None


def slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _places(definition: dict[str, Any]) -> tuple[Neighbourhood, ...]:
    code = definition["code"]
    official = [
        Neighbourhood(place["code"], place["name"], place["kind"], code)
        for place in definition.get("barrios", ())
    ]
    rural = [
        Neighbourhood(f"{code}-{slug(place['name'])}", place["name"], kind, code)
        for kind, key in (("vereda", "veredas"), ("rural", "other_rural_units"))
        for place in definition.get(key, ())
    ]
    return tuple(sorted(official + rural, key=lambda place: (slug(place.name), place.code)))


def _read() -> dict[str, Territory]:
    seed = json.loads(SEED.read_text("utf-8"))
    territories = [
        Territory(
            code=one["code"],
            name=one["name"],
            label=one["label"],
            kind=one["type"],
            zone=one["zone"],
            neighbourhoods=_places(one),
            tile=tuple(one["tile"]) if "tile" in one else None,
        )
        for one in sorted(seed["territories"], key=lambda one: one["code"])
    ]
    territories += [
        Territory(one["code"], one["name"], one["name"], "other") for one in seed["special_options"]
    ]
    return {territory.code: territory for territory in territories}


TERRITORIES = MappingProxyType(_read())
CITY = tuple(territory for territory in TERRITORIES.values() if territory.is_in_the_city)
NEIGHBOURHOODS = MappingProxyType(
    {place.code: place for territory in CITY for place in territory.neighbourhoods}
)


def territory(code: str) -> Territory | None:
    return TERRITORIES.get(code)


def label(code: str) -> str:
    """The display name; an unknown code is returned unchanged."""
    territory = TERRITORIES.get(code)
    return territory.label if territory else code


@cache
def choices() -> tuple[tuple[str, str], ...]:
    """Choices of a SelectField: by code, 01 to 90, then the answers for people from elsewhere."""
    return tuple((territory.code, territory.label) for territory in TERRITORIES.values())


def neighbourhoods(territory_code: str) -> tuple[Neighbourhood, ...]:
    """The places of a territory, ordered by name; empty for an unknown code."""
    territory = TERRITORIES.get(territory_code)
    return territory.neighbourhoods if territory else ()


@cache
def _codes_by_name() -> dict[str, str]:
    """The code of each place whose name no other place of the city has."""
    named = Counter(place.name for place in NEIGHBOURHOODS.values())
    return {place.name: place.code for place in NEIGHBOURHOODS.values() if named[place.name] == 1}


@cache
def neighbourhood_choices() -> dict[str, list[tuple[str, str]]]:
    """Grouped choices of a SelectField: territory label → (value, name) pairs. Cached: read-only.

    The value is the name, where that says which place it is, else the code: 350 codes would be a
    fifth of what a phone loads to show a form. `neighbourhood_code` reads both.
    """
    return {
        territory.label: [
            (place.name if place.name in _codes_by_name() else place.code, place.name)
            for place in territory.neighbourhoods
        ]
        for territory in CITY
    }


def neighbourhood_code(value: str) -> str:
    """The code that a value of `neighbourhood_choices` stands for; another one is unchanged."""
    return _codes_by_name().get(value, value)


def place_named(typed: str, territory_code: str) -> Neighbourhood | None:
    """The place of a territory with this code, or with this name however it is written."""
    wanted = slug(typed)
    places = neighbourhoods(territory_code)
    return next((one for one in places if typed == one.code or wanted == slug(one.name)), None)


def belongs(neighbourhood_code: str, territory_code: str) -> bool:
    """Whether the neighbourhood exists and is part of the territory."""
    place = NEIGHBOURHOODS.get(neighbourhood_code)
    return place is not None and place.territory_code == territory_code
