"""The square picture of an event, for WhatsApp and for previews of its address: black on white.

The letters come from `seed/`: the font that comes with Pillow has no accents.
"""

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from participa.core import links, qr
from participa.core.installation import installation
from participa.events import wording
from participa.events.models import Event

SIDE, MARGIN = 1080, 64
CODE_SIDE = 480
LARGEST, SMALLEST = 84, 40  # of the title, in pixels
TITLE_HEIGHT = 400
MOST_CACHED = 200
FONTS = Path(__file__).with_name("seed")
Font = ImageFont.FreeTypeFont


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
    big, lines = fitted(title, width, TITLE_HEIGHT)
    y = MARGIN
    for line in lines:
        pen.text((MARGIN, y), line, font=big, fill=0)
        y += line_height(big)
    pen.line([(MARGIN, y + 16), (SIDE - MARGIN, y + 16)], fill=0, width=4)
    _write_beside_code(pen, when, place, readable)
    code = Image.open(io.BytesIO(qr.png(printed, 1))).convert("L")
    scale = CODE_SIDE // code.width
    code = code.resize((code.width * scale, code.height * scale), Image.Resampling.NEAREST)
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
        for line in clipped(wrapped(text, letters, width), most):
            pen.text((MARGIN, y), line, font=letters, fill=0)
            y += line_height(letters)
        y += 18


def fitted(text: str, width: int, height: int) -> tuple[Font, list[str]]:
    """The largest letters with which the text fits; the smallest ones cut it off."""
    for size in range(LARGEST, SMALLEST - 1, -4):
        letters = font("bold", size)
        lines = wrapped(text, letters, width)
        if len(lines) * line_height(letters) <= height:
            return letters, lines
    letters = font("bold", SMALLEST)
    return letters, clipped(lines, height // line_height(letters))


def wrapped(text: str, letters: Font, width: int) -> list[str]:
    """Lines no wider than this; a word that is wider alone is divided."""
    lines = [""]
    for word in pieces_of(text, letters, width):
        longer = f"{lines[-1]} {word}".strip()
        if letters.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def pieces_of(text: str, letters: Font, width: int) -> list[str]:
    found = []
    for word in text.replace("\n", " ").split(" "):  # not at no-break spaces
        rest = word
        while letters.getlength(rest) > width:
            most = next(n for n in range(len(rest), 0, -1) if letters.getlength(rest[:n]) <= width)
            found.append(rest[:most])
            rest = rest[most:]
        found.append(rest)
    return found


def clipped(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]}…"]


def line_height(letters: Font) -> int:
    return round(letters.size * 1.2)


@cache
def font(weight: str, size: int) -> Font:
    return ImageFont.truetype(str(FONTS / f"roboto-{weight}.ttf"), size)
