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
        return _without_term(case)
    days = (case.due_on - clock.today()).days
    if days < 0:
        return "Vencida", "late"
    if days == 0:
        return "Vence hoy", "late"
    return ("Vence mañana" if days == 1 else f"Vence en {days} días"), "going"


def _without_term(case: Case) -> tuple[str, str]:
    if case.desisted_on is not None:
        return "La persona desistió", "done"
    return ("Espera a la persona" if case.is_waiting else "Sin término"), "going"


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


def length_in_words(minutes: int) -> str:
    """1 hora y 40 minutos; 2 días; 35 minutos."""
    hours, rest = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "día", "días"), (hours, "hora", "horas"), (rest, "minuto", "minutos"))
    return spanish.listed([spanish.several(*part) for part in parts if part[0]])
