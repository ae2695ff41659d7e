"""The sheets of an XLSForm as rows by the names of their columns, and the lines of a report."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from participa.core.files.spreadsheets import Row

SPANISH = re.compile(r"\((es|spa)(-\w+)?\)$|^(es|español|spanish|castellano)$", re.IGNORECASE)
TRANSLATED = ("label", "hint", "constraint_message", "required_message", "form_title")
ALIASES = {
    "relevance": "relevant",
    "bind::relevant": "relevant",
    "bind::required": "required",
    "bind::constraint": "constraint",
    "list name": "list_name",
    "value": "name",
    "caption": "label",
    "list_name ": "list_name",
}
YES = {"yes", "true", "true()", "sí", "si", "y", "1"}


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What of a row participa did not take as it is. A fault stops the import; a loss does not."""

    sheet: str
    row: int
    sentence: str
    is_fault: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet: its number as a spreadsheet shows it, and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def is_yes(self, column: str) -> bool:
        return self[column].casefold() in YES


@dataclass(slots=True)
class FormReport:
    """The lines of a report, in the order in which they were found."""

    lines: list[ReportLine] = field(default_factory=list)

    def loss(self, row: SheetRow, sentence: str, sheet: str = "survey") -> None:
        self.lines.append(ReportLine(sheet, row.number, sentence))

    def fault(self, row: SheetRow | None, sentence: str, sheet: str = "survey") -> None:
        self.lines.append(ReportLine(sheet, row.number if row else 1, sentence, is_fault=True))

    @property
    def faults(self) -> list[ReportLine]:
        return [line for line in self.lines if line.is_fault]


def rows_of(rows: Sequence[Row], language: str = "") -> list[SheetRow]:
    """The filled rows below the header; a translated column counts in Spanish, else in `language`,
    else as its only one.
    """
    header = next((row for row in rows if row.filled), None)
    if header is None:
        return []
    columns = columns_of(header.cells, language)
    return [
        SheetRow(
            row.number,
            {name: row.cells[place] for name, place in columns.items() if place < len(row.cells)},
        )
        for row in rows
        if row.number > header.number and row.filled
    ]


def columns_of(header: Sequence[str], language: str = "") -> dict[str, int]:
    """The place of each column by its name, one for each translated one."""
    found: dict[str, int] = {}
    best: dict[str, int] = {}
    for place, title in enumerate(header):
        name, _, tongue = title.strip().partition("::")
        plain = ALIASES.get(title.strip().lower(), name.strip().lower().replace(" ", "_"))
        if plain in TRANSLATED and tongue:
            rank = _rank(tongue.strip(), language)
        elif tongue:
            plain, rank = ALIASES.get(title.strip().lower(), title.strip().lower()), 0
        else:
            rank = 1
        if plain and (plain not in best or rank < best[plain]):
            found[plain], best[plain] = place, rank
    return found


def _rank(tongue: str, language: str) -> int:
    """Spanish first, then the default language of the form, then a column without a language."""
    if SPANISH.search(tongue):
        return -2
    return -1 if language and tongue.casefold() == language.casefold() else 2


def languages_of(header: Sequence[str]) -> Iterator[str]:
    """The languages into which the labels are translated."""
    for title in header:
        name, _, tongue = title.partition("::")
        if name.strip().lower() == "label" and tongue.strip():
            yield tongue.strip()
