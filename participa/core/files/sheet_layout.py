"""What a workbook says about its cells beside their values: hidden rows, columns and sheets, merged
cells, formulas, percentages. No database here.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from participa.core.errors import Refused

MAX_GRID_ROWS = 5_000
MAX_GRID_COLUMNS = 200
WIDE = (
    f"La hoja tiene celdas muy lejos de la tabla: más de {MAX_GRID_ROWS} filas o "
    f"{MAX_GRID_COLUMNS} columnas. Copie solo la tabla en un archivo nuevo."
)
PERCENT_FORMATS = {9, 10}  # of those that every workbook has without naming them
# In a format, what is shown as it stands: "…", \x, [Red].
LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')

Attributes = dict[str, str]
Cell = tuple[int, int]  # the number of its row, from 1, and the place of its column, from 0


@dataclass(slots=True)
class SheetLayout:
    """Rows count from 1, columns from 0. A merge has its first and last row and column."""

    is_hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: set[Cell] = field(default_factory=set)
    percents: set[Cell] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


def of_xlsx(members: Mapping[str, bytes]) -> dict[str, SheetLayout]:
    """The layout of each sheet by its name. Raises Refused for a cell beyond the grid, and
    ValueError for what is no XML."""
    is_percent = _percent_styles(members.get("xl/styles.xml", b""))
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for tag, attributes in _elements(members.get("xl/_rels/workbook.xml.rels", b""))
        if tag == "Relationship"
    }
    layouts = {}
    read = set()
    for tag, attributes in _elements(members.get("xl/workbook.xml", b"")):
        if tag == "sheet":
            path = _member(targets.get(attributes.get("id", ""), ""))
            layout = _XlsxSheet(is_percent).read(members.get(path, b""))
            layout.is_hidden = attributes.get("state", "visible") != "visible"
            layouts[attributes.get("name", "")] = layout
            read.add(path)
    for path in members.keys() - read:
        if _is_worksheet(path):
            _XlsxSheet(is_percent).read(members[path])
    return layouts


def _is_worksheet(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _member(target: str) -> str:
    """The member that a relation of the workbook leads to."""
    return posixpath.normpath(
        target[1:] if target.startswith("/") else posixpath.join("xl", target)
    )


def _percent_styles(styles: bytes) -> list[bool]:
    """Whether each cell style shows its number as a percentage, by its place in the list."""
    formats: dict[str, bool] = {str(number): True for number in PERCENT_FORMATS}
    shown: list[bool] = []
    is_cell_style = False
    for tag, attributes in _elements(styles):
        if tag == "numFmt":
            code = LITERAL.sub("", attributes.get("formatCode", ""))
            formats[attributes.get("numFmtId", "")] = "%" in code
        elif tag in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            is_cell_style = tag == "cellXfs"
        elif tag == "xf" and is_cell_style:
            shown.append(formats.get(attributes.get("numFmtId", ""), False))
    return shown


class _XlsxSheet:
    """One sheet while its elements pass by."""

    def __init__(self, is_percent: list[bool]):
        self.is_percent = is_percent
        self.layout = SheetLayout()
        self.row = 0
        self.column = -1

    def read(self, member: bytes) -> SheetLayout:
        takers: dict[str, Callable[[Attributes], None]] = {
            "row": self.take_row,
            "c": self.take_cell,
            "f": lambda _: self.layout.formulas.add((self.row, self.column)),
            "col": self.take_columns,
            "mergeCell": self.take_merge,
        }
        for tag, attributes in _elements(member):
            if take := takers.get(tag):
                take(attributes)
        return self.layout

    def take_row(self, attributes: Attributes) -> None:
        self.row = _number(attributes.get("r"), self.row + 1)
        self.column = -1
        if self.row > MAX_GRID_ROWS:
            raise Refused(WIDE, "file")
        if _is_true(attributes.get("hidden")):
            self.layout.hidden_rows.add(self.row)

    def take_cell(self, attributes: Attributes) -> None:
        row, column = _place(attributes["r"]) if "r" in attributes else (self.row, self.column + 1)
        if row > MAX_GRID_ROWS or column >= MAX_GRID_COLUMNS:
            raise Refused(WIDE, "file")
        self.row, self.column = row, column
        style = _number(attributes.get("s"), 0)
        if style < len(self.is_percent) and self.is_percent[style]:
            self.layout.percents.add((row, column))

    def take_columns(self, attributes: Attributes) -> None:
        if _is_true(attributes.get("hidden")):
            first = _number(attributes.get("min"), 1)
            last = min(_number(attributes.get("max"), first), MAX_GRID_COLUMNS)
            self.layout.hidden_columns.update(range(first - 1, last))

    def take_merge(self, attributes: Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        (row, column), (last_row, last_column) = _place(first), _place(last or first)
        if last_row <= MAX_GRID_ROWS and last_column < MAX_GRID_COLUMNS:
            self.layout.merges.append((row, last_row, column, last_column))


def of_ods(content: bytes) -> dict[str, SheetLayout]:
    """The layout of each sheet by its name, from content.xml with capped repetitions."""
    return _OdsBook().read(content)


class _OdsBook:
    """The sheets of an OpenDocument file while their elements pass by."""

    def __init__(self) -> None:
        self.layouts: dict[str, SheetLayout] = {}
        self.layout = SheetLayout()
        self.style = ""
        self.hidden_styles: set[str] = set()
        self.row = self.rows = self.column = self.columns = 0

    def read(self, content: bytes) -> dict[str, SheetLayout]:
        takers: dict[str, Callable[[Attributes], None]] = {
            "style": self.take_style,
            "table-properties": self.take_properties,
            "table": self.take_table,
            "table-column": self.take_column,
            "table-row": self.take_row,
            "table-cell": self.take_cell,
            "covered-table-cell": self.take_cell,
        }
        for tag, attributes in _elements(content):
            if take := takers.get(tag):
                take(attributes)
        return self.layouts

    def take_style(self, attributes: Attributes) -> None:
        self.style = attributes.get("name", "")

    def take_properties(self, attributes: Attributes) -> None:
        if attributes.get("display") == "false":
            self.hidden_styles.add(self.style)

    def take_table(self, attributes: Attributes) -> None:
        is_hidden = attributes.get("style-name", "") in self.hidden_styles
        self.layout = self.layouts[attributes.get("name", "")] = SheetLayout(is_hidden=is_hidden)
        self.row, self.rows, self.columns = 0, 1, 0

    def take_column(self, attributes: Attributes) -> None:
        count = _number(attributes.get("number-columns-repeated"), 1)
        if _is_folded(attributes):
            last = min(self.columns + count, MAX_GRID_COLUMNS)
            self.layout.hidden_columns.update(range(self.columns, last))
        self.columns += count

    def take_row(self, attributes: Attributes) -> None:
        self.row += self.rows
        self.rows = _number(attributes.get("number-rows-repeated"), 1)
        self.column = 0
        if _is_folded(attributes):
            last = min(self.row + self.rows, MAX_GRID_ROWS)
            self.layout.hidden_rows.update(range(self.row, last))

    def take_cell(self, attributes: Attributes) -> None:
        place = self.row, self.column
        if "formula" in attributes:
            self.layout.formulas.add(place)
        if attributes.get("value-type") == "percentage":
            self.layout.percents.add(place)
        rows = _number(attributes.get("number-rows-spanned"), 1)
        columns = _number(attributes.get("number-columns-spanned"), 1)
        last_row, last_column = self.row + rows - 1, self.column + columns - 1
        is_near = last_row <= MAX_GRID_ROWS and last_column < MAX_GRID_COLUMNS
        if (rows > 1 or columns > 1) and is_near:
            self.layout.merges.append((self.row, last_row, self.column, last_column))
        self.column += _number(attributes.get("number-columns-repeated"), 1)


def _is_folded(attributes: Attributes) -> bool:
    return attributes.get("visibility") in {"collapse", "filter"}


def _elements(content: bytes) -> Iterator[tuple[str, Attributes]]:
    """The elements of an XML file as they open, names without their prefix."""
    if not content:
        return
    found: list[tuple[str, Attributes]] = []

    def opened(tag: str, attributes: Attributes) -> None:
        plain = {name.rpartition(":")[2]: value for name, value in attributes.items()}
        found.append((tag.rpartition(":")[2], plain))

    parser = expat.ParserCreate()
    parser.StartElementHandler = opened
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for start in range(0, len(content), 65_536):
            parser.Parse(content[start : start + 65_536])
            yield from found
            found.clear()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError("no XML") from error
    yield from found


def _refuse_doctype(*_: object) -> None:
    raise ValueError("a workbook declares no entities")


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else otherwise


def _is_true(text: str | None) -> bool:
    return text in {"1", "true"}


def _place(address: str) -> Cell:
    """Row and column of an address like "J15"; beyond the grid for what is none."""
    parts = re.fullmatch(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", address)
    if parts is None:
        return MAX_GRID_ROWS + 1, MAX_GRID_COLUMNS
    column = 0
    for letter in parts[1]:
        column = column * 26 + ord(letter) - 64
    return int(parts[2]), column - 1


def column_letters(column: int) -> str:
    """ "A" for 0, "AA" for 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
