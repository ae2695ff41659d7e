"""The documents are true of the code: what they name exists, and what they quote stands there."""

import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from participa.app import create_app
from tests.house.source import ROOT, modules

assert create_app  # the roof imports every module that a dotted name may lead to

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
GLOSSARY = ROOT / "docs" / "development" / "glossary.md"
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
SHOWN = re.compile(r"^### `([^`\n]+)`$", re.MULTILINE)  # a file that the document itself holds
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ELSEWHERE = re.compile(r"[a-z]+:|#")  # another site, or a place in the same document
TITLE = re.compile(r"^(?:#|//|\{#) ([\w./-]+\.\w+)(?: #\})?$")  # first line of a quotation
GAP = re.compile(r"^ *(?:# …|\{# … #\}|// …)\n", re.MULTILINE)  # where a quotation leaves lines out
OUTSIDE = {"instance", ".venv", ".git"}  # what is made beside the code
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir()} - OUTSIDE
SOURCES = ("participa", "tests", "bench", "migrations", "static", "templates", "deploy")
PLACEHOLDER = re.compile(r"[<*{].*")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    return FENCED.sub("", path.read_text(encoding="utf-8"))


def spans(path: Path) -> Iterator[str]:
    """What stands in backticks, but for the files that the document shows to be copied."""
    yield from SPAN.findall(SHOWN.sub("", prose(path)))


@cache
def files() -> tuple[str, ...]:
    there = (path for folder in SOURCES for path in (ROOT / folder).rglob("*.*"))
    return tuple(f"/{named(path)}" for path in there if "__pycache__" not in path.parts)


def missing_path(word: str) -> bool:
    """Whether a word in backticks looks like a path of the repository and leads nowhere.

    Of a path with a placeholder, like tests/<package>/test_<file>.py, the folders before it count.
    """
    if " " in word or word.startswith("/"):
        return False
    plain = PLACEHOLDER.sub("", word)
    if plain != word:
        plain = plain.rpartition("/")[0]
    first, slash, _ = plain.partition("/")
    if slash and first in FOLDERS:
        return not (ROOT / plain).exists()
    if plain.endswith(".py"):
        return not (ROOT / plain).exists() and not any(f.endswith(f"/{plain}") for f in files())
    return False


def missing_name(word: str) -> bool:
    """Whether a word in backticks is a dotted name of participa that leads nowhere."""
    word = word.removesuffix("()").replace(":", ".")
    if not re.fullmatch(r"participa(\.\w+)+", word):
        return False
    holder, _, last = word.rpartition(".")
    try:
        pkgutil.resolve_name(word)
    except (ImportError, AttributeError):
        try:
            fields = getattr(pkgutil.resolve_name(holder), "__annotations__", {})
        except (ImportError, AttributeError):
            return True
        return last not in fields
    return False


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_what_a_document_names_exists(document):
    wrong = [word for word in spans(document) if missing_path(word) or missing_name(word)]
    assert wrong == [], f"{named(document)}: the code has moved on; mend the document"


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_a_link_of_a_document_leads_to_a_file(document):
    targets = LINK.findall(SPAN.sub("", prose(document)))
    lost = [
        target
        for target in targets
        if not ELSEWHERE.match(target)
        and not (document.parent / target.partition("#")[0]).resolve().exists()
    ]
    assert lost == []


def quotations() -> Iterator[tuple[str, str, list[str]]]:
    """Document, quoted file and the quoted pieces of each block that begins with a file's name."""
    for document in DOCUMENTS:
        for _, block in FENCED.findall(document.read_text(encoding="utf-8")):
            first, _, rest = block.partition("\n")
            if title := TITLE.match(first):
                yield named(document), title[1], [piece.strip("\n") for piece in GAP.split(rest)]


def test_what_a_document_quotes_stands_in_the_file():
    wrong = []
    for document, quoted, pieces in quotations():
        text = (ROOT / quoted).read_text(encoding="utf-8")
        wrong += [f"{document}: {quoted}: {piece}" for piece in pieces if piece not in text]
    assert wrong == [], "quote the file as it is now; a comment `# …` stands for what is left out"


def rows_of(path: Path, column: str) -> Iterator[tuple[str, str]]:
    """First cell and the cell of this column, for each row of each table that has the column."""
    place = None
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if not cells:
            place = None
        elif column in cells:
            place = cells.index(column)
        elif place is not None and set(cells[0]) - set("-: "):
            yield cells[0], cells[place]


def test_a_class_of_the_glossary_exists():
    classes = {
        node.name
        for module in modules()
        for node in module.tree.body
        if type(node).__name__ == "ClassDef"
    }
    pairs = [
        (word, name) for word, cell in rows_of(GLOSSARY, "Class") for name in SPAN.findall(cell)
    ]
    assert len(pairs) > 30
    assert [pair for pair in pairs if pair[1] not in classes] == [], "rename it in both places"
