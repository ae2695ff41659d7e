"""The groups in the story of a demonstration, made with the same services as real ones.

In 2024 the lead team, two nodes, the working table and the territorial committee are formed. This
year the lead team and the table are formed again, and a node was called that one member has not
answered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from participa.channels.example import days_ago
from participa.core import clock
from participa.core.db import db
from participa.groups import invitations, service
from participa.groups.models import GroupKind, GroupMember, MeetingGroup, MemberKind
from participa.plan import queries as plans
from participa.staff.models import Account, Office

PAST = 2024
CALLED_AGO = 20  # days since the call of the node that is not formed
PLACE = "Centro Administrativo La Alpujarra, sala de juntas de Planeación"
GOVERNMENT = "Gobernación de Antioquia"


@dataclass(frozen=True, slots=True)
class Seat:
    """A member of the story: an office by its slug, or another body or person by `name`."""

    position: str
    person: str  # who accepts; invented
    slug: str = ""
    name: str = ""
    kind: MemberKind = MemberKind.OFFICE


@dataclass(frozen=True, slots=True)
class Body:
    """A group of the story, called on one day and founded on another."""

    task: str
    kind: GroupKind
    name: str
    purpose: str
    call: str
    act: str
    called: tuple[int, int]
    founded: tuple[int, int]
    seats: tuple[Seat, ...]
    territory: str = ""


PLANNING = Seat("Subdirectora de Planeación Social", "Marta Ejemplo", "dap")
GOVERNOR = Seat(
    "Delegado de Planeación departamental",
    "Andrés Ejemplo",
    name=GOVERNMENT,
    kind=MemberKind.EXTERNAL,
)
LEAD_TEAM = Body(
    "1.1",
    GroupKind.LEAD_TEAM,
    "Equipo líder de la rendición de cuentas {year}",
    "Prepara, coordina y evalúa la rendición de cuentas de la Alcaldía durante el año.",
    "Se convoca a las dependencias que preparan la rendición de cuentas a conformar el equipo "
    "líder. Cada una designa a una persona con su suplente.",
    "Las dependencias convocadas conforman el equipo líder de la rendición de cuentas.\n\n"
    "El equipo se reúne una vez al mes. Planeación lo coordina y publica sus actas.",
    (1, 24),
    (2, 16),
    (
        PLANNING,
        Seat("Líder de comunicación pública", "Camilo Ejemplo", "sec-comunicaciones"),
        Seat(
            "Jefa de atención a la ciudadanía",
            "Lucía Ejemplo",
            "sec-gestion-humana-servicio-ciudadania",
        ),
    ),
)
TABLE = Body(
    "9.1",
    GroupKind.TABLE,
    "Mesa de trabajo de enfoque de género y diversidades {year}",
    "Incorpora paso a paso el enfoque de género en los formatos y eventos de la rendición de "
    "cuentas.",
    "Se convoca a conformar la mesa que revisará los formatos y eventos con enfoque de género.",
    "Se conforma la mesa de trabajo.\n\nLa mesa revisa primero el listado de asistencia y la "
    "encuesta de evaluación.",
    (3, 11),
    (4, 18),
    (
        PLANNING,
        Seat("Profesional de transversalización", "Sara Ejemplo", "sec-mujeres"),
        Seat(
            "Vocera del Consejo Consultivo de Mujeres",
            "Gloria Ejemplo",
            name="Gloria Ejemplo",
            kind=MemberKind.PERSON,
        ),
    ),
)
FOOD = Body(
    "8.1",
    GroupKind.NODE,
    "Nodo territorial de seguridad alimentaria {year}",
    "Rinde cuentas, entre la ciudad y el departamento, de lo que se hace contra el hambre.",
    "Se convoca a conformar el nodo de seguridad alimentaria del Sistema Nacional de Rendición de "
    "Cuentas.",
    "Se conforma el nodo territorial de seguridad alimentaria.\n\nSu primera tarea es un "
    "calendario común de encuentros con la ciudadanía.",
    (7, 9),
    (8, 22),
    (
        PLANNING,
        Seat("Líder de seguridad alimentaria", "Diego Ejemplo", "sec-inclusion-social-familia"),
        GOVERNOR,
    ),
    "Medellín y Valle de Aburrá",
)
WORKS = Body(
    "8.2",
    GroupKind.NODE,
    "Nodo territorial de proyectos de infraestructura {year}",
    "Rinde cuentas de las obras que sirven a más de un municipio.",
    "Se convoca a conformar el nodo de proyectos de infraestructura con impacto regional.",
    "Se conforma el nodo territorial de proyectos de infraestructura con impacto regional.",
    (9, 17),
    (11, 21),
    (
        PLANNING,
        Seat("Subsecretario de obras", "Julián Ejemplo", "sec-infraestructura-fisica"),
        GOVERNOR,
    ),
    "Antioquia",
)
COMMITTEE = Body(
    "3.5",
    GroupKind.COMMITTEE,
    "Comité Territorial de Rendición de Cuentas",
    "Revisa con la ciudadanía y el departamento los formatos y las herramientas de la rendición "
    "de cuentas.",
    "Se convoca al Comité Territorial de Rendición de Cuentas para revisar los instrumentos del "
    "procedimiento.",
    "Se instala el Comité Territorial de Rendición de Cuentas.",
    (3, 4),
    (3, 21),
    (
        PLANNING,
        GOVERNOR,
        Seat(
            "Vocero de la veeduría ciudadana",
            "Hernán Ejemplo",
            name="Hernán Ejemplo",
            kind=MemberKind.PERSON,
        ),
    ),
    "Medellín",
)
OF_THE_PAST = (LEAD_TEAM, COMMITTEE, TABLE, FOOD, WORKS)
OF_THIS_YEAR = (LEAD_TEAM, TABLE)


def strands(by: Account, second: Account) -> list[Iterator[datetime]]:
    """The groups of the story; `second` has no part in it."""
    year = clock.today().year
    past = [formed(by, body, PAST) for body in OF_THE_PAST]
    if year <= PAST:
        return past
    return [*past, *(formed(by, body, year) for body in OF_THIS_YEAR), waiting(by, year)]


def formed(by: Account, body: Body, year: int) -> Iterator[datetime]:
    """A group is called, its members accept in the days after it, and its act is signed."""
    called_on, founded_on = date(year, *body.called), date(year, *body.founded)
    yield clock.at_city(called_on, 9)
    group = called(by, body, year)
    for days, (seat, member) in enumerate(zip(body.seats, group.members, strict=True), 2):
        yield clock.at_city(called_on + timedelta(days=days), 15)
        accept(member, seat)
    yield clock.at_city(founded_on, 16)
    service.file_founding_act(group, by, founded_on, PLACE, body.act)


def waiting(by: Account, year: int) -> Iterator[datetime]:
    """The node of this year: called, and one of its members has not answered."""
    begun = days_ago(CALLED_AGO)
    answers = [days_ago(CALLED_AGO - 4), days_ago(CALLED_AGO - 6)]
    yield begun
    group = called(by, FOOD, year)
    for moment, seat, member in zip(answers, FOOD.seats, group.members, strict=False):
        yield moment
        accept(member, seat)


def called(by: Account, body: Body, year: int) -> MeetingGroup:
    """A new group with its call published and every member invited."""
    plan = plans.plan_of(year)
    task = plans.task_of(plan, body.task) if plan else None
    group = service.create(
        by,
        [task] if task else [],
        kind=body.kind,
        name=body.name.format(year=year),
        purpose=body.purpose,
        territory=body.territory,
        call_text=body.call,
        is_example=True,
    )
    service.call(group, by)
    for seat in body.seats:
        invitations.invite(add(group, by, seat), by)
    return group


def add(group: MeetingGroup, by: Account, seat: Seat) -> GroupMember:
    office = db.session.scalar(select(Office).filter_by(slug=seat.slug)) if seat.slug else None
    return service.add_member(
        group,
        by,
        kind=seat.kind,
        name=seat.name,
        office_id=office.id if office else None,
        position=seat.position,
    )


def accept(member: GroupMember, seat: Seat) -> None:
    invitations.accept(member, seat.person)
