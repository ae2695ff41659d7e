"""The digests of documents under another key, so that people are found again after a rotation."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Row, bindparam, exists, select, update
from sqlalchemy.orm import aliased

from participa.attendance import sign_in
from participa.attendance.models import Attendee
from participa.core.db import db

BATCH = 500


def redigest() -> Iterator[int]:
    """Compute every digest of a document again; yields how many of each batch were under another
    key. A row that somebody changes meanwhile stays as they left it.
    """
    twin = aliased(Attendee)
    # Only if processes with other keys ran at once: two rows of one person, which people merge.
    is_taken = exists().where(
        twin.list_id == Attendee.list_id, twin.document_digest == bindparam("new_digest")
    )
    write = (
        update(Attendee)
        .where(
            Attendee.id == bindparam("row"),
            Attendee.document_digest == bindparam("before"),
            ~is_taken,
        )
        .values(document_digest=bindparam("new_digest"), document_end=bindparam("new_end"))
    )
    last = 0
    while batch := _read(last):
        changes = list(_changes(batch))
        if changes:
            db.session.connection().execute(write, changes)
        yield len(changes)
        last = batch[-1].id


def _read(last: int) -> Sequence[Row[int, str, str, str | None]]:
    rows = select(Attendee.id, Attendee.document_type, Attendee.document, Attendee.document_digest)
    rows = rows.where(Attendee.id > last, Attendee.document_digest.is_not(None))
    return db.session.execute(rows.order_by(Attendee.id).limit(BATCH)).all()


def _changes(batch: Sequence[Row[int, str, str, str | None]]) -> Iterator[dict[str, object]]:
    for row in batch:
        columns = sign_in.document_columns(row.document_type, row.document)
        if columns["document_digest"] != row.document_digest:
            yield {
                "row": row.id,
                "before": row.document_digest,
                "new_digest": columns["document_digest"],
                "new_end": columns["document_end"],
            }


REKEYS = (("Huellas de los documentos", redigest),)
