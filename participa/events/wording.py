"""Sentences about an event: when it is, its state, what changed. Pure."""

from participa.channels.wording import ended, hour
from participa.core import clock, spanish
from participa.events.models import Event, EventNotice, EventState

LOOKS = {
    EventState.PLANNED: "",
    EventState.CALLED: "going",
    EventState.UNDER_WAY: "going",
    EventState.HELD: "done",
    EventState.CLOSED: "done",
    EventState.POSTPONED: "late",
    EventState.CANCELLED: "late",
}


def dates(event: Event) -> str:
    """viernes 20 de marzo de 2026, de 8:00 a. m. a 12:00 m."""
    if event.opens_at is None or event.closes_at is None:
        return "Sin fecha todavía"
    begins, ends = clock.local(event.opens_at), clock.local(event.closes_at)
    day = f"{spanish.weekday(begins)} de {begins.year}"
    if begins.date() == ends.date():
        return f"{day}, de {hour(begins)} a {hour(ends)}"
    return f"{day}, {hour(begins)}, hasta el {spanish.weekday(ends)}, {hour(ends)}"


def when(event: Event) -> str:
    """A sentence about the state of the event, with its date."""
    match event.state:
        case EventState.CANCELLED:
            return "No se hará."
        case EventState.POSTPONED:
            return "Tendrá otra fecha."
        case EventState.UNDER_WAY:
            return ended(f"Ahora, hasta las {hour(event.closes_at)}")  # type: ignore[arg-type]
        case _:
            return ended(dates(event)[:1].upper() + dates(event)[1:])


def place(event: Event) -> str:
    """Where it is, for a line of a list."""
    return event.place or ("Virtual" if event.online_url else "Lugar por definir")


def notice_sentence(notice: EventNotice) -> str:
    """What changed after the call, since when, and why."""
    before = f" Antes: {ended(notice.before)}" if notice.before else ""
    return f"{notice.cause.value} el {spanish.day(notice.given_at)}.{before} {ended(notice.reason)}"
