"""Attendance lists of an event that is under way, and of one to come, in a running demo.

`python -m tests.journeys.attendance.lists FOLDER` prints their addresses as JSON, by name.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from participa.app import create_app
from participa.attendance import service
from participa.core import clock
from participa.core.db import db
from participa.events import service as events
from participa.events.models import Event
from participa.pages import cli, example
from participa.plan import queries as plans
from participa.plan.models import Task
from participa.staff.models import Account

LISTS: dict[str, dict[str, Any]] = {
    "short": {},
    "long": {
        "asks_organisation": True,
        "asks_image": True,
        "variables": ["curso_vida", "territorio", "discapacidad", "pertenencia_etnica"],
    },
    "rotating": {"has_rotating_code": True},
    "full": {"capacity": 1},
    "upcoming": {"takes_registrations": True},
    "unopened": {},
}


def event_of(editor: Account, task: Task, name: str) -> Event:
    begins = clock.now().replace(second=0, microsecond=0) - timedelta(hours=1)
    if name in {"upcoming", "unopened"}:
        begins += timedelta(days=2)
    facts = {
        "title": f"Encuentro de rendición de cuentas, {name} (ejemplo)",
        "why": "Contar qué se hizo con los recursos de la comuna.",
        "place": "Teatro al Aire Libre, calle 30 # 55-12",
        "methodology": "Mesas por tema.",
        "call_channels": "Radio comunitaria.",
        "report_url": "https://ejemplo.org/informe.pdf",
        "accessibility": "Rampa.",
        "opens_at": begins,
        "closes_at": begins + timedelta(hours=12),
        "called_on": clock.today() - timedelta(days=1),
        "is_example": True,
    }
    with clock.stopped_at(clock.now() - timedelta(days=1)):
        event = events.create(editor, [task], **facts)
        events.publish(event, editor)
    return event


def made() -> dict[str, str]:
    editor = example.account_of("editor")
    plan = plans.current_plan()
    task = plans.task_of(plan, "3.3") if plan else None
    assert task is not None
    addresses = {}
    for name, facts in LISTS.items():
        event = event_of(editor, task, name)
        values = {**service.default_facts(event), **facts, "is_example": True}
        record = service.create(editor, event, [task], **values)
        service.publish(record, editor)
        addresses[name] = f"/asistencia/{record.code}"
    db.session.commit()
    return addresses


def main(folder: Path) -> None:
    cli.prepare_environment(folder, 8000, "127.0.0.1")
    with create_app().app_context():
        sys.stdout.write(f"{json.dumps(made())}\n")
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
