"""Sentences about an event: when it is, its state, what changed. Pure."""

from datetime import datetime
from textwrap import shorten

from participa.channels.wording import ended
from participa.core import clock, spanish
from participa.core.spanish import hour
from participa.events.models import Event, EventNotice, EventSession, EventState, NoticeCause

LOOKS = {
    EventState.PLANNED: "",
    EventState.CALLED: "going",
    EventState.UNDER_WAY: "going",
    EventState.HELD: "done",
    EventState.CLOSED: "done",
    EventState.POSTPONED: "late",
    EventState.CANCELLED: "late",
}
# How a notice says what was announced before.
BEFORE = {
    NoticeCause.RESCHEDULED: "Antes era el {}",
    NoticeCause.POSTPONED: "Era el {}",
    NoticeCause.CANCELLED: "Era el {}",
    NoticeCause.MOVED: "Antes era en {}",
    NoticeCause.RECONNECTED: "Antes era {}",
    NoticeCause.RENAMED: "Antes se llamaba «{}»",
    NoticeCause.RETYPED: "Antes era de tipo «{}»",
    NoticeCause.RELOCATED: "Antes era en {}",
    NoticeCause.RESIZED: "Antes era de {}",
    NoticeCause.REMAPPED: "Antes era {}",
    NoticeCause.REPORT_REPLACED: "Antes era {}",
    NoticeCause.SUPPORT_CHANGED: "Antes decía «{}»",
}
LONGEST_BEFORE = 300  # letters of a text of several paragraphs


def span(begins: datetime, ends: datetime) -> str:
    """viernes 20 de marzo de 2026, de 8:00 a. m. a 12:00 m."""
    ends = spanish.as_end(ends)
    first, last = clock.local(begins), clock.local(ends)
    day = f"{spanish.weekday(first)} de {first.year}"
    if first.date() == last.date():
        return f"{day}, de {hour(begins)} a {hour(ends)}"
    return f"{day}, {hour(begins)}, hasta el {_day_after(begins, ends)}, {hour(ends)}"


def dates(event: Event) -> str:
    """The span of the event, or that it has none."""
    if event.state is EventState.POSTPONED:
        return "Sin fecha: se aplazó"
    if event.opens_at is None or event.closes_at is None:
        return "Sin fecha todavía"
    return span(event.opens_at, event.closes_at)


def when(event: Event) -> str:
    """A sentence about the state of the event, with its date."""
    match event.state:
        case EventState.CANCELLED:
            return "No se hará."
        case EventState.POSTPONED:
            return "Tendrá otra fecha."
        case EventState.UNDER_WAY if event.closes_at:
            return ended(f"Ahora, hasta {_end_seen_from(clock.now(), event.closes_at)}")
        case _:
            return ended(dates(event)[:1].upper() + dates(event)[1:])


def place(event: Event) -> str:
    """Where it is, for a line of a list."""
    return event.place or ("Virtual" if event.online_url else "Lugar por definir")


def line(event: Event) -> str:
    """When and where, as two sentences under the title in a list."""
    told = ended(dates(event))
    return f"{told[:1].upper()}{told[1:]} {ended(place(event))}"


def session_sentence(session: EventSession) -> str:
    """When and where a session is, and how many people it takes."""
    told = [span(session.starts_at, session.ends_at), session.place]
    if session.capacity:
        told.append(f"Cupo: {spanish.several(session.capacity, 'persona', 'personas')}")
    return " ".join(ended(one) for one in told if one)


def notice_sentence(notice: EventNotice) -> str:
    """What changed after the call, since when, what it was before, and why."""
    told = ended(f"{notice.cause.value} el {spanish.day(notice.given_at)}")
    was = notice.before
    if len(was) > LONGEST_BEFORE:  # a short one keeps the no-break spaces of its hour
        was = shorten(was, LONGEST_BEFORE, placeholder="…")
    before = BEFORE[notice.cause].format(was) if was else ""
    return " ".join(filter(None, [told, before and ended(before), _because(notice.reason)]))


def _because(reason: str) -> str:
    return f"Motivo: {ended(reason)}"


def _end_seen_from(now: datetime, ends: datetime) -> str:
    """las 6:00 p. m. of the same day; el viernes 20 de marzo, 6:00 p. m. of another."""
    ends = spanish.as_end(ends)
    if clock.local(now).date() != clock.local(ends).date():
        return f"el {_day_after(now, ends)}, {hour(ends)}"
    return spanish.the_hour(ends)


def _day_after(begins: datetime, ends: datetime) -> str:
    """viernes 20 de marzo, with its year if that is another one."""
    year = clock.local(ends).year
    of_year = "" if clock.local(begins).year == year else f" de {year}"
    return f"{spanish.weekday(ends)}{of_year}"
