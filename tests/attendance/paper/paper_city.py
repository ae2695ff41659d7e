"""Sheets of paper as the city prints, collects and types them."""

from typing import Any

from participa.attendance.documents import NONE
from participa.attendance.models import AttendanceList
from participa.attendance.paper import keying, queries, sheets
from participa.attendance.paper_models import PaperRow, PaperSheet, SheetKind
from participa.attendance.sign_in import Identity
from participa.core.db import db
from participa.staff.models import Account
from tests.ballots.city import officials


def printed(
    record: AttendanceList, count: int = 1, rows: int = 5, kind: SheetKind = SheetKind.LIST
) -> PaperSheet:
    """The first of these sheets; stored."""
    sheet = sheets.make(record, officials()[0], kind, count, rows)
    db.session.commit()
    return sheet


def who(name: str = "María Pérez Gómez", document: str = "") -> Identity:
    return Identity(name=name, document=document, document_type="CC" if document else NONE)


def keyed(
    sheet: PaperSheet,
    number: int,
    name: str = "María Pérez Gómez",
    document: str = "",
    by: Account | None = None,
    **more: Any,
) -> PaperRow:
    """A typed row; stored."""
    row = keying.key(sheet, number, who(name, document), by or officials()[0], **more)
    db.session.commit()
    return row


def row(sheet: PaperSheet, number: int) -> PaperRow:
    found = queries.row_of(sheet, number)
    assert found is not None
    return found
