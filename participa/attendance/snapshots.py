"""An attendance list as its public pages need it, cached per process by its version."""

from dataclasses import dataclass
from datetime import datetime

from participa.attendance import queries
from participa.attendance.models import AttendanceList, Attendee
from participa.channels.snapshots import Snapshot, SnapshotCache, columns_of, notice_of
from participa.events import wording as events
from participa.events.models import Event


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session of the event, as the list knows it."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSnapshot(Snapshot):
    """The data of a list and of its event. The event's title, not the list's, stands on top."""

    event_id: int
    event_code: str
    event_title: str
    event_when: str  # "viernes 20 de marzo de 2026, de 8:00 a. m. a 12:00 m."
    event_place: str
    is_off: bool  # the event was postponed or cancelled
    doors: tuple[str, ...]
    capacity: int | None
    has_rotating_code: bool
    takes_exits: bool
    takes_registrations: bool
    asks_contact: bool
    asks_organisation: bool
    asks_image: bool
    sessions: tuple[ListedSession, ...]

    @property
    def purpose(self) -> str:
        """The purpose signed into the form's token, which is valid for this list only."""
        return f"attendance.sign:{self.code}"


def snapshot_of(record: AttendanceList) -> ListSnapshot:
    """The snapshot of a list; also of a draft, for its preview."""
    notice, variables = notice_of(record)
    event: Event = record.event
    return ListSnapshot(
        **columns_of(record, ListSnapshot) | {"doors": tuple(record.doors or ())},
        notice=notice,
        variables=variables,
        owner_version=event.version,
        event_code=event.code,
        event_title=event.title,
        event_when=events.dates(event),
        event_place=events.place(event),
        is_off=event.is_off,
        sessions=tuple(
            ListedSession(one.id, one.title, one.starts_at, one.ends_at) for one in event.sessions
        ),
    )


SNAPSHOTS = SnapshotCache(AttendanceList, "code", snapshot_of, owner=("event_id", Event))


def opened(code: str, receipt: str) -> tuple[ListSnapshot, Attendee] | None:
    """A list and its entry with this receipt; None for a receipt of another list."""
    listed = SNAPSHOTS.find(code)
    entry = queries.attendee_with(receipt) if listed else None
    if listed is None or entry is None or entry.list_id != listed.id:
        return None
    return listed, entry
