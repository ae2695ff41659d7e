"""Examples of a demo installation: nothing else may make one."""

from sqlalchemy import exists, select

from participa.channels.models import Channel
from participa.core.db import db


def is_seeded(model: type[Channel]) -> bool:
    """Whether the examples of this kind of channel are there already."""
    return bool(db.session.scalar(select(exists().where(model.is_example))))
