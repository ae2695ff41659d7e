"""QR codes as SVG and PNG, always black on white, since cameras fail on inverted codes.

Error correction level Q survives the loss of a quarter of the code; the quiet zone of four modules
is required by ISO/IEC 18004.
"""

import io
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup
from PIL import Image
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import lost_point

QUIET = 4
# Any of the eight masks can be read; the standard picks the one with the lowest penalty. Comparing
# three of them takes half the time, and the best of three is hardly worse.
MASKS = (0, 3, 6)

Matrix = tuple[tuple[bool, ...], ...]


def drawn(text: str) -> Matrix:
    """The modules (True is black) of the smallest version for the text, without the quiet zone."""
    code: QRCode = QRCode(error_correction=ERROR_CORRECT_Q)
    code.add_data(text, optimize=0)
    code.best_fit()  # computes the version from the length of the text

    def cost(mask: int) -> int:
        code.makeImpl(True, mask)
        return int(lost_point(code.modules))

    code.makeImpl(False, min(MASKS, key=cost))
    return tuple(tuple(bool(module) for module in row) for row in code.modules)


@lru_cache(maxsize=2048)
def matrix(text: str) -> Matrix:
    return drawn(text)


def svg(text: str, title: str) -> Markup:
    """The code as SVG without a fixed size; `title` is its text alternative."""
    return _picture(len(matrix(text)), _path(text), title)


def svg_to_forget(text: str, title: str) -> Markup:
    """The same, bypassing the caches, for a secret that must not stay in memory."""
    modules = drawn(text)
    return _picture(len(modules), _bars(modules), title)


def _picture(modules: int, path: str, title: str) -> Markup:
    side = modules + 2 * QUIET
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" '
        'shape-rendering="crispEdges"><title>{title}</title>'
        '<rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{path}"/></svg>'
    ).format(side=side, title=title, path=path)


@lru_cache(maxsize=2048)
def _path(text: str) -> str:
    return _bars(matrix(text))


def _bars(modules: Matrix) -> str:
    """SVG path data; adjacent black modules of a row are one bar."""
    bars = []
    for y, row in enumerate(modules, QUIET):
        x = QUIET
        for is_black, run in groupby(row):
            length = len(list(run))
            if is_black:
                bars.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return "".join(bars)


def png(text: str, pixels: int) -> bytes:
    """The code as PNG, at least this wide; each module is a whole number of pixels."""
    modules = matrix(text)
    side = len(modules) + 2 * QUIET
    image = Image.new("1", (side, side), 1)
    for y, row in enumerate(modules, QUIET):
        for x, is_black in enumerate(row, QUIET):
            if is_black:
                image.putpixel((x, y), 0)
    scale = max(1, -(-pixels // side))
    file = io.BytesIO()
    image.resize((side * scale, side * scale), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()
