"""Static files: read once, named by their content, compressed when first asked for."""

import gzip
import hashlib
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli

SHORTER = "min/"
SMALL = 200  # bytes: below that, compressing saves nothing
LARGE = 200_000  # bytes: beyond that, the best that brotli can do takes seconds


@dataclass(frozen=True)
class Asset:
    address: str
    media_type: str
    body: bytes

    @cached_property
    def gzip(self) -> bytes | None:
        """None where the body is no longer than this."""
        return self._if_shorter(gzip.compress(self.body, 9, mtime=0))

    @cached_property
    def brotli(self) -> bytes | None:
        if len(self.body) > LARGE:
            return None
        return self._if_shorter(brotli.compress(self.body, mode=brotli.MODE_TEXT))

    def _if_shorter(self, packed: bytes) -> bytes | None:
        return packed if SMALL < len(self.body) > len(packed) else None


def read(folder: Path) -> dict[str, Asset]:
    """Every file under the folder, by its path relative to it; of those that `.ci/shorten.py` wrote
    again in a shorter way, what it wrote.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    bodies = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    shorter = {name: body for name, body in bodies.items() if name.startswith(SHORTER)}
    bodies |= {name.removeprefix(SHORTER): body for name, body in shorter.items()}
    return {name: named(name, body) for name, body in bodies.items() if name not in shorter}


def named(name: str, body: bytes) -> Asset:
    digest = hashlib.sha256(body).hexdigest()[:10]
    stem, dot, ending = name.rpartition(".")
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Asset(f"/static/{stem}.{digest}{dot}{ending}", media_type, body)


def joined(parts: Iterable[Asset], name: str) -> Asset:
    """Several files as one of this name. A script may end without the semicolon that it needs
    before another one.
    """
    between = b";\n" if name.endswith(".js") else b"\n"
    return named(name, between.join(part.body for part in parts))
