"""Sentences about an attendance list. Pure."""

from participa.channels.phases import Phase
from participa.core import spanish


def people(count: int) -> str:
    """1 persona, 1.240 personas."""
    return spanish.several(count, "persona", "personas")


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
