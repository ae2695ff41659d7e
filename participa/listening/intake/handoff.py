"""Radicados for the city's own PQRSD system, and what comes back from it: one petition, one clock.

What leaves has no words of anybody. Names and contacts leave in a file of their own, with a reason,
a trace and the exporter's name in every row (DAT-13; PQR-12).
"""

from collections.abc import Iterator
from typing import Any

from flask import Response
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, load_only

from participa.cases import timeliness
from participa.cases.models import Case
from participa.channels import exports
from participa.core import audit, clock, codes, spanish
from participa.core.db import db
from participa.core.jobs import jobs
from participa.core.tables import tables
from participa.core.tables.cells import Column, Table
from participa.listening.access import visible_to
from participa.listening.models import Contribution
from participa.staff.models import Account, Office
from participa.staff.signing_in import second_factor

OPEN, ALL = "open", "all"
TITLE = "Radicados de los escuchaderos"
COLUMNS = (
    Column("radicado", "Radicado", "Número del aporte en participa"),
    Column("kind", "Clase", "Qué es en la ley, o una opinión"),
    Column("filed_on", "Radicado el", "Día desde el que se cuenta el plazo", "date"),
    Column("due_on", "Vence el", "Último día para responder; vacío si no tiene plazo", "date"),
    Column("office", "Dependencia", "Quién responde"),
    Column("stage", "Estado", "Hasta dónde va"),
    Column("answered_on", "Respondido el", "Día de la primera respuesta", "date"),
    Column("external", "Número externo", "Número en el sistema de PQRSD de la ciudad"),
)
PERSON = (
    Column("name", "Nombre", "Como se identificó; vacío si no lo dio"),
    Column("email", "Correo", "Para responderle"),
    Column("phone", "Teléfono", "Para responderle"),
    Column("exported", "Exportado", "Quién sacó este archivo, cuándo y para qué"),
)
READ = (
    Contribution.case_id,
    Contribution.stage,
    Contribution.contact_name,
    Contribution.contact_email,
    Contribution.contact_phone,
)


def visible_rows(account: Account, which: str) -> Select[Any]:
    """The contributions that an account may see; those without an answer, or all."""
    rows = select(Contribution).join(Contribution.case).where(visible_to(account))
    return rows.where(Case.answered_on.is_(None)) if which == OPEN else rows


def count(account: Account, which: str) -> int:
    found = visible_rows(account, which).with_only_columns(func.count(Contribution.case_id))
    return db.session.scalar(found) or 0


def deliver(by: Account, which: str, format: str, reason: str = "") -> Any:
    """The file, or a redirect to the job that makes a long one; the caller commits.

    With a reason it has names and contacts; then an account without a second factor is refused.
    """
    rows = count(by, which)
    if reason:
        second_factor.require(by)
        details = {"reason": reason, "what": "nombres y contactos"}
    else:
        details = {}
    audit.record("listening.exported", "Contribution", by, format=format, rows=rows, **details)
    if rows > exports.LONG:
        asked = {"account_id": by.id, "which": which, "format": format, "reason": reason}
        return exports.start_job("listening.handoff", TITLE, by, **asked)
    return made(by, which, format, reason)


def made(by: Account, which: str, format: str, reason: str) -> Response:
    return tables.download(table(by, which, reason), format, filename())


@jobs.work("listening.handoff")
def export(job: jobs.Progress, account_id: int, which: str, format: str, reason: str) -> None:
    by = db.session.get_one(Account, account_id)
    total = count(by, which)
    path = job.new_result(tables.FORMATS[format].extension)
    made_table = table(by, which, reason)
    tables.write(made_table, format, path, lambda done: job.advance(done, total))


def filename() -> str:
    return f"radicados-escuchaderos-{clock.today().isoformat()}"


def table(by: Account, which: str, reason: str = "") -> Table:
    """One row per contribution, in no order that says when each came."""
    mark = watermark(by.name, by.email, reason) if reason else ""
    columns = (*COLUMNS, *PERSON) if reason else COLUMNS
    return Table("radicados", TITLE, columns, _rows(by, which, mark), mark)


def watermark(name: str, email: str, reason: str) -> str:
    return f"Sacado por {name} ({email}) el {spanish.day(clock.today())} para: {reason}"


def _rows(by: Account, which: str, mark: str) -> Iterator[list[Any]]:
    names = {row.id: row.name for row in db.session.execute(select(Office.id, Office.name))}
    rows = visible_rows(by, which).options(
        load_only(*READ[: None if mark else 2]),
        joinedload(Contribution.case).load_only(*timeliness.COLUMNS, Case.external_number),
    )
    for contribution in _pieces(rows):
        case = contribution.case
        row: list[Any] = [
            codes.show(case.code),
            case.kind.label,
            case.filed_on,
            case.due_on,
            names.get(case.office_id or 0, ""),
            contribution.stage.value,
            case.answered_on,
            case.external_number,
        ]
        if mark:
            row += [contribution.contact_name, contribution.contact_email]
            row += [contribution.contact_phone, mark]
        yield row


def _pieces(rows: Select[Any]) -> Iterator[Contribution]:
    """In the order of the random numbers of the cases, piece by piece."""
    last = 0
    while True:
        piece = rows.where(Contribution.case_id > last).order_by(Contribution.case_id)
        found = list(db.session.scalars(piece.limit(exports.PIECE)))
        yield from found
        if len(found) < exports.PIECE:
            return
        last = found[-1].case_id
