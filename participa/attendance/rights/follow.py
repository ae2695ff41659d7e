"""A receipt or the code of a certificate, typed at «Consultar mi radicado»: where it leads."""

from flask import url_for

from participa.attendance import queries
from participa.cases.follow import Followed
from participa.core import codes, submissions


def receipt(typed: str) -> Followed | None:
    """The page of the receipt, also of who has not come yet; that which proves a certificate."""
    code = codes.read(typed)
    if not submissions.is_receipt(code):
        return None
    entry = queries.attendee_with(code)
    if entry is not None and entry.attendance_list.is_published:
        code = entry.attendance_list.code
        return Followed(address=url_for("attendance.receipt", code=code, receipt=entry.receipt))
    if queries.certified(code):
        shown = url_for("attendance_certificates.verify", certificate=codes.show(code))
        return Followed(address=shown)
    return None
