"""The comunas and corregimientos of the city, with their barrios and veredas. No database.

Barrios and institutional areas carry the codes of the city's map ("0101", "Inst_9"). Veredas and
the other rural places have no official code in any public source: theirs is made here of the
corregimiento and the name ("90-el-plan"), and stays the same as long as the name does.
"""

import json
import re
import unicodedata
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
    """A comuna or a corregimiento; or one of the three answers of who lives in none of them."""

    code: str
    name: str
    label: str
    kind: str
    zone: int | None = None
    neighbourhoods: tuple[Neighbourhood, ...] = ()

    @property
    def is_in_the_city(self) -> bool:
        return self.zone is not None


def slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _places(told: dict[str, Any]) -> tuple[Neighbourhood, ...]:
    code = told["code"]
    official = [
        Neighbourhood(place["code"], place["name"], place["kind"], code)
        for place in told.get("barrios", ())
    ]
    rural = [
        Neighbourhood(f"{code}-{slug(place['name'])}", place["name"], kind, code)
        for kind, key in (("vereda", "veredas"), ("rural", "other_rural_units"))
        for place in told.get(key, ())
    ]
    return tuple(sorted(official + rural, key=lambda place: (slug(place.name), place.code)))


def _read() -> dict[str, Territory]:
    seed = json.loads(SEED.read_text("utf-8"))
    found = [
        Territory(told["code"], told["name"], told["label"], told["type"], told["zone"], places)
        for told in sorted(seed["territories"], key=lambda told: told["code"])
        for places in [_places(told)]
    ]
    found += [
        Territory(told["code"], told["name"], told["name"], "other")
        for told in seed["special_options"]
    ]
    return {territory.code: territory for territory in found}


TERRITORIES = MappingProxyType(_read())
CITY = tuple(territory for territory in TERRITORIES.values() if territory.is_in_the_city)
NEIGHBOURHOODS = MappingProxyType(
    {place.code: place for territory in CITY for place in territory.neighbourhoods}
)


def territory(code: str) -> Territory | None:
    return TERRITORIES.get(code)


def label(code: str) -> str:
    """The name as people read it; a code that no longer exists stands for itself."""
    known = TERRITORIES.get(code)
    return known.label if known else code


@cache
def choices() -> tuple[tuple[str, str], ...]:
    """For a select: 01 to 90, then another municipality, then «Prefiero no responder»."""
    return tuple((territory.code, territory.label) for territory in TERRITORIES.values())


def neighbourhoods(territory_code: str) -> tuple[Neighbourhood, ...]:
    """The places of a territory by name; none for an unknown code."""
    known = TERRITORIES.get(territory_code)
    return known.neighbourhoods if known else ()


@cache
def neighbourhood_choices() -> dict[str, list[tuple[str, str]]]:
    """For a grouped select: label of the territory → (code, name). Do not change it."""
    return {
        territory.label: [(place.code, place.name) for place in territory.neighbourhoods]
        for territory in CITY
    }


def belongs(neighbourhood_code: str, territory_code: str) -> bool:
    """Whether the place exists and lies in the territory."""
    place = NEIGHBOURHOODS.get(neighbourhood_code)
    return place is not None and place.territory_code == territory_code
