"""What happened with a contribution, day by day, as the person who wrote it reads it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from participa.core import spanish
from participa.listening.models import CaseStage, CaseStep, Contribution

TITLES = {
    CaseStage.RECEIVED: "Recibido",
    CaseStage.IN_REVIEW: "En revisión",
    CaseStage.TRANSFERRED: "Trasladado",
    CaseStage.ANSWERED: "Respondido",
    CaseStage.CLOSED: "Cerrado",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the timeline; `office` and `reason` may be empty."""

    on: date
    title: str
    office: str = ""
    reason: str = ""


def of(contribution: Contribution) -> Sequence[Happening]:
    """The lines in the order of their days; of one day in the order in which they are built."""
    return sorted(_all(contribution), key=lambda one: one.on)


def _all(contribution: Contribution) -> Iterator[Happening]:
    case = contribution.case
    yield Happening(contribution.received_on, "Recibido", contribution.post.title)
    for step in contribution.steps:
        office = step.office.name if step.office else ""
        yield Happening(step.taken_on, _title(contribution, step), office, step.reason)
    if case.asked_to_complete_on is not None:
        yield Happening(case.asked_to_complete_on, "La ciudad le pidió completar algo")
    if case.completed_on is not None:
        yield Happening(case.completed_on, "Usted lo completó")
    if contribution.erased_on is not None:
        yield Happening(contribution.erased_on, "Se borró lo que usted contó, con sus datos")


def _title(contribution: Contribution, step: CaseStep) -> str:
    case = contribution.case
    if step.stage is CaseStage.IN_REVIEW and step.taken_on == case.extended_on:
        return f"Prórroga de {spanish.several(case.extra_days, 'día hábil', 'días hábiles')}"
    if step.stage is CaseStage.CLOSED and step.taken_on == case.desisted_on:
        return "Cerrado sin respuesta: la petición se retiró o no se completó"
    return TITLES[step.stage]
