"""The kinds of petition and their legal terms (PQR-01).

The seed quotes the articles: Ley 1437 de 2011, articles 13 to 33, as Ley 1755 de 2015 replaced
them; Ley 1581 de 2012, articles 14 and 15; Ley 1757 de 2015, article 56.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

SEED = Path(__file__).parent / "seed" / "pqrsd-types.json"


@dataclass(frozen=True, slots=True)
class PetitionType:
    """`term` and `longest` are working days; None where the law names none.

    `longest` is the whole term with an extension (art. 14, par.): at most the double.
    """

    code: str
    name: str
    term: int | None
    longest: int | None
    basis: str
    description: str


@cache
def types() -> Mapping[str, PetitionType]:
    """The kinds by their code: "PG", "CO" …"""
    seed = json.loads(SEED.read_text("utf-8"))["types"]
    rows = (
        PetitionType(
            one["code"],
            one["name"],
            one["term"],
            one["extension_max_total"],
            one["basis"],
            one["description"],
        )
        for one in seed
    )
    return MappingProxyType({row.code: row for row in rows})
