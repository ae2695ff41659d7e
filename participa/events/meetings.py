"""What events say about a body: its meetings, with their minutes."""

from flask import url_for
from sqlalchemy import exists, select

from participa.channels.mentions import Mention
from participa.core.db import db
from participa.events import wording
from participa.events.models import EVENT_GROUPS, Event
from participa.events.record_models import Minutes
from participa.groups.models import MeetingGroup

MANY = 100


def meetings_of(group: MeetingGroup) -> list[Mention]:
    """The called events at which a body meets, the newest first; they lead to their minutes."""
    has_minutes = exists().where(Minutes.event_id == Event.id)
    rows = (
        select(Event, has_minutes)
        .join(EVENT_GROUPS, EVENT_GROUPS.c.event_id == Event.id)
        .where(
            EVENT_GROUPS.c.group_id == group.id,
            Event.published_at.is_not(None),
            Event.cancelled_at.is_(None),
        )
        .order_by(Event.opens_at.desc(), Event.id)
        .limit(MANY)
    )
    return [_mention(event, is_written) for event, is_written in db.session.execute(rows)]


def _mention(event: Event, is_written: bool) -> Mention:
    state = "Con su acta" if is_written else f"{event.state.value}, sin acta todavía"
    return Mention(
        title=event.title,
        url=url_for("events_minutes.show" if is_written else "events.show", code=event.code),
        state=f"{state}. {wording.when(event)}",
        staff_url=url_for("events_staff.show", code=event.code),
    )
