"""Months, units and targets in the cells of the city's table, read and written.

Each reading function raises ValueError with a Spanish sentence that completes «Fila 12: …».
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from participa.core import spanish
from participa.plan.models import Unit

MONTHS = tuple(name.capitalize() for name in spanish.MONTHS)
MONTH_NUMBERS = {
    **{name: number for number, name in enumerate(spanish.MONTHS, start=1)},
    **{name[:3]: number for number, name in enumerate(spanish.MONTHS, start=1)},
    "setiembre": 9,
    "sept": 9,
    "set": 9,
    # As a spreadsheet in English writes them.
    "jan": 1,
    "apr": 4,
    "aug": 8,
    "dec": 12,
}
NEAR = 5  # years: «mar-27» is March of 2027 in a plan of a year so near, else the 27th of March
COUNT_WORDS = (
    *("#", "numero #", "n", "no", "num", "numero", "numeros", "numerico", "numerica"),
    *("numero absoluto", "cantidad", "cantidades", "unidad", "unidades", "und", "unds", "un", "u"),
    *("entero", "absoluto", "conteo"),
)
PERCENT_WORDS = ("porcentaje", "porcentajes", "porcentual", "porc", "pct", "por ciento")
UNITS = dict.fromkeys(COUNT_WORDS, Unit.COUNT) | dict.fromkeys(PERCENT_WORDS, Unit.PERCENT)
MAX_TARGET = {Unit.COUNT: 1_000_000, Unit.PERCENT: 100}
# Of a date with an hour, as spreadsheets export it: «2027-03-01 00:00:00».
HOUR = re.compile(r"(?<=\d)[T ]+\d{1,2}:\d{2}(?::\d{2})?(?: *[ap]\. ?m\.)?$", re.IGNORECASE)
# A space or an apostrophe between thousands, as in «1 200» and «1'200».
THOUSANDS = re.compile(r"(?<=\d)[ '’´`](?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class When:
    """A month; `year` when the cell says it too."""

    month: int
    year: int | None = None


def comparable(text: str) -> str:
    """Lower case, without accents, punctuation and signs that nobody sees: how headings and words
    are compared."""
    letters = unicodedata.normalize("NFKD", text)
    seen = "".join(sign for sign in letters if unicodedata.category(sign) not in {"Mn", "Cf"})
    return " ".join(re.findall(r"[a-z0-9#]+", seen.casefold()))


def read_when(cell: str, plan_year: int | None = None) -> When:
    """A month from its name, an abbreviation, its number or a date in figures or words."""
    words = comparable(HOUR.sub("", cell)).split()
    names = [word for word in words if word in MONTH_NUMBERS]
    figures = [int(word) for word in words if re.fullmatch(r"\d{1,4}", word)]
    if len(names) == 1:
        return When(MONTH_NUMBERS[names[0]], _year(figures, plan_year))
    when = _from_figures(figures) if len(figures) == len(words) else None
    if when is None:
        raise ValueError(f"el mes «{cell[:40]}» no existe. Escriba el mes completo, como Marzo.")
    return when


def _year(figures: list[int], plan_year: int | None) -> int | None:
    """The year among the figures beside the name of a month; a single day is none."""
    whole = [figure for figure in figures if 2000 <= figure < 2100]
    if whole:
        return whole[0]
    short = [2000 + figure for figure in figures if figure < 100]
    is_near = bool(short) and abs(short[-1] - (plan_year or short[-1])) <= NEAR
    return short[-1] if is_near and (len(short) > 1 or plan_year) else None


def _from_figures(figures: list[int]) -> When | None:
    """The month of «3», «03/2027», «2027-03», «01/03/2027», «2027-03-01» or «1-3-27»."""
    match figures:
        case [month]:
            day, year = 1, None
        case [month, year] if year >= 2000:
            day = 1
        case [year, month] | [year, month, _] if year >= 2000:
            day = 1
        case [day, month, year]:
            year = year if year >= 2000 else 2000 + year
            if month > 12 >= day:  # as the United States write it: the month before the day
                month, day = day, month
        case _:
            return None
    return When(month, year) if 1 <= month <= 12 and day <= 31 else None


def write_month(number: int) -> str:
    return MONTHS[number - 1]


def read_unit(cell: str) -> Unit | None:
    """The unit; None for a word that may be one, such as «Documento»."""
    words = comparable(cell)
    if cell.strip() == "%" or words.startswith(("porcentaje ", "porcentual ")):
        return Unit.PERCENT
    return Unit.COUNT if words.startswith("numero ") else UNITS.get(words)


def amounts(cell: str, is_number: bool = False) -> list[Decimal]:
    """What the figures of a cell may mean: nothing, one amount, or two as in «1,200».

    `is_number`: the file stores a number, whose point separates decimals.
    """
    digits = THOUSANDS.sub("", cell.strip())
    if is_number and re.fullmatch(r"\d+(\.\d+)?", digits):
        return [Decimal(digits)]
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", digits):  # 1.200 and 1.200,50, as here
        return [Decimal(digits.replace(".", "").replace(",", "."))]
    if re.fullmatch(r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}", digits):  # 1,200.50
        return [Decimal(digits.replace(",", ""))]
    if not re.fullmatch(r"\d{1,12}([.,]\d{1,6})?", digits):
        return []
    amount = Decimal(digits.replace(",", "."))
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", digits):
        return [Decimal(digits.replace(",", "")), amount]
    return [amount]


def targets(cell: str, unit: Unit, is_number: bool = False) -> list[int]:
    """The whole targets that a cell may state: one if it says so, more where a person decides.

    A percentage without its sign may be a share: 1 may be 1 % or 100 %, and 0,95 is 95 %.
    """
    has_sign = cell.endswith("%")
    if has_sign and unit is Unit.COUNT:
        raise ValueError(f"la meta «{cell[:40]}» es un porcentaje y la unidad dice Número.")
    stated = amounts(cell.rstrip("% "), is_number)
    if unit is Unit.PERCENT and not has_sign:
        shares = [100 * amount for amount in stated if 0 < amount <= 1]
        stated = shares + stated
    possible = [
        int(amount.to_integral_value(rounding))
        for amount in stated
        if amount >= 1  # 0,5 is no target, and neither is the 1 above it
        for rounding in (ROUND_FLOOR, ROUND_CEILING)
    ]
    positive = [target for target in dict.fromkeys(possible) if target > 0]
    if not positive:
        raise ValueError(f"la meta «{cell[:40]}» no es un número entero mayor que cero.")
    fitting = [target for target in positive if target <= MAX_TARGET[unit]]
    if not fitting:
        raise ValueError(f"la meta «{cell[:40]}» pasa de {spanish.number(MAX_TARGET[unit])}.")
    return fitting


def write_target(target: int, unit: Unit) -> str:
    return f"{target}%" if unit is Unit.PERCENT else str(target)
