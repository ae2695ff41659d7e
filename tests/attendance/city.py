"""Attendance lists as the city keeps them, at each stage, and people who sign."""

import secrets
from datetime import timedelta
from typing import Any

from participa.attendance import service, sign_in
from participa.attendance.documents import NONE
from participa.attendance.models import AttendanceList, SignInWay
from participa.attendance.sign_in import Arrival, Identity, SignedIn
from participa.attendance.snapshots import ListSnapshot, snapshot_of
from participa.core import clock
from participa.core.db import db
from participa.events.models import Event
from tests.ballots.city import officials, task_of_the_plan
from tests.events import city as events
from tests.worlds import remembered

LONG = timedelta(hours=4)


@remembered
def event_now(**facts: Any) -> Event:
    """A called event that began an hour ago."""
    event = events.called(**facts)
    event.opens_at = clock.now().replace(second=0, microsecond=0) - timedelta(hours=1)
    event.closes_at = event.opens_at + LONG
    event.touch()
    db.session.commit()
    return event


@remembered
def draft(event: Event | None = None, **facts: Any) -> AttendanceList:
    """The list of an event that is under way, not public yet; stored."""
    events.notice()
    event = event or event_now()
    values = dict(service.default_facts(event)) | facts
    record = service.create(officials()[0], event, [task_of_the_plan()], **values)
    db.session.commit()
    return record


@remembered
def open_list(event: Event | None = None, **facts: Any) -> AttendanceList:
    """A list that people can sign now."""
    record = draft(event, **facts)
    service.publish(record, officials()[0])
    db.session.commit()
    return record


@remembered
def closed_list(event: Event | None = None, **facts: Any) -> AttendanceList:
    """A list whose time is over."""
    record = open_list(event, **facts)
    record.opens_at, record.closes_at = clock.now() - LONG, clock.now() - timedelta(minutes=1)
    record.touch()
    db.session.commit()
    return record


def signed(
    record: AttendanceList,
    name: str = "María Pérez Gómez",
    document: str = "",
    way: SignInWay = SignInWay.PHONE,
    **more: Any,
) -> SignedIn:
    """Somebody signs the list; a document without a type is a cédula. Stored."""
    identity = Identity(name=name, document=document, document_type="CC" if document else NONE)
    made = sign_in.sign(
        more.pop("listed", None) or listed(record),
        more.pop("submission_id", None) or secrets.token_hex(16),
        more.pop("identity", None) or identity,
        more.pop("arrival", None) or Arrival(way=way),
        **more,
    )
    db.session.commit()
    return made


def listed(record: AttendanceList) -> ListSnapshot:
    return snapshot_of(record)


def minor() -> Identity:
    """Somebody under 18."""
    return Identity(is_minor=True)


def crowd(record: AttendanceList, people: int, **more: Any) -> None:
    """So many people sign, each with a document of their own."""
    for number in range(people):
        signed(record, f"Persona {number:03}", f"1017{number:06}", **more)
