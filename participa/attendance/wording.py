"""Sentences about an attendance list. Pure."""

from datetime import datetime
from typing import Any

from participa.channels import wording as channels
from participa.channels.phases import Phase
from participa.core import clock, spanish
from participa.events.models import Event


def people(count: int) -> str:
    """1 persona, 1.240 personas."""
    return spanish.several(count, "persona", "personas")


def why_no_list(event: Event) -> str:
    """Why no list can be made for an event that has none; "" if it can."""
    if not event.is_published:
        return "Convoque primero el evento. Después se hace su listado."
    if event.is_locked:
        return "El acta de este evento ya está cerrada: no lleva otro listado."
    return "El evento está aplazado o cancelado: no hay a qué asistir." if event.is_off else ""


def shut(listed: Any) -> str:
    """Why nobody can sign now, as the heading of the page; "" while the list is open."""
    if listed.is_off:
        return "El evento no se hará ese día"
    match listed.phase:
        case Phase.SCHEDULED:
            return "El listado todavía no abre"
        case Phase.CLOSED:
            return "El listado ya cerró"
        case _:
            return ""


def instead(listed: Any) -> str:
    """The sentence below that heading."""
    if listed.is_off:
        return "En la página del evento dice qué cambió."
    if listed.phase is Phase.CLOSED:
        return f"{channels.when(listed)} Si estuvo y no firmó, cuéntelo a quien organizó el evento."
    return channels.when(listed)


def event_when(listed: Any) -> str:
    """Viernes 20 de marzo de 2026, de 8:00 a. m. a 12:00 m."""
    return listed.event_when[:1].upper() + listed.event_when[1:]


def summary(listed: Any) -> str:
    """What a shared link says of the page."""
    place = channels.ended(listed.event_place)
    return f"Firme la asistencia a «{listed.event_title}». {place}"


def since(moment: datetime) -> str:
    """Las 6:12 p. m., for today; else el viernes 20 de marzo, a las 6:12 p. m."""
    hour = spanish.hour(moment)
    if clock.local(moment).date() == clock.today():
        return f"las {hour}"
    return f"el {spanish.weekday(moment)}, a las {hour}"


def arrived(stored: int, known: int, refused: int) -> str:
    """Entraron 12 personas nuevas. 3 personas ya estaban. 1 firma no se recibió."""
    parts = [
        f"{'Entró' if stored == 1 else 'Entraron'} "
        f"{spanish.several(stored, 'persona nueva', 'personas nuevas')}."
    ]
    if known:
        parts.append(f"{people(known)} ya {'estaba' if known == 1 else 'estaban'}.")
    if refused:
        verb = "recibió" if refused == 1 else "recibieron"
        parts.append(f"{spanish.several(refused, 'firma', 'firmas')} no se {verb}.")
    return " ".join(parts)
