"""What an event left, on its public page: its questions and its commitments."""

from typing import Any

from flask import request

from participa.events.commitments import queries as commitments
from participa.events.commitments.totals import totals_of
from participa.events.commitments.wording import described
from participa.events.models import Event
from participa.events.questions import asking
from participa.events.questions.queries import public_questions


def values_of(event: Event) -> dict[str, Any]:
    """What templates/events/_questions.html and _commitments.html need."""
    way = request.args.get("canal", "")
    return {
        "questions": public_questions(event.id),
        "way": way if way in asking.WAYS else None,
        "why_not_asked": asking.why_not(event),
        "commitments": [described(one) for one in commitments.commitments_of(event.id)],
        "commitment_totals": totals_of(event.id),
    }
