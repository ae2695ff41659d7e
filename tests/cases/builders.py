"""Cases for tests: a question of a topic call, filed today and not assigned."""

from participa.cases.models import Case, CaseKind
from participa.core import clock
from participa.core.db import db
from participa.topics.models import TopicCall, TopicQuestion

CODE = "A" * 12


def filed(filed_on, kind: CaseKind = CaseKind.QUESTION, **facts) -> Case:
    """A case that is not stored, as one that was just filed."""
    values = {"filed_as": kind, "extra_days": 0, "is_after_hours": False}
    return Case(kind=kind, filed_on=filed_on, **(values | facts))


def question(call: TopicCall, code: str = CODE, text: str = "¿Cuándo abre?", **facts) -> Case:
    values = {"source": "topics", "filed_on": clock.today()}
    made = Case(code=code, text=text, **(values | facts))
    db.session.add(TopicQuestion(call=call, case=made))
    return made
