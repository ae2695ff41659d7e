"""The document of the minutes: a dict of JSON values in a fixed order, and its hash. Pure.

The same facts always give the same bytes, so anybody can compute the hash again. The names are
Spanish: whoever opens the file reads them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from participa.belenios import canonical
from participa.channels.mentions import ATTENDANCE, EVALUATION, Mention
from participa.events.minutes import head_count

FORMAT = 1  # grows when a name or the order changes
EVENT = (
    "codigo",
    "titulo",
    "clase",
    "empieza",
    "termina",
    "lugar",
    "enlace",
    "territorio",
    "convocados",
    "metodologia",
    "moderacion",
)
TASK = ("codigo", "año", "tarea")
SESSION = ("titulo", "empieza", "termina", "lugar")
PERSON = ("cargo", "dependencia", "funcion")
AGENDA = ("hora", "punto", "a_cargo_de", "viene_de", "enlace")
NOTICE = ("dia", "que", "antes", "motivo")
WAY = ("como", "preguntas")
ANSWER = ("pregunta", "respuesta")
DUE = ("vence", "preguntas")
COMMITMENT = ("numero", "compromiso", "dependencia", "cargo", "vence", "entregable", "estado")
REMOVED = ("numero", "compromiso", "dia", "motivo")
INVENTED = "EJEMPLO: sus datos son inventados."
PHOTOGRAPH = ("descripcion", "sha256")

Row = Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTotals:
    """How many questions an event received, and what became of them.

    Answered is what has a published answer; everything else is pending.
    """

    received: int
    by_way: Sequence[Row] = ()  # in the order of WAY
    answered_there: int
    answered_in_writing: int
    answered_late: int = 0  # of both
    pending: int
    unpublished: int = 0  # pending ones whose answer is written
    late: int = 0  # pending ones whose term is over
    due: Sequence[Row] = ()  # of the pending ones, in the order of DUE
    published: Sequence[Row] = ()  # in the order of ANSWER
    question_ids: Sequence[int] = ()  # the cases of `published`, which the document does not hold

    @property
    def answered(self) -> int:
        return self.answered_there + self.answered_in_writing


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesFacts:
    """What the minutes state, as plain values; each row in the order of the names above."""

    entity: str
    header: Sequence[str] = ()  # code, version and validity of the official format, if it has one
    address: str  # of the event's page
    year: int
    event: Row
    groups: Sequence[str] = ()  # the bodies that met, such as the Comité Territorial
    tasks: Sequence[Row]
    sessions: Sequence[Row]
    people: Sequence[Row]
    agenda: Sequence[Row]
    notices: Sequence[Row]
    summary: str
    attended: int | None
    by_group: Mapping[str, int]
    questions: AskedTotals
    commitments: Sequence[Row]
    removed: Sequence[Row] = ()  # commitments that were taken out, in the order of REMOVED
    has_no_commitments: bool = False
    photographs: Sequence[Row]
    mentions: Sequence[Mention]
    small_cell: int
    is_example: bool = False


def document(
    facts: MinutesFacts,
    number: int | None = None,
    revision: int | None = None,
    closed_on: date | None = None,
) -> dict[str, Any]:
    """The document; without a number it is a preview."""
    questions = facts.questions
    return {
        "formato": FORMAT,
        "documento": "Acta",
        "entidad": facts.entity,
        "formato_oficial": list(facts.header),
        "acta": {
            "numero": number,
            "año": facts.year,
            "revision": revision,
            "cerrada_el": plain(closed_on),
        },
        "ejemplo": INVENTED if facts.is_example else "",
        "evento": {
            **_row(EVENT, facts.event),
            "instancias": list(facts.groups),
            "pagina": facts.address,
        },
        "tareas": _rows(TASK, facts.tasks),
        "jornadas": _rows(SESSION, facts.sessions),
        "responsables": _rows(PERSON, facts.people),
        "agenda": _rows(AGENDA, facts.agenda),
        "avisos": _rows(NOTICE, facts.notices),
        "desarrollo": facts.summary,
        "asistencia": attendance(facts),
        "preguntas": {
            "recibidas": questions.received,
            "por_donde_llegaron": _rows(WAY, questions.by_way),
            "respondidas_alli": questions.answered_there,
            "respondidas_por_escrito": questions.answered_in_writing,
            "respondidas_fuera_de_plazo": questions.answered_late,
            "pendientes": questions.pending,
            "pendientes_con_respuesta_sin_publicar": questions.unpublished,
            "pendientes_vencidas": questions.late,
            "plazos_de_las_pendientes": _rows(DUE, questions.due),
            "con_respuesta_publicada": questions.answered,
            "publicadas": _rows(ANSWER, questions.published),
        },
        "compromisos": {
            "total": len(facts.commitments),
            "no_hubo": facts.has_no_commitments,
            "lista": _rows(COMMITMENT, facts.commitments),
            "retirados": _rows(REMOVED, facts.removed),
        },
        "evaluacion": [_mention(one) for one in filling(facts.mentions, EVALUATION)],
        "fotos": _rows(PHOTOGRAPH, facts.photographs),
        "otros": [_mention(one) for one in filling(facts.mentions, "")],
    }


def attendance(facts: MinutesFacts) -> dict[str, Any]:
    """From the lists of attendance where there are any, else as counted by hand."""
    lists = [_mention(one) for one in filling(facts.mentions, ATTENDANCE)]
    by_hand = facts.attended is not None and not lists
    total = facts.attended or 0
    groups = head_count.breakdowns(total, facts.by_group, facts.small_cell) if by_hand else []
    return {
        "forma": "Listado de asistencia" if lists else head_count.BY_HAND if by_hand else "",
        "personas": facts.attended if by_hand else None,
        "grupos": groups,
        "grupo_minimo": facts.small_cell,
        "listados": lists,
    }


def filling(mentions: Sequence[Mention], part: str) -> list[Mention]:
    """The mentions that are this part of the minutes; those of no part for ""."""
    return [mention for mention in mentions if mention.fills == part]


def serialised(made: Mapping[str, Any]) -> bytes:
    """The canonical bytes, which `acta.json` serves."""
    return canonical.write(made)


def hash_of(made: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal as `sha256sum` prints it."""
    return canonical.hex_digest(serialised(made))


def plain(value: Any) -> Any:
    """A day as its ISO text; anything else as it is."""
    return value.isoformat() if isinstance(value, date) else value


def _row(names: Sequence[str], values: Row) -> dict[str, Any]:
    return {name: plain(value) for name, value in zip(names, values, strict=True)}


def _rows(names: Sequence[str], rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [_row(names, values) for values in rows]


def _mention(mention: Mention) -> dict[str, Any]:
    return {
        "titulo": mention.title,
        "enlace": mention.url,
        "estado": mention.state,
        "cifras": [{"nombre": label, "valor": value} for label, value in mention.figures],
        "parrafos": [*mention.minutes, *mention.details()],
    }
