"""Topics to create a call from: suggested themes of the city's meetings, typed lines, a file."""

from collections.abc import Iterable

from participa.cases import themes
from participa.core.errors import Refused
from participa.core.files import spreadsheets
from participa.core.forms import clean

TITLE, DESCRIPTION = 120, 240
HEADINGS = {"tema", "temas", "título", "titulo", "nombre"}

Line = tuple[str, str]  # title and description of a topic


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


def pasted(text: str) -> list[Line]:
    """One topic per line: "título | descripción"."""
    lines = [line.partition("|") for line in text.splitlines()]
    return checked((clean(title), clean(description)) for title, _, description in lines)


def as_text(topics: Iterable[Line]) -> str:
    return "\n".join(" | ".join(part for part in line if part) for line in topics)


def from_file(content: bytes) -> list[Line]:
    """Titles and descriptions: the first two columns of the first table that has any.

    A heading row is skipped. Raises Refused when no table has topics.
    """
    for rows in spreadsheets.visible(content):
        cells = [(*row.cells, "", "")[:2] for row in rows if row.filled]
        if cells and cells[0][0].lower() in HEADINGS:
            cells = cells[1:]
        if topics := checked((clean(title), clean(description)) for title, description in cells):
            return topics
    raise Refused("El archivo no tiene temas. Ponga uno por fila, en la primera columna.", "file")


def checked(lines: Iterable[Line]) -> list[Line]:
    """The lines with a title. Raises Refused when one is too long to be read on a phone."""
    topics = [(title, description) for title, description in lines if title]
    for number, (title, description) in enumerate(topics, 1):
        if len(title) > TITLE:
            raise Refused(f"El título del tema {number} pasa de {TITLE} letras.", "topics")
        if len(description) > DESCRIPTION:
            raise Refused(f"La descripción del tema {number} pasa de {DESCRIPTION}.", "topics")
    return topics
