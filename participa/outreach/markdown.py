"""Plain-language pages written as Markdown: rendered without HTML, pictures or strange links."""

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

SAFE = ("https://", "http://", "mailto:", "tel:", "/", "#")
LOWEST = 4  # the level of heading that a page still needs


def is_safe(address: str) -> bool:
    """Whether a link may lead there: the web, a mail, a telephone, or a page of this site."""
    return address.lower().startswith(SAFE) and not address.startswith("//")


def rendered(text: str) -> Markup:
    """The text as HTML under the title of its page: its headings begin at level 2."""
    reader = _reader()
    tokens = reader.parse(text)
    _place_headings(tokens)
    for token in tokens:
        if token.type == "table_open":
            token.attrSet("class", "rows")
    page = reader.renderer.render(tokens, reader.options, {})
    return Markup(page)  # noqa: S704 - html is off: the reader escapes it


def _place_headings(tokens: "list[Token]") -> None:
    """Let the highest heading have level 2, whatever it was written as, and skip none below it."""
    written = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in written), default=1)
    before = 1
    for start, end in zip(written[::2], written[1::2], strict=True):
        before = min(LOWEST, before + 1, int(start.tag[1]) - highest + 2)
        start.tag = end.tag = f"h{before}"


def unsafe_links(text: str) -> list[str]:
    """Addresses that the page will not link to, for whoever writes it."""
    found: list[str] = []

    def note(address: str) -> bool:
        if not is_safe(address):
            found.append(address)
        return True

    reader = _reader()
    reader.validateLink = note  # type: ignore[assignment, method-assign]
    reader.parse(text)
    return list(dict.fromkeys(found))


def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - 1 MB that few pages need

    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.validateLink = is_safe  # type: ignore[assignment, method-assign]
    return reader
