"""The questions of events as cases: the event of each question and the office that owns it."""

from collections.abc import Collection

from flask import url_for
from sqlalchemy import Select, select

from participa.cases.sources import CaseSource, Origin
from participa.core.db import db
from participa.events.models import Event
from participa.events.questions.asking import SOURCE
from participa.events.record_models import EventQuestion


def origins(case_ids: Collection[int]) -> dict[int, Origin]:
    """Case id → the event at which it was asked. One SELECT."""
    columns = (EventQuestion.case_id, Event.code, Event.title, Event.office_id)
    rows = select(*columns).join(EventQuestion.event).where(EventQuestion.case_id.in_(case_ids))
    return {
        case_id: Origin(
            title=title,
            url=url_for("events.show", code=code),
            staff_url=url_for("events_questions_staff.index", code=code),
            office_id=office_id,
        )
        for case_id, code, title, office_id in db.session.execute(rows)
    }


def of_office(office_id: int) -> Select[int]:
    events = select(EventQuestion.case_id).join(EventQuestion.event)
    return events.where(Event.office_id == office_id)


CASES = CaseSource(SOURCE, origins, of_office)
