"""Files that people hand in: kept by the hash of their content, checked by what they are."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from participa.core import clock
from participa.core.db import db


class StoredFile(db.Model):
    """One content, stored once; who may see it is decided by the record that points to it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, unique=True)
    media_type: Mapped[str] = mapped_column(Text)
    extension: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
