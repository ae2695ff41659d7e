"""Months, units and targets in the cells of the city's table, read and written.

Each reading function raises ValueError with a Spanish sentence that completes «Fila 12: …».
"""

import re
from decimal import Decimal

from participa.core import spanish
from participa.plan.models import Unit
from participa.plan.offices import without_accents

MONTHS = tuple(name.capitalize() for name in spanish.MONTHS)
MONTH_NUMBERS = {
    **{name: number for number, name in enumerate(spanish.MONTHS, start=1)},
    **{name[:3]: number for number, name in enumerate(spanish.MONTHS, start=1)},
    "setiembre": 9,
    "sept": 9,
    "set": 9,
}
UNITS = {
    "numero": Unit.COUNT,
    "numeros": Unit.COUNT,
    "cantidad": Unit.COUNT,
    "#": Unit.COUNT,
    "porcentaje": Unit.PERCENT,
    "porcentual": Unit.PERCENT,
}
MAX_TARGET = {Unit.COUNT: 1_000_000, Unit.PERCENT: 100}


def comparable(text: str) -> str:
    """Lower case, without accents and punctuation: how headings and words are compared."""
    return " ".join(re.findall(r"[a-z0-9#]+", without_accents(text).casefold()))


def read_month(cell: str) -> int:
    """The number of a month, from its name, an abbreviation, its number or a date."""
    if date := re.fullmatch(r"20\d\d-(\d\d)-\d\d", cell):  # the cell of a spreadsheet with a date
        return int(date[1])
    name = comparable(cell)
    number = int(name) if re.fullmatch(r"\d{1,2}", name) else MONTH_NUMBERS.get(name, 0)
    if not 1 <= number <= 12:
        raise ValueError(f"el mes «{cell[:40]}» no existe. Escriba el mes completo, como Marzo.")
    return number


def write_month(number: int) -> str:
    return MONTHS[number - 1]


def read_unit(cell: str) -> Unit:
    unit = Unit.PERCENT if cell == "%" else UNITS.get(comparable(cell))
    if unit is None:
        raise ValueError(f"la unidad «{cell[:40]}» no se conoce. Escriba Número o Porcentaje.")
    return unit


def read_target(cell: str, unit: Unit, is_typed: bool = False) -> int:
    """A whole number of things, or a percentage. `is_typed`: the file stores 100 % as 1."""
    has_sign = cell.endswith("%")
    digits = cell.removesuffix("%").strip()
    if has_sign and unit is Unit.COUNT:
        raise ValueError(f"la meta «{cell[:40]}» es un porcentaje y la unidad dice Número.")
    is_share = is_typed and unit is Unit.PERCENT and not has_sign
    if is_share and re.fullmatch(r"[01](\.\d+)?", digits):
        digits = format((Decimal(digits) * 100).normalize(), "f")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", digits):
        digits = digits.replace(".", "")
    if not re.fullmatch(r"[0-9]{1,9}", digits) or not int(digits):
        raise ValueError(f"la meta «{cell[:40]}» no es un número entero mayor que cero.")
    if int(digits) > MAX_TARGET[unit]:
        raise ValueError(f"la meta «{cell[:40]}» pasa de {spanish.number(MAX_TARGET[unit])}.")
    return int(digits)


def write_target(target: int, unit: Unit) -> str:
    return f"{target}%" if unit is Unit.PERCENT else str(target)
