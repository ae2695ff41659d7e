"""The official matrix of commitments as a table to download (RDC-07)."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask import url_for

from participa.core import clock, links
from participa.core.tables.cells import Column, Table
from participa.events.commitments.wording import state_in_words, term_in_words
from participa.events.record_models import Commitment

COLUMNS = (
    Column("number", "#", "Número del compromiso dentro de su evento", "number"),
    Column("commitment", "Compromiso", "A qué se comprometió la ciudad"),
    Column("origin", "Origen", "El evento, o la pregunta que se hizo en él"),
    Column("office", "Dependencia", "La dependencia que responde"),
    Column("position", "Responsable", "El cargo responsable; no es el nombre de una persona"),
    Column("due_on", "Fecha", "Hasta cuándo se cumple", "date"),
    Column("deliverable", "Entregable", "Lo que queda hecho"),
    Column("state", "Estado", "Pendiente, En curso, Vencido, Cumplido, No se cumplió o Retirado"),
    Column("progress", "Avance", "Qué se ha hecho"),
    Column("evidence", "Evidencia", "Dirección de lo que lo prueba"),
    Column("answered_on", "Fecha de respuesta pública", "Día en que se publicó", "date"),
    Column("event", "Evento", "Título del evento"),
    Column("page", "Página", "Dirección del compromiso"),
    Column("removed", "Retiro", "Cuándo se quitó y por qué, si se quitó"),
)


def matrix(commitments: Iterable[Commitment]) -> Table:
    return Table("compromisos", "Matriz de compromisos", COLUMNS, _rows(commitments))


def _rows(commitments: Iterable[Commitment]) -> Iterator[list[Any]]:
    for one in commitments:
        code, number = one.event.code, one.number
        page = links.absolute(url_for("events_commitments.show", code=code, number=number))
        yield [
            one.number,
            one.text,
            origin(one),
            one.office.name,
            one.position,
            one.due_on,
            one.deliverable,
            state_in_words(one)[0],
            one.progress,
            evidence_of(one),
            answered_on(one),
            one.event.title,
            page,
            term_in_words(one) if one.is_removed else "",
        ]


def origin(commitment: Commitment) -> str:
    """The event, or the question; its text once it is public."""
    case = commitment.case
    if case is None:
        return f"Evento: {commitment.event.title}"
    return (
        f"Pregunta: {case.shown_text}" if case.is_public else "Pregunta de una persona en el evento"
    )


def evidence_of(commitment: Commitment) -> str:
    """The address of what proves it: the typed one, that of the file, or both."""
    found = [commitment.evidence_url] if commitment.evidence_url else []
    found = [links.absolute(one) if one.startswith("/") else one for one in found]
    if commitment.evidence_file_id is not None:
        code, number = commitment.event.code, commitment.number
        path = url_for("events_commitments.evidence", code=code, number=number)
        found.append(links.absolute(path))
    return " ".join(found)


def answered_on(commitment: Commitment) -> Any:
    """The day on which the answer to its question was published."""
    published_at = commitment.case.published_at if commitment.case else None
    return published_at and clock.local(published_at).date()
