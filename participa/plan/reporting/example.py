"""The plan in the story of a demonstration: 2024 reported and closed, this year under way.

The strands are played by `participa.channels.example.play`. The tasks are measured by the channels.
Reports tell what no channel sees: how the posts of task 7.1 were made known, and why some of them
do not work. They are published beside the number, and do not move it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO

from flask import current_app
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from participa.core import clock
from participa.core.db import db
from participa.plan import queries, service
from participa.plan.importing import importing
from participa.plan.models import Action, Period, Plan, Task
from participa.plan.reporting import closing, reports
from participa.plan.reporting.reports import Facts
from participa.staff.models import Account

PAST = importing.SEED_YEAR
BEGINNING = clock.at_city(date(PAST, 1, 15), 8)
CLOSES_ON = date(PAST + 1, 1, 31)
PERIOD_STAYS_OPEN = timedelta(days=20)  # after its last day, for the reports about it
REOPENED_QUARTER = 3
REOPENED_ON = date(PAST, 10, 30)
CLOSED_AGAIN_ON = date(PAST, 11, 12)
WHY_REOPENED = "La visita a los escuchaderos del norte se hizo después del cierre."


@dataclass(frozen=True, slots=True)
class Work:
    """Work that an office reports: `whole` things apply, for a task that measures a percentage.

    `sent_after` is the number of days until its report; `returned` the reason for which the report
    came back once; `proof` the text of a file attached to it.
    """

    code: str
    month: int
    day: int
    title: str
    done: int
    whole: int | None = None
    notes: str = ""
    sent_after: int = 4
    returned: str = ""
    proof: str = ""


WORK_OF_2024 = (
    Work(
        "7.1",
        9,
        25,
        "Letrero y volantes de los escuchaderos del norte",
        2,
        2,
        notes="Se repartieron en septiembre. La visita que lo comprueba se hizo en octubre.",
        sent_after=37,
        proof="Visita a los escuchaderos del norte, 25 de octubre de 2024",
    ),
    Work(
        "7.1",
        11,
        29,
        "Letrero y volantes de los escuchaderos de las demás zonas",
        3,
        5,
        notes="El de Palmitas no abrió y al de Santa Elena no llegó nadie: no hubo conexión en "
        "las casas de gobierno.",
        returned="Diga por qué faltan los letreros de dos.",
    ),
)
WORK_OF_THIS_YEAR = (
    Work(
        "7.1",
        10,
        2,
        "Recorridos de barrio para contar dónde se escucha",
        4,
        6,
        notes="Los de Belén y Palmitas se hacen cuando abran.",
    ),
)
TO_REVIEW = Work("7.1", 0, 0, "Escuchaderos que también abren el sábado", 4, 6)
TO_CORRECT = Work("7.1", 0, 0, "Escuchaderos con letrero en braille", 3, 6)
WHY_TO_CORRECT = "Falta la prueba. Adjunte una foto del letrero de cada escuchadero."


def import_plan(by: Account) -> None:
    """Import the plan of 2024, whose tasks name their measures."""
    received = importing.receive(importing.SEED.name, importing.SEED.read_bytes(), by)
    importing.apply(received, by)


def strands(reporter: Account, chief: Account) -> list[Iterator[datetime]]:
    """2024 until its closing, and this year's plan until today."""
    year = clock.today().year
    past = [
        reported(PAST, date(PAST, work.month, work.day), work, reporter, chief)
        for work in WORK_OF_2024
    ]
    past += [
        *(period_closed(PAST, number, chief) for number in range(1, 4)),
        period_reopened(chief),
        plan_closed(chief),
    ]
    if year <= PAST:
        return past
    return [
        *past,
        prepared(year, chief),
        *(
            reported(year, date(year, work.month, work.day), work, reporter, chief)
            for work in WORK_OF_THIS_YEAR
        ),
        *(period_closed(year, number, chief) for number in range(1, 4)),
        waiting(year, reporter, chief),
    ]


def reported(
    year: int, done_on: date, work: Work, reporter: Account, reviewer: Account
) -> Iterator[datetime]:
    """A report is sent, perhaps returned and sent again, and approved."""
    sent_on = done_on + timedelta(days=work.sent_after)
    yield clock.at_city(sent_on, 10)
    task = task_of(year, work.code)
    period = period_of(year, done_on)
    report = reports.draft(task, period, facts_of(work, done_on, not work.returned), reporter)
    if work.proof:
        content = BytesIO(f"{work.proof} (ejemplo).\n".encode())
        reports.attach(report, FileStorage(content, "acta.txt"), work.proof, reporter)
    reports.send(report, reporter)
    if work.returned:
        yield clock.at_city(sent_on + timedelta(days=2), 9)
        reports.give_back(report, work.returned, reviewer)
        yield clock.at_city(sent_on + timedelta(days=3), 16)
        reports.change(report, period, facts_of(work, done_on), reporter)
        reports.send(report, reporter)
    yield clock.at_city(sent_on + timedelta(days=5), 9)
    reports.approve(report, reviewer)


def waiting(year: int, reporter: Account, reviewer: Account) -> Iterator[datetime]:
    """Two reports of this week: one was returned, one waits for its approval."""
    new_year = clock.at_city(date(year, 1, 1))
    now = clock.now()
    done_on = max(clock.today() - timedelta(days=6), date(year, 1, 1))
    yield max(now - timedelta(days=3), new_year)
    task, period = task_of(year, TO_REVIEW.code), period_of(year, done_on)
    returned = reports.draft(task, period, facts_of(TO_CORRECT, done_on), reporter)
    reports.send(returned, reporter)
    yield max(now - timedelta(days=1), new_year)
    reports.give_back(returned, WHY_TO_CORRECT, reviewer)
    sent = reports.draft(task, period, facts_of(TO_REVIEW, done_on), reporter)
    reports.send(sent, reporter)


def period_closed(year: int, number: int, by: Account) -> Iterator[datetime]:
    last_day = Period.quarter(year, number).ends_on
    yield clock.at_city(last_day + PERIOD_STAYS_OPEN, 17)
    closing.close_period(period_of(year, last_day), by)


def period_reopened(by: Account) -> Iterator[datetime]:
    """The third quarter of 2024 opens again for one report, and closes for good."""
    yield clock.at_city(REOPENED_ON, 8)
    period = period_of(PAST, Period.quarter(PAST, REOPENED_QUARTER).ends_on)
    closing.reopen_period(period, WHY_REOPENED, by)
    yield clock.at_city(CLOSED_AGAIN_ON, 17)
    db.session.refresh(period)
    closing.close_period(period, by)


def plan_closed(by: Account) -> Iterator[datetime]:
    yield clock.at_city(CLOSES_ON, 17)
    with current_app.test_request_context():  # the closing stores the addresses of the evidence
        closing.close_plan(plan_of(PAST), str(PAST), by)


def prepared(year: int, by: Account) -> Iterator[datetime]:
    """At the end of the year before, the plan of 2024 is copied for this year."""
    yield clock.at_city(date(year - 1, 12, 19), 11)
    plan = plan_of(PAST)
    strategy = plan.strategy.replace(str(PAST), str(year))
    service.publish(service.prepare(plan, year, strategy, plan.title, by), by)


def facts_of(work: Work, done_on: date, is_complete: bool = True) -> Facts:
    """What the report states; the notes are missing from one that is not complete."""
    return Facts(work.title, done_on, work.done, work.whole, work.notes if is_complete else "")


def plan_of(year: int) -> Plan:
    return db.session.scalars(select(Plan).filter_by(year=year)).one()


def task_of(year: int, code: str) -> Task:
    number, position = code.split(".")
    rows = select(Task).join(Task.action).join(Action.plan)
    rows = rows.where(Plan.year == year, Action.number == int(number))
    return db.session.scalars(rows.where(Task.position == int(position))).one()


def period_of(year: int, day: date) -> Period:
    """The period of the plan for work done on this day."""
    return next(period for period in queries.periods_of(plan_of(year)) if period.covers(day))
