"""A page whose constant parts are compressed once, and only the variable part per request.

Compressing a page costs more than rendering it. A gzip stream may consist of parts that were
compressed separately (RFC 1951, section 3.2.4: a flush ends on a byte boundary).
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response
from markupsafe import escape

from participa.core.web import encodings

SEAM = "\x1e"  # like the places to fill in, a character that forms remove: no text contains it
HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # gzip, no name, no time, any system
RAW = -zlib.MAX_WBITS
BEST, QUICK = 9, 4


def deflate(body: bytes, level: int, end: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, RAW)
    return packer.compress(body) + packer.flush(end)


@dataclass(frozen=True, slots=True)
class Pieces:
    """A page in parts: head (constant), opening (has places to fill in), cards, tail (constant)."""

    head: bytes
    opening: str
    cards: tuple[str, ...]
    tail: bytes
    packed_head: bytes
    packed_tail: bytes

    def page(
        self, values: Mapping[str, str], in_order: Callable[[tuple[str, ...]], list[str]]
    ) -> Response:
        """The response with each place filled in and the cards in order, compressed if accepted."""
        own = "".join([completed(self.opening, values), *in_order(self.cards)]).encode()
        if encodings.takes_gzip():
            response = Response(self.packed(own))
            response.headers["Content-Encoding"] = "gzip"
        else:
            response = Response(b"".join([self.head, own, self.tail]))
        response.headers["Vary"] = "Accept-Encoding"
        return response

    def packed(self, own: bytes) -> bytes:
        check, size = 0, 0
        for part in (self.head, own, self.tail):
            check, size = zlib.crc32(part, check), size + len(part)
        between = deflate(own, QUICK, zlib.Z_FULL_FLUSH)
        end = check.to_bytes(4, "little") + size.to_bytes(4, "little")
        return b"".join([HEADER, self.packed_head, between, self.packed_tail, end])


def completed(page: str, values: Mapping[str, str]) -> str:
    """The page with each value, escaped, in its place."""
    for place, value in values.items():
        page = page.replace(place, escape(value))
    return page


def cut(page: str) -> Pieces:
    """Split a page that has SEAM before its opening, before each card and after the last one."""
    head, opening, *cards, tail = page.split(SEAM)
    above, below = head.encode(), tail.encode()
    return Pieces(
        above,
        opening,
        tuple(cards),
        below,
        deflate(above, BEST, zlib.Z_FULL_FLUSH),
        deflate(below, BEST, zlib.Z_FINISH),
    )
