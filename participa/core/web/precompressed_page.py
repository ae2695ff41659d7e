"""A page whose constant parts are compressed once, and only the variable part per request.

Compressing a page costs more than rendering it. A gzip stream may consist of parts that were
compressed separately (RFC 1951, section 3.2.4: a flush ends on a byte boundary). A brotli stream
may not, but the variable part can stand in it uncompressed (RFC 7932, section 9.2, ISUNCOMPRESSED):
the stream is made once, around bytes that cannot be compressed, in whose place each visitor's own
are sent.
"""

import hashlib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import brotli
from flask import Response
from markupsafe import escape

from participa.core.web import encodings

SEAM = "\x1e"  # like the places to fill in, a character that forms remove: no text contains it
HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # gzip, no name, no time, any system
RAW = -zlib.MAX_WBITS
BEST, QUICK = 9, 4
LAST = 2  # bytes before a place in a brotli stream that decide how it is read
LEAST_OWN = 64  # bytes: fewer might occur elsewhere in the stream
MOST_AROUND = 100  # brotli streams of one page: one takes 30 ms, and the space of the page


def deflate(body: bytes, level: int, end: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, RAW)
    return packer.compress(body) + packer.flush(end)


@dataclass(frozen=True, slots=True)
class Around:
    """A brotli stream without the bytes that are a visitor's own."""

    before: bytes
    after: bytes


def around(head: bytes, own: bytes, tail: bytes) -> Around | None:
    """The stream for this page and for every other with an own part as long, and with the same
    last bytes; None if this one would not be read as it was written.
    """
    if len(own) < LEAST_OWN:
        return None
    filling = hashlib.shake_128(b"own").digest(len(own) - LAST) + own[-LAST:]
    packer = brotli.Compressor(mode=brotli.MODE_TEXT)
    packed = packer.process(head) + packer.flush() + packer.process(filling) + packer.flush()
    before, found, after = packed.partition(filling)
    made = Around(before, after + packer.process(tail) + packer.finish())
    if not found or brotli.decompress(made.before + own + made.after) != head + own + tail:
        return None
    return made


@dataclass(frozen=True, slots=True)
class Pieces:
    """A page in parts: head (constant), opening (has places to fill in), cards, tail (constant)."""

    head: bytes
    opening: str
    cards: tuple[str, ...]
    tail: bytes
    packed_head: bytes
    packed_tail: bytes
    streams: dict[tuple[object, ...], Around | None] = field(default_factory=dict)

    def page(
        self, values: Mapping[str, str], in_order: Callable[[tuple[str, ...]], list[str]]
    ) -> Response:
        """The response with each place filled in and the cards in order, compressed if accepted."""
        opening, cards = completed(self.opening, values).encode(), in_order(self.cards)
        stream = self.stream(opening, cards) if encodings.takes(encodings.BROTLI) else None
        if stream is not None:
            response = Response(b"".join([stream.before, opening, stream.after]))
            response.headers["Content-Encoding"] = encodings.BROTLI
        elif encodings.takes(encodings.GZIP):
            response = Response(self.packed(opening + "".join(cards).encode()))
            response.headers["Content-Encoding"] = encodings.GZIP
        else:
            response = Response(b"".join([self.head, opening, "".join(cards).encode(), self.tail]))
        response.headers["Vary"] = "Accept-Encoding"
        return response

    def stream(self, opening: bytes, cards: list[str]) -> Around | None:
        """Around such an opening, with the cards in this order; None beyond MOST_AROUND of them."""
        key = (len(opening), opening[-LAST:], *cards)
        if key not in self.streams and len(self.streams) < MOST_AROUND:
            self.streams[key] = around(self.head, opening, "".join(cards).encode() + self.tail)
        return self.streams.get(key)

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
