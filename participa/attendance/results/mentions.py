"""What an event's pages and its minutes say about its attendance list."""

from functools import partial

from flask import url_for

from participa.attendance import queries, wording
from participa.attendance.models import AttendanceList
from participa.attendance.paper import reconciliation
from participa.attendance.results import totals
from participa.channels.mentions import ATTENDANCE, STAFF, Mention
from participa.channels.phases import Phase
from participa.channels.wording import when
from participa.core import spanish
from participa.events.models import Event


def mentions_of(event: Event) -> list[Mention]:
    """The list of the event; for the staff alone a draft, or the offer to make one."""
    record = queries.list_of_event(event.id)
    if record is None:
        return [] if wording.why_no_list(event) else [offer(event)]
    staff_url = url_for("attendance_staff.show", code=record.code)
    if not record.is_published:
        return [
            Mention("Listado de asistencia", state=when(record), staff_url=staff_url, fills=STAFF)
        ]
    people = queries.attended(record.id)
    return [
        Mention(
            title="Listado de asistencia",
            url=url_for("attendance.sign", code=record.code),
            state=when(record),
            figures=(("Asistieron", spanish.number(people)),),
            staff_url=staff_url,
            minutes=(sentence_of(record, people),),
            details=partial(totals.paragraphs, record),
            missing=missing_of(record),
            fills=ATTENDANCE,
        )
    ]


def missing_of(record: AttendanceList) -> str:
    """What is still to be done before the minutes may state the number, as a phrase."""
    if not record.is_closed:
        return "cerrar el listado de asistencia"
    has_paper = reconciliation.warning(record.id)
    return "terminar de digitar el papel del listado de asistencia" if has_paper else ""


def offer(event: Event) -> Mention:
    url = url_for("attendance_staff.create", event=event.code)
    return Mention("Hacer el listado de asistencia", staff_url=url, fills=STAFF)


def sentence_of(record: AttendanceList, people: int) -> str:
    if record.phase is Phase.CLOSED:
        return f"Firmaron el listado {wording.people(people)}."
    return f"Han firmado el listado {wording.people(people)}; sigue abierto."
