"""The columns of the city's table, known by their names however they are written. No database."""

import re

from participa.plan import offices
from participa.plan.importing.drafts import HEADER

KEYS = (
    "number",
    "action",
    "task",
    "offices",
    "start",
    "end",
    "indicator",
    "unit",
    "target",
    "observations",
)
FIELDS = dict(zip(KEYS, HEADER, strict=True))
HEADINGS = tuple(f"«{name}»" for name in HEADER)
ENOUGH = 5  # this many known names in one row, and it is the header
ALSO = {
    "number": "# no nro num numero item",
    "action": "accion|acciones|acciones de mejora|accion de mejoramiento",
    "task": "tarea|actividad|actividades",
    "offices": "responsables|dependencia|dependencias|dependencia responsable|"
    "dependencias responsables",
    "start": "inicio|mes inicio|mes de inicio|tiempo de inicio",
    "end": "terminacion|fin|mes terminacion|mes de terminacion|tiempo de terminacion|mes fin",
    "indicator": "indicador|indicadores|indicadores de seguimiento",
    "unit": "unidad|unidades de medida",
    "target": "metas",
    "observations": "observacion",
}


def plain(text: str) -> str:
    """Without accents, capitals and signs: how two headings are compared."""
    return " ".join(re.findall(r"[a-z0-9#]+", offices.plain(text).casefold()))


NAMES = {plain(name): key for key, name in FIELDS.items()} | {
    name: key
    for key, names in ALSO.items()
    for name in (names.split() if key == "number" else names.split("|"))
}


def headings(cells: tuple[str, ...]) -> dict[str, int]:
    """Where each known column stands, when these cells are the header of a table; else nothing."""
    found: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if key := NAMES.get(plain(cell[:80])):
            found.setdefault(key, index)
    return found if len(found) >= ENOUGH else {}
