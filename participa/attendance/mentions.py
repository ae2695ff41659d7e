"""What an event's pages and its minutes say about its attendance list."""

from flask import url_for

from participa.attendance import queries, wording
from participa.attendance.models import AttendanceList
from participa.channels.mentions import ATTENDANCE, Mention
from participa.channels.phases import Phase
from participa.channels.wording import when
from participa.core import spanish
from participa.events.models import Event


def mentions_of(event: Event) -> list[Mention]:
    """The list of the event, if it has one that is published."""
    record = queries.list_of_event(event.id)
    if record is None or not record.is_published:
        return []
    people = queries.attended(record.id)
    return [
        Mention(
            title="Listado de asistencia",
            url=url_for("attendance.sign", code=record.code),
            state=when(record),
            figures=(("Asistieron", spanish.number(people)),),
            staff_url=url_for("attendance_staff.show", code=record.code),
            minutes=(sentence_of(record, people),),
            fills=ATTENDANCE,
        )
    ]


def sentence_of(record: AttendanceList, people: int) -> str:
    if record.phase is Phase.CLOSED:
        return f"Firmaron el listado {wording.people(people)}."
    return f"Han firmado el listado {wording.people(people)}; sigue abierto."
