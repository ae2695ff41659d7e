"""A drawn signature as a small picture for a workbook, from its SVG path. Pure.

Curves become straight lines to their end: at this size nobody sees the difference.
"""

import io
import re

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 300, 120  # of the view in which the path was drawn
PARTS = re.compile(r"[MmLlHhVvCcQqZz]|-?\d+(?:\.\d+)?")
# How many numbers each command takes; the last two are where the pen ends.
TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Q": 4}
PEN = 3  # pixels
Point = tuple[float, float]


def png(path: str) -> bytes:
    """The picture; empty for a path without a line."""
    strokes = [stroke for stroke in strokes_of(path) if len(stroke) > 1]
    if not strokes:
        return b""
    picture = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        pen.line(stroke, fill=0, width=PEN, joint="curve")
    file = io.BytesIO()
    picture.quantize(4).save(file, "PNG", optimize=True)
    return file.getvalue()


def strokes_of(path: str) -> list[list[Point]]:
    """The lines of the path: the points between one lift of the pen and the next."""
    strokes: list[list[Point]] = []
    at: Point = (0.0, 0.0)
    command, numbers = "", list[float]()
    for part in PARTS.findall(path):
        if part.isalpha():
            command, numbers = part, []
            if part in "Zz" and strokes:
                strokes[-1].append(strokes[-1][0])
            continue
        numbers.append(float(part))
        if len(numbers) < TAKES.get(command.upper(), len(numbers) + 1):
            continue
        at = _moved(at, command, numbers)
        if command in "Mm":
            strokes.append([at])
            command = "L" if command == "M" else "l"  # more numbers are lines
        elif strokes:
            strokes[-1].append(at)
        numbers = []
    return strokes


def _moved(at: Point, command: str, numbers: list[float]) -> Point:
    x, y = at if command.islower() else (0.0, 0.0)
    match command.upper():
        case "H":
            return x + numbers[-1], at[1]
        case "V":
            return at[0], y + numbers[-1]
        case _:
            return x + numbers[-2], y + numbers[-1]
