"""The columns of the city's table, recognised by their headings in any order. No database here."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from participa.plan.cell_values import comparable
from participa.plan.task_fields import TABLE_FIELDS

# Both come before the fields of a task, and are empty on the later tasks of an action.
ACTION_COLUMNS = {"number": "#", "action": "Acción de mejora"}
ACTION_ALIASES = {
    "number": (
        "#",
        "n",
        "no",
        "n o",
        "nro",
        "num",
        "numero",
        "item",
        "id",
        "consecutivo",
        "cons",
        "orden",
        "numero de la accion",
        "n accion",
        "no accion",
        "n de accion",
        "no de accion",
        "nro de accion",
        "numero de accion",
        "numero accion",
        "cod",
        "codigo",
    ),
    "action": (
        "accion",
        "acciones",
        "acciones de mejora",
        "accion de mejoramiento",
        "acciones de mejoramiento",
        "accion a desarrollar",
        "acciones a desarrollar",
        "nombre de la accion",
        "descripcion de la accion",
        "accion de mejora propuesta",
        "acciones de mejora propuestas",
    ),
}
COLUMNS = ACTION_COLUMNS | {field.attribute: field.heading for field in TABLE_FIELDS}
ALIASES = ACTION_ALIASES | {field.attribute: field.aliases for field in TABLE_FIELDS}
HEADER = tuple(COLUMNS.values())
OPTIONAL = "observations"
MIN_HEADINGS = 5  # a row with this many known headings is the header
NAMES = {comparable(heading): name for name, heading in COLUMNS.items()} | {
    alias: name for name, aliases in ALIASES.items() for alias in aliases
}
PLURAL = re.compile(r"\s*(?:\((?:e?s|as)\)|/(?:e?s|as)\b)", re.IGNORECASE)  # «Responsable(s)», «/s»
BRACKETS = re.compile(r"\s*\([^)]*\)")  # «Meta (número)»
YEAR = re.compile(r"\s*\b20\d\d\b")  # «Meta 2027»


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table: the place of each known column by its name, the text of each column,
    and how many rows it takes."""

    columns: dict[str, int]
    labels: tuple[str, ...]
    height: int = 1

    @property
    def width(self) -> int:
        """As many columns as there are up to the last known one, and those right beside it; what
        stands beyond an empty column is a note."""
        end = max(self.columns.values(), default=-1) + 1
        while end < len(self.labels) and self.labels[end]:
            end += 1
        return end

    @property
    def missing(self) -> list[str]:
        """The names of the known columns that it lacks."""
        return [name for name in COLUMNS if name not in self.columns]

    @property
    def missing_needed(self) -> list[str]:
        return [name for name in self.missing if name != OPTIONAL]


def position(name: str) -> int:
    """The index of a column in the city's own order."""
    return list(COLUMNS).index(name)


@lru_cache(maxsize=10_000)
def name_of(heading: str) -> str:
    """The name of the column with this heading; "" when it is none of the plan's."""
    if not heading or len(heading) > 80:
        return ""
    forms = (heading, PLURAL.sub("", heading), BRACKETS.sub("", heading), YEAR.sub("", heading))
    keys = map(comparable, dict.fromkeys(forms))
    return next((NAMES[key] for key in keys if key in NAMES), "")


def positions(cells: Sequence[str], hidden: Collection[int] = ()) -> dict[str, int]:
    """The place of each known column by its name; of two with one name the one that is seen."""
    places: dict[str, int] = {}
    for place in sorted(range(len(cells)), key=lambda place: place in hidden):
        if name := name_of(cells[place]):
            places.setdefault(name, place)
    return places


def find_header(
    cells: Sequence[str], below: Sequence[str] = (), hidden: Collection[int] = ()
) -> Header | None:
    """The header that these cells are, alone or with the row below them; None if they are none."""
    alone = positions(cells, hidden)
    if not any(re.search(r"\d", YEAR.sub("", cell)) for cell in below):
        labels = tuple(_joined(cells, below))
        both = positions(labels, hidden)
        # A title above a whole header is no part of it.
        is_begun = len(alone) >= MIN_HEADINGS
        enough = len(alone) if is_begun else max(len(positions(below)), MIN_HEADINGS - 1)
        if len(both) > enough:
            return Header(both, labels, height=2)
    return Header(alone, tuple(cells)) if len(alone) >= MIN_HEADINGS else None


def _joined(cells: Sequence[str], below: Sequence[str]) -> Iterator[str]:
    """The headings of two rows: «Tiempo» above «Inicio» and «Terminación» is above both."""
    above = ""
    for place in range(max(len(cells), len(below))):
        own = cells[place] if place < len(cells) else ""
        under = below[place] if place < len(below) else ""
        above = own or (above if under else "")
        if not under or under == above:
            yield above
        else:
            forms = (f"{above} {under}", under, above)
            yield next((form for form in forms if name_of(form)), forms[0]).strip()


def is_group(cells: Sequence[str], below: Sequence[str]) -> bool:
    """Whether these cells stand above headings as a part of them, as «Tiempo» above «Inicio»."""
    pairs = zip(cells, below, strict=False)
    return any(
        # A year above a heading is of the title: «2027» above «Tareas».
        YEAR.sub("", f" {above}").strip() and under and name_of(f"{above} {under}")
        for above, under in pairs
    )
