"""A receipt or the code of a certificate, typed at «Consultar mi radicado»: where it leads."""

from flask import url_for

from participa.attendance import queries
from participa.cases.follow import Followed
from participa.core import codes, submissions


def receipt(typed: str) -> Followed | None:
    """The person's own page for a receipt; the page that verifies, for a certificate."""
    code = codes.read(typed)
    if len(code) != submissions.RECEIPT_LENGTH:
        return None
    if entry := queries.attendee_with(code):
        own = url_for("attendance_own.show", code=entry.attendance_list.code, receipt=entry.receipt)
        return Followed(address=own)
    if queries.certified(code):
        shown = url_for("attendance_certificates.verify", certificate=codes.show(code))
        return Followed(address=shown)
    return None
