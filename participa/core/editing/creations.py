"""What the staff creates, once: a double click or a retry leads to the first record."""

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
    created_at: Mapped[datetime]


class Gone(Refused):
    """What this form had created was deleted afterwards."""


def begin(submission_id: str) -> Creation | None:
    """Store that this showing of a form creates something; None when it has done so before.

    A copy that arrives at the same time waits here until the first one is committed.
    """
    values = {"submission_id": submission_id, "record": "", "created_at": clock.now()}
    new_id = submissions.insert_once(Creation, **values)
    return None if new_id is None else db.session.get_one(Creation, new_id)


def finish(creation: Creation, record: Any) -> None:
    db.session.flush()
    creation.record = name_of(record)


def made_by(submission_id: str) -> Any:
    """The record that this showing of a form has made. Raises Gone when it was deleted."""
    stored = db.session.scalars(select(Creation).filter_by(submission_id=submission_id)).one()
    model_name, _, number = stored.record.partition(":")
    models = (mapper.class_ for mapper in Base.registry.mappers)
    model = next(model for model in models if model.__name__ == model_name)
    record = db.session.get(model, int(number))
    if record is None:
        raise Gone("Eso ya se creó una vez y después se borró. Abra la página de nuevo.")
    return record


def erase_old() -> int:
    """Delete what no form can refer to any more; returns how many rows."""
    oldest = clock.now() - timedelta(seconds=submissions.MAX_AGE_SECONDS)
    old = delete(Creation).where(Creation.created_at < oldest).returning(Creation.id)
    return len(db.session.scalars(old).all())
