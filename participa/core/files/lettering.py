"""Letters and QR codes in pictures that the server draws.

The letters come from `seed/`: the font that comes with Pillow has no accents.
"""

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from participa.core import qr

FONTS = Path(__file__).with_name("seed")
Font = ImageFont.FreeTypeFont


def write(
    pen: ImageDraw.ImageDraw, at: tuple[int, int], lines: list[str], letters: Font, ink: str
) -> int:
    """Write the lines from this corner on; returns where the next one would begin."""
    x, y = at
    for line in lines:
        pen.text((x, y), line, font=letters, fill=ink)
        y += line_height(letters)
    return y


def code_picture(text: str, side: int) -> Image.Image:
    """The QR code, at most this wide; each module is a whole number of pixels."""
    code = Image.open(io.BytesIO(qr.png(text, 1))).convert("L")
    scale = max(1, side // code.width)
    return code.resize((code.width * scale, code.height * scale), Image.Resampling.NEAREST)


def fitted(text: str, width: int, height: int, sizes: tuple[int, int]) -> tuple[Font, list[str]]:
    """The largest letters with which the text fits; the smallest ones cut it off.

    `sizes`: the largest and the smallest, in pixels.
    """
    largest, smallest = sizes
    for size in range(largest, smallest - 1, -4):
        letters = font("bold", size)
        lines = wrapped(text, letters, width)
        if len(lines) * line_height(letters) <= height:
            return letters, lines
    letters = font("bold", smallest)
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


def balanced(text: str, letters: Font, width: int) -> list[str]:
    """As many lines as `wrapped` gives, of about one length: no single word is left below."""
    lines = wrapped(text, letters, width)
    for narrower in range(width - 20, width // 2, -20):
        tried = wrapped(text, letters, narrower)
        if len(tried) > len(lines):
            break
        lines = tried
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
