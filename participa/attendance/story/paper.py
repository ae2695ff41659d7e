"""The paper of the lists in the story of a demonstration: printed, signed, brought back, typed.

Who signed on paper and in another way is on the list once: by the document, or because somebody
says that a similar name is the same person.
"""

import random
from collections.abc import Sequence

from sqlalchemy import select

from participa.attendance import waiting_details
from participa.attendance.models import AttendanceList, Attendee, SignInWay
from participa.attendance.paper import halves, keying, merging, queries, sampling, sheets
from participa.attendance.paper_models import PaperSheet, RowState, SheetKind
from participa.attendance.sign_in import Identity
from participa.attendance.story.people import MAN, PAPER, WOMAN, ToldCrowd, person, said
from participa.core.db import db
from participa.staff.models import Account

ROWS, SLIPS = 15, 10  # of a sheet, and of a batch
AT_THE_FAIR = 5  # people who only sign on its sheets
SAMPLE = 5  # rows that a second person types

Written = Identity | None  # what stands on a row; None where nobody can read it


def print_paper(record: AttendanceList, by: Account, how: ToldCrowd) -> None:
    """Sheets for who will sign on paper and one more, which nobody uses; slips, if there are."""
    filled = -(-len(rows_of(how)) // ROWS)
    sheets.make(record, by, SheetKind.LIST, filled + 1, ROWS)
    if how.on_slips:
        sheets.make(record, by, SheetKind.SLIPS, 1, SLIPS)


def rows_of(how: ToldCrowd) -> range:
    """The signed rows of the sheets. The last one is illegible on purpose."""
    return range(how.on_paper - how.on_slips + how.twice + 1)


def bring_back(
    record: AttendanceList, by: Account, second: Account, how: ToldCrowd, chance: random.Random
) -> None:
    """Everything that came back is counted, typed, decided, typed again in part, and checked."""
    people = [person(chance, PAPER) for _ in range(how.on_paper)]
    slips, rows = people[: how.on_slips], [*people[how.on_slips :], *twice(record, how.twice)]
    written: list[Written] = [*chance.sample(rows, len(rows)), None]
    for sheet in queries.sheets_of(record.id):
        if sheet.is_slips:
            type_sheet(sheet, slips, by)
        elif written:
            type_sheet(sheet, written[: sheet.rows], by)
            written = written[sheet.rows :]
        else:
            sheets.void(sheet, by, "No se usó.")
    decide(record, by)
    if slips:
        type_halves(record, by, how, chance)
    type_again(record, second)
    for sheet in queries.sheets_of(record.id):
        if sheet.voided_at is None:
            sheets.check(sheet, by)


def of_the_fair(record: AttendanceList, by: Account, chance: random.Random) -> None:
    """One sheet is typed, and of one of its rows nobody has decided whose it is. One is out yet."""
    sheet = queries.sheets_of(record.id)[0]
    signed = [*(person(chance, PAPER) for _ in range(AT_THE_FAIR)), *twice(record, 2)]
    type_sheet(sheet, signed, by, more=1)
    decide(record, by)
    first, last, *_ = with_phones(record)[2].name.split()
    keying.key(sheet, sheet.first_row + len(signed), Identity(name=f"{first} {last}"), by)
    keying.leave_rest_empty(sheet, by)


def twice(record: AttendanceList, people: int) -> list[Identity]:
    """Who signed with a phone and on paper too: one with the document, the next one without."""
    return [
        Identity(name=one.name, document_type=one.document_type, document=one.document)
        if place % 2 == 0
        else Identity(name=one.name)
        for place, one in enumerate(with_phones(record)[:people])
    ]


def with_phones(record: AttendanceList) -> Sequence[Attendee]:
    """Some who signed with their phone and a document."""
    rows = select(Attendee).where(
        Attendee.list_id == record.id,
        Attendee.way == SignInWay.PHONE,
        Attendee.document_digest.is_not(None),
    )
    return db.session.scalars(rows.order_by(Attendee.id).limit(SAMPLE)).all()


def type_sheet(sheet: PaperSheet, written: Sequence[Written], by: Account, more: int = 0) -> None:
    """Count the signed rows and type them; `more` are signed and typed later."""
    sheets.take_back(sheet, by, len(written) + more)
    for number, identity in zip(sheet.numbers, written, strict=False):
        if identity is None:
            keying.mark(sheet, number, RowState.ILLEGIBLE, by)
            continue
        there = queries.with_document(sheet.list_id, identity.document_type, identity.document)
        keying.key(sheet, number, identity, by, same_as=there.id if there else None)
    if not more and len(written) < sheet.rows:
        keying.leave_rest_empty(sheet, by)


def decide(record: AttendanceList, by: Account) -> None:
    """The same name is the same person here, and a similar one is somebody else."""
    for row in queries.undecided(record.id):
        pair = {one.search_name for one in (row.attendee, row.proposed) if one}
        (merging.say_same if len(pair) == 1 else merging.say_two)(row, by)


def type_halves(record: AttendanceList, by: Account, how: ToldCrowd, chance: random.Random) -> None:
    """The halves with the optional answers; on one of them nobody answered anything."""
    halves.take_back(record, by, how.on_slips)
    halves.key(record, {})
    for _ in range(how.on_slips - 1):
        halves.key(record, said(chance, how, chance.choice((MAN, WOMAN))))
    waiting_details.mix(record.id)


def type_again(record: AttendanceList, by: Account) -> None:
    """A second person types some rows, and errs in one letter of the first."""
    sampling.draw(record, by, SAMPLE)
    is_wrong = True
    while (row := sampling.next_of(record.id, by)) and (entry := row.attendee):
        name = f"{entry.name}s" if is_wrong else entry.name
        told = Identity(name=name, document_type=entry.document_type, document=entry.document)
        sampling.compare(row, told, by)
        is_wrong = False
