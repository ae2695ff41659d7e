"""The staff's acts on an attendance list: create, change, publish, close, reopen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from participa.attendance import queries, waiting_details
from participa.attendance.models import AttendanceList
from participa.channels import lifecycle
from participa.channels.lifecycle import NotReady
from participa.core import clock, codes
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.events.models import Event
from participa.formats import service as format_service
from participa.formats.models import OfficialFormat
from participa.plan.models import Task
from participa.staff.models import Account

PATH = "/asistencia/{code}?canal=qr"
MOST_DOORS, LONGEST_DOOR = 12, 40
# What may change after the first signature: it does not alter what people were asked.
SAFE = (
    "why",
    "opens_at",
    "closes_at",
    "doors",
    "capacity",
    "has_rotating_code",
    "takes_exits",
    "takes_registrations",
    "office_id",
)
FROZEN = (
    "Ya hay firmas. Si cambia lo que se pregunta, ya no se podrían comparar. Cambie las horas, las "
    "puertas o el cupo."
)
HAS_LIST = "Este evento ya tiene su listado de asistencia. Ábralo desde la página del evento."
IS_OFF = "El evento está aplazado o cancelado: no hay a qué asistir."


def create(
    by: Account | None,
    event: Event,
    tasks: Sequence[Task],
    official: OfficialFormat | None = None,
    **facts: Any,
) -> AttendanceList:
    """Store the draft of an event's list, made with an official format or with none.

    Its printed code is assigned now. Raises Refused when the event has one already.
    """
    if queries.list_of_event(event.id) is not None:
        raise Refused(HAS_LIST, "event")
    record = AttendanceList(code=codes.new(), event=event, **facts)
    _check(record)
    lifecycle.create(record, PATH.format(code=record.code), by, tasks)
    choose_format(record, by, official)
    return record


def choose_format(
    record: AttendanceList, by: Account | None, official: OfficialFormat | None
) -> None:
    """Let the list be this official format from now on, or none."""
    if official is None:
        format_service.end_twin(record.channel, record.id, by=by)
        return
    format_service.register_twin(
        official,
        record.channel,
        record.id,
        record.title,
        PATH.format(code=record.code),
        record.code,
        record.variables,
        by=by,
    )
    if record.is_published:
        format_service.publish_twin(record.channel, record.id)


def change(
    record: AttendanceList,
    by: Account,
    tasks: Sequence[Task],
    earlier_because: str = "",
    **facts: Any,
) -> None:
    """Change a list: all of it before the first signature, only the columns in SAFE afterwards."""
    before = record.audit_facts()
    if queries.on_list(record.id):
        lifecycle.only_safe(record, facts, SAFE, FROZEN)
    if record.is_closed and facts.get("closes_at") != record.closes_at:
        raise Refused("Para recibir firmas otra vez use «Reabrir», con su motivo.", "closes_at")
    if record.is_published and not tasks:
        raise Refused("Un listado publicado cumple al menos una tarea del plan.", "tasks")
    lifecycle.change(record, by, facts, tasks, before, earlier_because)
    _check(record)
    if record.is_published and (record.opens_at is None or record.closes_at is None):
        raise Refused("Un listado publicado tiene hora de apertura y de cierre.", "closes_at")
    format_service.refresh_twin(record.channel, record.id, record.title, record.variables)


def publish(record: AttendanceList, by: Account | str) -> None:
    if record.is_published:
        raise NotReady("Este listado ya está publicado.")
    lifecycle.publish(record, by, missing_requirements(record))
    format_service.publish_twin(record.channel, record.id)


def missing_requirements(record: AttendanceList) -> list[str]:
    """What the list lacks to be published, as phrases of a sentence."""
    now = clock.now()
    checks = [
        (record.event.is_published, "convocar el evento"),
        (not record.event.is_off, "un evento que se vaya a hacer"),
        (record.opens_at is not None, "la hora de apertura"),
        (record.closes_at is not None, "la hora de cierre"),
        (bool(record.tasks), "la tarea del plan que cumple"),
        (record.closes_at is None or record.closes_at > now, "un cierre que no haya pasado"),
    ]
    return [phrase for is_met, phrase in checks if not is_met]


def close(record: AttendanceList, by: Account, reason: str = "") -> None:
    """Take no more signatures; what waits of the optional answers is mixed."""
    if why_not := why_not_closed(record):
        raise NotReady(why_not)
    lifecycle.close(record, by, reason)
    waiting_details.mix(record.id)


def why_not_closed(record: AttendanceList) -> str:
    """Why it cannot be closed now; "" if it can."""
    if record.is_closed:
        return "Este listado ya está cerrado."
    return "" if record.is_published else "Este listado no está publicado: no hay qué cerrar."


def reopen(record: AttendanceList, by: Account, closes_at: datetime, reason: str) -> None:
    """Take signatures again until a new closing; the reason stays in the audit trail."""
    versions.lock(record.event)  # its minutes are not closed in between
    if why_not := why_not_reopened(record):
        raise NotReady(why_not)
    lifecycle.reopen(record, by, closes_at, reason)
    record.reopened_at = record.reopened_at or clock.now()


def why_not_reopened(record: AttendanceList) -> str:
    """Why it cannot be reopened now; "" if it can."""
    if not record.is_closed:
        return "Este listado no está cerrado."
    if record.event.is_locked:
        return "El acta del evento ya está cerrada con este listado. Reabra primero el evento."
    return IS_OFF if record.event.is_off else ""


def default_facts(event: Event) -> Mapping[str, Any]:
    """The facts of a new list that follow from its event."""
    return {
        "title": f"Asistencia: {event.title}",
        "opens_at": event.opens_at,
        "closes_at": event.closes_at,
        "capacity": event.capacity,
        "office_id": event.office_id,
    }


def _check(record: AttendanceList) -> None:
    doors = record.doors or []
    if len(doors) > MOST_DOORS or any(len(door) > LONGEST_DOOR for door in doors):
        raise Refused(
            f"Ponga hasta {MOST_DOORS} puertas, de hasta {LONGEST_DOOR} letras cada una.", "doors"
        )
    if len({door.casefold() for door in doors}) < len(doors):
        raise Refused("Cada puerta se escribe una sola vez.", "doors")
