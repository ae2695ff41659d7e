"""What a call says about itself in words: since when, until when, and what comes next. Pure."""

from collections.abc import Iterator

from participa.core import clock, spanish
from participa.core.spanish import day, moment, weekday
from participa.topics.models import CallState


def several_topics(most: int) -> str:
    return "Elija un tema" if most == 1 else f"Elija hasta {most} temas"


def summary(call) -> str:
    """One sentence for a shared link (NET-04)."""
    until = f" Abierto hasta el {day(call.closes_at)}." if call.closes_at else ""
    first = " y diga cuál va primero" if call.choose_up_to > 1 else ""
    return f"{several_topics(call.choose_up_to)}{first}. Sin registro.{until}"


def when(call) -> str:
    """Since or until when it takes answers."""
    match call.state:
        case CallState.DRAFT:
            return "Todavía no está publicado."
        case CallState.SCHEDULED:
            return ended(f"Abre el {moment(call.opens_at)}")
        case CallState.OPEN if call.closes_at:
            return ended(f"Abierto hasta el {moment(call.closes_at)}")
        case CallState.OPEN:
            return "Abierto, sin fecha de cierre."
        case _:
            return ended(f"Cerró el {moment(call.ended_at)}")


def ended(sentence: str) -> str:
    """With its full stop, unless an abbreviation like «p. m.» brought one."""
    return sentence if sentence.endswith(".") else f"{sentence}."


def shut(call) -> str:
    """Why it takes no answers now."""
    if call.state is CallState.SCHEDULED:
        return f"Esta convocatoria abre el {moment(call.opens_at)}"
    return f"Esta convocatoria cerró el {moment(call.ended_at)}"


def after_closing(call) -> str:
    if call.decided_by_on and call.decided_by_on >= clock.today():
        return f"Ya no recibe respuestas. La ciudad decide antes del {day(call.decided_by_on)}."
    return "Ya no recibe respuestas. Vea qué dijo la gente y qué hizo la ciudad."


def next_steps(call) -> Iterator[str]:
    """What happens after an answer, and by when."""
    if call.state is CallState.OPEN and call.closes_at:
        at = f"{weekday(call.closes_at)}, a las {hour(call.closes_at)}"
        yield ended(f"El formulario cierra el {at}")
    if call.results_on:
        yield f"El {weekday(call.results_on)} publicamos los resultados."
    else:
        yield "Al cierre publicamos los resultados."
    if call.decided_by_on:
        yield f"Antes del {weekday(call.decided_by_on)} decimos qué temas entran y por qué."
    else:
        yield "Después decimos qué temas entran a la agenda y por qué."


def hour(value) -> str:
    """8:05 p. m."""
    return spanish.moment(value).rpartition(", ")[2]
