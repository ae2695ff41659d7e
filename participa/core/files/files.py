"""Uploaded files: content checked, stored under its hash, downloaded as attachments."""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request, send_file
from sqlalchemy import Text, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage

from participa.core import clock
from participa.core.db import db
from participa.core.files import file_checks
from participa.core.files.file_checks import UnsafeFile
from participa.core.installation import installation

MOST_BYTES = 10_000_000
ROOM_FOR_THE_FORM = 400_000
DOCUMENTS = frozenset({"pdf", "docx", "odt", "txt"})
IMAGES = frozenset({"png", "jpg", "webp"})
SHEETS = frozenset({"xlsx", "ods", "csv"})
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
UNSUITABLE = re.compile(r"[^\w .()-]+")
ORPHAN_AGE = timedelta(days=1)
INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

View = TypeVar("View", bound=Callable)


class StoredFile(db.Model):
    """One content, stored once. Access is decided by the records that refer to it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, unique=True)
    media_type: Mapped[str] = mapped_column(Text)
    extension: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())

    @property
    def path(self) -> Path:
        return place(self.sha256)


def init_app(app: Flask) -> None:
    """Raise the size limit of the body for views that take files, before it is read."""
    app.before_request(make_room)


def takes_files(view: View) -> View:
    """Decorator below the route: the view accepts uploads of up to MOST_BYTES."""
    return takes_bytes(MOST_BYTES)(view)


def takes_bytes(most: int) -> Callable[[View], View]:
    """The same with uploads of up to so many bytes, all of a form together."""

    def decorate(view: View) -> View:
        view.takes_bytes = most  # type: ignore[attr-defined]  # read by make_room
        return view

    return decorate


def make_room() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "takes_bytes", 0)
    is_read_in_pieces = request.mimetype == "multipart/form-data"
    if most and (is_read_in_pieces or most <= MOST_BYTES):
        request.max_content_length = most + ROOM_FOR_THE_FORM


def store(upload: FileStorage, kinds: Collection[str], field: str = "file") -> StoredFile:
    """Check and store an upload of one of these extensions (`IMAGES`, `DOCUMENTS | SHEETS` …).

    Raises UnsafeFile for the form field unless the content matches the extension.
    """
    extension, body = _checked(upload, kinds, field)
    return store_bytes(body, extension)


def store_picture(upload: FileStorage, longest: int, field: str = "file") -> StoredFile:
    """Check a picture and store it without its metadata, no side longer than `longest` pixels.

    Raises UnsafeFile for the form field unless it is a picture.
    """
    extension, body = _checked(upload, IMAGES, field)
    return store_bytes(file_checks.shrunk(body, extension, longest), extension)


def _checked(upload: FileStorage, kinds: Collection[str], field: str) -> tuple[str, bytes]:
    body = upload.stream.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise UnsafeFile("El archivo pesa más de 10 MB. Adjunte uno más pequeño.", field)
    try:
        return file_checks.check(body, upload.filename or "", kinds)
    except UnsafeFile as refusal:
        refusal.field = field
        raise


def store_bytes(body: bytes, extension: str) -> StoredFile:
    """Store a content that is already checked, or made by this application."""
    digest = hashlib.sha256(body).hexdigest()
    write(place(digest), body)
    new = INSERT[db.engine.dialect.name](StoredFile).values(
        sha256=digest,
        media_type=file_checks.MEDIA_TYPES[extension],
        extension=extension,
        size=len(body),
        created_at=clock.now(),
    )
    db.session.execute(new.on_conflict_do_nothing(index_elements=["sha256"]))
    return db.session.scalars(select(StoredFile).filter_by(sha256=digest)).one()


def write(path: Path, body: bytes) -> None:
    """Write atomically: the name appears after the content is on the disk."""
    if path.is_file():
        os.utime(path)  # erase_orphans looks at the age
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def place(digest: str) -> Path:
    folder: Path = installation().settings.data / "files"
    return folder / digest[:2] / digest[2:]


def plain(media_type: str) -> str:
    """Without the charset, which Flask adds to every text again."""
    return media_type.partition(";")[0]


def send(stored: StoredFile, name: str) -> Response:
    """A download that no browser renders; unsafe characters of the name are removed."""
    stem = UNSUITABLE.sub("", name).strip(" .")[:100] or "archivo"
    stem = stem.removesuffix(f".{stored.extension}")
    response = send_file(
        stored.path,
        mimetype=plain(stored.media_type),
        as_attachment=True,
        download_name=f"{stem}.{stored.extension}",
        conditional=False,
        etag=False,
    )
    response.headers.update(HEADERS)
    return response


def show(stored: StoredFile, seconds: int) -> Response:
    """A picture that browsers draw in a page, and store for `seconds`; nothing else is shown."""
    if stored.extension not in IMAGES:
        raise ValueError("only pictures are shown; anything else is sent")
    response = send_file(
        stored.path, mimetype=plain(stored.media_type), conditional=False, etag=False
    )
    response.headers.update(HEADERS)
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response


def release(stored: StoredFile) -> bool:
    """Delete the row of a content; returns False if a record still refers to it.

    The file itself is erased by `erase_orphans`, after this transaction is committed.
    """
    try:
        with db.session.begin_nested():
            db.session.execute(delete(StoredFile).where(StoredFile.id == stored.id))
    except IntegrityError:
        return False
    return True


def erase_orphans() -> int:
    """Erase files without a row: released, or from a request that was rolled back.

    Returns their number. Files younger than ORPHAN_AGE may belong to an open transaction.
    """
    folder: Path = installation().settings.data / "files"
    oldest = (clock.now() - ORPHAN_AGE).timestamp()
    erased = 0
    for path in sorted(folder.glob("??/*")):
        digest = (path.parent.name + path.name)[:64]
        known = select(exists().where(StoredFile.sha256 == digest))
        if path.stat().st_mtime < oldest and not (
            path.suffix != ".part" and db.session.scalar(known)
        ):
            path.unlink(missing_ok=True)
            erased += 1
    return erased
