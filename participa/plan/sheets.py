"""The board as tables: the files that people open in Excel."""

from participa.core import links, spanish
from participa.core.tables.tables import Column, Table
from participa.plan.board import Board, Line

BOARD = (
    Column("code", "Tarea n.º", "Número de la acción y de la tarea dentro de ella"),
    Column("action", "Acción de mejora", "Nombre de la acción, como lo escribe el plan"),
    Column("task", "Tarea", "Nombre de la tarea, como lo escribe el plan"),
    Column("offices_written", "Responsable", "Dependencias, como las escribe el plan"),
    Column("offices", "Dependencias", "Nombres oficiales de las dependencias"),
    Column("start_month", "Mes de inicio", "Mes del año del plan, de 1 a 12", "number"),
    Column("end_month", "Mes de terminación", "Mes del año del plan, de 1 a 12", "number"),
    Column("indicator", "Indicador", "Indicador de seguimiento de la tarea"),
    Column("unit", "Unidad", "Número: cuántos cumplen. Porcentaje: cuántos de los que aplican"),
    Column("target", "Meta", "Un número de cosas, o un porcentaje", "number"),
    Column("observations", "Observaciones", "Como las escribe el plan"),
    Column("measure", "Cómo se mide", "Qué registros se cuentan; vacío: aún sin medición"),
    Column("numerator", "Cumplen", "Evidencias que cuentan", "number"),
    Column("denominator", "De", "La meta, o cuántos registros aplican", "number"),
    Column("value", "Valor", "Número o porcentaje; vacío: sin medición o denominador", "number"),
    Column("state", "Estado", "sin iniciar, en curso, cumplida o vencida"),
    Column("out_of_term", "Fuera de término", "Se cumplió después de su último mes", "yes_no"),
    Column("evidence", "Evidencias", "Cuántas hay, cuenten o no", "number"),
    Column("url", "Página", "Dirección de la tarea con su evidencia"),
)
EVIDENCE = (
    Column("title", "Evidencia", "Qué se hizo"),
    Column("url", "Dirección", "Dónde se puede ver"),
    Column("on", "Fecha", "Día de la evidencia", "date"),
    Column("fulfilled", "Cuenta", "Si entra en el indicador", "yes_no"),
    Column("reason", "Por qué no", "Motivo por el que no cuenta"),
)


def of_board(board: Board, page: str) -> Table:
    """One row for each task; `page` is the address of a task, with its code still to be put."""
    rows = [_row(line, section.name, page) for section in board.sections for line in section.lines]
    return Table("plan", f"{board.title} ({board.year})", BOARD, rows)


def _row(line: Line, action: str, page: str) -> tuple[object, ...]:
    return (
        line.code,
        action,
        line.name,
        line.offices_written,
        spanish.listed([office.name for office in line.offices]),
        line.start_month,
        line.end_month,
        line.indicator_name,
        line.unit.value,
        line.target,
        line.observations,
        line.measure_label,
        line.numerator,
        line.denominator,
        line.value,
        line.state.value,
        line.is_out_of_term,
        len(line.evidence),
        absolute(page.replace("CODE", line.code)),
    )


def of_evidence(line: Line) -> Table:
    """The very list that was counted."""
    rows = [
        (proof.title, absolute(proof.url), proof.on, proof.fulfilled, proof.reason)
        for proof in line.evidence
    ]
    return Table("evidencia", f"Evidencia de la tarea {line.code}: {line.name}", EVIDENCE, rows)


def absolute(url: str) -> str:
    return links.absolute(url) if url.startswith("/") else url
