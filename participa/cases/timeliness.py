"""How much of what had to be answered was answered in time. Pure but for the city's closures."""

from collections.abc import Iterable
from dataclasses import dataclass

from participa.cases.models import Case


@dataclass(frozen=True, slots=True)
class Figure:
    """`open_overdue` are those whose term ended without an answer. What has no term is left out."""

    answered_in_time: int
    answered: int
    open_overdue: int


def on_time(cases: Iterable[Case]) -> Figure:
    """The figure of these cases."""
    due = [case for case in cases if case.term is not None]
    answered = [case for case in due if case.is_answered]
    overdue = sum(1 for case in due if not case.is_answered and case.is_late)
    return Figure(sum(case.is_on_time for case in answered), len(answered), overdue)
