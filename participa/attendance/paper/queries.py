"""The sheets of a list, their rows, and who on the list may be the person of a row."""

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from participa.attendance import documents
from participa.attendance import queries as people
from participa.attendance.models import AttendanceList, Attendee
from participa.attendance.paper import likeness
from participa.attendance.paper_models import (
    PaperDetails,
    PaperRow,
    PaperSheet,
    RowState,
)
from participa.core.db import db

BEGINNING = 3  # letters of a word that two spellings of a name share
MANY = 500
PROVING = (RowState.KEYED, RowState.MERGED)


def sheets_of(list_id: int) -> list[PaperSheet]:
    rows = select(PaperSheet).where(PaperSheet.list_id == list_id)
    return list(db.session.scalars(rows.order_by(PaperSheet.number)))


def sheet_of(list_id: int, number: int) -> PaperSheet | None:
    return db.session.scalar(select(PaperSheet).filter_by(list_id=list_id, number=number))


def printed_together(sheet: PaperSheet) -> list[PaperSheet]:
    """The sheets that were made with this one, itself among them."""
    rows = select(PaperSheet).filter_by(list_id=sheet.list_id, printed_at=sheet.printed_at)
    return list(db.session.scalars(rows.order_by(PaperSheet.number)))


def row_of(sheet: PaperSheet, number: int) -> PaperRow | None:
    return db.session.scalar(select(PaperRow).filter_by(sheet_id=sheet.id, number=number))


def rows_of(sheet: PaperSheet) -> list[PaperRow]:
    """What was typed or marked of a sheet, with the people, by row."""
    rows = select(PaperRow).where(PaperRow.sheet_id == sheet.id).order_by(PaperRow.number)
    people = selectinload(PaperRow.attendee).selectinload(Attendee.presences)
    proposed = selectinload(PaperRow.proposed).selectinload(Attendee.presences)
    return list(db.session.scalars(rows.options(people, proposed, joinedload(PaperRow.keyed_by))))


def undecided(list_id: int) -> list[PaperRow]:
    """The rows of a list about which somebody has to say whether they are somebody else's."""
    rows = _with_people(list_id).where(
        PaperRow.state == RowState.KEYED,
        PaperRow.proposed_id.is_not(None),
        PaperRow.decided_at.is_(None),
    )
    return list(db.session.scalars(rows.order_by(PaperRow.number, PaperRow.id).limit(MANY)))


def decided(list_id: int) -> list[PaperRow]:
    """The rows about which somebody has said that, the latest first."""
    rows = _with_people(list_id).where(PaperRow.decided_at.is_not(None))
    rows = rows.order_by(PaperRow.decided_at.desc(), PaperRow.id.desc())
    return list(db.session.scalars(rows.limit(MANY)))


def _with_people(list_id: int) -> Select[PaperRow]:
    return (
        select(PaperRow)
        .join(PaperRow.sheet)
        .where(PaperSheet.list_id == list_id)
        .options(
            joinedload(PaperRow.sheet),
            selectinload(PaperRow.attendee).selectinload(Attendee.presences),
            selectinload(PaperRow.proposed).selectinload(Attendee.presences),
        )
    )


def next_row(sheet: PaperSheet, after: int | None = None) -> int | None:
    """The first row that waits to be typed, behind `after` if there is one; None when none is."""
    done = {row.number for row in sheet.lines if not row.is_open}
    waiting = [number for number in sheet.numbers if number not in done]
    behind = [number for number in waiting if after is None or number > after]
    return next(iter(behind or waiting), None)


def details_of(list_id: int) -> PaperDetails | None:
    return db.session.scalar(select(PaperDetails).filter_by(list_id=list_id))


def with_document(list_id: int, type_code: str, number: str) -> Attendee | None:
    """The entry of this list with this document; None without a number."""
    if not number:
        return None
    found = people.document_is(type_code, number)
    rows = select(Attendee).where(Attendee.list_id == list_id, people.counts(), found)
    return db.session.scalar(rows.limit(1))


def paper_row_of(entry: Attendee) -> PaperRow | None:
    """The row of paper that proves an entry, if there is one."""
    rows = select(PaperRow).where(PaperRow.attendee_id == entry.id)
    return db.session.scalar(rows.order_by(PaperRow.id).limit(1))


def proofs(list_id: int) -> dict[int, str]:
    """By entry, where its signature stands on paper: "Hoja 2, fila 14". For the official layout."""
    rows = select(PaperRow).join(PaperRow.sheet).options(joinedload(PaperRow.sheet))
    rows = rows.where(PaperSheet.list_id == list_id, PaperRow.state.in_(PROVING))
    places: dict[int, list[str]] = {}
    for row in db.session.scalars(rows.order_by(PaperRow.number)):
        if row.attendee_id is not None:
            places.setdefault(row.attendee_id, []).append(f"{row.sheet.name}, fila {row.number}")
    return {entry: "; ".join(found) for entry, found in places.items()}


def alike(entry: Attendee, since: datetime | None = None) -> Attendee | None:
    """Another entry of the list that may be the same person: a similar name, and no document that
    says otherwise. The one with a document comes first. `since`: of those stored from then on.
    """
    words = likeness.words_of(entry.search_name)
    if not words:
        return None
    begins = [
        Attendee.search_name.contains(f" {word[:BEGINNING]}", autoescape=True) for word in words
    ]
    # Only the names: reading a whole entry decrypts it.
    rows = select(Attendee.id, Attendee.search_name).where(
        Attendee.list_id == entry.list_id, Attendee.id != entry.id, people.counts(), or_(*begins)
    )
    near = [
        id for id, name in db.session.execute(rows) if likeness.are_alike(entry.search_name, name)
    ]
    others = db.session.scalars(select(Attendee).where(Attendee.id.in_(near)))
    mine = _identity(entry)
    found = [one for one in others if likeness.may_be_one_number(mine, _identity(one))]
    return min(found, key=lambda one: (not one.document, one.id), default=None)


def _identity(entry: Attendee) -> str:
    return documents.identity(entry.document_type, entry.document) if entry.document else ""


def numbered(record: AttendanceList) -> tuple[int, int]:
    """The last number of a sheet of this list, and of a row; zeros before the first sheet."""
    rows = select(PaperSheet).filter_by(list_id=record.id).order_by(PaperSheet.number.desc())
    last = db.session.scalar(rows.limit(1))
    return (last.number, last.last_row) if last else (0, 0)
