"""Cells that name several offices with nothing between them, split by the names that are known.

The longest known name that begins at a word wins, so «Departamento Adm de Planeación Distrital»
is one office and not another one with «Distrital» left over. No database here.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

EXTERNAL = "externo"
GROUP = "grupo"
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z_]+")
# Words that begin the name of an office, and words after which a name goes on.
HEADS = frozenset(
    {
        "secretaria",
        "secretarias",
        "subsecretaria",
        "departamento",
        "gerencia",
        "gobernacion",
        "alcaldia",
        "oficina",
        "direccion",
        "subdireccion",
        "unidad",
        "empresa",
        "instituto",
        "ministerio",
        "contraloria",
        "personeria",
        "concejo",
        "consejo",
        "comite",
        "entidades",
        "dependencias",
    }
)
LINKS = frozenset({"de", "del", "la", "las", "los", "el", "y", "e", "a", "en", "con", "para"})
EDGE = " ,;/|.-\t\n"
STRAY = 2


@dataclass(frozen=True, slots=True)
class Known:
    """An office that the city already has, as far as a reader of files must know it."""

    slug: str
    name: str
    level: str = "central"


@dataclass(frozen=True, slots=True)
class Piece:
    """One office of a cell, in the words of the cell. `slug` is empty while nobody knows it."""

    written: str
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    plain: str
    start: int
    end: int


def plain(text: str) -> str:
    """Without accents, sign for sign, so that positions stay true."""
    return "".join(unicodedata.normalize("NFD", sign)[0] for sign in text)


def words(text: str) -> list[Word]:
    """The words of a text; also of «PlaneaciónSecretaría», where even the blank is missing."""
    found = WORD.finditer(plain(text))
    return [Word(match[0].casefold(), match.start(), match.end()) for match in found]


def key(text: str) -> tuple[str, ...]:
    return tuple(word.plain for word in words(text))


class Directory:
    """The offices with all their names, ready to split cells."""

    def __init__(self, names: Iterable[tuple[Known, Iterable[str]]]):
        self.known: dict[str, Known] = {}
        self._slugs: dict[tuple[str, ...], str] = {}
        for office, aliases in names:
            self.known[office.slug] = office
            for name in (office.name, *aliases):
                if name_key := key(name):
                    self._slugs[name_key] = office.slug
        self._longest = max(map(len, self._slugs), default=0)

    def __contains__(self, name: str) -> bool:
        return key(name) in self._slugs

    def split(self, text: str) -> list[Piece]:
        """The offices of a cell in their order; what nobody knows comes as a piece without slug."""
        found: list[Piece] = []
        cell, at, loose = words(text), 0, 0
        while at < len(cell):
            if size := self._longest_name(cell, at):
                found = _with_tail(text, found, cell, loose, at)
                written = text[cell[at].start : cell[at + size - 1].end]
                found.append(Piece(written, self._slugs[_plain(cell[at : at + size])]))
                at = loose = at + size
            else:
                at += 1
        return _with_tail(text, found, cell, loose, at)

    def _longest_name(self, cell: list[Word], at: int) -> int:
        """How many words the longest name has that begins here; 0 when none does."""
        for size in range(min(self._longest, len(cell) - at), 0, -1):
            if _plain(cell[at : at + size]) in self._slugs:
                return size
        return 0


def _plain(cell: list[Word]) -> tuple[str, ...]:
    return tuple(word.plain for word in cell)


def _with_tail(
    text: str, found: list[Piece], cell: list[Word], loose: int, end: int
) -> list[Piece]:
    """The offices so far, and the stretch after them that no known name covers.

    One or two stray words right behind an office are the end of its name, not another office.
    """
    left = cell[loose:end]
    if loose and 0 < len(left) <= STRAY and left[0].plain not in HEADS | {"y", "e"}:
        gap = text[cell[loose - 1].end : left[0].start]
        if not gap.strip():
            whole = text[text.rindex(found[-1].written, 0, left[0].start) : left[-1].end]
            return [*found[:-1], Piece(whole, found[-1].slug)]
    return [*found, *_unknown(text, left)]


def _unknown(text: str, left: list[Word]) -> Iterator[Piece]:
    """The pieces of such a stretch, cut at commas and at words like «Secretaría»."""
    while left and left[0].plain in {"y", "e"}:
        left = left[1:]
    while left and left[-1].plain in {"y", "e"}:
        left = left[:-1]
    start = 0
    for index in range(1, len(left) + 1):
        if index == len(left) or _begins_name(text, left[index - 1], left[index]):
            yield Piece(text[left[start].start : left[index - 1].end].strip(EDGE))
            start = index


def _begins_name(text: str, last: Word, word: Word) -> bool:
    if re.search(r"[,;/|\n]", text[last.end : word.start]):
        return True
    capital = text[word.start].isupper()
    return word.plain in HEADS and capital and last.plain not in LINKS
