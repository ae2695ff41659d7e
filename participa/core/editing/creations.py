"""What the staff creates, once: a double click or a retry leads to the first record.

Other content under the same token is not swallowed: it is refused, and the first record is named.
"""

import hmac
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from participa.core import clock, submissions
from participa.core.audit import name_of
from participa.core.db import Base, db
from participa.core.errors import Refused


class Creation(db.Model):
    """The record that one showing of a form has made: "TopicCall:12"."""

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(String(32), unique=True)
    record: Mapped[str] = mapped_column(Text, default="")
    # Of what was sent, under the installation's key; none for what was created before this column.
    digest: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Gone(Refused):
    """What this form had created was deleted afterwards."""


class Another(Refused):
    """This showing of a form has created `record` out of other content."""

    def __init__(self, record: Any):
        super().__init__(
            f"Lo que envió antes desde esta página ya se guardó: «{label_of(record)}». "
            "Lo de ahora es distinto y no se ha guardado. Si también lo quiere, envíelo otra vez."
        )
        self.record = record


def begin(submission_id: str, digest: str) -> Creation | None:
    """Store that this showing of a form creates something; None when it has done so before.

    A copy that arrives at the same time waits here until the first one is committed.
    """
    values = {"submission_id": submission_id, "record": "", "digest": digest}
    new_id = submissions.insert_once(Creation, **values, created_at=clock.now())
    return None if new_id is None else db.session.get_one(Creation, new_id)


def finish(creation: Creation, record: Any) -> None:
    db.session.flush()
    creation.record = name_of(record)


def made_by(submission_id: str, digest: str) -> Any:
    """The record that this showing of a form has made.

    Raises Gone when it was deleted, and Another when it was made out of other content.
    """
    stored = db.session.scalars(select(Creation).filter_by(submission_id=submission_id)).one()
    record = find(stored.record)
    if record is None:
        raise Gone("Eso ya se creó una vez y después se borró. Si lo quiere otra vez, envíelo.")
    if stored.digest is not None and not hmac.compare_digest(stored.digest, digest):
        raise Another(record)
    return record


def find(name: str) -> Any:
    """The record with this name of the audit trail, as "TopicCall:12"; None if there is none."""
    model_name, _, number = name.partition(":")
    models = (mapper.class_ for mapper in Base.registry.mappers)
    model = next((model for model in models if model.__name__ == model_name), None)
    return db.session.get(model, int(number)) if model and number.isdecimal() else None


def label_of(record: Any) -> str:
    """What people call the record: its title, name or text."""
    labels = (getattr(record, attribute, "") for attribute in ("title", "name", "text"))
    return next((str(label) for label in labels if label), name_of(record))


def erase_old() -> int:
    """Delete what no form can refer to any more; returns how many rows."""
    oldest = clock.now() - timedelta(seconds=submissions.MAX_AGE_SECONDS)
    old = delete(Creation).where(Creation.created_at < oldest).returning(Creation.id)
    return len(db.session.scalars(old).all())
