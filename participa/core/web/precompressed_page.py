"""A page that is the same for everybody but for a few places, put together for each person.

Compressing a page costs more than everything else that showing it costs. So what never changes is
compressed once, and only what is somebody's own is compressed for them: a gzip stream may be made
of parts that were compressed apart (RFC 1951, section 3.2.4: a flush ends on a whole byte).
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request

SEAM = "\x1e"  # a sign that no text of a page can hold: forms take it out
HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # gzip, no name, no time, any system
RAW = -zlib.MAX_WBITS
BEST, QUICK = 9, 4


def deflate(body: bytes, level: int, end: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, RAW)
    return packer.compress(body) + packer.flush(end)


@dataclass(frozen=True, slots=True)
class Pieces:
    """What stands above the cards, each card, what stands below them, and the rest of the page."""

    head: bytes
    cards: tuple[str, ...]
    middle: str
    tail: bytes
    packed_head: bytes
    packed_tail: bytes

    def page(self, token: str, in_order: Callable[[tuple[str, ...], str], list[str]]) -> Response:
        """The page of one showing, as its browser can read it."""
        own = "".join([*in_order(self.cards, token), self.middle, token]).encode()
        if "gzip" in request.headers.get("Accept-Encoding", ""):
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


def cut(page: str) -> Pieces:
    """The pieces of a page with a seam before each card, below the last, and at the token."""
    head, *cards, middle, tail = page.split(SEAM)
    above, below = head.encode(), tail.encode()
    return Pieces(
        above,
        tuple(cards),
        middle,
        below,
        deflate(above, BEST, zlib.Z_FULL_FLUSH),
        deflate(below, BEST, zlib.Z_FINISH),
    )
