"""The square picture of an event, to be sent by WhatsApp: black on white."""

import io

from PIL import Image, ImageDraw

from participa.core import links
from participa.core.files.lettering import (
    clipped,
    code_picture,
    fitted,
    font,
    wrapped,
    write,
)
from participa.core.installation import installation
from participa.events import wording
from participa.events.models import Event

SIDE, MARGIN = 1080, 64
CODE_SIDE = 480
SIZES = (84, 40)  # of the title, in pixels
TITLE_HEIGHT = 400
MOST_CACHED = 200


def picture(event: Event) -> bytes:
    """The picture as PNG; kept in this process until its words change."""
    kept = installation().cache("outreach.squares")
    text = texts(event)
    key, body = kept.get(event.code, (None, b""))
    if key != text:
        if len(kept) >= MOST_CACHED:
            kept.clear()
        body = drawn(*text, links.printed(event.code), links.readable(event.code))
        kept[event.code] = text, body
    return body


def texts(event: Event) -> tuple[str, str, str]:
    """Title, date and place; an event that is off says so in place of its date."""
    when = wording.when(event) if event.is_off else wording.dates(event)
    if event.is_off:
        when = f"{event.state.value}. {when}"
    return event.title, when[:1].upper() + when[1:], wording.place(event)


def drawn(title: str, when: str, place: str, printed: str, readable: str) -> bytes:
    image = Image.new("L", (SIDE, SIDE), 255)
    pen = ImageDraw.Draw(image)
    width = SIDE - 2 * MARGIN
    big, lines = fitted(title, width, TITLE_HEIGHT, SIZES)
    y = write(pen, (MARGIN, MARGIN), lines, big, "black")
    pen.line([(MARGIN, y + 16), (SIDE - MARGIN, y + 16)], fill=0, width=4)
    _write_beside_code(pen, when, place, readable)
    code = code_picture(printed, CODE_SIDE)
    image.paste(code, (SIDE - MARGIN - code.width, SIDE - MARGIN - code.height))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _write_beside_code(pen: ImageDraw.ImageDraw, when: str, place: str, readable: str) -> None:
    """Date, place and the address to type, in the column left of the code."""
    width = SIDE - 3 * MARGIN - CODE_SIDE
    bold, plain, small = font("bold", 44), font("regular", 40), font("regular", 28)
    y = SIDE - MARGIN - CODE_SIDE
    for text, letters, most in ((when, bold, 4), (place, plain, 3), (readable, small, 2)):
        lines = clipped(wrapped(text, letters, width), most)
        y = write(pen, (MARGIN, y), lines, letters, "black") + 18
