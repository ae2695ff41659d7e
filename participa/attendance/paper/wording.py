"""Sentences about people on paper. Pure."""

from participa.attendance import documents
from participa.attendance.models import Attendee, SignInWay
from participa.core import clock, spanish
from participa.core.clock import local
from participa.core.spanish import hour

WAYS = {
    SignInWay.PHONE: "con su celular",
    SignInWay.DESK: "en la mesa",
    SignInWay.KIOSK: "en la tableta",
    SignInWay.PAPER: "en papel",
}
UNNAMED, MINOR = "(sin nombre: no autorizó)", "(menor de 18 años)"


def signed_before(entry: Attendee) -> str:
    """Ya firmó con su celular a las 6:12 p. m.; of another day, with the day."""
    way = WAYS[entry.way]
    if not entry.presences:
        return f"Se inscribió {way} y no había llegado."
    if entry.way is SignInWay.PAPER:  # which does not say when
        return f"Ya firmó {way}."
    entered = min(one.entered_at for one in entry.presences)
    day = ""
    if local(entered).date() != clock.today():
        day = f" el {spanish.day(entered)}"
    article = "la" if local(entered).hour in {1, 13} else "las"
    ended = hour(entered)
    return f"Ya firmó {way}{day} a {article} {ended}{'' if ended.endswith('.') else '.'}"


def name_of(entry: Attendee | None) -> str:
    """How a list of rows calls the person; staff only."""
    if entry is None or entry.withdrawn_at is not None:
        return "(ya no está en el listado)"
    if entry.is_minor:
        return MINOR
    return entry.name or UNNAMED


def document_of(entry: Attendee | None) -> str:
    """CC •••• 3456; "sin documento"."""
    if entry is None or not entry.document:
        return "sin documento"
    return f"{entry.document_type} {documents.masked(entry.document)}"
