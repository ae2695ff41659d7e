"""What single cells of a plan say: a month, a unit, a target. No database here.

Each raises ValueError with the Spanish sentence that follows the row's number.
"""

import re
from decimal import Decimal

from participa.core import spanish
from participa.plan.importing.columns import plain
from participa.plan.importing.drafts import COUNT, PERCENT

SHORT = {name[:3]: number for number, name in enumerate(spanish.MONTHS, start=1)}
LONG = {name: number for number, name in enumerate(spanish.MONTHS, start=1)}
MONTHS = SHORT | LONG | {"setiembre": 9, "sept": 9, "set": 9}
UNITS = {
    "numero": COUNT,
    "numeros": COUNT,
    "cantidad": COUNT,
    "#": COUNT,
    "porcentaje": PERCENT,
    "porcentual": PERCENT,
}
MOST = 1_000_000


def month(cell: str) -> int:
    if date := re.fullmatch(r"20\d\d-(\d\d)-\d\d", cell):  # a cell with a date
        return int(date[1])
    name = plain(cell)
    found = int(name) if re.fullmatch(r"\d{1,2}", name) else MONTHS.get(name, 0)
    if not 1 <= found <= 12:
        raise ValueError(f"el mes «{cell[:40]}» no existe. Escriba el mes completo, como Marzo.")
    return found


def unit(cell: str) -> str:
    if cell == "%":
        return PERCENT
    if (found := UNITS.get(plain(cell))) is None:
        raise ValueError(f"la unidad «{cell[:40]}» no se conoce. Escriba Número o Porcentaje.")
    return found


def target(cell: str, measured: str, is_typed: bool = False) -> int:
    """A whole number of things, or a percentage; Excel stores 100 % as 1."""
    has_sign = cell.endswith("%")
    digits = cell.removesuffix("%").strip()
    if has_sign and measured == COUNT:
        raise ValueError(f"la meta «{cell[:40]}» es un porcentaje y la unidad dice Número.")
    if is_typed and measured == PERCENT and not has_sign and re.fullmatch(r"[01](\.\d+)?", digits):
        digits = format((Decimal(digits) * 100).normalize(), "f")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", digits):
        digits = digits.replace(".", "")
    if not re.fullmatch(r"[0-9]{1,9}", digits) or not int(digits):
        raise ValueError(f"la meta «{cell[:40]}» no es un número entero mayor que cero.")
    most = 100 if measured == PERCENT else MOST
    if int(digits) > most:
        raise ValueError(f"la meta «{cell[:40]}» pasa de {spanish.number(most)}.")
    return int(digits)
