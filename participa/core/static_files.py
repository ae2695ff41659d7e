"""Static files: read once, named by their content, compressed once."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

SMALL = 200  # bytes: below that, gzip saves nothing


@dataclass(frozen=True, slots=True)
class Asset:
    address: str
    media_type: str
    body: bytes
    packed: bytes | None  # gzip of the body, when that is shorter


def read(folder: Path) -> dict[str, Asset]:
    """Every file under the folder, by its path relative to it."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): asset_of(path, folder) for path in paths}


def asset_of(path: Path, folder: Path) -> Asset:
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:10]
    stem, dot, ending = path.relative_to(folder).as_posix().rpartition(".")
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    packed = gzip.compress(body, 9, mtime=0) if len(body) > SMALL else None
    if packed is not None and len(packed) >= len(body):
        packed = None
    return Asset(f"/static/{stem}.{digest}{dot}{ending}", media_type, body, packed)
