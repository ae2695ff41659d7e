"""Examples of a demo installation; only the demo command creates them."""

from sqlalchemy import exists, select

from participa.channels.models import Channel
from participa.core.db import db


def has_examples(model: type[Channel]) -> bool:
    """Whether the database has examples of this kind of channel."""
    return bool(db.session.scalar(select(exists().where(model.is_example))))
