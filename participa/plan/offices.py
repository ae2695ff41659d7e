"""Split cells that name several offices, often without a separator, by the known names.

At each word the longest known name wins, so «Departamento Adm de Planeación Distrital» is one
office, not «Departamento Adm de Planeación» with «Distrital» left over. No database here.
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
MAX_TAIL = 2  # unknown words after a known name that still belong to it


@dataclass(frozen=True, slots=True)
class KnownOffice:
    """An office of the city: what splitting needs of staff.models.Office."""

    slug: str
    name: str
    level: str = "central"


@dataclass(frozen=True, slots=True)
class OfficeMention:
    """One office in the words of a cell. `slug` is empty when the office is not known."""

    written: str
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word without accents in lower case, and where the original stands in its text."""

    plain: str
    start: int
    end: int


def without_accents(text: str) -> str:
    """The text without accents. Has the same length, so positions are those of the original."""
    return text if text.isascii() else text.translate(_BASE_LETTERS)


class _BaseLetters(dict[int, int]):
    """The letter under the accent of each character, looked up once."""

    def __missing__(self, character: int) -> int:
        self[character] = ord(unicodedata.normalize("NFD", chr(character))[0])
        return self[character]


_BASE_LETTERS = _BaseLetters()


def split_words(text: str) -> list[Word]:
    """The words of a text. «PlaneaciónSecretaría» are two: a capital begins a word."""
    matches = WORD.finditer(without_accents(text))
    return [Word(match[0].casefold(), match.start(), match.end()) for match in matches]


def name_key(text: str) -> tuple[str, ...]:
    """The words of a name without accents and capitals: equal for equal names."""
    return tuple(word.plain for word in split_words(text))


class Directory:
    """The known offices with all their names, to look up names and split cells.

    `known` has the offices by slug.
    """

    def __init__(self, names: Iterable[tuple[KnownOffice, Iterable[str]]]):
        self.known: dict[str, KnownOffice] = {}
        self._slugs: dict[tuple[str, ...], str] = {}
        for office, aliases in names:
            self.known[office.slug] = office
            for name in (office.name, *aliases):
                if words := name_key(name):
                    self._slugs[words] = office.slug
        self._longest = max(map(len, self._slugs), default=0)

    def __contains__(self, name: str) -> bool:
        return name_key(name) in self._slugs

    def split(self, text: str) -> list[OfficeMention]:
        """The offices of a cell in their order; unknown ones without slug."""
        mentions: list[OfficeMention] = []
        cell, at, loose = split_words(text), 0, 0  # loose: the first word after the last office
        while at < len(cell):
            if size := self._longest_name(cell, at):
                mentions = _with_tail(text, mentions, cell, loose, at)
                written = text[cell[at].start : cell[at + size - 1].end]
                slug = self._slugs[_plain(cell[at : at + size])]
                mentions.append(OfficeMention(written, slug))
                at = loose = at + size
            else:
                at += 1
        return _with_tail(text, mentions, cell, loose, at)

    def _longest_name(self, cell: list[Word], at: int) -> int:
        """The number of words of the longest known name that begins here; 0 if none does."""
        for size in range(min(self._longest, len(cell) - at), 0, -1):
            if _plain(cell[at : at + size]) in self._slugs:
                return size
        return 0


def _plain(cell: list[Word]) -> tuple[str, ...]:
    return tuple(word.plain for word in cell)


def _with_tail(
    text: str, mentions: list[OfficeMention], cell: list[Word], loose: int, end: int
) -> list[OfficeMention]:
    """The mentions so far, and the words from `loose` to `end`, which no known name covers.

    Up to MAX_TAIL words directly after an office extend its name; others are unknown offices.
    """
    left = cell[loose:end]
    if loose and 0 < len(left) <= MAX_TAIL and left[0].plain not in HEADS | {"y", "e"}:
        gap = text[cell[loose - 1].end : left[0].start]
        if not gap.strip():
            whole = text[text.rindex(mentions[-1].written, 0, left[0].start) : left[-1].end]
            return [*mentions[:-1], OfficeMention(whole, mentions[-1].slug)]
    return [*mentions, *_unknown(text, left)]


def _unknown(text: str, left: list[Word]) -> Iterator[OfficeMention]:
    """Unknown offices in these words, split at punctuation and before words like «Secretaría»."""
    while left and left[0].plain in {"y", "e"}:
        left = left[1:]
    while left and left[-1].plain in {"y", "e"}:
        left = left[:-1]
    start = 0
    for index in range(1, len(left) + 1):
        if index == len(left) or _begins_name(text, left[index - 1], left[index]):
            yield OfficeMention(text[left[start].start : left[index - 1].end].strip(EDGE))
            start = index


def _begins_name(text: str, last: Word, word: Word) -> bool:
    """Whether a new office begins at `word`, which follows `last`."""
    if re.search(r"[,;/|\n]", text[last.end : word.start]):
        return True
    capital = text[word.start].isupper()
    return word.plain in HEADS and capital and last.plain not in LINKS
