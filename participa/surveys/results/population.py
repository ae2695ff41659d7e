"""The city's people, by territory, sex and age: a table of the city, read from a file of the staff.

A row has any of the three, and the people who are so; a blank means all of them. A file replaces
what was there, whole, or changes nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from participa.citizens import territories
from participa.core import audit, clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.files import spreadsheets
from participa.core.files.spreadsheets import Row
from participa.core.web.lists import folded
from participa.staff.models import Account
from participa.surveys.models import CityFigure
from participa.surveys.results import naming

MOST_ROWS = 3000
MOST_SHOWN = 20  # problems of a file
LARGEST = 100_000_000
HEADINGS = {
    "territory": ("territorio", "comuna", "comuna o corregimiento", "codigo comuna"),
    "sex": ("sexo", "sexo al nacer"),
    "age": ("edad", "curso de vida", "grupo de edad"),
    "people": ("personas", "poblacion", "habitantes", "total"),
}
ALL = {"", "-", "\N{EM DASH}", "todos", "todas", "total", "ciudad", "medellin"}
NO_COLUMN = (
    "No encontramos las columnas. Ponga los títulos en la primera fila: Territorio, Sexo, Edad y "
    "Personas."
)
THOUSANDS = re.compile(r"\d{1,3}([. ]\d{3})+")


@dataclass(frozen=True, slots=True)
class CityRow:
    """A row of the file, with our codes; "" for all."""

    row: int
    territory: str
    sex: str
    age: str
    people: int


class BadPopulation(Refused):
    """The file has rows that cannot be read; `problems` names each by its number."""

    def __init__(self, problems: Sequence[str]):
        super().__init__(
            "No se cambió nada: corrija estas filas y suba el archivo otra vez.", "file"
        )
        self.problems = problems


def read(content: bytes) -> list[CityRow]:
    """The rows of a file. Raises Refused, and BadPopulation with every row that is wrong."""
    for table in spreadsheets.visible(content):
        columns = next(((row, found) for row in table if (found := _columns(row))), None)
        if columns is None:
            continue
        heading, places = columns
        rows = [row for row in table if row.number > heading.number and row.filled]
        if len(rows) > MOST_ROWS:
            raise Refused(f"Son más de {MOST_ROWS} filas. Deje solo los totales.", "file")
        return _checked(rows, places)
    raise Refused(NO_COLUMN, "file")


def replace(rows: Sequence[CityRow], source: str, by: Account) -> None:
    """Let these rows be the city's people from now on."""
    db.session.execute(delete(CityFigure))
    loaded_on = clock.today()
    for one in rows:
        facts = {"territory": one.territory, "sex": one.sex, "age": one.age}
        figure = CityFigure(**facts, people=one.people, source=source, loaded_on=loaded_on)
        db.session.add(figure)
    db.session.flush()
    audit.record("surveys.population_loaded", "CityFigure:1", by, rows=len(rows), source=source)


def loaded() -> tuple[int, CityFigure | None]:
    """How many rows there are, and one of them, which says whose they are and since when."""
    count = db.session.scalar(select(func.count()).select_from(CityFigure)) or 0
    return count, db.session.scalar(select(CityFigure).order_by(CityFigure.id).limit(1))


def _columns(row: Row) -> dict[str, int]:
    """The places of the columns by their name; empty if this is not the row with the titles."""
    titles = [folded(cell).strip() for cell in row.cells]
    found = {
        name: titles.index(title)
        for name, words in HEADINGS.items()
        for title in words[::-1]
        if title in titles
    }
    return found if "people" in found and len(found) > 1 else {}


def _checked(rows: Sequence[Row], places: Mapping[str, int]) -> list[CityRow]:
    read, problems = [], []
    seen: dict[tuple[str, str, str], int] = {}
    for row in rows:
        found, wrong = _read(row, places)
        problems += [f"Fila {row.number}: {sentence}" for sentence in wrong]
        if found is None:
            continue
        key = (found.territory, found.sex, found.age)
        if key in seen:
            problems.append(f"Fila {row.number}: repite lo de la fila {seen[key]}.")
        seen.setdefault(key, row.number)
        read.append(found)
    if problems:
        raise BadPopulation(problems)
    if not read:
        raise Refused("El archivo tiene títulos pero ninguna fila.", "file")
    return read


def _read(row: Row, places: Mapping[str, int]) -> tuple[CityRow | None, list[str]]:
    typed = {name: _cell(row, places, name) for name in HEADINGS}
    codes = {name: CODES[name].get(folded(typed[name])) for name in CODES}
    wrong = [f"«{typed[name]}» {WRONG[name]}" for name, code in codes.items() if code is None]
    people = _people(typed["people"])
    if people is None:
        wrong.append(f"«{typed['people']}» no es un número de personas.")
    if wrong or people is None:
        return None, wrong
    given = {name: code or "" for name, code in codes.items()}
    return CityRow(row.number, given["territory"], given["sex"], given["age"], people), []


def _cell(row: Row, places: Mapping[str, int], name: str) -> str:
    place = places.get(name, -1)
    return row.cells[place].strip() if 0 <= place < len(row.cells) else ""


def _people(text: str) -> int | None:
    """12500 of "12500", "12.500", "12 500" or "12500.0"."""
    if THOUSANDS.fullmatch(text):
        text = re.sub(r"\D", "", text)
    text = text.removesuffix(".0").removesuffix(",0")
    return int(text) if text.isdecimal() and len(text) < 10 and int(text) < LARGEST else None


def _words(options: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for code, label in options.items():
        yield folded(code), code
        yield folded(label), code
        yield folded(label.partition(" (")[0]), code


def _territories() -> Iterator[tuple[str, str]]:
    for one in territories.CITY:
        names = (one.code, one.code.lstrip("0"), one.label, one.name, f"comuna {one.code}")
        yield from ((folded(name), one.code) for name in (*names, f"comuna {int(one.code)}"))


CODES: dict[str, dict[str, str]] = {
    "territory": dict(_territories()) | dict.fromkeys(ALL, ""),
    "sex": dict(_words(naming.SEX_LABELS))
    | {"h": "1", "m": "2", "hombres": "1", "mujeres": "2"}
    | dict.fromkeys(ALL, ""),
    "age": dict(_words(naming.AGE_LABELS)) | dict.fromkeys(ALL, ""),
}
WRONG = {
    "territory": "no es una comuna ni un corregimiento de la ciudad.",
    "sex": "no es «Hombre» ni «Mujer».",
    "age": "no es un curso de vida: 0 a 5 años, 6 a 11 años… o PI, IN, AD, JU, AU, PM.",
}
