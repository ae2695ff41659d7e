"""The board and the evidence of a task as tables, for CSV and Excel."""

from participa.core import links, spanish
from participa.core.tables.tables import Column, Table
from participa.plan.board import Board, Line
from participa.plan.task_fields import FIELDS

ACTION = Column("action", "Acción de mejora", "Nombre de la acción, como lo escribe el plan")
RESULTS = (
    Column("numerator", "Cumplen", "Evidencias que cuentan", "number"),
    Column("denominator", "De", "La meta, o cuántos registros aplican", "number"),
    Column("value", "Valor", "Número o porcentaje; vacío: sin medición o denominador", "number"),
    Column("state", "Estado", "sin iniciar, en curso, cumplida o vencida"),
    Column("out_of_term", "Fuera de término", "Se cumplió después de su último mes", "yes_no"),
    Column("evidence", "Evidencias", "Cuántas hay, cuenten o no", "number"),
    Column("url", "Página", "Dirección de la tarea con su evidencia"),
)
CODE, *FACTS = [field.column for field in FIELDS]
BOARD = (CODE, ACTION, *FACTS, *RESULTS)
EVIDENCE = (
    Column("title", "Evidencia", "Qué se hizo"),
    Column("url", "Dirección", "Dónde se puede ver"),
    Column("on", "Fecha", "Día de la evidencia", "date"),
    Column("fulfilled", "Cuenta", "Si entra en el indicador", "yes_no"),
    Column("reason", "Por qué no", "Motivo por el que no cuenta"),
)


def board_table(board: Board, page: str) -> Table:
    """One row for each task. `page` is the path of a task's page with CODE in place of its code."""
    rows = [_row(line, section.name, page) for section in board.sections for line in section.lines]
    return Table("plan", f"{board.title} ({board.year})", BOARD, rows)


def _row(line: Line, action: str, page: str) -> tuple[object, ...]:
    code, *facts = [_cell(line, field.attribute) for field in FIELDS]
    return (
        code,
        action,
        *facts,
        line.numerator,
        line.denominator,
        line.value,
        line.state.value,
        line.is_out_of_term,
        len(line.evidence),
        absolute_url(page.replace("CODE", line.code)),
    )


def _cell(line: Line, attribute: str) -> object:
    """A fact as people read it here: official names of offices and measures instead of keys."""
    match attribute:
        case "offices":
            return spanish.listed([office.name for office in line.offices])
        case "unit":
            return line.unit_written
        case "measure":
            return line.measure_label
    return getattr(line, attribute)


def evidence_table(line: Line) -> Table:
    """The evidence from which the indicator of the task was computed, one row for each."""
    rows = [
        (proof.title, absolute_url(proof.url), proof.on, proof.fulfilled, proof.reason)
        for proof in line.evidence
    ]
    return Table("evidencia", f"Evidencia de la tarea {line.code}: {line.name}", EVIDENCE, rows)


def absolute_url(url: str) -> str:
    return links.absolute(url) if url.startswith("/") else url
