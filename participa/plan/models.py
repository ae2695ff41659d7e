"""The plan in the city's words, its reporting periods, progress reports, and imported files."""

import enum
from calendar import monthrange
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from participa.core import clock
from participa.core.db import db
from participa.core.files.files import StoredFile
from participa.staff.models import Account, Office

QUARTERS = ("Primer", "Segundo", "Tercer", "Cuarto")


class Unit(enum.Enum):
    """What an indicator counts: a number of things, or the percentage of those that apply."""

    COUNT = "Número"
    PERCENT = "Porcentaje"


class Plan(db.Model):
    """One year's plan. A draft, without `published_at`, is seen by the staff only.

    `closing` is empty while the plan is open; then it holds the `document` of the board on its
    last day (see plan.document) and its `sha256`.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(unique=True)
    strategy: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closing: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    actions: Mapped[list["Action"]] = relationship(
        back_populates="plan", order_by="Action.number", cascade="all, delete-orphan"
    )
    periods: Mapped[list["Period"]] = relationship(
        back_populates="plan", order_by="Period.starts_on", cascade="all, delete-orphan"
    )

    def __init__(self, **columns: Any):
        """A new plan gets the four quarters of its year as reporting periods, and is public unless
        `published_at` is None."""
        super().__init__(**{"published_at": clock.now()} | columns)
        if not self.periods:
            self.periods = [Period.quarter(self.year, number) for number in range(1, 5)]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_closed(self) -> bool:
        return not self.is_open

    @property
    def is_draft(self) -> bool:
        return self.published_at is None


class Action(db.Model):
    """A numbered commitment of the plan."""

    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    plan: Mapped[Plan] = relationship(back_populates="actions")
    tasks: Mapped[list["Task"]] = relationship(
        back_populates="action", order_by="Task.position", cascade="all, delete-orphan"
    )


class TaskOffice(db.Model):
    """An office responsible for a task. `written` is its name in the words of the plan."""

    task_id: Mapped[int] = mapped_column(
        ForeignKey("task.id", ondelete="CASCADE"), primary_key=True
    )
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True, index=True)
    position: Mapped[int]
    written: Mapped[str] = mapped_column(Text)
    office: Mapped[Office] = relationship()


class Task(db.Model):
    """One step of an action, in the city's exact words, with its indicator and its months.

    Its facts are listed in plan.task_fields. `measure` names a Measure; empty while none is chosen.
    """

    __table_args__ = (
        UniqueConstraint("action_id", "position"),
        CheckConstraint("start_month BETWEEN 1 AND 12", name="start_month_in_year"),
        CheckConstraint("end_month BETWEEN start_month AND 12", name="ends_after_start"),
        CheckConstraint("target > 0", name="target_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"))
    position: Mapped[int]  # the second number of its code: 3.5 is the fifth task of action 3
    name: Mapped[str] = mapped_column(Text)
    offices_written: Mapped[str] = mapped_column(Text)
    start_month: Mapped[int]
    end_month: Mapped[int]
    indicator: Mapped[str] = mapped_column(Text)
    unit: Mapped[Unit]
    target: Mapped[int]  # a number of things, or a percentage from 1 to 100
    observations: Mapped[str] = mapped_column(Text, default="")
    measure: Mapped[str | None] = mapped_column(Text)
    action: Mapped[Action] = relationship(back_populates="tasks")
    responsibles: Mapped[list[TaskOffice]] = relationship(
        order_by=TaskOffice.position, cascade="all, delete-orphan"
    )

    @property
    def code(self) -> str:
        return f"{self.action.number}.{self.position}"

    @property
    def year(self) -> int:
        return self.action.plan.year

    @property
    def offices(self) -> list[Office]:
        return [responsible.office for responsible in self.responsibles]

    @property
    def office_ids(self) -> set[int]:
        return {responsible.office_id for responsible in self.responsibles}

    @property
    def is_of_all_offices(self) -> bool:
        """Whether «Dependencias y entidades» are responsible: each office reports its part."""
        return any(office.is_group for office in self.offices)


class Fulfils:
    """Mixin for models whose records are evidence of tasks: adds `tasks` and its link table."""

    @declared_attr
    def tasks(cls) -> Mapped[list[Task]]:  # noqa: N805 - a declared_attr reads the class
        name = cls.__tablename__  # type: ignore[attr-defined]  # every model has one
        link = Table(
            f"{name}_task",
            cls.metadata,  # type: ignore[attr-defined]
            Column(
                f"{name}_id",
                Integer,
                ForeignKey(f"{name}.id", ondelete="CASCADE"),
                primary_key=True,
            ),
            Column(
                "task_id",
                Integer,
                ForeignKey("task.id", ondelete="CASCADE"),
                primary_key=True,
                index=True,
            ),
        )
        return relationship(Task, secondary=link, order_by=Task.id)


class Period(db.Model):
    """A quarter of the plan's year. The reports of a closed period cannot change."""

    __table_args__ = (
        UniqueConstraint("plan_id", "starts_on"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    plan: Mapped[Plan] = relationship(back_populates="periods")
    reopenings: Mapped[list["Reopening"]] = relationship(
        back_populates="period", order_by="Reopening.id", cascade="all, delete-orphan"
    )

    @classmethod
    def quarter(cls, year: int, number: int) -> "Period":
        last_month = 3 * number
        return cls(
            name=f"{QUARTERS[number - 1]} trimestre de {year}",
            starts_on=date(year, last_month - 2, 1),
            ends_on=date(year, last_month, monthrange(year, last_month)[1]),
        )

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def covers(self, day: date) -> bool:
        """Whether work done on this day belongs here; the last period has no end."""
        is_last = self.ends_on == date(self.plan.year, 12, 31)
        return self.starts_on <= day and (day <= self.ends_on or is_last)


class Reopening(db.Model):
    """Why and when a closed period was opened again. Public."""

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    period: Mapped[Period] = relationship(back_populates="reopenings")


class ReportState(enum.Enum):
    """The steps of a progress report from its author to its approval."""

    DRAFT = "Borrador"
    SENT = "Enviado"
    RETURNED = "Devuelto"
    APPROVED = "Aprobado"

    @property
    def look(self) -> str:
        """The CSS class for the state's colour and shape."""
        return LOOKS[self]


LOOKS = {
    ReportState.DRAFT: "",
    ReportState.SENT: "going",
    ReportState.RETURNED: "late",
    ReportState.APPROVED: "done",
}
EDITABLE = frozenset({ReportState.DRAFT, ReportState.RETURNED})
RETURNABLE = frozenset({ReportState.SENT, ReportState.APPROVED})


class ProgressReport(db.Model):
    """Work for a task that participa has no record of, as an office states it, with its proof.

    `numerator` of `denominator` things comply; a task that counts things has no denominator.
    """

    __table_args__ = (
        CheckConstraint("numerator >= 0", name="numerator_is_not_negative"),
        CheckConstraint("denominator IS NULL OR denominator > 0", name="denominator_is_positive"),
        CheckConstraint(
            "denominator IS NULL OR numerator <= denominator", name="part_within_whole"
        ),
        CheckConstraint(
            "reviewer_id IS NULL OR reviewer_id <> reporter_id", name="reviewer_is_another"
        ),
    )
    shown_with: ClassVar[tuple[str, ...]] = ("files",)  # the proofs, see core.editing.versions

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    done_on: Mapped[date]
    numerator: Mapped[int]
    denominator: Mapped[int | None]
    notes: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ReportState] = mapped_column(default=ReportState.DRAFT)
    returned_because: Mapped[str] = mapped_column(Text, default="")
    reporter_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    sent_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    task: Mapped[Task] = relationship()
    period: Mapped[Period] = relationship()
    reporter: Mapped[Account] = relationship(foreign_keys=[reporter_id])
    reviewer: Mapped[Account | None] = relationship(foreign_keys=[reviewer_id])
    files: Mapped[list["ReportFile"]] = relationship(
        back_populates="report", order_by="ReportFile.id", cascade="all, delete-orphan"
    )

    @property
    def is_approved(self) -> bool:
        return self.state is ReportState.APPROVED

    @property
    def can_change(self) -> bool:
        """Whether it is neither under review nor approved, and its period is open."""
        return self.state in EDITABLE and self.period.is_open

    @property
    def lacks_proof(self) -> bool:
        return not self.files

    @property
    def can_be_discarded(self) -> bool:
        return self.state is ReportState.DRAFT and self.period.is_open

    @property
    def can_be_reviewed(self) -> bool:
        return self.state is ReportState.SENT and self.period.is_open

    @property
    def can_be_returned(self) -> bool:
        return self.state in RETURNABLE and self.period.is_open


class ReportFile(db.Model):
    """A file attached to a report as proof. Public once the report is approved."""

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(
        ForeignKey("progress_report.id", ondelete="CASCADE"), index=True
    )
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    file: Mapped[StoredFile] = relationship()
    report: Mapped[ProgressReport] = relationship(back_populates="files")


class PlanImport(db.Model):
    """An uploaded file with a plan: its content, and once applied the decisions about it.

    `problems` are import problems as they are shown later, in Spanish; `decisions` the answers by
    the key of the problem; `breaks` the codes of the tasks with which a page of the file begins.
    `account_id` is empty when a command imported the file; `actor` always names the importer.
    `undo` is what plan.importing.undoing needs to take the import back; empty for imports from
    before it could be taken back.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    plan_id: Mapped[int | None] = mapped_column(
        ForeignKey("plan.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    asked_year: Mapped[int | None]
    year: Mapped[int]
    breaks: Mapped[list[str]] = mapped_column(JSON, default=list)
    problems: Mapped[list[dict[str, Any]]] = mapped_column("findings", JSON, default=list)
    decisions: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    summary: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())
    applied_at: Mapped[datetime | None]
    undo: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    undone_at: Mapped[datetime | None]
    account: Mapped[Account | None] = relationship()
    plan: Mapped[Plan | None] = relationship()

    @property
    def is_applied(self) -> bool:
        return self.applied_at is not None

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None

    @property
    def pending_problems(self) -> list[dict[str, Any]]:
        """The problems that were left for the city to correct in its document."""
        return [problem for problem in self.problems if problem["is_pending"]]
