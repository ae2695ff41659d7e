"""The semiannual report of the reports of corruption, for control interno alone (PQR-11).

Ley 1474 de 2011, article 76: it watches that they are attended, and reports every six months. It
has no words and no person: only what was done with each, and when.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participa.cases import timeliness
from participa.cases.models import Case
from participa.core import audit, clock, codes
from participa.core.db import db
from participa.core.tables import tables
from participa.core.tables.cells import Column, Table
from participa.listening import routing
from participa.listening.access import visible_to
from participa.listening.models import Contribution
from participa.staff.models import Account

SEMESTERS = 6  # that can be chosen
HALVES = {1: "primer semestre", 2: "segundo semestre"}
COLUMNS = (
    Column("radicado", "Radicado", "Número de la denuncia"),
    Column("filed_on", "Radicada el", "Día en que se recibió", "date"),
    Column("accused", "Dependencia denunciada", "Vacía si la denuncia no nombra ninguna"),
    Column("stage", "Estado", "Hasta dónde va"),
    Column("due_on", "Vence el", "Último día para responder", "date"),
    Column("answered_on", "Respondida el", "Día de la primera respuesta", "date"),
    Column("is_on_time", "A tiempo", "Si se respondió dentro del plazo", "yes_no"),
    Column("external", "Número externo", "Número en el sistema de PQRSD de la ciudad"),
)


def is_for(account: Account) -> bool:
    """Whether it is of the office that looks into such reports."""
    control = routing.control_office_id()
    return control is not None and account.office_id == control


def semesters() -> dict[str, str]:
    """ "2026-1" → "primer semestre de 2026", the current one first."""
    today = clock.today()
    year, half = today.year, 1 if today.month <= 6 else 2
    found = {}
    for _ in range(SEMESTERS):
        found[f"{year}-{half}"] = f"{HALVES[half]} de {year}"
        year, half = (year, 1) if half == 2 else (year - 1, 2)
    return found


def days_of(semester: str) -> tuple[date, date]:
    """The first and the last day of "2026-1"."""
    year, half = (int(part) for part in semester.split("-"))
    first = date(year, 1 if half == 1 else 7, 1)
    after = date(year, 7, 1) if half == 1 else date(year + 1, 1, 1)
    return first, after - timedelta(days=1)


def reports(account: Account, semester: str) -> Sequence[Contribution]:
    """Those that were filed in it, the first ones first."""
    first, last = days_of(semester)
    rows = select(Contribution).join(Contribution.case).where(visible_to(account))
    rows = rows.where(
        Contribution.is_corruption.is_(True), Case.filed_on >= first, Case.filed_on <= last
    )
    rows = rows.options(joinedload(Contribution.case), joinedload(Contribution.accused_office))
    return db.session.scalars(rows.order_by(Case.filed_on, Case.code)).all()


def totals(found: Sequence[Contribution]) -> dict[str, int]:
    """The figures that head the report, in its order."""
    figure = timeliness.counted(one.case for one in found)
    return {
        "Recibidas": len(found),
        "Respondidas": figure.answered,
        "A tiempo": figure.on_time,
        "Vencidas sin responder": figure.overdue,
    }


def deliver(by: Account, semester: str, format: str) -> Response:
    """The file; the trail says who took it out."""
    found = reports(by, semester)
    audit.record(
        "listening.exported",
        "Contribution",
        by,
        format=format,
        rows=len(found),
        what="denuncias de corrupción",
    )
    return tables.download(table(found, semester), format, f"denuncias-{semester}")


def table(found: Sequence[Contribution], semester: str) -> Table:
    note = " ".join(f"{name}: {count}." for name, count in totals(found).items())
    title = f"Denuncias de corrupción, {semesters().get(semester, semester)}"
    return Table("denuncias", title, COLUMNS, [_row(one) for one in found], note)


def _row(contribution: Contribution) -> list[Any]:
    case = contribution.case
    return [
        codes.show(case.code),
        case.filed_on,
        contribution.accused_office.name if contribution.accused_office else "",
        contribution.stage.value,
        case.due_on,
        case.answered_on,
        case.is_on_time if case.is_answered else None,
        case.external_number,
    ]
