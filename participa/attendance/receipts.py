"""The entry that an address with a receipt opens."""

from participa.attendance import queries
from participa.attendance.models import Attendee
from participa.attendance.snapshots import SNAPSHOTS, ListSnapshot


def opened(code: str, receipt: str) -> tuple[ListSnapshot, Attendee] | None:
    """The list and its entry with this receipt; None for a receipt of another list."""
    listed = SNAPSHOTS.find(code)
    entry = queries.attendee_with(receipt) if listed else None
    if listed is None or entry is None or entry.list_id != listed.id:
        return None
    return listed, entry
