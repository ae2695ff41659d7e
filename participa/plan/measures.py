"""Measures and indicators: features answer named questions about their records, and the answers
are the evidence from which the indicator of a task is computed.

The features hand their measures to `init_app` through participa.app.MEASURES.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from flask import Flask

from participa.core.installation import installation
from participa.plan.models import Task, Unit

REPORTED = "plan.reported"  # the measure of what participa cannot see: approved reports


@dataclass(frozen=True, slots=True)
class Evidence:
    """One public record about a task. Counts if `fulfilled`; else `reason` is the Spanish sentence
    that says why not. `on` is the day of the record.
    """

    task_id: int
    title: str
    url: str
    on: date
    fulfilled: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of records that proves tasks done, such as ballot boxes in operation.

    `evidence` returns the records of the tasks with these ids, in one SELECT however many they are.
    """

    name: str
    label: str
    evidence: Callable[[Collection[int]], Iterable[Evidence]]


@dataclass(frozen=True, slots=True)
class Indicator:
    """The value of a task, computed from the same list of evidence that its page shows, in the
    order of its days.
    """

    unit: Unit
    target: int
    evidence: tuple[Evidence, ...]

    @property
    def numerator(self) -> int:
        return sum(proof.fulfilled for proof in self.evidence)

    @property
    def denominator(self) -> int:
        return self.target if self.unit is Unit.COUNT else len(self.evidence)

    @property
    def value(self) -> float | None:
        """A count, or a percentage; None for a percentage of nothing («sin denominador»)."""
        if self.unit is Unit.COUNT:
            return self.numerator
        return 100 * self.numerator / len(self.evidence) if self.evidence else None

    @property
    def shown_value(self) -> float | None:
        """The value rounded down to one decimal, so that 99,96 % is not shown as 100 %."""
        if self.unit is Unit.COUNT or not self.evidence:
            return self.value
        return (1000 * self.numerator // len(self.evidence)) / 10

    @property
    def is_met(self) -> bool:
        return self.value is not None and self.value >= self.target

    @property
    def is_surpassed(self) -> bool:
        """Whether more things count than the target asks for; never for a percentage."""
        return self.unit is Unit.COUNT and self.numerator > self.target

    @property
    def needed(self) -> int:
        """How much evidence has to count to reach the target."""
        return (
            -(-self.target * self.denominator // 100) if self.unit is Unit.PERCENT else self.target
        )

    @property
    def met_on(self) -> date | None:
        """The day of the evidence that reached the target."""
        if not self.is_met:
            return None
        return [proof.on for proof in self.evidence if proof.fulfilled][self.needed - 1]

    def with_more(self, evidence: Iterable[Evidence]) -> "Indicator":
        """A new indicator with this evidence added."""
        proofs = sorted((*self.evidence, *evidence), key=lambda proof: proof.on)
        return Indicator(self.unit, self.target, tuple(proofs))


def installed() -> dict[str, Measure]:
    """The measures of this installation by name: the values that Task.measure may have."""
    by_name: dict[str, Measure] = installation().measures
    return by_name


def init_app(app: Flask, measures: Collection[Measure]) -> None:
    installation(app).measures = {measure.name: measure for measure in measures}


def indicators(tasks: Collection[Task]) -> dict[int, Indicator]:
    """The indicator of each task with an installed measure, by task id. Calls each measure once."""
    evidence_by_task = defaultdict(list)
    for name, measure in installed().items():
        if task_ids := [task.id for task in tasks if task.measure == name]:
            for evidence in measure.evidence(task_ids):
                evidence_by_task[evidence.task_id].append(evidence)
    return {
        task.id: Indicator(task.unit, task.target, ()).with_more(evidence_by_task[task.id])
        for task in tasks
        if task.measure in installed()
    }
