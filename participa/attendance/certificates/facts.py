"""What a certificate of attendance says, and what a third party learns of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from participa.attendance import documents
from participa.attendance.models import AttendanceList, Attendee, Presence
from participa.attendance.snapshots import ListSnapshot
from participa.channels.wording import ended
from participa.core import clock, codes, links, spanish
from participa.core.installation import installation
from participa.formats.header import printed_header

HEADING = "Constancia de asistencia"
QR_WORDS = "Código QR para comprobar esta constancia"
EXAMPLE = "EJEMPLO: sus datos son inventados."
PATH = "/constancia/{code}"
LITTLE_WORDS = frozenset({"de", "del", "la", "las", "los", "y", "e"})
MOST_INITIALS = 6
NAMELESS = (
    "De las personas menores de 18 años no guardamos el nombre, y una constancia sin nombre no "
    "prueba nada. Si la necesita, pídala en persona en la mesa del evento."
)
NOT_YET = (
    "Todavía no figura su ingreso al evento. La constancia aparece aquí cuando lo registren en la "
    "entrada."
)
ERASED = "Los datos de esta firma se borraron. Sin nombre no hay constancia."


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The texts of a certificate, for its page and its PDF alike."""

    entity: str
    header: tuple[str, ...]  # of the official format, if the list has one
    name: str
    document: str  # masked, whole, or "" when the person prefers to leave it out
    event: str
    rows: tuple[tuple[str, str], ...]  # when and where the event was, when the person was there
    issued: str
    code: str  # in groups of four
    address: str  # where a third party verifies it
    example: str = ""


def why_not(entry: Attendee) -> str:
    """Why there is no certificate of this entry; "" if there is one."""
    if entry.erased_at is not None:
        return ERASED
    if not entry.name:
        return NAMELESS
    return "" if entry.presences else NOT_YET


def certificate_of(listed: ListSnapshot, entry: Attendee, document: str) -> Certificate:
    """The certificate of somebody who came; `document` is a text of `document_text`."""
    return Certificate(
        entity=installation().settings.entity.name,
        header=printed_header(AttendanceList.channel, listed.id),
        name=entry.name,
        document=document,
        event=listed.event_title,
        rows=(
            ("Cuándo fue", listed.event_when),
            ("Dónde", listed.event_place),
            *stays(listed, entry.presences),
        ),
        issued=f"Expedida el {spanish.day(clock.now())}",
        code=codes.show(entry.certificate),
        address=links.absolute(PATH.format(code=entry.certificate)),
        example=EXAMPLE if listed.is_example else "",
    )


def stays(listed: ListSnapshot, presences: Sequence[Presence]) -> list[tuple[str, str]]:
    """When the person came and left, one row per session that they attended."""
    titles = {one.id: one.title for one in listed.sessions}
    return [
        (titles.get(presence.session_id or 0, "Estuvo"), stay_text(presence))
        for presence in presences
    ]


def stay_text(presence: Presence) -> str:
    """20 de marzo de 2026: entró a las 8:05 a. m. y salió a las 11:30 a. m."""
    entered, left = presence.entered_at, presence.left_at
    text = f"{spanish.day(entered)}: entró a las {spanish.hour(entered)}"
    return ended(text if left is None else f"{text} y salió a las {spanish.hour(left)}")


def document_text(entry: Attendee, whole: bool = False) -> str:
    """Type and number of the document, by default its last digits; "" without a document."""
    if not entry.document:
        return ""
    number = entry.document if whole else documents.masked(entry.document)
    return f"{documents.TYPES[entry.document_type].name.lower()} {number}"


def how_much(entry: Attendee, text: str) -> str:
    """How much of the document a certificate with this text shows, in words."""
    if not text:
        return "no se ve"
    is_whole = text == document_text(entry, whole=True)
    return "se ve completo" if is_whole else "se ven las últimas cifras"


def initials(name: str) -> str:
    """M. P. G. for «María del Pilar Gómez»: all that a third party learns of who attended."""
    words = [word for word in name.split() if word.lower() not in LITTLE_WORDS]
    letters = [word[0].upper() for word in words if word[0].isalpha()]
    return " ".join(f"{letter}." for letter in letters[:MOST_INITIALS])


def day_of(entry: Attendee) -> str:
    """The day on which the person came first."""
    return spanish.day(min(one.entered_at for one in entry.presences))
