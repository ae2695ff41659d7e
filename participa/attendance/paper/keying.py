"""Type the rows of a sheet into the roster, once each, and undo that."""

import hashlib
import hmac
from dataclasses import replace
from datetime import datetime

from participa.attendance import sign_in, withdrawals
from participa.attendance.models import Attendee, SignInWay
from participa.attendance.paper import merging, queries, sheets
from participa.attendance.paper_models import PaperRow, PaperSheet, RowState
from participa.attendance.sign_in import Arrival, Identity
from participa.attendance.snapshots import ListSnapshot, snapshot_of
from participa.core import audit, clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.submissions import AlreadySent
from participa.events.models import EventSession
from participa.staff.models import Account

MARKS = {RowState.EMPTY, RowState.ILLEGIBLE}
IS_ERASED = "Los datos de esta persona ya se borraron. La fila se queda como está."


class RowTaken(Refused):
    """Somebody typed this row already, and something else."""

    def __init__(self, row: PaperRow):
        super().__init__(f"La fila {row.number} ya la digitó {row.keyed_by.name}. Compare.")
        self.row = row


class AlreadyListed(Refused):
    """The document of the row is on the list: a person says whether it is the same one."""

    def __init__(self, person: Attendee):
        super().__init__("Ese documento ya está en el listado. Diga si es la misma persona.")
        self.person = person


def submission_id(sheet: PaperSheet, number: int, attempt: int) -> str:
    """The id under which a row is stored once; undoing it begins another attempt."""
    return hashlib.sha256(f"paper:{sheet.code}:{number}:{attempt}".encode()).hexdigest()[:32]


def key(
    sheet: PaperSheet,
    number: int,
    identity: Identity,
    by: Account,
    *,
    same_as: int | None = None,
    replaces: int | None = None,
) -> PaperRow:
    """Put the person of a row on the list. The same row with the same content changes nothing.

    Raises RowTaken for other content, unless `replaces` is the attempt that the typist saw; and
    AlreadyListed when the document is on the list, unless `same_as` is that entry. A row that looks
    like somebody else's is noted as proposed, and stays an entry of its own until it is decided.
    """
    row = _row(sheet, number, by)
    if not row.is_open:
        if _says_the_same(row, identity):
            return row
        if replaces != row.attempt:
            raise RowTaken(row)
        reopen(row, by)
    arrival = Arrival(way=SignInWay.PAPER, at=_moment(sheet), session_id=sheet.session_id)
    person = queries.with_document(sheet.list_id, identity.document_type, identity.document)
    if person is not None:
        if same_as != person.id:
            raise AlreadyListed(person)
        merging.join(row, person, arrival, by)
    else:
        _sign(row, identity, replace(arrival, operator=by))
        if row.attendee is not None and (other := queries.alike(row.attendee)):
            row.proposed = other
    row.keyed_by, row.keyed_at = by, clock.now()
    details = {"sheet": sheet.number, "row": number, "state": row.state.value}
    audit.record("attendance.row_keyed", sheet.attendance_list, by, part=sheet, **details)
    return row


def mark(
    sheet: PaperSheet, number: int, state: RowState, by: Account, replaces: int | None = None
) -> PaperRow:
    """Note that a row is empty, or that nobody can read it. Raises RowTaken as `key` does."""
    assert state in MARKS  # noqa: S101 - its two buttons offer no other
    row = _row(sheet, number, by)
    if not row.is_open:
        if row.state is state:
            return row
        if replaces != row.attempt:
            raise RowTaken(row)
        reopen(row, by)
    row.state, row.keyed_by, row.keyed_at = state, by, clock.now()
    details = {"sheet": sheet.number, "row": number, "state": state.value}
    audit.record("attendance.row_keyed", sheet.attendance_list, by, part=sheet, **details)
    return row


def leave_rest_empty(sheet: PaperSheet, by: Account) -> int:
    """Mark every row that waits as empty; returns how many. For the end of a half-filled sheet."""
    sheets.require_typing(sheet)
    known = {row.number: row for row in sheet.lines}
    waiting = [n for n in sheet.numbers if n not in known or known[n].is_open]
    for number in waiting:
        row = known.get(number) or _begin(sheet, number, by)
        row.state, row.keyed_by, row.keyed_at = RowState.EMPTY, by, clock.now()
    record = sheet.attendance_list
    details = {"sheet": sheet.number, "rows": len(waiting)}
    audit.record("attendance.rest_marked_empty", record, by, part=sheet, **details)
    return len(waiting)


def undo(row: PaperRow, by: Account) -> None:
    """Take back what was typed or merged of a row, which then waits to be typed again."""
    sheets.require_typing(row.sheet)
    if row.is_open:
        raise Refused("Esta fila ya se deshizo.")
    reopen(row, by)


def reopen(row: PaperRow, by: Account) -> None:
    """The part of `undo` that replacing a row needs too."""
    was = row.state.value
    if row.attendee is not None and row.attendee.erased_at is not None:
        raise Refused(IS_ERASED)
    if row.state is RowState.MERGED:
        merging.part(row)
    elif row.state is RowState.KEYED and row.attendee is not None:
        _take_off(row, row.attendee, by)
    row.state, row.attempt = RowState.OPEN, row.attempt + 1
    row.attendee = row.proposed = row.decided_at = row.decided_by_id = None
    row.gave_document = row.gave_presence = False
    row.entered_before_at = row.sampled_at = row.rekeyed_at = None
    row.rekeyed_by_id = row.is_different = None
    record = row.sheet.attendance_list
    details = {"sheet": row.sheet.number, "row": row.number, "state": was}
    audit.record("attendance.row_undone", record, by, part=row.sheet, **details)


def list_without_capacity(sheet: PaperSheet) -> ListSnapshot:
    """Who signed on paper came, whether or not there was room for them."""
    return replace(snapshot_of(sheet.attendance_list), capacity=None)


def _row(sheet: PaperSheet, number: int, by: Account) -> PaperRow:
    """The row, of a sheet that is locked: two people who type it do so one after the other."""
    sheets.require_typing(sheet)
    if number not in sheet.numbers:
        raise Refused(f"Esta hoja va de la fila {sheet.first_row} a la {sheet.last_row}.", "number")
    return queries.row_of(sheet, number) or _begin(sheet, number, by)


def _begin(sheet: PaperSheet, number: int, by: Account) -> PaperRow:
    row = PaperRow(sheet=sheet, number=number, state=RowState.OPEN, attempt=0)
    row.keyed_by, row.keyed_at = by, clock.now()
    db.session.add(row)
    return row


def _says_the_same(row: PaperRow, identity: Identity) -> bool:
    if row.state is RowState.KEYED and row.attendee is not None:
        return _is_stored(row, identity)
    if row.state is RowState.MERGED and row.attendee is not None:
        same = (row.attendee.document_type, row.attendee.document)
        return bool(identity.document) and same == (identity.document_type, identity.document)
    return False


def _is_stored(row: PaperRow, identity: Identity) -> bool:
    """Whether the entry of a row was made of exactly this."""
    id = submission_id(row.sheet, row.number, row.attempt)
    entry = row.attendee
    if entry is None or entry.submission_id != id:
        return False
    return hmac.compare_digest(entry.digest, sign_in.digest_of(id, identity))


def _sign(row: PaperRow, identity: Identity, arrival: Arrival) -> None:
    listed = list_without_capacity(row.sheet)
    id = submission_id(row.sheet, row.number, row.attempt)
    try:
        made = sign_in.sign(listed, id, identity, arrival)
    except AlreadySent:
        raise RowTaken(row) from None
    entry = db.session.get_one(Attendee, made.attendee_id)
    if not made.is_new:
        raise AlreadyListed(entry)  # a phone was faster, with the same document
    row.state, row.attendee = RowState.KEYED, entry


def _take_off(row: PaperRow, entry: Attendee, by: Account) -> None:
    """Take the entry of a row off the list, unless the person also signed in another way."""
    others = [one for one in merging.rows_merged_into(entry) if one.id != row.id]
    if others:
        raise Refused(f"La fila {others[0].number} está unida con esta. Deshaga primero esa unión.")
    merging.forget_proposals(entry)
    if entry.way is SignInWay.PAPER:
        withdrawals.withdraw(entry, by)


def _moment(sheet: PaperSheet) -> datetime:
    """When the person came, as far as a sheet can tell: before its session was over, or just now.

    So whatever else says an earlier moment is right.
    """
    session = db.session.get(EventSession, sheet.session_id) if sheet.session_id else None
    end = session.ends_at if session else sheet.attendance_list.closes_at
    return min(clock.now(), end) if end else clock.now()
