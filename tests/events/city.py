"""Events as the city keeps them, at each stage."""

from datetime import date, datetime, timedelta
from typing import Any

from participa.citizens.service import seed_notices
from participa.core import clock
from participa.core.db import db
from participa.events import service
from participa.events.models import Event
from participa.plan.models import Task
from tests.ballots import city
from tests.worlds import remembered

TITLE = "Audiencia pública de rendición de cuentas"
PLAN: dict[str, Any] = {
    "title": TITLE,
    "why": "Contar qué se hizo con los recursos de la comuna.",
    "place": "Teatro al Aire Libre, calle 30 # 55-12",
    "methodology": "Exposición, mesas por tema y plenaria.",
    "call_channels": "Radio comunitaria, redes y cartelera.",
    "report_url": "https://ejemplo.org/informe.pdf",
    "accessibility": "Rampa e intérprete de lengua de señas.",
}


@remembered
def notice() -> None:
    """The city has published its privacy notices."""
    seed_notices()
    db.session.commit()


@remembered
def planned(tasks: list[Task] | None = None, **facts: Any) -> Event:
    """A plan with all that a call needs, in ten days; stored."""
    begins = clock.now().replace(second=0, microsecond=0) + timedelta(days=10)
    values = PLAN | {
        "opens_at": begins,
        "closes_at": begins + timedelta(hours=4),
        "called_on": clock.today(),
    }
    mine = [city.task_of_the_plan()] if tasks is None else tasks
    event = service.create(city.officials()[0], mine, **(values | facts))
    db.session.commit()
    return event


@remembered
def called(tasks: list[Task] | None = None, **facts: Any) -> Event:
    event = planned(tasks, **facts)
    service.publish(event, city.officials()[0])
    db.session.commit()
    return event


@remembered
def held(tasks: list[Task] | None = None, **facts: Any) -> Event:
    """An event that ended an hour ago."""
    event = called(tasks, **facts)
    event.opens_at = clock.now() - timedelta(hours=5)
    event.closes_at = clock.now() - timedelta(hours=1)
    event.called_on = clock.local(event.opens_at).date()
    event.touch()
    db.session.commit()
    return event


def at(day: date, hour: int = 8) -> datetime:
    return clock.at_city(day, hour)
