"""What a staff page showed, and whether it is still so: nobody acts on a stale page.

A form that changes a record, and a button that acts on one, carry `shown`: a fingerprint of what
the page was drawn from. Before the act the row is locked and read again; another fingerprint is
refused.

Every staff form also carries `about`: the account to which its page was shown, and the records that
the page is about, signed. Both are known even if a record is not there any more.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeVar

from flask import current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import and_, inspect, or_, select, true, update

from participa.core import clock, spanish
from participa.core.audit import AuditEntry, name_of
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation

FIELD, ABOUT = "shown", "about"
REPEAT = "Revise cómo quedó y, si hace falta, repítalo."
LENGTH = 24  # hexadecimal digits: 96 bits
Record = TypeVar("Record")


class StalePage(Refused):
    """The record changed after the page was drawn; or the page does not say what it showed."""


def fingerprint(values: Mapping[str, Any]) -> str:
    """The same for the same values, whatever the order of their names."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def of(record: Any) -> str:
    """The fingerprint of a row: of its `version` where it has one, else of all its columns.

    `shown_with` of its model names the collections that its page shows with it.
    """
    if hasattr(record, "version"):
        return fingerprint({"version": record.version})
    columns = inspect(type(record)).column_attrs
    values = {column.key: getattr(record, column.key) for column in columns}
    for name in getattr(record, "shown_with", ()):
        values[name] = sorted(of(one) for one in getattr(record, name))
    return fingerprint(values)


def as_version(record: Any) -> dict[str, Any]:
    """For a form whose fields are no values of the record: it stands on the whole row."""
    return {"version": of(record)}


def lock(record: Any) -> None:
    """Keep other transactions from changing the row until this one ends, and read everything again.

    An UPDATE that changes nothing, because SQLite has no SELECT … FOR UPDATE.
    """
    model, identity = type(record), inspect(record).identity
    key = inspect(model).primary_key[0]
    unchanged = update(model).where(key == identity[0]).values({key: key})
    db.session.execute(unchanged.execution_options(synchronize_session=False))
    db.session.expire_all()


def lock_first(record: Any) -> None:
    """Lock a row before those that a form or a button of this page locks, if it is a POST.

    For an act that also depends on an outer record: locks are taken from the outside in, so that
    nobody waits for somebody who waits for them.
    """
    if request.method == "POST":
        lock(record)


def as_seen(record: Record) -> Record:
    """The record, locked; raises StalePage unless the page showed it as it is now."""
    lock(record)
    return require_seen(record)


def is_as_shown(record: Any, shown: str) -> bool:
    """Whether the record, which is locked, still has this fingerprint."""
    lock(record)
    return of(record) == shown


def require_seen(record: Record, changed: Any = None) -> Record:
    """The record; raises StalePage unless the page showed it as it is now.

    For an act that locks another row first. `changed` is the record whose last change is told.
    """
    if request.form.get(FIELD, "") != of(record):
        raise StalePage(f"{last_change(changed or record)} {REPEAT}")
    return record


def last_change(record: Any, with_parts: bool = True) -> str:
    """Who changed the record last, when and how, with the reason; for whoever saw it before.

    Without its parts, if the page showed none of them.
    """
    entry = last_entry(name_of(record), with_parts)
    if entry is None:
        return "Esto cambió después de que usted abrió la página."
    is_own = entry.actor == g.get("actor")
    when = spanish.moment(clock.local(entry.at))
    return (
        "Esto cambió después de que usted abrió la página:"
        f" lo último lo hizo, el {when}, {'usted' if is_own else entry.actor}{in_words(entry)}"
        f"{' Si era eso, ya está hecho.' if is_own else ''}"
    )


def last_entry(name: str, with_parts: bool = True) -> AuditEntry | None:
    """The latest audit entry that changed this record, alone or as a part of another record."""
    part = AuditEntry.details["part"].as_string()
    is_it = and_(AuditEntry.subject == name, true() if with_parts else part.is_(None))
    changes = AuditEntry.action.not_in(installation().audit_words.looks)
    entries = select(AuditEntry).where(or_(is_it, part == name), changes)
    return db.session.scalar(entries.order_by(AuditEntry.number.desc()).limit(1))


def in_words(entry: AuditEntry) -> str:
    """The end of a sentence: the act and its reason."""
    act = installation().audit_words.acts.get(entry.action)
    reason = entry.details.get("reason")
    return f"{f': «{act}»' if act else ''}.{f' Motivo: {reason}' if reason else ''}"


def page_is_about(record: Record) -> Record:
    """Note a record to which this page belongs, the outer ones first."""
    names = g.setdefault("page_is_about", [])
    if (name := name_of(record)) not in names:
        names.append(name)
    return record


def about(record: Any = None) -> str:
    """The field `about` of this page's forms; `record` is what a button acts on."""
    names = [*g.get("page_is_about", []), *([name_of(record)] if record else [])]
    return _signer().dumps([g.get("account_id"), *dict.fromkeys(names)])


def was_about() -> tuple[int | None, list[str]]:
    """What `about` of this request says: the id of the account, and the names of the records."""
    try:
        account_id, *names = _signer().loads(request.form.get(ABOUT, ""))
    except BadSignature:
        return None, []
    return account_id, names


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="staff.page")
