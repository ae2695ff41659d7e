"""The manual of the staff as a page, rendered from `docs/manual.md`.

`seed/manual.md` is a link to that file, so that the package carries it.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from participa.core.web import assets, lists

if TYPE_CHECKING:
    from markdown_it.token import Token

FILE = Path(__file__).with_name("seed") / "manual.md"
PICTURES = "../static/"  # where docs/manual.md finds them
NOT_IN_ANCHOR = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class ManualSection:
    """A heading of the manual, with the anchor that leads to it; level 2 or 3."""

    anchor: str
    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Manual:
    """The manual without its title, and its headings."""

    text: Markup
    sections: tuple[ManualSection, ...]

    @property
    def chapters(self) -> list[ManualSection]:
        return [section for section in self.sections if section.level == 2]


@cache
def manual() -> Manual:
    """The manual, read once per process."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - 1 MB that few pages need

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(FILE.read_text(encoding="utf-8"))[3:]  # the title takes three
    sections = tuple(_with_anchors(tokens))
    _label_cells(tokens)
    _place_pictures(tokens)
    text = reader.renderer.render(tokens, reader.options, {})
    return Manual(Markup(text), sections)  # noqa: S704 - html is off: the reader escapes it


def anchor_of(title: str) -> str:
    return NOT_IN_ANCHOR.sub("-", lists.folded(title)).strip("-")


def _with_anchors(tokens: "list[Token]") -> list[ManualSection]:
    """Give each heading its id, and return them."""
    sections = []
    for heading, words in pairwise(tokens):
        if heading.type == "heading_open":
            anchor = anchor_of(words.content)
            heading.attrSet("id", anchor)
            sections.append(ManualSection(anchor, words.content, int(heading.tag[1])))
    return sections


def _place_pictures(tokens: "list[Token]") -> None:
    """Lead each picture, which the file names from its own folder, to its address on this site."""
    for line in tokens:
        for picture in line.children or ():
            if picture.type == "image":
                name = str(picture.attrGet("src")).removeprefix(PICTURES)
                picture.attrSet("src", assets.address(name))
                picture.attrSet("loading", "lazy")


def _label_cells(tokens: "list[Token]") -> None:
    """Mark tables and their cells like the lists of the staff, which become cards on a phone."""
    headings: list[str] = []
    column = 0
    for cell, words in pairwise(tokens):
        match cell.type:
            case "table_open":
                cell.attrSet("class", "rows")
                headings = []
            case "tr_open":
                column = 0
            case "th_open":
                cell.attrSet("scope", "col")
                headings.append(words.content)
            case "td_open":
                if column:
                    cell.attrSet("data-label", headings[column])
                column += 1
