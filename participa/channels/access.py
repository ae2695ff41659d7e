"""The records that a staff account may see and change. For views behind a guard.

A record is of an office: that of a channel, or of another model with `office_id`.
"""

from typing import Any

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm.interfaces import ORMOption

from participa.channels.models import Channel
from participa.channels.phases import is_open_now
from participa.core import clock
from participa.core.db import db
from participa.core.editing import versions
from participa.staff.access import WRITERS, current_account, require_office
from participa.staff.models import Account, Role


def own(model: type[Any], *options: ORMOption, **address: str) -> Any:
    """The record at this address; 404 when it is missing or belongs to another office.

    `options` load what its page shows besides.
    """
    record = db.first_or_404(select(model).filter_by(**address).options(*options))
    require_office([record.office_id or 0])
    return versions.page_is_about(record)


def visible_to(model: type[Any], account: Account) -> ColumnElement[bool]:
    """A SELECT condition for the records that an account may see; apply it before any LIMIT.

    Responsible staff without an office see none: a record without an office is not theirs.
    """
    if account.role is not Role.RESPONSIBLE:
        return true()
    return false() if account.office_id is None else model.office_id == account.office_id


def may_write() -> bool:
    return current_account().role in WRITERS


def open_records(model: type[Channel], most: int) -> list[Any]:
    """The records that take answers now, the first to close on top."""
    rows = select(model).where(is_open_now(model, clock.now()))
    return list(db.session.scalars(rows.order_by(model.closes_at, model.id).limit(most)))
