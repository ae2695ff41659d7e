"""Sentences about an attendance list. Pure."""

from participa.channels.phases import Phase
from participa.core import spanish
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


def shut(listed: object) -> str:
    """Why nobody can sign now, as the heading of the page; "" while the list is open."""
    if listed.is_off:  # type: ignore[attr-defined]
        return "El evento no se hará ese día"
    match listed.phase:  # type: ignore[attr-defined]
        case Phase.SCHEDULED:
            return "El listado todavía no abre"
        case Phase.CLOSED:
            return "El listado ya cerró"
        case _:
            return ""
