"""What the dates of an event must be, and its sessions within them (RDC-03)."""

from datetime import date, datetime, timedelta

from participa.core import clock, spanish
from participa.core.errors import Refused
from participa.events.models import Event, EventSession

LONGEST = timedelta(days=31)
EARLIEST_CALL = timedelta(days=366)  # before the event
NAMES = ("opens_at", "closes_at", "called_on", "prior_information_on")


def check_plan(
    opens_at: datetime | None,
    closes_at: datetime | None,
    called_on: date | None,
    prior_information_on: date | None,
) -> None:
    """Raise Refused, with its field, unless the dates of a plan go together."""
    if opens_at is None:
        return
    if closes_at is not None:
        check_length(opens_at, closes_at)
    day = clock.local(opens_at).date()
    if called_on is not None and called_on > day:
        raise Refused("La convocatoria va antes del evento.", "called_on")
    if called_on is not None and day - called_on > EARLIEST_CALL:
        raise Refused("Ponga un día de menos de un año antes del evento.", "called_on")
    if prior_information_on is not None and prior_information_on > day:
        raise Refused("La información se publica antes del evento.", "prior_information_on")


def check_length(opens_at: datetime, closes_at: datetime) -> None:
    if closes_at <= opens_at:
        raise Refused("El final debe ser después del comienzo.", "closes_at")
    if closes_at - opens_at > LONGEST:
        raise Refused(
            "Un evento dura hasta 31 días. Para más tiempo, planee otro evento.", "closes_at"
        )


def check_new_day(event: Event, opens_at: datetime) -> None:
    """Another day of a called event is in the future, and not before its call."""
    if opens_at <= clock.now():
        raise Refused("Ponga una fecha que no haya pasado.", "opens_at")
    day = clock.local(opens_at).date()
    if event.called_on is not None and day < event.called_on:
        told = spanish.day(event.called_on)
        raise Refused(
            f"La convocatoria empieza el {told}: ponga ese día o uno después.", "opens_at"
        )
    if event.called_on is not None and day - event.called_on > EARLIEST_CALL:
        told = spanish.day(event.called_on)
        raise Refused(
            f"La convocatoria empezó el {told}: ponga un día de menos de un año después, o cambie "
            "antes el día de la convocatoria en el plan.",
            "opens_at",
        )
    if event.prior_information_on is not None and day < event.prior_information_on:
        told = spanish.day(event.prior_information_on)
        raise Refused(
            f"La información previa se publica el {told}: ponga ese día o uno después, o cambie "
            "antes esa fecha en el plan.",
            "opens_at",
        )


def check_other(event: Event, opens_at: datetime, closes_at: datetime) -> None:
    """Refuse a new date equal to the current one, unless the event was postponed."""
    if event.postponed_at is None and (opens_at, closes_at) == (event.opens_at, event.closes_at):
        raise Refused("El evento ya tiene esa fecha. Escriba la nueva.", "opens_at")


def check_session(event: Event, session: EventSession) -> None:
    """A session lies within its event."""
    if session.ends_at <= session.starts_at:
        raise Refused("El final debe ser después del comienzo.", "ends_at")
    if event.opens_at is None or event.closes_at is None:
        raise Refused("Ponga primero la fecha del evento.", "starts_at")
    begins, ends = (
        spanish.moment(one) for one in (event.opens_at, spanish.as_end(event.closes_at))
    )
    if session.starts_at < event.opens_at:
        raise Refused(f"La jornada empieza antes que el evento, que es el {begins}", "starts_at")
    if session.ends_at > event.closes_at:
        raise Refused(
            f"La jornada termina después que el evento, que va hasta el {ends}", "ends_at"
        )


def move_sessions(event: Event, before: datetime | None) -> None:
    """Keep the sessions where they were from the beginning of the event, which was `before`."""
    if event.opens_at is None or event.closes_at is None:
        return
    distance = event.opens_at - before if before is not None else timedelta()
    for session in event.sessions:
        session.starts_at += distance
        session.ends_at += distance
        if session.starts_at < event.opens_at or session.ends_at > event.closes_at:
            raise Refused(
                f"La jornada «{session.title}» queda por fuera del evento. "
                "Deje más tiempo, o quite antes la jornada.",
                "closes_at",
            )
