"""The halves of slips with optional answers: typed apart, in no order, and only counted."""

from collections.abc import Mapping, Sequence

from sqlalchemy import update

from participa.attendance import publishing, waiting_details
from participa.attendance.models import AttendanceList, SignInWay
from participa.attendance.paper import queries, sheets
from participa.attendance.paper_models import PaperDetails
from participa.attendance.sign_in import CONSENT_CHANNELS
from participa.attendance.snapshots import snapshot_of
from participa.core import audit, submissions
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.staff.models import Account

COLUMNS = ("keyed", "blank", "illegible")


def key(record: AttendanceList, answers: Mapping[str, Sequence[str]]) -> PaperDetails:
    """Store the answers of one half apart from any person; one without answers is only counted.

    No entry of the audit trail: who typed which half, and when, would order them.
    """
    _require_typing(record)
    if answers:
        channel = CONSENT_CHANNELS[SignInWay.PAPER]
        waiting_details.add(snapshot_of(record), answers, channel)
    return _count(record, "keyed" if answers else "blank")


def mark_illegible(record: AttendanceList) -> PaperDetails:
    _require_typing(record)
    return _count(record, "illegible")


def take_back(record: AttendanceList, by: Account, returned: int) -> PaperDetails:
    """So many halves were in the box, counted on the paper."""
    _require_typing(record)
    details = _details(record)
    details.returned = returned
    audit.record("attendance.halves_counted", record, by, returned=returned)
    return details


def why_not_typed(record: AttendanceList) -> str:
    """Why no half can be typed or counted now; "" if one can."""
    if why_not := sheets.why_not_printed(record):
        return why_not
    return publishing.PUBLISHED if publishing.is_final(record) else ""


def _require_typing(record: AttendanceList) -> None:
    """Raise Refused unless a half can be typed now; the minutes are not closed in between."""
    versions.lock(record.event)
    if why_not := why_not_typed(record):
        raise Refused(why_not)


def _count(record: AttendanceList, column: str) -> PaperDetails:
    details = _details(record)
    counted = getattr(PaperDetails, column)
    grow = update(PaperDetails).where(PaperDetails.id == details.id).values({counted: counted + 1})
    db.session.execute(grow)
    db.session.expire(details)
    return details


def _details(record: AttendanceList) -> PaperDetails:
    submissions.insert_once(PaperDetails, list_id=record.id, keyed=0, blank=0, illegible=0)
    details = queries.details_of(record.id)
    assert details is not None  # noqa: S101 - just inserted, or there before
    return details
