"""Plans, tasks, progress reports and periods from the database."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from participa.core import clock
from participa.core.db import db
from participa.plan.models import (
    Action,
    Period,
    Plan,
    ProgressReport,
    ReportFile,
    ReportState,
    Task,
    TaskOffice,
)
from participa.plan.offices import GROUP
from participa.staff.models import Account, Office

PAGE = 50


@dataclass(frozen=True, slots=True)
class TaskReference:
    """The name and address of a task, detached from the session so that it can be cached."""

    id: int
    code: str
    name: str
    year: int


def years(with_drafts: bool = False) -> list[int]:
    """The years that have a public plan, the latest first; for the staff also those of drafts."""
    rows = select(Plan.year).where(true() if with_drafts else is_public())
    return list(db.session.scalars(rows.order_by(Plan.year.desc())))


def is_public() -> ColumnElement[bool]:
    """A condition for plans: no draft."""
    return Plan.published_at.is_not(None)


def current_plan() -> Plan | None:
    """The public plan of this year in the city, else the latest one."""
    of_this_year = (Plan.year == clock.today().year).desc()
    rows = select(Plan).where(is_public()).order_by(of_this_year, Plan.year.desc())
    return db.session.scalar(rows.limit(1))


def public_plan(year: int) -> Plan | None:
    return db.session.scalar(select(Plan).where(is_public()).filter_by(year=year))


def last_closed_plan() -> Plan | None:
    rows = select(Plan).where(Plan.closed_at.is_not(None))
    return db.session.scalar(rows.order_by(Plan.year.desc()).limit(1))


def plan_of(year: int) -> Plan | None:
    """The plan of a year, also a draft: for the staff."""
    return db.session.scalar(select(Plan).filter_by(year=year))


def tasks_of(plan: Plan) -> list[Task]:
    """All tasks of a plan with their actions and offices, in the order of their codes."""
    return list(db.session.scalars(_tasks_with_offices().where(Action.plan_id == plan.id)))


def task_of(plan: Plan, code: str) -> Task | None:
    """The task with this code, like «3.5»."""
    return next((task for task in tasks_of(plan) if task.code == code), None)


def tasks_to_fulfil(fulfilled: Collection[Task] = ()) -> list[Task]:
    """The tasks that a record may be linked to: those of all open public plans, those of the
    current plan first, and at the end those that it is linked to already, even in a closed plan.
    """
    plan = current_plan()
    rows = _tasks_with_offices().where(Plan.closed_at.is_(None), is_public())
    tasks = list(db.session.scalars(rows))
    tasks.sort(key=lambda task: (plan is None or task.year != plan.year, -task.year))
    return [*tasks, *(task for task in fulfilled if task not in tasks)]


def tasks_by_ids(ids: Collection[int]) -> list[Task]:
    """The tasks with these ids in the order of their codes; unknown ids are ignored."""
    return list(db.session.scalars(_tasks_with_offices().where(Task.id.in_(ids))))


def answering_office(tasks: Iterable[Task]) -> Office | None:
    """The office that answers for the first of these tasks that has one: not the group of all
    offices, and none that the city has retired."""
    offices = (office for task in tasks for office in task.offices)
    return next((one for one in offices if not one.is_group and one.retired_at is None), None)


def references(tasks: Iterable[Task]) -> tuple[TaskReference, ...]:
    """Names and addresses of tasks, for a page or a cache."""
    return tuple(TaskReference(task.id, task.code, task.name, task.year) for task in tasks)


def approved_reports(plan: Plan) -> list[ProgressReport]:
    """The approved reports of a plan with their files, the earliest work first."""
    rows = _reports_with_files().where(
        Action.plan_id == plan.id, ProgressReport.state == ReportState.APPROVED
    )
    return list(db.session.scalars(rows.order_by(ProgressReport.done_on, ProgressReport.id)))


def reports_of(task: Task) -> list[ProgressReport]:
    """The latest reports of a task in any state, the newest first; at most PAGE."""
    rows = _reports_with_files().where(ProgressReport.task_id == task.id)
    return list(db.session.scalars(rows.order_by(ProgressReport.id.desc()).limit(PAGE)))


def movable_reports(state: ReportState, office_id: int | None) -> list[ProgressReport]:
    """The first reports in a state, the oldest first, only of open periods, in which they can
    still change."""
    rows = _reports_with_files().where(
        ProgressReport.state == state,
        ProgressReport.period.has(closed_at=None),
        is_of_office(office_id),
    )
    return list(db.session.scalars(rows.order_by(ProgressReport.id).limit(PAGE)))


def returned_reports(reporter: Account) -> list[ProgressReport]:
    """The returned reports of an account that it can still correct, the oldest first."""
    rows = _reports_with_files().where(
        ProgressReport.state == ReportState.RETURNED,
        ProgressReport.reporter_id == reporter.id,
        ProgressReport.period.has(closed_at=None),
    )
    return list(db.session.scalars(rows.order_by(ProgressReport.id).limit(PAGE)))


def is_of_office(office_id: int | None) -> ColumnElement[bool]:
    """A condition for reports: all of them without an office; else those of its tasks, and those
    of its own accounts about tasks of all offices."""
    if office_id is None:
        return true()
    own = Task.responsibles.any(TaskOffice.office_id == office_id)
    of_all = Task.responsibles.any(TaskOffice.office.has(level=GROUP))
    own_reporter = ProgressReport.reporter.has(office_id=office_id)
    return or_(own, and_(of_all, own_reporter))


def report(report_id: int) -> ProgressReport | None:
    """A report with its task, period and files."""
    rows = _reports_with_files().where(ProgressReport.id == report_id)
    return db.session.scalars(rows).one_or_none()


def published_file(file_id: int) -> ReportFile | None:
    """The file with this id if its report is approved, and so public."""
    return db.session.scalar(
        select(ReportFile)
        .join(ReportFile.report)
        .options(joinedload(ReportFile.file))
        .where(ReportFile.id == file_id, ProgressReport.state == ReportState.APPROVED)
    )


def unfinished_reports(plan: Plan) -> int:
    """The number of reports of a plan that are not approved."""
    return (
        db.session.scalar(
            select(func.count(ProgressReport.id))
            .join(ProgressReport.task)
            .join(Task.action)
            .where(Action.plan_id == plan.id, ProgressReport.state != ReportState.APPROVED)
        )
        or 0
    )


def periods_of(plan: Plan) -> list[Period]:
    """The periods of a plan in their order, with their reopenings."""
    rows = select(Period).options(selectinload(Period.reopenings)).filter_by(plan_id=plan.id)
    return list(db.session.scalars(rows.order_by(Period.starts_on)))


def _tasks_with_offices() -> Select[Task]:
    return (
        select(Task)
        .join(Task.action)
        .join(Action.plan)
        .options(
            contains_eager(Task.action).contains_eager(Action.plan),
            selectinload(Task.responsibles).joinedload(TaskOffice.office),
        )
        .order_by(Plan.year, Action.number, Task.position)
    )


def _reports_with_files() -> Select[ProgressReport]:
    return (
        select(ProgressReport)
        .join(ProgressReport.task)
        .join(Task.action)
        .options(
            contains_eager(ProgressReport.task).contains_eager(Task.action),
            joinedload(ProgressReport.period),
            joinedload(ProgressReport.reporter),
            selectinload(ProgressReport.files).joinedload(ReportFile.file),
        )
    )
