"""Published answers that may already say what somebody is about to ask."""

from rapidfuzz import fuzz, utils
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participa.cases.models import Case
from participa.core.db import db

MOST, MANY = 3, 500
LEAST, LEAST_OF_TOPIC = 60, 50  # of 100


def similar_answers(text: str, topic: str) -> list[Case]:
    """The public cases most like this text, the likest first; one of the same topic needs less."""
    rows = select(Case).where(Case.published_at.is_not(None)).options(joinedload(Case.office))
    cases = db.session.scalars(rows.order_by(Case.published_at.desc(), Case.id).limit(MANY))
    likeness = {case: _likeness(text, case.shown_text) for case in cases}
    near = [
        case
        for case, value in likeness.items()
        if value >= (LEAST_OF_TOPIC if topic and case.topic == topic else LEAST)
    ]
    return sorted(near, key=lambda case: -likeness[case])[:MOST]


def _likeness(text: str, other: str) -> float:
    return float(fuzz.token_set_ratio(text, other, processor=utils.default_process))
