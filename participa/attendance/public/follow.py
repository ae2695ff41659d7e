"""The page for the receipt of a signature, which «Consultar mi radicado» leads to."""

from flask import url_for

from participa.attendance import queries
from participa.cases.follow import Followed
from participa.core import codes, submissions


def receipt(typed: str) -> Followed | None:
    """The address of the receipt, or of the ticket of who has not come yet."""
    if len(codes.read(typed)) != submissions.RECEIPT_LENGTH:
        return None
    entry = queries.attendee_with(typed)
    if entry is None or not entry.attendance_list.is_published:
        return None
    code = entry.attendance_list.code
    return Followed(address=url_for("attendance.receipt", code=code, receipt=entry.receipt))
