"""What a staff page showed, and whether it is still so: nobody acts on a stale page.

A form that changes a record, and a button that acts on one, carry `shown`: a fingerprint of what
the page was drawn from. Before the act the row is locked and read again; another fingerprint is
refused.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeVar

from flask import request
from sqlalchemy import inspect, select, update

from participa.core import clock, spanish
from participa.core.audit import AuditEntry, name_of
from participa.core.db import db
from participa.core.errors import Refused

FIELD = "shown"
LENGTH = 24  # hexadecimal digits: 96 bits
Record = TypeVar("Record")


class StalePage(Refused):
    """The record changed after the page was drawn; or the page does not say what it showed."""


def fingerprint(values: Mapping[str, Any]) -> str:
    """The same for the same values, whatever the order of their names."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def of(record: Any) -> str:
    """The fingerprint of a row: of its `version` where it has one, else of all its columns."""
    if hasattr(record, "version"):
        return fingerprint({"version": record.version})
    columns = inspect(type(record)).column_attrs
    return fingerprint({column.key: getattr(record, column.key) for column in columns})


def lock(record: Any) -> None:
    """Keep other transactions from changing the row until this one ends, and read everything again.

    An UPDATE that changes nothing, because SQLite has no SELECT … FOR UPDATE.
    """
    model, identity = type(record), inspect(record).identity
    key = inspect(model).primary_key[0]
    unchanged = update(model).where(key == identity[0]).values({key: key})
    db.session.execute(unchanged.execution_options(synchronize_session=False))
    db.session.expire_all()


def as_seen(record: Record) -> Record:
    """The record, locked; raises StalePage unless the page showed it as it is now."""
    lock(record)
    if request.form.get(FIELD, "") != of(record):
        raise StalePage(f"{last_change(record)} Revise cómo quedó y, si hace falta, repítalo.")
    return record


def last_change(record: Any) -> str:
    """A sentence about the newest entry of the audit trail on this record."""
    entries = select(AuditEntry).filter_by(subject=name_of(record))
    entry = db.session.scalar(entries.order_by(AuditEntry.number.desc()).limit(1))
    if entry is None:
        return "Esto cambió después de que usted abrió la página."
    when = spanish.moment(clock.local(entry.at))
    return (
        "Esto cambió después de que usted abrió la página:"
        f" lo último lo hizo, el {when}, {entry.actor}."
    )
