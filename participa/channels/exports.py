"""Downloads of the staff: each writes an audit entry, and a long one runs as a job."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from flask import Response, abort, redirect, url_for
from sqlalchemy import Select

from participa.channels.models import Channel
from participa.core import audit
from participa.core.db import db
from participa.core.jobs import jobs
from participa.core.tables import tables
from participa.core.tables.cells import Table
from participa.staff.models import Account

LONG = 20_000  # rows; beyond them a job makes the file
PIECE = 2000


def stream_by_id(query: Select, id_column: Any) -> Iterator[Any]:
    """The rows in the order of `id_column`, which must be among the selected columns."""
    return chain.from_iterable(pieces_by_id(query, id_column))


def pieces_by_id(query: Select, id_column: Any) -> Iterator[Sequence[Any]]:
    """The same rows in pieces, for who looks up what belongs to many of them at once.

    Each piece is a query of its own, so no cursor stays open during a slow download.
    """
    last = 0
    while True:
        rows = query.where(id_column > last).order_by(id_column).limit(PIECE)
        piece = db.session.execute(rows).all()
        yield piece
        if len(piece) < PIECE:
            return
        last = getattr(piece[-1], id_column.key)


def check_format(format: str) -> None:
    if format not in tables.FORMATS:
        abort(404)


def note(record: Channel, by: Account, format: str, **details: Any) -> None:
    """Write the audit entry of a download."""
    audit.record(f"{record.channel}.exported", record, by, format=format, **details)


def deliver(table: Table, format: str, filename: str) -> Response:
    """Send a small file, made within the request. The caller has called `note`."""
    return tables.download(table, format, filename)


def start_job(name: str, title: str, by: Account, **arguments: Any) -> Any:
    """Let a worker make the file; returns a redirect to the page of the job. The caller commits."""
    job = jobs.start(name, title, str(by), **arguments)
    db.session.flush()
    return redirect(url_for("staff_jobs.show", id=job.id))
