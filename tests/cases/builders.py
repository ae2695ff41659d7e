"""Cases for tests: a question of a topic call, filed today and not assigned."""

from participa.cases.models import Case
from participa.core import clock
from participa.core.db import db
from participa.topics.models import TopicCall, TopicQuestion

CODE = "A" * 12


def question(call: TopicCall, code: str = CODE, text: str = "¿Cuándo abre?", **facts) -> Case:
    values = {"source": "topics", "filed_on": clock.today()}
    made = Case(code=code, text=text, **(values | facts))
    db.session.add(TopicQuestion(call=call, case=made))
    return made
