"""Files of people, each encrypted under a key of its own before it is stored.

The key lies encrypted in the row: a copy of the files, or of the database, reveals nothing, and
the replacement of the installation's key does not touch the files. Neither the row nor the file
says at what time of the day it came.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response
from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from participa.core import clock
from participa.core.db import db
from participa.core.files import files
from participa.core.files.files import StoredFile
from participa.core.personal.sealing import Sealed

NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class SealedBody:
    """Where an encrypted file is, and what opens it: the columns of `HoldsSealedFile`."""

    file_id: int
    key: str
    media_type: str
    size: int

    @property
    def columns(self) -> dict[str, Any]:
        names = ("file_id", "key", "media_type", "size")
        return {name: getattr(self, name) for name in names}


class HoldsSealedFile:
    """Mixin of the tables of what people attached."""

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    key: Mapped[str] = mapped_column(Sealed)  # of the file, in hex
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]  # bytes, before encryption

    @declared_attr
    def file(cls) -> Mapped[StoredFile]:  # noqa: N805 - as SQLAlchemy calls it
        return relationship(StoredFile)

    @property
    def sealed(self) -> SealedBody:
        return SealedBody(self.file_id, self.key, self.media_type, self.size)

    @property
    def content(self) -> bytes:
        """The file as it was before encryption."""
        return opened(self.file.path, self.key)

    def response(self) -> Response:
        """The file for who may see it; no cache stores it."""
        response = Response(self.content, mimetype=files.plain(self.media_type))
        response.headers.update(files.HEADERS)
        return response


def opened(path: Path, key: str) -> bytes:
    """The content of an encrypted file."""
    stored = path.read_bytes()
    box = AESGCM(bytes.fromhex(key))
    return box.decrypt(stored[:NONCE_BYTES], stored[NONCE_BYTES:], None)


def store(body: bytes, media_type: str) -> SealedBody:
    """Encrypt a content that is already checked, and store it."""
    key, nonce = secrets.token_bytes(32), os.urandom(NONCE_BYTES)
    stored = files.store_bytes(nonce + AESGCM(key).encrypt(nonce, body, None), "sealed")
    stored.created_at = clock.at_city(clock.today())
    tomorrow = clock.at_city(clock.today() + timedelta(days=1)).timestamp()
    os.utime(stored.path, (tomorrow, tomorrow))
    return SealedBody(stored.id, key.hex(), media_type, len(body))


def erase(holder: HoldsSealedFile) -> bool:
    """Delete a row with its file; returns False if another row needs that."""
    stored = holder.file
    db.session.delete(holder)
    db.session.flush()
    return files.release(stored)
