"""The files of an order of cards as downloads: one as it is, several together in a ZIP."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from flask import Response

from participa.ballots.card_orders import CardFile
from participa.core.files import sealed_files
from participa.core.tables import tables

FILES_TOGETHER = 20  # in one download


class FileGroup(NamedTuple):
    """Files that are downloaded together: their numbers, their cards, and how often they were."""

    first: int
    last: int
    cards: int
    times: int


class SealedPart(NamedTuple):
    """Where one file is, and what opens it."""

    name: str
    path: Path
    key: str

    @property
    def content(self) -> bytes:
        return sealed_files.opened(self.path, self.key)


class ZipPieces:
    """A file that a ZipFile writes to, and that a response takes piece by piece."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self.written.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken, self.written = b"".join(self.written), []
        return taken


def groups_of(files: Sequence[CardFile]) -> list[FileGroup]:
    """What was downloaded is never offered again together with what was not."""
    groups = []
    for _, alike in groupby(files, key=lambda file: file.of.downloads > 0):
        run = list(alike)
        starts = range(0, len(run), FILES_TOGETHER)
        groups += [group_of(run[start : start + FILES_TOGETHER]) for start in starts]
    return groups


def group_of(files: Sequence[CardFile]) -> FileGroup:
    parts = [file.of for file in files]
    cards = sum(part.batch.cards for part in parts)
    times = min(part.downloads for part in parts)
    return FileGroup(parts[0].number, parts[-1].number, cards, times)


def response(files: Sequence[CardFile], extension: str) -> Response:
    """One file as it is, several in a ZIP, of which at most one is in memory."""
    order = files[0].of.order
    name = f"tarjetas-{order.box.uuid}-pedido-{order.id}"
    parts = [
        SealedPart(f"{name}-{file.of.number:03}.{extension}", file.file.path, file.key)
        for file in files
    ]
    if len(parts) == 1:
        made, name = Response(parts[0].content, content_type=files[0].media_type), parts[0].name
    else:
        made = Response(zipped(parts), content_type="application/zip")
        name = f"{name}-{files[0].of.number:03}-a-{files[-1].of.number:03}.zip"
    made.headers["Content-Disposition"] = tables.attachment(name)
    made.headers["Cache-Control"] = "no-store"
    return made


def zipped(parts: Sequence[SealedPart]) -> Iterator[bytes]:
    pieces = ZipPieces()
    with ZipFile(pieces, "w") as archive:  # type: ignore[call-overload]  # it needs no more
        for part in parts:
            archive.writestr(part.name, part.content)
            yield pieces.take()
    yield pieces.take()
