"""The codes of a batch as slips for the printer and as links for a mail merge."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from participa.core import codes, links, qr
from participa.core.tables.cells import Column, Table
from participa.surveys import access_codes
from participa.surveys.models import Survey, SurveyCodeBatch

IN_A_PART = 200  # slips that one page of the browser prints
COLUMNS = (
    Column("place", "Número", "Lugar del código en su lote", "number"),
    Column("link", "Enlace", "Abre la encuesta con el código puesto; sirve una sola vez"),
    Column("code", "Código", "El mismo código, para quien lo escribe a mano"),
)


@dataclass(frozen=True, slots=True)
class Slip:
    """What one slip prints."""

    place: int
    code: str
    sign: Markup


def parts(batch: SurveyCodeBatch) -> int:
    """How many pages of the browser the slips of a batch take."""
    return -(-batch.size // IN_A_PART)


def slips(batch: SurveyCodeBatch, part: int) -> list[Slip]:
    """The slips of a part, counted from 1."""
    first = IN_A_PART * (part - 1) + 1
    places = range(first, min(first + IN_A_PART, batch.size + 1))
    return [slip(batch, place) for place in places]


def slip(batch: SurveyCodeBatch, place: int) -> Slip:
    code = access_codes.code_at(batch, place)
    address = link(batch.survey, code, "qr")
    return Slip(place, codes.show(code), qr.svg_to_forget(address, f"QR del código {place}"))


def link(survey: Survey, code: str, channel: str) -> str:
    """The address that opens the survey with its code; `channel` is how people come to it."""
    return links.absolute(f"/encuestas/{survey.code}?canal={channel}&c={code}")


def links_of(batch: SurveyCodeBatch) -> Table:
    return Table(
        "enlaces",
        f"Enlaces de un solo uso: {batch.survey.title}, {batch.label}",
        COLUMNS,
        rows(batch),
        "Cada enlace sirve una sola vez. Quien tiene el archivo puede responder por otros.",
    )


def rows(batch: SurveyCodeBatch) -> Iterator[tuple[int, str, str]]:
    for place, code in enumerate(access_codes.codes_of(batch), 1):
        yield place, link(batch.survey, code, "web"), codes.show(code)
