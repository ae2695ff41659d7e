"""Cells of a text with tabs. In what a person types a quotation mark is a letter; in what Excel
copies or saves it surrounds a cell with several lines or with quotation marks of its own.
"""

import re
from collections.abc import Iterator

# Up to 5.000 letters: a plan's cells end at 4.000, and a longer search costs time.
QUOTED = re.compile(r'"((?:[^"]|""){0,5000})"(?=\t|\n|\Z)')
# Only a program writes such a cell: several lines, doubled marks, or nothing between two marks.
SURE = re.compile(r'\n|\t|""|\A\Z')
END = re.compile(r"[\t\n]")
NEEDS_QUOTES = re.compile(r'[\n\t,;]|""|\A\Z')


def rows(text: str) -> Iterator[list[str]]:
    """The cells of each row, without the marks around them where a program wrote these."""
    if '"' not in text:
        yield from (line.split("\t") for line in text.split("\n"))
        return
    cells = list(_cells(text))
    inner = [quoted for _, quoted, _ in cells if quoted is not None]
    is_saved = all(quoted is not None for raw, quoted, _ in cells if raw)  # every cell in marks
    is_written = is_saved or any(SURE.search(quoted) for quoted in inner)
    row: list[str] = []
    for raw, quoted, ends_row in cells:
        is_wrapped = is_written and quoted is not None
        if is_wrapped and (is_saved or NEEDS_QUOTES.search(quoted or "")):
            row.append((quoted or "").replace('""', '"'))
        else:
            row.append(raw)
        if ends_row:
            yield row
            row = []


def _cells(text: str) -> Iterator[tuple[str, str | None, bool]]:
    """Each cell as it stands, what its marks surround if they do, and whether it ends a row."""
    place = 0
    while place <= len(text):
        found = QUOTED.match(text, place)
        end = found.end() if found else _end(text, place)
        yield text[place:end], found[1] if found else None, text[end : end + 1] != "\t"
        place = end + 1


def _end(text: str, place: int) -> int:
    """Where the cell that begins here ends: at a tab, a line's end or the text's."""
    found = END.search(text, place)
    return found.start() if found else len(text)
