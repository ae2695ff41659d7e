"""Events as iCalendar (RFC 5545), for the calendar of a phone and for feeds."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from flask import url_for

from participa.core import clock, links
from participa.core.installation import installation
from participa.events import wording
from participa.events.models import Event, EventState

if TYPE_CHECKING:
    from icalendar import Event as Entry

MEDIA_TYPE = "text/calendar; charset=utf-8"
STATUS = {EventState.CANCELLED: "CANCELLED", EventState.POSTPONED: "TENTATIVE"}


def calendar_of(events: Iterable[Event], name: str) -> bytes:
    """A calendar with these events in the city's time zone; those without dates are left out."""
    # Not above: 3 MB of memory of every process, for what few people ask for.
    from icalendar import Calendar, Timezone  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("prodid", "-//participa//Eventos//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", clock.CITY.key)
    calendar.add_component(Timezone.from_tzinfo(clock.CITY))
    for event in events:
        if event.opens_at is None or event.closes_at is None:
            continue
        entry = entry_of(event, event.opens_at, event.closes_at)
        entry.add("summary", event.title)
        entry.add("location", wording.place(event))
        calendar.add_component(entry)
        for session in event.sessions:
            entry = entry_of(event, session.starts_at, session.ends_at, f"-{session.id}")
            entry.add("summary", f"{session.title}. {event.title}")
            entry.add("location", session.place or wording.place(event))
            calendar.add_component(entry)
    return calendar.to_ical()


def entry_of(event: Event, begins: datetime, ends: datetime, part: str = "") -> "Entry":
    """The entry of an event, or of one of its sessions, whose id is the `part` of its UID.

    Its UID stays the same, and each change has a higher sequence: phones update the entry.
    """
    address = links.absolute(url_for("events.show", code=event.code))
    host = installation().settings.base_url.partition("://")[2].partition("/")[0]
    from icalendar import Event as Entry  # noqa: PLC0415 - see above

    entry = Entry()
    entry.add("uid", f"{event.code}{part}@{host.partition(':')[0]}")
    entry.add("sequence", event.version)
    entry.add("dtstamp", clock.now())
    entry.add("dtstart", clock.local(begins))
    entry.add("dtend", clock.local(ends))
    entry.add("description", "\n\n".join(filter(None, [event.why, address])))
    entry.add("url", address)
    entry.add("status", STATUS.get(event.state, "CONFIRMED"))
    return entry
