"""Sentences about a call: what it asks, its phase, and the next steps. Pure."""

from collections.abc import Iterator

from participa.channels.phases import Phase
from participa.channels.wording import closing
from participa.core import clock
from participa.core.spanish import as_end, day, moment, weekday


def several_topics(most: int) -> str:
    return "Elija un tema" if most == 1 else f"Elija hasta {most} temas"


def summary(call) -> str:
    """The description of a shared link (NET-04)."""
    until = f" Abierto hasta el {day(as_end(call.closes_at))}." if call.closes_at else ""
    first = " y diga cuál va primero" if call.choose_up_to > 1 else ""
    return f"{several_topics(call.choose_up_to)}{first}. Sin registro.{until}"


def shut(call) -> str:
    """The heading of a call that takes no answers now."""
    if call.phase is Phase.SCHEDULED:
        return f"Esta convocatoria abre el {moment(call.opens_at)}"
    return f"Esta convocatoria cerró el {moment(as_end(call.ended_at))}"


def after_closing(call) -> str:
    if call.decided_by_on and call.decided_by_on >= clock.today():
        return f"Ya no recibe respuestas. La ciudad decide antes del {day(call.decided_by_on)}."
    return "Ya no recibe respuestas. Vea qué dijo la gente y qué hizo la ciudad."


def next_steps(call) -> Iterator[str]:
    """Sentences about the steps after an answer, with their dates."""
    if call.is_open and call.closes_at:
        yield closing("El formulario", call.closes_at)
    if call.results_on:
        yield f"El {weekday(call.results_on)} publicamos los resultados."
    else:
        yield "Al cierre publicamos los resultados."
    if call.decided_by_on:
        yield f"Antes del {weekday(call.decided_by_on)} decimos qué temas entran y por qué."
    else:
        yield "Después decimos qué temas entran a la agenda y por qué."
