"""One person on paper and in another way: proposed by the application, decided by a person.

The entry that is kept is the one that the person holds a receipt of. Every decision can be undone
from the paper, which is the proof: what was typed of a merged row is not stored twice.
"""

from sqlalchemy import select, update

from participa.attendance import claims, sign_in, withdrawals
from participa.attendance.documents import NONE
from participa.attendance.models import AttendanceList, Attendee, Presence, SignInWay
from participa.attendance.paper import queries, sheets
from participa.attendance.paper_models import PaperRow, PaperSheet, RowState
from participa.attendance.sign_in import Arrival
from participa.core import audit, clock
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.staff.models import Account

DOCUMENT = ("document_type", "document", "document_digest", "document_end")
NOTHING = "Esta fila ya no tiene con quién unirse. Quizás otra persona lo decidió."


def join(row: PaperRow, person: Attendee, arrival: Arrival, by: Account) -> None:
    """The row is of a person who is on the list: it proves them, and the earliest time counts."""
    row.state, row.attendee, row.proposed = RowState.MERGED, person, person
    row.decided_at, row.decided_by_id = clock.now(), by.id
    presence = sign_in.presence_of(person.id, arrival.session_id)
    if presence is None:
        row.gave_presence = True
        sign_in.enter(person.id, arrival)
    else:
        row.entered_before_at = presence.entered_at
        presence.entered_at = min(presence.entered_at, arrival.at)
    _record("attendance.rows_merged", row, by)


def part(row: PaperRow) -> None:
    """Take back what the merge of a row gave to the other entry."""
    person = row.attendee
    if person is None or person.withdrawn_at is not None:
        return
    presence = sign_in.presence_of(person.id, row.sheet.session_id)
    if presence is not None and row.gave_presence:
        db.session.delete(presence)
    elif presence is not None and row.entered_before_at is not None:
        presence.entered_at = row.entered_before_at
    if row.gave_document and person.erased_at is None:
        _set_document(person, sign_in.document_columns(NONE, ""))


def say_same(row: PaperRow, by: Account) -> None:
    """It is the same person: one entry stays, with the document and the earliest time of both."""
    row = _with_the_receipt_kept(_to_decide(row))
    kept, gone = row.proposed, row.attendee
    if kept is None or gone is None or kept.withdrawn_at is not None:
        raise Refused(NOTHING)
    if kept.erased_at is not None or gone.erased_at is not None:
        raise Refused("Los datos de una de las dos ya se borraron. Quedan como dos personas.")
    if kept.document and gone.document and kept.document_digest != gone.document_digest:
        raise Refused(
            "Las dos tienen documento, y no es el mismo. Corrija primero el que esté mal digitado."
        )
    given = {name: getattr(gone, name) for name in DOCUMENT}
    _join_presences(row, kept, gone)
    for other in rows_merged_into(gone):
        other.attendee = kept
    _propose_instead(gone, kept)
    claims.move(gone, kept)
    withdrawals.fold(gone)
    if not kept.document and given["document"]:
        _set_document(kept, given)
        row.gave_document = True
    row.state, row.attendee = RowState.MERGED, kept
    _decide(row, by, "attendance.rows_merged")


def say_two(row: PaperRow, by: Account) -> None:
    """They are two people: both entries stay, and nobody is asked again."""
    _decide(_to_decide(row), by, "attendance.rows_kept_apart")


def ask_again(row: PaperRow, by: Account) -> None:
    """Undo that they are two people: the row waits for a decision again."""
    sheets.require_typing(row.sheet)
    if row.state is not RowState.KEYED or row.decided_at is None or row.proposed is None:
        raise Refused(NOTHING)
    row.decided_at = row.decided_by_id = None
    _record("attendance.decision_undone", row, by)


def look_again(record: AttendanceList, by: Account) -> int:
    """Compare the rows on paper with whoever came onto the list after they were typed.

    Returns how many new proposals there are.
    """
    versions.lock(record.event)
    if why_not := sheets.why_not_printed(record):
        raise Refused(why_not)
    versions.lock(record)
    rows = select(PaperRow).join(PaperRow.sheet).join(PaperRow.attendee)
    rows = rows.where(
        PaperSheet.list_id == record.id,
        PaperRow.state == RowState.KEYED,
        PaperRow.proposed_id.is_(None),
        Attendee.way == SignInWay.PAPER,
        Attendee.withdrawn_at.is_(None),
    )
    found = 0
    for row in db.session.scalars(rows.order_by(PaperRow.id)).all():
        other = queries.alike(row.attendee, row.keyed_at) if row.attendee else None
        if other is not None and not _is_proposed(other, row):
            row.proposed = other
            found += 1
    audit.record("attendance.duplicates_looked_for", record, by, found=found)
    return found


def rows_merged_into(entry: Attendee) -> list[PaperRow]:
    rows = select(PaperRow).filter_by(attendee_id=entry.id, state=RowState.MERGED)
    return list(db.session.scalars(rows.order_by(PaperRow.id)))


def forget_proposals(entry: Attendee) -> None:
    """Nobody can be the same person as an entry that leaves the list."""
    proposed = update(PaperRow).where(
        PaperRow.proposed_id == entry.id, PaperRow.state == RowState.KEYED
    )
    db.session.execute(
        proposed.values(proposed_id=None, decided_at=None, decided_by_id=None),
        execution_options={"synchronize_session": "fetch"},
    )


def _to_decide(row: PaperRow) -> PaperRow:
    sheets.require_typing(row.sheet)
    if not row.waits_for_decision:
        raise Refused(NOTHING)
    return row


def _with_the_receipt_kept(row: PaperRow) -> PaperRow:
    """The row whose entry may go: if this one's person also signed by phone, the other one's."""
    entry, other = row.attendee, row.proposed
    if entry is None or other is None or entry.way is SignInWay.PAPER:
        return row
    proof = queries.paper_row_of(other)
    if other.way is not SignInWay.PAPER or proof is None:
        return row
    row.proposed = None
    proof.proposed = entry
    return proof


def _join_presences(row: PaperRow, kept: Attendee, gone: Attendee) -> None:
    for presence in list(gone.presences):
        other = sign_in.presence_of(kept.id, presence.session_id)
        is_of_sheet = presence.session_id == row.sheet.session_id
        if other is None:
            db.session.execute(
                update(Presence).where(Presence.id == presence.id).values(attendee_id=kept.id)
            )
            row.gave_presence = row.gave_presence or is_of_sheet
            continue
        if is_of_sheet:
            row.entered_before_at = other.entered_at
        other.entered_at = min(other.entered_at, presence.entered_at)
        left = [one for one in (other.left_at, presence.left_at) if one is not None]
        other.left_at = max(left, default=None)
        db.session.delete(presence)
    db.session.flush()
    db.session.expire(gone, ["presences"])
    db.session.expire(kept, ["presences"])


def _propose_instead(gone: Attendee, kept: Attendee) -> None:
    """Rows that looked like the entry that goes look like the one that stays."""
    rows = select(PaperRow).where(PaperRow.proposed_id == gone.id)
    for row in db.session.scalars(rows).all():
        row.proposed = None if row.attendee_id == kept.id else kept


def _is_proposed(entry: Attendee, row: PaperRow) -> bool:
    """Whether the other entry's own row proposes this one, or was decided to be somebody else."""
    rows = select(PaperRow.id).where(
        PaperRow.attendee_id == entry.id, PaperRow.proposed_id == row.attendee_id
    )
    return db.session.scalar(rows.limit(1)) is not None


def _set_document(person: Attendee, columns: dict) -> None:
    for name, value in columns.items():
        setattr(person, name, value)
    db.session.flush()


def _decide(row: PaperRow, by: Account, act: str) -> None:
    row.decided_at, row.decided_by_id = clock.now(), by.id
    _record(act, row, by)


def _record(act: str, row: PaperRow, by: Account) -> None:
    sheet = row.sheet
    details = {"sheet": sheet.number, "row": row.number}
    audit.record(act, sheet.attendance_list, by, part=sheet, **details)
