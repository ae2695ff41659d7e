"""The picture that messengers and social networks show beside an address (Open Graph).

1200 by 630 pixels, the shape that WhatsApp, Facebook, Telegram and X show whole.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw

from participa.core import links
from participa.core.files.lettering import (
    balanced,
    clipped,
    code_picture,
    fitted,
    font,
    line_height,
    wrapped,
    write,
)
from participa.core.installation import installation

WIDTH, HEIGHT, MARGIN, BAND = 1200, 630, 72, 20
CODE_SIDE = 232
SIZES = (88, 44)  # of the title, in pixels
PAPER, BLUE, INK, GREY = "#ffffff", "#0943b5", "#1b1b1b", "#4c4c4c"
COLOURS = 16  # enough for letters with soft edges, in a quarter of the bytes
MOST_CACHED = 100


@dataclass(frozen=True, slots=True)
class PictureWords:
    """What the picture of a page says."""

    kind: str  # "Elegir los temas"
    title: str
    line: str = ""  # "Abierto hasta el 9 de noviembre de 2026, 5:00 p. m."
    code: str = ""  # of the short link that its QR opens


def picture(words: PictureWords) -> bytes:
    """The picture as PNG; kept in this process for the next one who asks."""
    state = installation()
    kept = state.cache("core.share_pictures")
    entity = f"{state.settings.entity.name} · Rendición de cuentas"
    entity = f"Ejemplo · {entity}" if state.settings.demo else entity
    key = words, entity
    if key not in kept:
        if len(kept) >= MOST_CACHED:
            kept.clear()
        kept[key] = drawn(words, entity, links.printed(words.code) if words.code else "")
    body: bytes = kept[key]
    return body


def drawn(words: PictureWords, entity: str, address: str) -> bytes:
    """The kind above, the title in the middle, the line and the entity below, the QR beside."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, BAND, HEIGHT), fill=BLUE)
    left, width = BAND + MARGIN, WIDTH - BAND - 2 * MARGIN
    beside = width - (CODE_SIDE + 40 if address else 0)
    kind, strong, plain = font("bold", 34), font("bold", 36), font("regular", 28)
    top = write(pen, (left, MARGIN - 16), clipped(wrapped(words.kind, kind, width), 1), kind, BLUE)
    foot = clipped(wrapped(entity, plain, beside), 2)
    line = clipped(wrapped(words.line, strong, beside), 2) if words.line else []
    foot_at = HEIGHT - MARGIN + 16 - len(foot) * line_height(plain)
    line_at = foot_at - len(line) * line_height(strong) - 14
    write(pen, (left, line_at), line, strong, INK)
    write(pen, (left, foot_at), foot, plain, GREY)
    under = HEIGHT - MARGIN + 16 - CODE_SIDE if address else line_at
    letters, lines = fitted(words.title, width, min(under, line_at) - 24 - top - 20, SIZES)
    if not lines[-1].endswith("…"):
        lines = balanced(words.title, letters, width)
    write(pen, (left, top + 20), lines, letters, INK)
    if address:
        code = code_picture(address, CODE_SIDE)
        image.paste(code, (WIDTH - MARGIN - code.width + 16, HEIGHT - MARGIN + 16 - code.height))
    file = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()
