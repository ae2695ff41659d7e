"""The official formats in the story of a demonstration: 2024 in force, this year under way.

Four of the formats have digital forms, which the examples of their channels register. To the
others the QR does not apply, with the reason. All but two have a file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO

from werkzeug.datastructures import FileStorage

from participa.channels.example import days_ago
from participa.core import clock
from participa.formats import queries, review, service
from participa.formats.lint import Family
from participa.formats.review import VersionFacts
from participa.plan import queries as plans
from participa.plan.models import Task
from participa.staff.models import Account

PAST = 2024
TOPICS, BALLOTS, PLANNING = "DE-FORC-012", "DE-FORC-013", "DE-FORC-014"
ATTENDANCE, SURVEY = "DE-FORC-015", "DE-FORC-017"
PLANNING_TASK = "6.1"
PROCESS = "Direccionamiento estratégico"
ALL = tuple(family.name for family in Family)
REVIEW_DAYS = timedelta(days=3)
WHY_RETURNED = "Falta el grupo de valor convocado. Agréguelo antes de la metodología."


@dataclass(frozen=True, slots=True)
class Told:
    """A format of 2024: the day and month of its approval, and what was decided about its QR."""

    reference: str
    name: str
    purpose: str
    approved: tuple[int, int]  # month and day
    blocks: tuple[str, ...] = ()  # in its file, as the reviewer ticks them
    no_qr: str = ""  # why the QR does not apply
    no_variables: str = ""  # why it needs none
    is_file: bool = True
    returned: str = ""  # why the version came back once


FORMATS = (
    Told(
        TOPICS,
        "Priorización de temas de interés ciudadano",
        "La gente elige de qué temas debe rendir cuentas la ciudad.",
        (3, 1),
        is_file=False,
    ),
    Told(
        PLANNING,
        "Planificación de eventos de rendición de cuentas",
        "El equipo organizador prepara con él cada evento.",
        (5, 24),
        ALL,
        "Lo llena el equipo organizador. La ciudadanía no lo usa.",
        returned=WHY_RETURNED,
    ),
    Told(
        ATTENDANCE,
        "Listado de asistencia",
        "Registra quién asistió a un evento, con una ficha por persona.",
        (6, 14),
        ALL,
    ),
    Told(
        "DE-FORC-016",
        "Acta de evento",
        "Deja constancia de lo que se dijo y de los compromisos.",
        (8, 16),
        (),
        "La firman los responsables del evento. Nadie más la llena.",
        no_variables="No lo llena la ciudadanía: las variables van en el listado de asistencia.",
    ),
    Told(
        BALLOTS,
        "Urna virtual sobre la gestión pública",
        "La gente vota sobre la gestión, y cualquiera puede volver a contar.",
        (9, 12),
        no_variables="El voto es secreto: la urna no pregunta quién es cada persona.",
    ),
)
# What was updated this year: month and day of the approval of the second version.
UPDATED = {TOPICS: (2, 20), PLANNING: (5, 22), BALLOTS: (7, 9), "DE-FORC-016": (8, 14)}
NEW = Told(
    SURVEY,
    "Encuesta de evaluación del evento",
    "Las personas asistentes califican el evento.",
    (6, 11),
    ALL,
)


def strands(by: Account, second: Account) -> list[Iterator[datetime]]:
    """`by` writes and sends the versions, `second` approves them."""
    year = clock.today().year
    past = [put_in_force(told, PAST, by, second) for told in FORMATS]
    if year <= PAST:
        return past
    return [
        *past,
        counted(year, by),
        *(updated(reference, date(year, *day), by, second) for reference, day in UPDATED.items()),
        put_in_force(NEW, year, by, second),
        in_review(by),
    ]


def put_in_force(told: Told, year: int, by: Account, second: Account) -> Iterator[datetime]:
    """A format is created, its QR decided, and its first version approved by somebody else."""
    approved_on = date(year, *told.approved)
    yield clock.at_city(approved_on - 2 * REVIEW_DAYS, 9)
    official = service.create(
        by,
        tasks_for(told.reference),
        reference=told.reference,
        name=told.name,
        process=PROCESS,
        purpose=told.purpose,
        needs_variables=not told.no_variables,
        needs_variables_reason=told.no_variables,
        is_example=True,
    )
    service.decide_qr(official, by, not told.no_qr, told.no_qr)
    note = "" if told.is_file else "Se diligencia en línea, con su código QR."
    facts = VersionFacts("1", approved_on, f"ISO-{year}-{told.reference[-3:]}", note)
    version = review.draft(official, by, facts, file_of(told) if told.is_file else None)
    review.send(version, by)
    if told.returned:
        yield clock.at_city(approved_on - REVIEW_DAYS, 11)
        review.give_back(version, second, told.returned)
        review.send(version, by)
    yield clock.at_city(approved_on, 10)
    review.approve(version, second, told.blocks)


def updated(reference: str, approved_on: date, by: Account, second: Account) -> Iterator[datetime]:
    """The second version of a format, with what this year changed."""
    yield clock.at_city(approved_on - REVIEW_DAYS, 9)
    official = queries.format_of(reference)
    if official is None or official.current is None:
        return
    told = next(one for one in FORMATS if one.reference == reference)
    note = f"Ajustes de la revisión de {approved_on.year}."
    facts = VersionFacts("2", approved_on, f"ISO-{approved_on.year}-{reference[-3:]}", note)
    version = review.draft(official, by, facts, file_of(told, 2) if told.is_file else None)
    review.send(version, by)
    yield clock.at_city(approved_on, 10)
    review.approve(version, second, told.blocks)


def in_review(by: Account) -> Iterator[datetime]:
    """The list of attendance with larger letters waits for its approval."""
    valid_from_on = clock.today()
    yield days_ago(3)
    official = queries.format_of(ATTENDANCE)
    if official is None or official.current is None:
        return
    note = "Letra más grande, como lo pidió el Comité Territorial."
    told = next(one for one in FORMATS if one.reference == ATTENDANCE)
    version = review.draft(
        official, by, VersionFacts("2", valid_from_on, "", note), file_of(told, 2)
    )
    review.send(version, by)


def counted(year: int, by: Account) -> Iterator[datetime]:
    """As the year begins, the formats in force count for its plan too."""
    yield clock.at_city(date(year, 1, 22), 9)
    for official in queries.register():
        service.link_to_tasks(official, by, tasks_for(official.reference))


def tasks_for(reference: str) -> list[Task]:
    """The tasks of the plan of this moment that a format counts for."""
    plan = plans.current_plan()
    if plan is None or plan.year != clock.today().year:
        return []
    tasks = queries.counted_tasks(plans.tasks_of(plan))
    planning = plans.task_of(plan, PLANNING_TASK) if reference == PLANNING else None
    return [*tasks, planning] if planning else tasks


def file_of(told: Told, number: int = 1) -> FileStorage:
    """The file of a version: text, so that anybody can look at it."""
    lines: Sequence[str] = (
        f"{told.reference} · {told.name}",
        f"Versión {number} (ejemplo)",
        told.purpose,
    )
    return FileStorage(BytesIO("\n".join(lines).encode()), f"{told.reference}.txt")
