"""Staff pages of an order of cards: its progress, and its files for the official who asked."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from flask import Blueprint, Response, abort, redirect, render_template, url_for

from participa.ballots.card_orders import CardFile, CardOrder
from participa.ballots.office.cards_staff_views import secret_box
from participa.ballots.roll import card_files
from participa.ballots.roll.card_files import WAYS
from participa.channels.access import may_write
from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import sealed_files
from participa.core.tables import tables
from participa.staff import progress as jobs_progress
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says

FILES_TOGETHER = 20  # in one download
ID = "int(max=2147483647)"

bp = guard(
    Blueprint("ballots_card_files", __name__, url_prefix="/gestion/urnas/<uuid>/tarjetas/pedidos"),
    "muchas-tarjetas",
)


class Download(NamedTuple):
    """Some files of an order that are downloaded together: their numbers, and what they hold."""

    first: int
    last: int
    cards: int
    times: int


class Body(NamedTuple):
    """Where one file is, and what opens it."""

    name: str
    path: Path
    key: str


class Pieces:
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


def own_order(uuid: str, id: int) -> CardOrder:
    """The order with this id, or 404 if it is of another box."""
    box, asked = secret_box(uuid), db.session.get(CardOrder, id)
    return asked if asked is not None and asked.box_id == box.id else abort(404)


@bp.get(f"/<{ID}:id>")
@allows(READERS)
def show(uuid, id):
    asked = own_order(uuid, id)
    return render_template(
        "ballots_card_files/show.html",
        box=asked.box,
        asked=asked,
        job=asked.job,
        way=WAYS[asked.way].words,
        missing=card_files.missing(asked),
        downloads=downloads_of(card_files.files_of(asked)),
        expires_on=card_files.first_expiry(asked),
        is_own=may_write() and asked.asked_by_id == current_account().id,
        looks=jobs_progress.LOOKS,
        words=jobs_progress.words,
    )


def downloads_of(files: Sequence[CardFile]) -> list[Download]:
    starts = range(0, len(files), FILES_TOGETHER)
    return [download_of(files[start : start + FILES_TOGETHER]) for start in starts]


def download_of(files: Sequence[CardFile]) -> Download:
    parts = [file.of for file in files]
    cards = sum(part.batch.cards for part in parts)
    times = min(part.downloads for part in parts)
    return Download(parts[0].number, parts[-1].number, cards, times)


@bp.get(f"/<{ID}:id>/avance")
@allows(READERS)
def progress(uuid, id):
    job = own_order(uuid, id).job
    return {"is_over": True} if job is None else jobs_progress.payload(job)


@bp.post(f"/<{ID}:id>/descargar/<{ID}:first>/<{ID}:last>")
@allows(WRITERS)
def download(uuid, id, first, last):
    """The files with these numbers, as one."""
    asked = own_order(uuid, id)
    files = card_files.fetch(asked, current_account(), first, last)
    extension = WAYS[asked.way].extension
    bodies = [
        Body(f"tarjetas-{file.of.number:03}.{extension}", file.file.path, file.key)
        for file in files
    ]
    media_type = files[0].media_type if len(files) == 1 else "application/zip"
    db.session.commit()
    return as_download(bodies, media_type)


def as_download(bodies: Sequence[Body], media_type: str) -> Response:
    """One file as it is, several in a ZIP; at most one of them is in memory."""
    if len(bodies) == 1:
        name = bodies[0].name
        response = Response(sealed_files.opened(bodies[0].path, bodies[0].key))
    else:
        name = f"{Path(bodies[0].name).stem}-a-{Path(bodies[-1].name).stem[-3:]}.zip"
        response = Response(zipped(bodies))
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = tables.attachment(name)
    response.headers["Cache-Control"] = "no-store"
    return response


def zipped(bodies: Sequence[Body]) -> Iterator[bytes]:
    pieces = Pieces()
    with ZipFile(pieces, "w") as archive:  # type: ignore[call-overload]  # it needs no more
        for body in bodies:
            archive.writestr(body.name, sealed_files.opened(body.path, body.key))
            yield pieces.take()
    yield pieces.take()


@bp.post(f"/<{ID}:id>/seguir")
@allows(WRITERS)
@says("Siguen haciéndose las tarjetas que faltan.")
def go_on(uuid, id):
    asked = versions.require_seen(own_order(uuid, id))
    card_files.go_on(asked, current_account())
    db.session.commit()
    return redirect(url_for("ballots_card_files.show", uuid=uuid, id=id))


@bp.post(f"/<{ID}:id>/dejar-asi")
@allows(WRITERS)
@says("Dejó el pedido con las tarjetas que ya están hechas.")
def give_up(uuid, id):
    asked = versions.require_seen(own_order(uuid, id))
    card_files.give_up(asked, current_account())
    db.session.commit()
    return redirect(url_for("ballots_cards.index", uuid=uuid))


@bp.post(f"/<{ID}:id>/destruir")
@allows(WRITERS)
@says("Destruyó los archivos.")
def destroy(uuid, id):
    asked = versions.require_seen(own_order(uuid, id))
    card_files.destroy(asked, current_account())
    db.session.commit()
    return redirect(url_for("ballots_cards.index", uuid=uuid))
