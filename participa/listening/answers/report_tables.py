"""The transparency report as open data: the time of each request, and the totals of each period."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from participa.citizens import territories
from participa.citizens.suppression import VisibleCount
from participa.core import clock, codes
from participa.core.tables.cells import Column, Table
from participa.listening.answers.transparency import ELSEWHERE, FORMULA, TransparencyReport

NOTE = (
    "Información pública (Ley 1712 de 2014), sin datos personales. Licencia: Creative Commons "
    "Atribución 4.0 (CC BY 4.0). Actualizado el {day}. No cuenta lo que habla de un riesgo para la "
    "vida. Cifra a tiempo: {formula}."
)
UPDATED = Column("updated_on", "Actualización", "Día en que se hizo este archivo", "date")
REQUESTS = (
    Column("number", "Radicado", "Número público del aporte"),
    Column("state", "Estado", "Respondido, en término, vencido o cerrado"),
    Column("days", "Días hábiles", "Días hábiles que tardó la respuesta", "number"),
    Column("on_time", "A tiempo", "Si se respondió dentro del término", "yes_no"),
    UPDATED,
)
TOTALS = (
    Column("period", "Periodo", "Año o trimestre"),
    Column("figure", "Cifra", "Qué se cuenta"),
    Column("group", "Grupo", "Clase, manera de llegar o territorio; vacío en los totales"),
    Column("value", "Valor", "Cuántos; vacío si se oculta para no señalar a nadie", "number"),
    Column("hidden", "Oculto", "Si el valor se oculta", "yes_no"),
    UPDATED,
)


def note() -> str:
    return NOTE.format(day=clock.today().isoformat(), formula=FORMULA)


def requests_table(report: TransparencyReport) -> Table:
    """The working days of each request (TRA-02)."""
    title = f"Tiempo de respuesta por radicado. {report.period.name}"
    return Table("tiempos", title, REQUESTS, _requests(report), note())


def totals_table(reports: Iterable[TransparencyReport]) -> Table:
    """What was received, transferred, answered and closed, and by kind, way and territory."""
    rows = (row for report in reports for row in _totals(report))
    return Table("totales", "Cómo responde la ciudad", TOTALS, rows, note())


def _requests(report: TransparencyReport) -> Iterator[list[Any]]:
    today = clock.today()
    for one in report.rows:
        is_on_time = one.case.is_on_time if one.case.is_answered else None
        yield [codes.show(one.case.code), one.state, one.days, is_on_time, today]


def _totals(report: TransparencyReport) -> Iterator[list[Any]]:
    name, today, figure = report.period.name, clock.today(), report.figure
    for label, value in (
        ("Recibidos", report.received),
        ("Trasladados", report.transferred),
        ("Respondidos", report.answered),
        ("Cerrados sin respuesta", report.closed_unanswered),
        ("Respondidos a tiempo, con término", figure.on_time),
        ("Respondidos, con término", figure.answered),
        ("Vencidos sin responder", figure.overdue),
    ):
        yield [name, label, "", value, False, today]
    for label, count in report.bands:
        yield [name, "Días hábiles de la respuesta", label, count, False, today]
    if report.details is None:
        return
    places = {
        territories.label(code) if code else ELSEWHERE: count
        for code, count in report.details.territories.items()
    }
    groups: tuple[tuple[str, Mapping[str, VisibleCount]], ...] = (
        ("Por clase", report.details.kinds),
        ("Por manera de llegar", report.details.ways),
        ("Por territorio", places),
        ("Vuelta con el código", report.details.returns),
        ("Qué dicen de la respuesta", report.details.satisfaction),
    )
    for label, counts in groups:
        for group, visible in counts.items():
            yield [name, label, group, visible, visible is None, today]
