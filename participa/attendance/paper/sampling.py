"""A second official types some rows again, to learn how often the first one errs (NET-06)."""

import random

from sqlalchemy import func, select

from participa.attendance import queries as people
from participa.attendance.models import AttendanceList, Attendee
from participa.attendance.paper_models import PaperRow, PaperSheet, RowState
from participa.attendance.sign_in import Identity
from participa.channels.wording import SampleResult
from participa.core import audit, clock
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.staff.models import Account

MOST = 100
NONE_LEFT = (
    "No hay filas que otra persona haya digitado y que no se hayan repetido ya. "
    "Pida a alguien que no digitó que haga la segunda digitación."
)


def result_of(list_id: int) -> SampleResult:
    different = func.sum(func.coalesce(PaperRow.is_different, False).cast(db.Integer))
    rows = select(func.count(PaperRow.sampled_at), func.count(PaperRow.rekeyed_at), different)
    rows = rows.join(PaperRow.sheet).where(PaperSheet.list_id == list_id)
    drawn, typed, wrong = db.session.execute(rows).one()
    return SampleResult(drawn, typed, wrong or 0)


def draw(record: AttendanceList, by: Account, count: int) -> int:
    """Choose rows at random among those that somebody else typed; returns how many."""
    versions.lock(record)
    rows = select(PaperRow).join(PaperRow.sheet).join(PaperRow.attendee)
    rows = rows.where(
        PaperSheet.list_id == record.id,
        PaperRow.state == RowState.KEYED,
        PaperRow.keyed_by_id != by.id,
        PaperRow.sampled_at.is_(None),
        Attendee.name != "",
    )
    found = list(db.session.scalars(rows.order_by(PaperRow.id)))
    if not found:
        raise Refused(NONE_LEFT)
    chosen = random.SystemRandom().sample(found, min(count, len(found)))
    for row in chosen:
        row.sampled_at = clock.now()
    audit.record("attendance.sample_drawn", record, by, rows=len(chosen))
    return len(chosen)


def next_of(list_id: int, account: Account) -> PaperRow | None:
    """The next drawn row that this account may type again: one that it did not type first."""
    rows = select(PaperRow).join(PaperRow.sheet)
    rows = rows.where(
        PaperSheet.list_id == list_id,
        PaperRow.sampled_at.is_not(None),
        PaperRow.rekeyed_at.is_(None),
        PaperRow.keyed_by_id != account.id,
    )
    return db.session.scalar(rows.order_by(PaperRow.number, PaperRow.id).limit(1))


def compare(row: PaperRow, identity: Identity, by: Account) -> list[str]:
    """Note whether the second typing agrees; returns in which fields it does not. Stores no text.

    Raises Refused for the person who typed the row first, and for a row that is done.
    """
    if row.keyed_by_id == by.id:
        raise Refused("Esta fila la digitó usted. La repite otra persona.")
    if row.sampled_at is None or row.rekeyed_at is not None or row.attendee is None:
        raise Refused("Esta fila ya no espera una segunda digitación.")
    entry = row.attendee
    pairs = (
        ("el nombre", entry.search_name, people.search_text(identity.name)),
        ("el tipo de documento", entry.document_type, identity.document_type),
        ("el número de documento", entry.document, identity.document),
    )
    wrong = [label for label, first, second in pairs if first != second]
    row.rekeyed_at, row.rekeyed_by_id, row.is_different = clock.now(), by.id, bool(wrong)
    details = {"sheet": row.sheet.number, "row": row.number, "different": bool(wrong)}
    record = row.sheet.attendance_list
    audit.record("attendance.row_rekeyed", record, by, part=row.sheet, **details)
    return wrong
