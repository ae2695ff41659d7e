"""How a task is measured: named measures, told by the features that stand above the plan."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from flask import Flask

from participa.core.installation import installation
from participa.plan.models import Task, Unit


@dataclass(frozen=True, slots=True)
class Evidence:
    """One public fact that speaks for a task; when it does not count, `reason` says why not."""

    task_id: int
    title: str
    url: str
    on: date
    fulfilled: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A question that a feature answers: which of its records speak for these tasks?

    `evidence` runs one SELECT however many tasks it is asked about.
    """

    name: str
    label: str
    evidence: Callable[[Collection[int]], Iterable[Evidence]]


@dataclass(frozen=True, slots=True)
class Indicator:
    """The value of a task, folded from the very list that the page shows."""

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
        """A count, or a percentage; None while nothing applies ("sin denominador")."""
        if self.unit is Unit.COUNT:
            return self.numerator
        return 100 * self.numerator / len(self.evidence) if self.evidence else None

    @property
    def shown_value(self) -> float | None:
        """The value with one decimal, rounded down: nothing unfinished is shown as 100 %."""
        if self.unit is Unit.COUNT or not self.evidence:
            return self.value
        return (1000 * self.numerator // len(self.evidence)) / 10

    @property
    def is_met(self) -> bool:
        return self.value is not None and self.value >= self.target

    @property
    def is_surpassed(self) -> bool:
        """More things than the target asks for; a share has no more than its whole."""
        return self.unit is Unit.COUNT and self.numerator > self.target

    @property
    def needed(self) -> int:
        """How many have to count before the target is reached."""
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
        """The indicator as it would be if this evidence came in."""
        proofs = sorted((*self.evidence, *evidence), key=lambda proof: proof.on)
        return Indicator(self.unit, self.target, tuple(proofs))


def known() -> dict[str, Measure]:
    """The measures of this installation, by name: the closed set that a task may choose from."""
    found: dict[str, Measure] = installation().measures
    return found


def init_app(app: Flask, measures: Collection[Measure]) -> None:
    installation(app).measures = {measure.name: measure for measure in measures}


def indicators(tasks: Collection[Task]) -> dict[int, Indicator]:
    """The indicator of every task whose measure exists, by task id; each measure is asked once."""
    found = defaultdict(list)
    for name, measure in known().items():
        if task_ids := [task.id for task in tasks if task.measure == name]:
            for evidence in measure.evidence(task_ids):
                found[evidence.task_id].append(evidence)
    return {
        task.id: Indicator(task.unit, task.target, ()).with_more(found[task.id])
        for task in tasks
        if task.measure in known()
    }
