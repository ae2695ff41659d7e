"""The facts that a plan states about a task, listed once.

`TaskFacts` gives their names and types; `FIELDS` says how each is called, read and written. The
columns of the city's table, the columns of CSV and Excel, the keys of /plan.json, the page of the
differences and every copy of a task are derived from the two. Only the table `task` of the
database (models.Task) spells them again, with its constraints.

To add a fact: a column of models.Task with its migration, a line in TaskFacts, one in FIELDS.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from participa.core.tables.tables import Column
from participa.plan import cell_values
from participa.plan.models import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """What the plan states about a task: base of DraftTask and Line, with the names of Task."""

    name: str
    offices_written: str
    start_month: int
    end_month: int
    indicator: str
    unit: Unit
    target: int
    observations: str = ""
    measure: str | None = None

    @property
    def start_written(self) -> str:
        return cell_values.write_month(self.start_month)

    @property
    def end_written(self) -> str:
        return cell_values.write_month(self.end_month)

    @property
    def unit_written(self) -> str:
        return self.unit.value

    @property
    def target_written(self) -> str:
        return cell_values.write_target(self.target, self.unit)

    @property
    def is_percent(self) -> bool:
        return self.unit is Unit.PERCENT


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskField:
    """One fact about a task.

    `attribute` is its name on Task, DraftTask and Line, `written` the attribute with its text as
    the city's table has it. `column` heads it in CSV and Excel; its key is the key of /plan.json.
    `label` names it on the page of the differences.

    The city's table has a column for those with a `heading`; other files head it with one of
    `aliases`. `read` parses a cell; it is None where the year or another cell is needed too (see
    importing.task_cells). `missing` is the problem with an empty cell, if it is one.
    """

    attribute: str
    column: Column
    label: str
    written: str = ""
    heading: str = ""
    aliases: tuple[str, ...] = ()
    missing: str = ""
    read: Callable[[str], Any] | None = str

    def text(self, task: Any) -> str:
        """The text of this fact of a DraftTask or a Line; "" when there is none."""
        text: str | None = getattr(task, self.written or self.attribute)
        return text or ""


OFFICES = TaskField(
    attribute="offices",
    column=Column("offices", "Dependencias", "Nombres oficiales de las dependencias"),
    label="Dependencias enlazadas",
    written="office_slugs",
)
MEASURE = TaskField(
    attribute="measure",
    column=Column("measure", "Cómo se mide", "Qué registros se cuentan; vacío: aún sin medición"),
    label="Medición",
)
FIELDS = (
    TaskField(
        attribute="code",
        column=Column("code", "Tarea n.º", "Número de la acción y de la tarea dentro de ella"),
        label="Número",
    ),
    TaskField(
        attribute="name",
        column=Column("task", "Tarea", "Nombre de la tarea, como lo escribe el plan"),
        label="Tarea",
        heading="Tareas",
        aliases=(
            "tarea",
            "actividad",
            "actividades",
            "tareas actividades",
            "actividades tareas",
            "tareas o actividades",
            "nombre de la tarea",
            "descripcion de la tarea",
            "actividad a desarrollar",
            "actividades a desarrollar",
            "descripcion de la actividad",
            "nombre de la actividad",
            "subactividad",
            "subactividades",
            "tarea a desarrollar",
            "tareas a desarrollar",
            "acciones tareas",
        ),
        missing="falta la tarea. Escriba qué se va a hacer.",
    ),
    TaskField(
        attribute="offices_written",
        column=Column("offices_written", "Responsable", "Dependencias, como las escribe el plan"),
        label="Responsable",
        heading="Responsable",
        aliases=(
            "responsables",
            "dependencia",
            "dependencias",
            "dependencia responsable",
            "dependencias responsables",
            "area responsable",
            "areas responsables",
            "oficina responsable",
            "secretaria responsable",
            "entidad responsable",
            "proceso responsable",
            "responsable de la tarea",
            "responsable de la actividad",
            "responsable dependencia",
            "responsable directo",
            "area",
            "areas",
            "oficina",
            "secretaria",
            "dependencia o entidad responsable",
            "lider",
        ),
    ),
    OFFICES,
    TaskField(
        attribute="start_month",
        column=Column("start_month", "Mes de inicio", "Mes del año del plan, de 1 a 12", "number"),
        label="Tiempo inicio",
        written="start_written",
        heading="Tiempo inicio",
        aliases=(
            "inicio",
            "inicia",
            "desde",
            "comienzo",
            "fecha inicio",
            "fecha de inicio",
            "fecha inicial",
            "fecha inicio programada",
            "fecha de inicio programada",
            "f inicio",
            "fecha desde",
            "mes inicio",
            "mes de inicio",
            "mes inicial",
            "tiempo de inicio",
            "tiempo inicial",
            "plazo inicio",
            "inicio mes",
        ),
        missing="falta el mes de inicio.",
        read=None,
    ),
    TaskField(
        attribute="end_month",
        column=Column(
            "end_month", "Mes de terminación", "Mes del año del plan, de 1 a 12", "number"
        ),
        label="Tiempo terminación",
        written="end_written",
        heading="Tiempo terminación",
        aliases=(
            "terminacion",
            "finalizacion",
            "fin",
            "final",
            "termina",
            "hasta",
            "cierre",
            "fecha fin",
            "fecha final",
            "fecha fin programada",
            "fecha de terminacion programada",
            "f fin",
            "f final",
            "f terminacion",
            "fecha de fin",
            "fecha hasta",
            "fecha terminacion",
            "fecha de terminacion",
            "fecha finalizacion",
            "fecha de finalizacion",
            "fecha de cierre",
            "mes terminacion",
            "mes de terminacion",
            "mes de finalizacion",
            "mes fin",
            "mes final",
            "tiempo de terminacion",
            "tiempo fin",
            "tiempo final",
            "tiempo finalizacion",
            "tiempo de finalizacion",
            "plazo terminacion",
            "plazo fin",
        ),
        missing="falta el mes de terminación.",
        read=None,
    ),
    TaskField(
        attribute="indicator",
        column=Column("indicator", "Indicador", "Indicador de seguimiento de la tarea"),
        label="Indicador",
        heading="Indicador de seguimiento",
        aliases=(
            "indicador",
            "indicadores",
            "indicadores de seguimiento",
            "nombre del indicador",
            "indicador de producto",
            "indicador de resultado",
            "indicador de cumplimiento",
            "indicador de gestion",
        ),
        missing="falta el indicador de seguimiento.",
    ),
    TaskField(
        attribute="unit",
        column=Column(
            "unit", "Unidad", "Número: cuántos cumplen. Porcentaje: cuántos de los que aplican"
        ),
        label="Unidad",
        written="unit_written",
        heading="Unidad de medida",
        aliases=(
            "unidad",
            "unidades",
            "unidades de medida",
            "unidad medida",
            "unidad de medicion",
            "unidad de medida um",
            "unidad de medida u m",
            "u m",
            "um",
            "und",
            "und de medida",
            "und medida",
            "u de medida",
            "tipo de unidad",
            "unidad de medida del indicador",
            "medida",
            "tipo de meta",
        ),
        missing="falta la unidad de medida: Número o Porcentaje.",
        read=None,
    ),
    TaskField(
        attribute="target",
        column=Column("target", "Meta", "Un número de cosas, o un porcentaje", "number"),
        label="Meta",
        written="target_written",
        heading="Meta",
        aliases=(
            "metas",
            "meta anual",
            "meta del ano",
            "meta programada",
            "meta propuesta",
            "meta vigencia",
            "meta de la vigencia",
            "meta del indicador",
            "valor meta",
            "valor de la meta",
            "cantidad",
        ),
        missing="falta la meta.",
        read=None,
    ),
    TaskField(
        attribute="observations",
        column=Column("observations", "Observaciones", "Como las escribe el plan"),
        label="Observaciones",
        heading="Observaciones",
        aliases=(
            *("observacion", "observaciones generales", "observaciones comentarios"),
            *("comentario", "comentarios", "notas", "nota", "obs"),
        ),
    ),
    MEASURE,
)
TABLE_FIELDS = tuple(field for field in FIELDS if field.heading)
# The facts that are stored with the task itself; its code and its offices are computed or linked.
STORED = tuple(field.name for field in fields(TaskFacts))
# The key of each stored fact in /plan.json.
KEYS = {field.attribute: field.column.key for field in FIELDS if field.attribute in STORED}


def facts_of(task: Any) -> dict[str, Any]:
    """The stored facts of a Task, DraftTask or Line, by name: to build another one of them."""
    return {name: getattr(task, name) for name in STORED}
