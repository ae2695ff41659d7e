"""The digests of mails and telephones under another key, so that people are found again.

The hashes of the secret codes need nothing: they depend on no key, and lie in an encrypted column,
which `participa.core.personal.rotation` encrypts again.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Row, bindparam, or_, select, update

from participa.core.db import db
from participa.listening import receive
from participa.listening.models import Contribution

BATCH = 500


def redigest() -> Iterator[int]:
    """Compute every digest again; yields how many rows of each batch were under another key.

    A row that is changed or erased meanwhile stays as it is.
    """
    key = Contribution.case_id
    write = update(Contribution.__table__).where(key == bindparam("row"))
    for name in ("email_digest", "phone_digest"):
        column = getattr(Contribution, name)
        write = write.where(column.is_not_distinct_from(bindparam(f"{name}_before")))
    write = write.values(
        email_digest=bindparam("email_digest_now"), phone_digest=bindparam("phone_digest_now")
    )
    last = 0
    while batch := _read(last):
        changes = list(_changes(batch))
        if changes:
            db.session.connection().execute(write, changes)
        yield len(changes)
        last = batch[-1].case_id


def _read(last: int) -> Sequence[Row[int, str, str, str | None, str | None]]:
    rows = select(
        Contribution.case_id,
        Contribution.contact_email,
        Contribution.contact_phone,
        Contribution.email_digest,
        Contribution.phone_digest,
    )
    has_some = or_(Contribution.email_digest.is_not(None), Contribution.phone_digest.is_not(None))
    rows = rows.where(Contribution.case_id > last, has_some)
    return db.session.execute(rows.order_by(Contribution.case_id).limit(BATCH)).all()


def _changes(
    batch: Sequence[Row[int, str, str, str | None, str | None]],
) -> Iterator[dict[str, object]]:
    for row in batch:
        now = receive.email_digest(row.contact_email), receive.phone_digest(row.contact_phone)
        if now != (row.email_digest, row.phone_digest):
            yield {
                "row": row.case_id,
                "email_digest_before": row.email_digest,
                "phone_digest_before": row.phone_digest,
                "email_digest_now": now[0],
                "phone_digest_now": now[1],
            }


REKEYS = (("Huellas de los correos y teléfonos de aportes", redigest),)
