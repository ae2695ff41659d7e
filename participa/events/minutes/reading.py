"""The document of the minutes as people read it: sections of words, terms and tables. Pure.

The page and the PDF are both drawn from these sections, so they state what the file states.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from participa.channels.wording import ended
from participa.core import clock, spanish
from participa.core.spanish import hour

HIDDEN = "Oculto"


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesPart:
    """A section: its heading, then sentences, then labels with values, then a table."""

    title: str
    sentences: Sequence[str] = ()
    terms: Sequence[tuple[str, str]] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    level: int = 2


def heading(document: Mapping[str, Any]) -> str:
    """Acta 3 de 2026, revisión 2; of a preview «Acta sin número todavía»."""
    head = document["acta"]
    if head["numero"] is None:
        return "Acta sin número todavía"
    revision = f", revisión {head['revision']}" if head["revision"] > 1 else ""
    return f"Acta {head['numero']} de {head['año']}{revision}"


def closed(document: Mapping[str, Any]) -> str:
    """Cerrada el 21 de marzo de 2026; "" for a preview."""
    day = document["acta"]["cerrada_el"]
    return f"Cerrada el {_day(day)}." if day else ""


def parts(document: Mapping[str, Any]) -> list[MinutesPart]:
    return [*_before(document), *_happened(document), *_left(document)]


def _before(document: Mapping[str, Any]) -> Iterator[MinutesPart]:
    yield MinutesPart(title="El evento", terms=list(_event_terms(document)))
    if sessions := document["jornadas"]:
        yield MinutesPart(
            title="Jornadas",
            columns=("Jornada", "Cuándo", "Lugar"),
            rows=[(one["titulo"], _hours(one), one["lugar"]) for one in sessions],
        )
    if tasks := document["tareas"]:
        yield MinutesPart(
            title="Tareas del plan que cumple",
            columns=("Tarea", "Qué dice el plan"),
            rows=[(f"{one['codigo']} ({one['año']})", one["tarea"]) for one in tasks],
        )
    if people := document["responsables"]:
        yield MinutesPart(
            title="Responsables",
            columns=("Cargo", "Dependencia", "Qué le correspondía"),
            rows=[(one["cargo"], one["dependencia"], one["funcion"]) for one in people],
        )
    if notices := document["avisos"]:
        yield MinutesPart(
            title="Cambios que se avisaron",
            columns=("Día", "Aviso", "Antes", "Motivo"),
            rows=[(_day(one["dia"]), one["que"], one["antes"], one["motivo"]) for one in notices],
        )
    if agenda := document["agenda"]:
        yield MinutesPart(
            title="Agenda",
            columns=("Hora", "Punto", "A cargo de", "Viene de"),
            rows=[
                (one["hora"], one["punto"], one["a_cargo_de"], one["viene_de"]) for one in agenda
            ],
        )


def _event_terms(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    event = document["evento"]
    labels = {
        "clase": "Clase",
        "lugar": "Lugar",
        "enlace": "Enlace",
        "territorio": "Territorio",
        "convocados": "A quiénes se convocó",
        "metodologia": "Metodología",
        "moderacion": "Moderación",
    }
    yield "Cuándo", _hours(event)
    yield from ((label, event[name]) for name, label in labels.items() if event[name])
    if groups := event["instancias"]:
        yield "Quiénes se reunieron", spanish.listed(groups)
    yield "Página", event["pagina"]


def _happened(document: Mapping[str, Any]) -> Iterator[MinutesPart]:
    told = [line.strip() for line in document["desarrollo"].splitlines() if line.strip()]
    yield MinutesPart(title="Qué pasó", sentences=told or ["Todavía no está escrito."])
    yield from _attendance(document["asistencia"])
    if document["evaluacion"]:
        yield from _mentions("Evaluación", document["evaluacion"])
    else:
        yield MinutesPart(title="Evaluación", sentences=["No se evaluó el evento."])
    if photographs := document["fotos"]:
        rows = [(one["descripcion"], one["sha256"]) for one in photographs]
        columns = ("Foto", "Huella SHA-256 del archivo")
        yield MinutesPart(title="Fotos", columns=columns, rows=rows)


def _attendance(counted: Mapping[str, Any]) -> Iterator[MinutesPart]:
    title = "Asistencia"
    if counted["listados"]:
        yield from _mentions(title, counted["listados"])
        return
    if counted["personas"] is None:
        yield MinutesPart(title=title, sentences=["Todavía no se sabe cuántas personas fueron."])
        return
    sentences = [
        f"{_people(counted['personas'])}. {counted['forma']}: nadie firmó un listado en participa."
    ]
    if any(row["personas"] is None for one in counted["grupos"] for row in one["grupos"]):
        k = counted["grupo_minimo"]
        sentences.append(
            f"«{HIDDEN}»: un grupo de menos de {k} personas no se publica, ni otro con el que se "
            "pueda calcular."
        )
    yield MinutesPart(title=title, sentences=sentences)
    for one in counted["grupos"]:
        rows = [(row["grupo"], _count(row["personas"])) for row in one["grupos"]]
        yield MinutesPart(title=one["por"], columns=("Grupo", "Personas"), rows=rows, level=3)


def _left(document: Mapping[str, Any]) -> Iterator[MinutesPart]:
    yield from _questions(document["preguntas"])
    yield from _commitments(document["compromisos"])
    for one in document["otros"]:
        yield _mention(one, 2)


def _commitments(made: Mapping[str, Any]) -> Iterator[MinutesPart]:
    if listed := made["lista"]:
        rows = [
            (
                str(one["numero"]),
                one["compromiso"],
                _joined(one["dependencia"], one["cargo"]),
                _day(one["vence"]),
                one["entregable"],
                one["estado"],
            )
            for one in listed
        ]
        columns = ("Número", "Compromiso", "Responsable", "Vence", "Entregable", "Estado")
        yield MinutesPart(title="Compromisos", columns=columns, rows=rows)
    else:
        told = "No hubo compromisos." if made["no_hubo"] else "Todavía no están anotados."
        yield MinutesPart(title="Compromisos", sentences=[told])
    if removed := made["retirados"]:
        yield MinutesPart(
            title="Compromisos retirados",
            columns=("Número", "Compromiso", "Se quitó el", "Motivo"),
            rows=[
                (str(one["numero"]), one["compromiso"], _day(one["dia"]), one["motivo"])
                for one in removed
            ],
            level=3,
        )


def _questions(asked: Mapping[str, Any]) -> Iterator[MinutesPart]:
    if not asked["recibidas"]:
        yield MinutesPart(title="Preguntas", sentences=["No se recibieron preguntas."])
        return
    ways = [(one["como"], spanish.number(one["preguntas"])) for one in asked["por_donde_llegaron"]]
    terms = [
        ("Recibidas", spanish.number(asked["recibidas"])),
        *ways,
        ("Respondidas en el evento", spanish.number(asked["respondidas_alli"])),
        ("Respondidas por escrito", spanish.number(asked["respondidas_por_escrito"])),
        ("Respondidas fuera de plazo", spanish.number(asked["respondidas_fuera_de_plazo"])),
        ("Pendientes", spanish.number(asked["pendientes"])),
        ("Pendientes vencidas", spanish.number(asked["pendientes_vencidas"])),
    ]
    yield MinutesPart(title="Preguntas", sentences=list(_answered(asked)), terms=terms)
    if due := asked["plazos_de_las_pendientes"]:
        rows = [(_day(one["vence"]), spanish.number(one["preguntas"])) for one in due]
        columns = ("Se responden hasta el", "Preguntas")
        yield MinutesPart(title="Plazo de las pendientes", columns=columns, rows=rows, level=3)
    if asked["publicadas"]:
        rows = [(one["pregunta"], one["respuesta"]) for one in asked["publicadas"]]
        columns = ("Pregunta", "Respuesta")
        shown, all_of_them = len(rows), asked["con_respuesta_publicada"]
        told = [f"Aquí están {shown} de las {all_of_them} respuestas publicadas."]
        yield MinutesPart(
            title="Preguntas publicadas",
            sentences=told if shown < all_of_them else (),
            columns=columns,
            rows=rows,
            level=3,
        )


def _answered(asked: Mapping[str, Any]) -> Iterator[str]:
    answered, pending = asked["con_respuesta_publicada"], asked["pendientes"]
    yield (
        f"{spanish.several(answered, 'pregunta tiene', 'preguntas tienen')} respuesta publicada y "
        f"{spanish.several(pending, 'está pendiente', 'están pendientes')}."
    )
    if written := asked["pendientes_con_respuesta_sin_publicar"]:
        told = spanish.several(written, "ya tiene respuesta", "ya tienen respuesta")
        yield f"De las pendientes, {told} y falta publicarla."


def _mentions(title: str, mentions: Sequence[Mapping[str, Any]]) -> Iterator[MinutesPart]:
    if mentions:
        yield MinutesPart(title=title)
        yield from (_mention(one, 3) for one in mentions)


def _mention(mention: Mapping[str, Any], level: int) -> MinutesPart:
    terms = [(figure["nombre"], figure["valor"]) for figure in mention["cifras"]]
    if mention["enlace"]:
        terms.append(("Página", mention["enlace"]))
    state = [ended(mention["estado"])] if mention["estado"] else []
    sentences = [*state, *mention["parrafos"]]
    return MinutesPart(title=mention["titulo"], sentences=sentences, terms=terms, level=level)


def _day(iso: str) -> str:
    return spanish.day(date.fromisoformat(iso))


def _hours(times: Mapping[str, Any]) -> str:
    """20 de marzo de 2026, de 8:00 a. m. a 12:00 m."""
    if not times["empieza"] or not times["termina"]:
        return "Sin fecha todavía"
    begins, ends = _moment(times["empieza"]), spanish.as_end(_moment(times["termina"]))
    if clock.local(begins).date() == clock.local(ends).date():
        return f"{spanish.day(begins)}, de {hour(begins)} a {hour(ends)}"
    return f"{spanish.moment(begins)}, hasta el {spanish.moment(ends)}"


def _moment(written: str) -> datetime:
    there = datetime.fromisoformat(written)
    return clock.at_city(there.date(), there.hour, there.minute)


def _people(count: int) -> str:
    verb = "Asistió" if count == 1 else "Asistieron"
    return f"{verb} {spanish.several(count, 'persona', 'personas')}"


def _count(people: int | None) -> str:
    return HIDDEN if people is None else spanish.number(people)


def _joined(*words: str) -> str:
    return ", ".join(filter(None, words))
