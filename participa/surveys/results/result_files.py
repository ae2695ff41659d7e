"""The results of a survey as a file: exactly what its page shows, number by number."""

from collections.abc import Iterator
from typing import Any

from participa.channels.wording import early_closing
from participa.core.tables.cells import Column, Table
from participa.surveys.counting import published
from participa.surveys.models import Survey
from participa.surveys.results import cards, comparing, naming, results
from participa.surveys.results.cards import QuestionFigures
from participa.surveys.results.results import SurveyResults

COLUMNS = (
    Column("question", "Pregunta", "El nombre corto de la pregunta en los archivos"),
    Column(
        "words", "Texto de la pregunta", "La pregunta como se hizo, o la afirmación de una tabla"
    ),
    Column("compared_by", "Comparado por", "Según qué dato; vacío para todas las personas"),
    Column("group", "Grupo", "El grupo de ese dato; vacío para todas las personas"),
    Column("code", "Código", "El código de la opción"),
    Column("option", "Opción", "La opción, o por qué no hay respuesta"),
    Column("people", "Personas", "Cuántas personas; vacío si no se publica", "number"),
    Column(
        "hidden",
        "Oculto",
        "Si el número no se publica porque son pocas personas, o para que nadie lo deduzca",
        "yes_no",
    ),
    Column(
        "average", "Promedio", "De una escala, un número o un puesto; vacío si no hay", "number"
    ),
)
Line = tuple[Any, ...]


def table_of(survey: Survey, shown: SurveyResults, for_staff: bool = False) -> Table:
    """Every number of the page and of its comparisons."""
    told = (shown.reason, *shown.note, early_closing(survey))
    note = " ".join(filter(None, told))
    return Table("resultados", survey.title, COLUMNS, lines(survey, shown, for_staff), note)


def lines(survey: Survey, shown: SurveyResults, for_staff: bool) -> Iterator[Line]:
    if not shown.is_shown:
        return
    yield ("", "Personas que respondieron", "", "", "", "", shown.people, False, None)
    for label, people in shown.over_time:
        yield ("", "Respuestas en el tiempo", "", "", "", label, people, False, None)
    for card in shown.cards:
        yield from of_everybody(card.result)
    if not shown.dimensions:
        return
    found = published.for_staff(survey) if for_staff else published.for_public(survey)
    k, uses = published.small_cell(), naming.titles_of(survey.uses)
    for dimension, label in shown.dimensions.items():
        for card in shown.cards:
            made = comparing.compared(card.result, found.counts, dimension, uses, k)
            for item in made:
                yield from by_group(card.result.id, label, item)


def of_everybody(result: QuestionFigures) -> Iterator[Line]:
    """All cells of the items, then the options that go together and the places of an order."""
    for item in result.items:
        average = None if item.average is None else round(item.average, 2)
        yield (result.id, item.label, "", "", "", "Promedio", None, False, average)
        for name in item.names:
            people = item.shown.cells[name]
            label = cards.label_of(result, item, name)
            yield (result.id, item.label, "", "", name, label, people, people is None, None)
    for code, people in result.picks.items():
        label = result.question.labels[code]
        words = result.question.label
        yield (result.id, words, "", "", code, label, people, people is None, None)
    for label, place in result.places:
        average = None if place is None else round(place, 2)
        words = result.question.label
        yield (result.id, words, "", "", "", f"Puesto promedio de {label}", None, False, average)


def by_group(id: str, compared_by: str, item: comparing.ComparedItem) -> Iterator[Line]:
    for group, people, numbers in item.rows:
        yield (id, item.label, compared_by, group, "", "Personas del grupo", people, False, None)
        for code, label, n in zip(item.codes, item.names, numbers, strict=True):
            yield (id, item.label, compared_by, group, code, label, n, n is None, None)


def filename(survey: Survey) -> str:
    return f"resultados-{survey.code}"


def public_table(survey: Survey) -> Table:
    return table_of(survey, results.for_public(survey))
