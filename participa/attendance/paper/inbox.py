"""What the paper of a list asks of the staff: sheets to type, people who may be the same."""

from flask import url_for
from sqlalchemy import select

from participa.attendance.models import AttendanceList
from participa.attendance.paper import reconciliation
from participa.attendance.paper_models import PaperSheet
from participa.channels.access import visible_to
from participa.channels.phases import Phase, is_in
from participa.core import clock
from participa.core.db import db
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending

MANY = 50


def pending(account: Account) -> list[Pending]:
    """The closed lists, of those that an account may see, whose paper does not agree yet."""
    unchecked = select(PaperSheet.id).where(
        PaperSheet.list_id == AttendanceList.id,
        PaperSheet.voided_at.is_(None),
        PaperSheet.checked_at.is_(None),
    )
    rows = select(AttendanceList).where(
        is_in(AttendanceList, Phase.CLOSED, clock.now()),
        visible_to(AttendanceList, account),
        unchecked.exists(),
    )
    found = []
    rows = rows.order_by(AttendanceList.closes_at, AttendanceList.id).limit(MANY)
    for record in db.session.scalars(rows):
        totals = reconciliation.totals_of(record.id)
        if totals.warning:
            marks = tuple(f"attendance.sheet:{one.sheet.id}" for one in totals.unsettled)
            address = url_for("attendance_paper.show", code=record.code)
            marks = marks or (f"attendance.halves:{record.id}",)
            found.append(Pending(totals.warning.rstrip("."), address, f"de {record.title}", marks))
    return found
