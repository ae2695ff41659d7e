"""Topics to create a call from: suggested themes of the city's meetings, typed lines, a file.

Lists come as offices have them: with bullets or numbers, with a title on top, as a table whose
first column counts. What is no topic is left out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from participa.cases import themes
from participa.core.errors import Refused
from participa.core.files import quoted_text, spreadsheets
from participa.core.forms import clean
from participa.core.web.lists import folded

TITLE, DESCRIPTION = 120, 240
TOPIC_HEADINGS = re.compile(
    r"(?:(?:nombre|titulo|listado|lista) (?:de los |del |de )?)?(?:temas?|tematicas?)"
    r"(?: propuest[oa]s?| priorizad[oa]s?| sugerid[oa]s?| de interes(?: ciudadano| general)?)?"
    r"|ejes? tematicos?|titulo|nombre|asunto"
)
DESCRIPTION_HEADINGS = re.compile(
    r"descripcion(?: del? .*)?|detalles?|explicacion|contenido|observaciones|de que trata"
)
NUMBER_HEADINGS = re.compile(r"#|n|no|nro|num|numero|item|id|orden|consecutivo")
# A line above a list that says what it is: «Temas para la audiencia 2027:».
TITLE_ROW = re.compile(
    r"(?:(?:lista|listado|banco) de )?temas?(?: (?:a|para|que|por|priori\w*|propuest\w*|sugerid\w*"
    r"|de (?:la )?(?:rendicion|audiencia|convocatoria)|20\d\d)\b.*)?"
    r"|(?:lista|listado) 20\d\d|.*rendicion (?:publica )?de cuentas.*20\d\d.*"
)
# Geometric signs, arrows and boxes to tick; the last range is what Word copies of its own bullets.
SIGNS = "•‣⁃◦∙·\u2190-\u21ff\u25a0-\u27bf\u2b00-\u2bff\uf000-\uf0ff"
BULLET = re.compile(rf"(?:[{SIGNS}*–—-]|o\t)\s+|[{SIGNS}]")
NUMBER = re.compile(
    r"\(?(?:\d{1,3}(?:\.\d{1,2})?|[a-z]|[ivx]{1,5})(?:[.)º°]|[.)]-| -)\s+|\d{1,2}\.\d{1,2}\s+",
    re.IGNORECASE,
)
TOTAL = re.compile(r"(?:gran )?total(?:es)?(?: general)?:?")
COUNTS = re.compile(rf"\(?\d{{1,3}}(?:\.\d{{1,2}})?[.)º°]?|[{SIGNS}*–—-]")
LONGEST = 300  # letters of a row that are looked at
FIRST_ROWS = 15  # among which the heading of a table is looked for
FEW_ROWS = 4  # the same for one word alone
UNSPLIT = "\x1f"  # a delimiter that no text has
QUOTED = re.compile(r'"[^"]*"')
BAR = re.compile(r"(?<!\\)\|")

Line = tuple[str, str]  # title and description of a topic
Cells = Sequence[str]


def choices() -> tuple[tuple[str, str], ...]:
    """Options of a group of checkboxes; the topic is both value and label."""
    return tuple((topic, topic) for topic in themes.topics())


def described(titles: Iterable[str]) -> list[Line]:
    """The chosen topics, each with the name of its theme as description."""
    chosen = set(titles)
    return [
        (topic, theme)
        for theme, topics in themes.themes().items()
        for topic in topics
        if topic in chosen
    ]


def pasted(text: str, stored: Iterable[Line] = ()) -> list[Line]:
    """One topic per line: "título | descripción", or cells separated by tabs. A line that says a
    `stored` topic as `as_text` writes it is this topic, whatever its signs."""
    known = {as_line(line): line for line in stored}
    found: dict[int, Line] = {}
    rows: list[tuple[int, Cells]] = []
    for place, cells in enumerate(_typed(text)):
        line = "\t".join(cells).strip()
        if line in known:
            found[place] = known[line]
        elif line:
            rows.append((place, cells if len(cells) > 1 else _at_bar(line)))
    fresh = _without_titles([cells for _, cells in rows], is_whole=not found)
    places = [place for place, _ in rows][len(rows) - len(fresh) :]
    found |= dict(zip(places, checked(fresh), strict=True))
    return [found[place] for place in sorted(found) if found[place][0]]


def _typed(text: str) -> Iterator[Cells]:
    """The cells of each line; of a line with tabs without a bullet in a cell of its own."""
    for row in quoted_text.rows(text) if "\t" in text else ([one] for one in text.split("\n")):
        cells = [spreadsheets.one_line(cell) for cell in row]
        yield cells[1:] if len(cells) > 1 and BULLET.fullmatch(f"{cells[0]} ") else cells


def _at_bar(line: str) -> Cells:
    """Title and description of a typed line; a bar inside either is written as «\\|»."""
    return [part.replace("\\|", "|") for part in BAR.split(line, maxsplit=1)]


def as_text(topics: Iterable[Line]) -> str:
    return "\n".join(as_line(line) for line in topics)


def as_line(line: Line) -> str:
    return " | ".join(part.replace("|", "\\|") for part in line if part)


def from_file(content: bytes) -> list[Line]:
    """The titles and descriptions of the first table that has any. Raises Refused for none."""
    for rows in _tables(content):
        if topics := [line for line in checked(_without_titles(rows)) if line[0]]:
            return topics
    raise Refused("El archivo no tiene temas. Ponga uno por fila, en la primera columna.", "file")


def _tables(content: bytes) -> Iterator[Sequence[Cells]]:
    """The rows with words of each sheet; of a text, split where a delimiter splits it best."""
    tables = ([row.cells for row in rows if row.filled] for rows in spreadsheets.visible(content))
    if content.startswith(spreadsheets.ZIP):
        yield from tables
        return
    named = list(tables)  # refuses what is no text
    text = spreadsheets.decode(content)
    if spreadsheets.SEP.match(text):
        yield from named
        return
    split = {
        delimiter: [row.cells for row in spreadsheets.text_rows(text, delimiter) if row.filled]
        for delimiter in (UNSPLIT, *(one for one in spreadsheets.DELIMITERS if one in text))
    }
    yield max(split.items(), key=lambda one: _likeness(text, *one))[1]


def _likeness(text: str, delimiter: str, rows: Sequence[Cells]) -> int:
    """How likely the text is split at this delimiter; the whole lines have 1."""
    if any(len(_columns(cells)) > 1 for cells in rows[:FIRST_ROWS]):
        return 3
    if delimiter == UNSPLIT:
        return 1
    # «Salud; vivienda» and «vías, andenes» are sentences: there a space follows.
    is_prose = delimiter != "\t" and f"{delimiter} " in QUOTED.sub("", text)
    is_even = delimiter != "," or len({len(cells) for cells in rows}) == 1
    is_split = any(len(cells) > 1 for cells in rows)
    return 2 if is_split and is_even and not is_prose else 0


def _without_titles(rows: Sequence[Cells], is_whole: bool = True) -> list[Line]:
    """Title and description of each row below the heading, without bullets and numbers."""
    found = [_columns(cells) for cells in rows[:FIRST_ROWS]] if is_whole else []
    headings = [
        (len(columns), place)
        for place, columns in enumerate(found)
        if len(columns) > 1 or (columns and place < FEW_ROWS)
    ]
    if headings:
        # «Listado de temas» above a table is no heading of it.
        place = max(headings)[1]
        return _lines(rows[place + 1 :], found[place]["title"], found[place].get("description"))
    if is_whole:
        rows = rows[_titles_above(rows) :]
    first = 1 if rows and all(_is_count(cells) for cells in rows) else 0
    return _lines(rows, first, first + 1)


def _columns(cells: Cells) -> dict[str, int]:
    """The places of title and description, if these cells are the heading of a list; a heading of
    other columns beside the title is left out."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        words = " ".join(re.findall(r"[a-z0-9#]+", folded(cell[:LONGEST])))
        if TOPIC_HEADINGS.fullmatch(words):
            found.setdefault("title", place)
        elif DESCRIPTION_HEADINGS.fullmatch(words):
            found.setdefault("description", place)
        elif NUMBER_HEADINGS.fullmatch(words):
            found.setdefault("number", place)
        elif words:
            found.setdefault("other", place)
    found.pop("other", None)
    return found if "title" in found else {}


def _titles_above(rows: Sequence[Cells]) -> int:
    """How many of the first rows say what the list is."""
    filled = [sum(1 for cell in cells if cell.strip()) for cells in rows]
    is_table = sum(count > 1 for count in filled) > len(rows) / 2

    def is_title(place: int) -> bool:
        words = " ".join(cell for cell in rows[place] if cell.strip())[:LONGEST]
        says_so = TITLE_ROW.fullmatch(folded(words).strip(" .:")) or words.rstrip().endswith(":")
        return bool(says_so) or (is_table and filled[place] == 1)

    return len(list(takewhile(is_title, range(len(rows) - 1))))


def _is_count(cells: Cells) -> bool:
    """Whether the first cell only counts, and the next one has words."""
    return bool(len(cells) > 1 and COUNTS.fullmatch(cells[0].strip()) and cells[1].strip())


def _lines(rows: Sequence[Cells], title: int, description: int | None) -> list[Line]:
    titles = [_without_bullet(_cell(cells, title)) for cells in rows]
    filled = [one for one in titles if one]
    if all(NUMBER.match(one) for one in filled) and len(filled) > 1:
        titles = [NUMBER.sub("", one, count=1) for one in titles]
    return [
        (clean(one), _cell(cells, description)) if not TOTAL.fullmatch(folded(one)) else ("", "")
        for one, cells in zip(titles, rows, strict=True)
    ]


def _cell(cells: Cells, place: int | None) -> str:
    return str(clean(cells[place])) if place is not None and place < len(cells) else ""


def _without_bullet(title: str) -> str:
    found = BULLET.match(title)
    return title[found.end() :] if found else title


def checked(lines: Iterable[Line]) -> list[Line]:
    """The lines. Raises Refused when one is too long to be read on a phone."""
    topics = list(lines)
    for number, (title, description) in enumerate((line for line in topics if line[0]), 1):
        if len(title) > TITLE:
            raise Refused(f"El título del tema {number} pasa de {TITLE} letras.", "topics")
        if len(description) > DESCRIPTION:
            raise Refused(f"La descripción del tema {number} pasa de {DESCRIPTION}.", "topics")
    return topics
