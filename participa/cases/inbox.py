"""Cases without a public answer, for the daily mail of the staff who answer them."""

from participa.cases import queries, sources
from participa.cases.models import Case
from participa.cases.sources import Origin
from participa.core import spanish
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending

MOST = 1000


def pending(account: Account) -> list[Pending]:
    """The cases that an account answers, counted by the record in which they were filed.

    A Responsable has those of the own office, everybody else all of them. No text of a case.
    """
    cases = queries.unpublished_cases(account.only_office_id, MOST)
    by_origin: dict[Origin, list[Case]] = {}
    for case, origin in sources.with_origins(cases):
        by_origin.setdefault(origin, []).append(case)
    return [_counted(origin, group) for origin, group in by_origin.items()]


def _counted(origin: Origin, cases: list[Case]) -> Pending:
    first = min((case.due_on for case in cases if case.due_on), default=None)
    count = spanish.several(
        len(cases), "pregunta sin respuesta pública", "preguntas sin respuesta pública"
    )
    return Pending(
        count,
        origin.staff_url,
        f"en «{origin.title}». La primera vence el {spanish.weekday(first)}."
        if first
        else f"en «{origin.title}».",
        tuple(f"case:{case.id}" for case in cases),
    )
