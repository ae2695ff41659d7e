"""The columns of the city's table, recognised by their headings in any order. No database here."""

from participa.plan.cell_values import comparable
from participa.plan.task_fields import TABLE_FIELDS

# Both come before the fields of a task, and are empty on the later tasks of an action.
ACTION_COLUMNS = {"number": "#", "action": "Acción de mejora"}
ACTION_ALIASES = {
    "number": ("#", "no", "nro", "num", "numero", "item"),
    "action": ("accion", "acciones", "acciones de mejora", "accion de mejoramiento"),
}
COLUMNS = ACTION_COLUMNS | {field.attribute: field.heading for field in TABLE_FIELDS}
ALIASES = ACTION_ALIASES | {field.attribute: field.aliases for field in TABLE_FIELDS}
HEADER = tuple(COLUMNS.values())
MIN_HEADINGS = 5  # a row with this many known headings is the header
NAMES = {comparable(heading): name for name, heading in COLUMNS.items()} | {
    alias: name for name, aliases in ALIASES.items() for alias in aliases
}


def position(name: str) -> int:
    """The index of a column in the city's own order."""
    return list(COLUMNS).index(name)


def positions(cells: tuple[str, ...]) -> dict[str, int]:
    """The index of each known column, by its name, if these cells are a header; else nothing."""
    indexes: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if name := NAMES.get(comparable(cell[:80])):
            indexes.setdefault(name, index)
    return indexes if len(indexes) >= MIN_HEADINGS else {}
