"""The state of a case's term in words."""

from participa.cases.calendar import closed_days
from participa.cases.models import Case
from participa.core import clock, spanish, workdays


def term_in_words(case: Case) -> tuple[str, str]:
    """A sentence about the term and the CSS class of its state, for the list and its answer."""
    if case.answered_on is not None:
        if case.is_on_time:
            return "Respondida a tiempo", "done"
        return "Respondida fuera de término", "late"
    if case.due_on is None:
        return ("Espera a la persona", "going") if case.is_waiting else ("Sin término", "going")
    days = (case.due_on - clock.today()).days
    if days < 0:
        return "Vencida", "late"
    if days == 0:
        return "Vence hoy", "late"
    return ("Vence mañana" if days == 1 else f"Vence en {days} días"), "going"


def days_taken(case: Case) -> int:
    """The working days of its term that the answer took; 0 without an answer."""
    if case.answered_on is None:
        return 0
    not_counted = closed_days() | case.stopped_days
    return workdays.between(case.counts_from, case.answered_on, not_counted)


def time_taken(case: Case) -> str:
    """The same as a sentence."""
    days = days_taken(case)
    if not days:
        return "Tardó menos de un día hábil."
    return f"Tardó {spanish.several(days, 'día hábil', 'días hábiles')}."
