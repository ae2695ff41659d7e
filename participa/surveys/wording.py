"""Sentences about surveys, for the people who answer them."""

from collections.abc import Iterator

from participa.channels.wording import ended
from participa.core import spanish
from participa.surveys.questionnaire.questions import Questionnaire

SECONDS_PER_QUESTION = 12


def length(questionnaire: Questionnaire) -> str:
    """ "12 preguntas, unos 3 minutos"."""
    count = sum(1 for _ in questionnaire.asked)
    minutes = max(1, round(count * SECONDS_PER_QUESTION / 60))
    questions = spanish.several(count, "pregunta", "preguntas")
    return f"{questions}, {'un minuto' if minutes == 1 else f'unos {minutes} minutos'}"


def summary(survey) -> str:
    """A sentence that describes a shared link (NET-04)."""
    return f"{ended(survey.why or survey.title)} {length(survey.questionnaire)}."


def shut(survey) -> str:
    """The heading of a survey that takes no answers now."""
    if survey.is_closed:
        return f"Esta encuesta cerró el {spanish.moment(spanish.as_end(survey.ended_at))}"
    return f"Esta encuesta abre el {spanish.moment(survey.opens_at)}"


def next_steps(survey) -> Iterator[str]:
    """What happens with the answers, for the receipt."""
    if survey.results_on:
        yield f"Los resultados se publican el {spanish.day(survey.results_on)}."
    if survey.allows_correction:
        yield "Con su radicado usted puede corregir sus respuestas hasta que la encuesta cierre."
