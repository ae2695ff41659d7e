"""The public view of a plan, from which its pages, JSON, CSV and Excel are made.

The board of an open plan is computed for each request; that of a closed plan is read from the
document that was stored at its closing (plan.document).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from participa.core import clock, spanish
from participa.plan import measures, offices, queries, schedule
from participa.plan.grouping import EvidenceGroup, evidence_groups
from participa.plan.measures import Indicator
from participa.plan.models import Plan, ProgressReport, Task, Unit
from participa.plan.schedule import ScheduleState
from participa.plan.task_fields import TaskFacts, facts_of

SOON = timedelta(days=45)  # before its last day a task is listed as due
NO_MEASURE = "Aún sin medición"
NO_DENOMINATOR = "Sin denominador: todavía no hay registros que apliquen"


@dataclass(frozen=True, slots=True)
class Responsible:
    """An office responsible for a task. `written` is its name in the words of the plan."""

    slug: str
    name: str
    written: str

    @property
    def is_written_otherwise(self) -> bool:
        return self.name != self.written


@dataclass(frozen=True, slots=True)
class ProofFile:
    """A file attached to a published report. `size` is in bytes."""

    id: int
    title: str
    extension: str
    size: int

    @property
    def kilobytes(self) -> int:
        """The size in kB, rounded up."""
        return -(-self.size // 1000)


@dataclass(frozen=True, slots=True)
class Report:
    """An approved progress report. `on` is the day the work was done; `period` its name."""

    id: int
    title: str
    on: date
    numerator: int
    denominator: int | None
    notes: str
    period: str
    files: tuple[ProofFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(TaskFacts):
    """A task on the board. `computed` is its indicator; None while it has no measure."""

    code: str
    year: int
    offices: tuple[Responsible, ...]
    measure_label: str
    state: ScheduleState
    computed: Indicator | None
    reports: tuple[Report, ...]

    @property
    def is_out_of_term(self) -> bool:
        return schedule.is_out_of_term(self.last_day, self.computed)

    @property
    def is_met(self) -> bool:
        return self.state is ScheduleState.DONE

    @property
    def offices_text(self) -> str:
        """The offices in the words of the plan, separated by « · » when all of them are linked."""
        if self.leaves_words_unlinked:
            return self.offices_written
        return " · ".join(office.written for office in self.offices) or self.offices_written

    @property
    def leaves_words_unlinked(self) -> bool:
        """Whether the plan names other offices than the linked ones."""
        linked = " ".join(office.written for office in self.offices)
        return bool(linked) and offices.name_key(linked) != offices.name_key(self.offices_written)

    @property
    def last_day(self) -> date:
        return schedule.ends_on(self.year, self.end_month)

    @property
    def state_text(self) -> str:
        state = self.state.value.capitalize()
        return f"{state} fuera de término" if self.is_out_of_term else state

    @property
    def explanation(self) -> str:
        """Why the task is late or was, in the words of its last report; else of its evidence."""
        if not (self.is_out_of_term or self.state is ScheduleState.LATE):
            return ""
        written = [report.notes for report in self.reports if report.notes]
        reasons = [] if self.is_met else [proof.reason for proof in self.not_counted]
        return next((words for words in (*reversed(written), *reversed(reasons)) if words), "")

    @property
    def target_text(self) -> str:
        return spanish.percent(self.target) if self.is_percent else spanish.number(self.target)

    @property
    def numerator(self) -> int | None:
        return self.computed.numerator if self.computed else None

    @property
    def denominator(self) -> int | None:
        return self.computed.denominator if self.computed else None

    @property
    def value(self) -> float | None:
        return self.computed.value if self.computed else None

    @property
    def shown_value(self) -> float | None:
        return self.computed.shown_value if self.computed else None

    @property
    def progress(self) -> float | None:
        """The reached share of the target in percent, rounded down to one decimal."""
        if self.is_percent or self.numerator is None:
            return self.shown_value
        return (1000 * self.numerator // self.target) / 10

    @property
    def has_value(self) -> bool:
        return self.value is not None

    @property
    def value_text(self) -> str:
        return indicator_text(self.computed)

    @property
    def counted(self) -> list[measures.Evidence]:
        return [proof for proof in self.evidence if proof.fulfilled]

    @property
    def not_counted(self) -> list[measures.Evidence]:
        return [proof for proof in self.evidence if not proof.fulfilled]

    @property
    def evidence(self) -> tuple[measures.Evidence, ...]:
        return self.computed.evidence if self.computed else ()

    @property
    def evidence_groups(self) -> list[EvidenceGroup]:
        return list(evidence_groups(self.evidence))

    @property
    def history(self) -> list[tuple[str, int]]:
        """Month in Spanish and the total that counted at its end, for months with new evidence."""
        months: dict[tuple[int, int], int] = {}
        for total, proof in enumerate(self.counted, 1):
            months[proof.on.year, proof.on.month] = total
        return [
            (f"{spanish.MONTHS[month - 1]} de {year}", total)
            for (year, month), total in months.items()
        ]


@dataclass(frozen=True, slots=True)
class Section:
    """An action with its tasks."""

    number: int
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Reopened:
    """The public record of a period that was opened again."""

    on: date
    period: str
    reason: str


@dataclass(frozen=True, slots=True)
class Board:
    """A whole plan, or a filtered part of it."""

    year: int
    strategy: str
    title: str
    closed_on: date | None
    sections: tuple[Section, ...]
    reopenings: tuple[Reopened, ...]

    @property
    def lines(self) -> list[Line]:
        return [line for section in self.sections for line in section.lines]

    @property
    def facts(self) -> list[tuple[ScheduleState, int]]:
        """The number of tasks in each state, in the order in which they are shown."""
        states = [line.state for line in self.lines]
        order = (
            ScheduleState.DONE,
            ScheduleState.GOING,
            ScheduleState.LATE,
            ScheduleState.NOT_STARTED,
        )
        return [(state, states.count(state)) for state in order]

    @property
    def sentence(self) -> str:
        """The facts as a Spanish sentence."""
        counts = [
            spanish.several(count, state.value, state.plural.lower())
            + (self._out_of_term(count) if state is ScheduleState.DONE else "")
            for state, count in self.facts
            if count
        ]
        actions = spanish.several(len(self.sections), "acción", "acciones")
        tasks = spanish.several(len(self.lines), "tarea", "tareas")
        return f"{actions} y {tasks}: {spanish.listed(counts)}." if counts else "No hay tareas."

    def _out_of_term(self, met: int) -> str:
        late = sum(line.is_out_of_term for line in self.lines)
        if not late:
            return ""
        return " fuera de término" if met == 1 else f" ({late} de ellas fuera de término)"

    @property
    def due(self) -> list[Line]:
        """The unmet tasks that are late or end soon, the earliest first; none in a closed plan."""
        if self.closed_on:
            return []
        soon = clock.today() + SOON
        lines = [line for line in self.lines if not line.is_met and line.last_day <= soon]
        return sorted(lines, key=lambda line: line.last_day)

    @property
    def offices(self) -> list[Responsible]:
        """Each office once, by name."""
        by_slug = {office.slug: office for line in self.lines for office in line.offices}
        return sorted(by_slug.values(), key=lambda office: office.name)

    @property
    def month_now(self) -> int | None:
        """The current month; None in a closed plan and in one of another year."""
        today = clock.today()
        return today.month if today.year == self.year and self.closed_on is None else None

    def line(self, code: str) -> Line | None:
        return next((line for line in self.lines if line.code == code), None)

    def section(self, number: int) -> Section | None:
        return next((section for section in self.sections if section.number == number), None)

    def section_of(self, line: Line) -> Section:
        return next(section for section in self.sections if line in section.lines)

    def neighbours(self, line: Line) -> tuple[Line | None, Line | None]:
        """The task before and the task after."""
        lines = [None, *self.lines, None]
        place = lines.index(line)
        return lines[place - 1], lines[place + 1]

    def only(self, wanted: Callable[[Line], bool]) -> "Board":
        """The same board with the wanted tasks, and the actions that hold any of them."""
        sections = (
            replace(section, lines=tuple(line for line in section.lines if wanted(line)))
            for section in self.sections
        )
        return replace(self, sections=tuple(section for section in sections if section.lines))


def indicator_text(indicator: Indicator | None) -> str:
    """«1 de 2», «2 de 3 (66,6 %)», «3, más que la meta», or the reason why there is no value."""
    if indicator is None:
        return NO_MEASURE
    if indicator.shown_value is None:
        return NO_DENOMINATOR
    if indicator.is_surpassed:
        return f"{spanish.number(indicator.numerator)}, más que la meta"
    text = f"{spanish.number(indicator.numerator)} de {spanish.number(indicator.denominator)}"
    if indicator.unit is Unit.PERCENT:
        text += f" ({spanish.percent(indicator.shown_value)})"
    return text


def current_board(plan: Plan) -> Board:
    """The board of a plan as it is now, with its indicators computed."""
    tasks = queries.tasks_of(plan)
    indicators = measures.indicators(tasks)
    reports = defaultdict(list)
    for report in queries.approved_reports(plan):
        reports[report.task_id].append(published_report(report))
    today = clock.today()
    sections: dict[tuple[int, str], list[Line]] = {}
    for task in tasks:
        line = task_line(task, plan.year, indicators.get(task.id), reports[task.id], today)
        sections.setdefault((task.action.number, task.action.name), []).append(line)
    return Board(
        year=plan.year,
        strategy=plan.strategy,
        title=plan.title,
        closed_on=clock.local(plan.closed_at).date() if plan.closed_at else None,
        sections=tuple(
            Section(number, name, tuple(lines)) for (number, name), lines in sections.items()
        ),
        reopenings=tuple(
            Reopened(clock.local(reopening.at).date(), period.name, reopening.reason)
            for period in queries.periods_of(plan)
            for reopening in period.reopenings
        ),
    )


def task_line(
    task: Task, year: int, indicator: Indicator | None, reports: Iterable[Report], today: date
) -> Line:
    first = schedule.begins_on(year, task.start_month)
    last = schedule.ends_on(year, task.end_month)
    measure = measures.installed().get(task.measure or "")
    return Line(
        code=task.code,
        **facts_of(task),
        offices=tuple(
            Responsible(link.office.slug, link.office.name, link.written)
            for link in task.responsibles
        ),
        year=year,
        measure_label=measure.label if measure else "",
        state=schedule.state(first, last, indicator, today),
        computed=indicator,
        reports=tuple(reports),
    )


def published_report(report: ProgressReport) -> Report:
    return Report(
        id=report.id,
        title=report.title,
        on=report.done_on,
        numerator=report.numerator,
        denominator=report.denominator,
        notes=report.notes,
        period=report.period.name,
        files=tuple(
            ProofFile(proof.id, proof.title, proof.file.extension, proof.file.size)
            for proof in report.files
        ),
    )
