"""The lines above a plan's table: its strategy, title and year, and what else stands there.

Above it offices put the block of their quality system, with the code, version and approval date of
the form; and the annual report of participa says from when its values are. Neither is a title. No
database here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from participa.core.tables.tables import EXAMPLE_NOTE
from participa.plan.offices import without_accents

LONGEST = 200  # letters of a cell of a block; longer ones would cost time
OPEN_REPORT = "Plan abierto. Valores del {day}."
CLOSED_REPORT = "Plan cerrado el {day}. SHA-256 del tablero: {digest}"
OWN_LINES = tuple(line.partition("{")[0] for line in (OPEN_REPORT, CLOSED_REPORT))
YEAR = re.compile(r"(?<!\d)(?<!\d[/.-])20\d\d(?![\d/]|[.-]\d)")
RANGE = re.compile(r"20\d\d\s*(?:-|–|/|a|al)\s*20\d\d")  # the four years of a government
DATE = re.compile(r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}|\d{1,2} de \w+ del? 20\d\d")
PLAN_WORDS = re.compile(r"\b(?:estrategia|plan|acciones|rendicion|cuentas|mejora)\b")
LABELS = (
    r"codigo|cod|version|ver|vigencia|vigente desde|pagina|pag|hoja|fecha[a-z ]*|proceso"
    r"|macroproceso|subproceso|procedimiento|formato|tipo de documento|elabor\w*(?: por)?"
    r"|revis\w*(?: por)?|aprob\w*(?: por)?|nit|sistema (?:integrado )?de gestion[a-z ]*|resolucion"
    r"|clasificacion[a-z ]*"
)
# «Código: FO-PLA-012», «Versión 03», «Fecha de aprobación 18/09/2023», «Página 1 de 3».
BLOCK = re.compile(
    rf"(?:{LABELS})\s*(?::.*|\.?)|(?:codigo|cod|version|ver)\W*\s(?=.*\d)[\w./ -]{{1,20}}"
    r"|(?:pagina|pag|hoja)\W*\s*\d+(?:\s*(?:de|/)\s*\d+)?|fecha\b.*\d.*"
    r"|(?:aprob|elabor|revis|actualiz)ad[oa]\b.*\d.*"
    r"|(?=.*\d)[a-z]{1,5}(?:-[a-z0-9]{1,6}){1,4}"
)
# «VIGENCIA 2027», «Año: 2027» or the year alone belongs to the title beside it.
BARE_YEAR = re.compile(r"(?:(?:vigencia|ano|periodo|para el ano)\W*)*20\d\d\W*")
SAYS_YEAR = re.compile(r"(?:vigencia|ano)\b")
BARE_LABEL = re.compile(rf"(?:{LABELS})\s*[:.]?")
ENTITY = re.compile(
    r"(?:alcaldia|gobernacion|municipio|distrito|departamento|republica|concejo|personeria)\b"
)


@dataclass(frozen=True, slots=True)
class Titles:
    """`block` is what is no title; `years` those that the plan may be of, the likeliest first."""

    strategy: str = ""
    title: str = ""
    years: tuple[int, ...] = ()
    block: tuple[str, ...] = ()
    is_own_report: bool = False


def of_lines(lines: Iterable[Sequence[str]]) -> Titles:
    """The titles among the filled cells of the rows above the header."""
    rows = [list(dict.fromkeys(line)) for line in lines]
    if any(cell.startswith(OWN_LINES) for row in rows for cell in row):
        own = [" ".join(row) for row in rows if not is_own_line(row[0])]
        return Titles("".join(own[:1]), " ".join(own[1:]), _years(own), is_own_report=True)
    kept: list[str] = []
    block: list[str] = []
    has_block = any(is_block(cell) for row in rows for cell in row)
    for row in rows:
        words, dropped = _without_block(row, has_block)
        block += dropped
        if words and " ".join(words) not in kept:
            kept.append(" ".join(words))
    # The dates of a form's approval are not the year of the plan.
    years = _years(kept) or _years(cell for cell in block if SAYS_YEAR.match(_plain(cell)))
    bare = [line for line in kept if BARE_YEAR.fullmatch(_plain(line))]
    kept = [line for line in kept if line not in bare]
    strategy = max(kept, key=_likeness, default="") if years else next(iter(kept), "")
    if strategy:
        kept.remove(strategy)
        if bare and not YEAR.search(_plain(strategy)):
            strategy = f"{strategy} {bare[0]}"
    return Titles(strategy, " ".join(kept), years, tuple(dict.fromkeys(block)))


def is_own_line(cell: str) -> bool:
    """Whether the annual report writes this line under the titles."""
    return cell.startswith(OWN_LINES) or cell == EXAMPLE_NOTE


def is_block(cell: str) -> bool:
    """Whether the cell belongs to the block of a quality system."""
    plain = _plain(cell)
    return len(plain) <= LONGEST and bool(BLOCK.fullmatch(plain) or DATE.fullmatch(plain))


def _without_block(row: Sequence[str], has_block: bool) -> tuple[list[str], list[str]]:
    """The cells of a row that may be a title, and the others."""
    kept: list[str] = []
    dropped: list[str] = []
    after_label = False
    for cell in row:
        is_value = after_label and not _is_title(cell)
        after_label = len(cell) <= LONGEST and bool(BARE_LABEL.fullmatch(_plain(cell)))
        (dropped if is_value or is_block(cell) else kept).append(cell)
    if has_block and (dropped or all(ENTITY.match(_plain(cell)) for cell in kept)):
        dropped += [cell for cell in kept if not _is_title(cell)]
        kept = [cell for cell in kept if _is_title(cell)]
    return kept, dropped


def _is_title(cell: str) -> bool:
    plain = _plain(cell)
    return bool(PLAN_WORDS.search(plain) or YEAR.search(RANGE.sub(" ", plain)))


def _likeness(line: str) -> tuple[bool, bool, bool]:
    """What makes a line the strategy: a year of its own, the words of one, no range of years."""
    has_year = bool(YEAR.search(_plain(line)))
    return has_year, bool(PLAN_WORDS.search(_plain(line))), not RANGE.search(_plain(line))


def _years(lines: Iterable[str]) -> tuple[int, ...]:
    """The years in these lines, those of likelier lines first; of dates and ranges only when
    nothing else names one."""
    ordered = [_plain(line) for line in sorted(lines, key=_likeness, reverse=True)]
    bare = [YEAR.findall(RANGE.sub(" ", DATE.sub(" ", line))) for line in ordered]
    ranges = [re.findall(r"20\d\d", found) for line in ordered for found in RANGE.findall(line)]
    years = [int(year) for found in bare if found for year in found] or [
        int(year) for found in ranges for year in found
    ]
    return tuple(dict.fromkeys(years))


def _plain(text: str) -> str:
    return without_accents(text).casefold().strip()
