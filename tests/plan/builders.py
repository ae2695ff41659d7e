"""Plans for tests: only what the test says matters; the rest is filled in."""

import csv
import io
from datetime import UTC, date, datetime

from python_calamine import CalamineWorkbook

from participa.core import clock
from participa.core.installation import installation
from participa.plan.measures import Evidence, Measure
from participa.plan.models import (
    Action,
    Period,
    Plan,
    ProgressReport,
    ReportState,
    Task,
    TaskOffice,
    Unit,
)
from participa.staff.models import Account, Office, Role

MEASURE = "pruebas.hechos"


def office(
    slug: str = "dap", name: str = "Departamento Administrativo de Planeación", **columns
) -> Office:
    return Office(slug=slug, name=name, kind="departamento", level="central", **columns)


def task(position: int = 1, offices: tuple[Office, ...] = (), **columns) -> Task:
    facts = {
        "name": f"Tarea de prueba {position}.",
        "offices_written": "Departamento Adm de Planeación",
        "start_month": 3,
        "end_month": 9,
        "indicator": "Cosas hechas",
        "unit": Unit.COUNT,
        "target": 1,
        "measure": MEASURE,
    }
    responsibles = [
        TaskOffice(office=one, position=place, written=f"{one.name} (escrito)")
        for place, one in enumerate(offices, 1)
    ]
    return Task(position=position, responsibles=responsibles, **(facts | columns))


def plan(*tasks: Task, year: int = 2024, **columns) -> Plan:
    """A plan of one action with these tasks."""
    facts = {"strategy": f"ESTRATEGIA {year}", "title": "Plan de prueba"}
    action = Action(number=1, name="Acción de prueba", tasks=list(tasks))
    return Plan(year=year, actions=[action], **(facts | columns))


def account(email: str = "ana@ejemplo.org", role: Role = Role.EDITOR, **columns) -> Account:
    began = datetime(2020, 1, 1, tzinfo=UTC)  # before anything that a test makes
    facts = {"name": email.partition("@")[0], "fs_uniquifier": email, "created_at": began}
    return Account(email=email, role=role, **(facts | columns))


def report(of: Task, by: Account, **columns) -> ProgressReport:
    """An approved report of one thing done, in the first quarter."""
    facts = {
        "title": "Reunión hecha",
        "done_on": date(of.year, 3, 12),
        "numerator": 1,
        "denominator": None,
        "state": ReportState.APPROVED,
        "period": first_period(of),
        "sent_at": clock.now(),
    }
    return ProgressReport(task=of, reporter=by, **(facts | columns))


def first_period(of: Task) -> Period:
    return of.action.plan.periods[0]


def proof(of: Task, on: date, fulfilled: bool = True, title: str = "Prueba") -> Evidence:
    reason = "" if fulfilled else "Todavía no se usa."
    return Evidence(of.id, title, "/prueba", on, fulfilled, reason)


def tell(app, monkeypatch, evidence: list[Evidence], name: str = MEASURE) -> None:
    """Let a measure of the tests speak for the tasks, in place of the features."""

    def answer(task_ids):
        return [one for one in evidence if one.task_id in task_ids]

    known = installation(app).measures | {name: Measure(name, "Hechos de prueba", answer)}
    monkeypatch.setattr(installation(app), "measures", known)


def csv_rows(client, path: str) -> list[dict[str, str]]:
    """The rows of a CSV file as Excel of a Spanish computer reads them."""
    text = client.get(path).data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def xlsx_rows(client, path: str) -> list[list]:
    """The first sheet of an Excel file, with its header."""
    with client.get(path) as answer:
        assert answer.status_code == 200
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return book.get_sheet_by_index(0).to_python()
