"""Events with what their minutes are made of."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from participa.cases.models import Case
from participa.core import clock
from participa.core.db import db
from participa.events.minutes import service
from participa.events.models import Event
from participa.events.record_models import AskedBy, Commitment, EventQuestion, Minutes
from participa.staff.models import Account, Office
from tests.ballots import city as officials
from tests.events import city
from tests.plan.builders import office

SUMMARY = "La Alcaldía contó qué hizo.\n\nLa gente preguntó por las vías."


def writer() -> Account:
    account: Account = officials.officials()[0]
    return account


def question(event: Event, number: int, there: bool = False, **facts: Any) -> Case:
    """A question of the event, filed today and not answered."""
    case = Case(
        code=f"{number:012}",
        source="events",
        text=f"¿Pregunta {number}?",
        **({"filed_on": clock.today()} | facts),
    )
    db.session.add(case)
    db.session.flush()
    asked = EventQuestion(
        case_id=case.id, event_id=event.id, asked_by=AskedBy.CARD, is_answered_there=there
    )
    db.session.add(asked)
    return case


def answered(event: Event, number: int, there: bool = False) -> Case:
    facts = {"answer": f"Respuesta {number}", "answered_on": clock.today()}
    return question(event, number, there, published_at=clock.now(), **facts)


def an_office() -> Office:
    return db.session.scalars(select(Office)).first() or office()


def commitment(event: Event, number: int, **facts: Any) -> Commitment:
    values = {
        "text": f"Compromiso {number}",
        "office": event.office or an_office(),
        "position": "Director",
        "due_on": clock.today() + timedelta(days=60),
    }
    made = Commitment(event_id=event.id, number=number, **(values | facts))
    db.session.add(made)
    return made


def written(event: Event | None = None, **facts: Any) -> Event:
    """A held event whose minutes lack nothing."""
    event = event or city.held()
    values = {"summary": SUMMARY, "attended": 120, "by_group": {}, "has_no_commitments": True}
    service.write(event, writer(), **(values | facts))
    db.session.commit()
    return event


def closed(event: Event | None = None) -> Minutes:
    event = event or written()
    minutes = service.close(event, writer(), [])
    db.session.commit()
    return minutes
