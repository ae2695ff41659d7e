from datetime import timedelta

from participa.core import clock
from participa.core.db import db
from participa.core.links import ShortLink
from participa.plan import measures
from tests.plan.builders import plan, task
from tests.topics.builders import call


def indicators(app, tasks):
    with app.test_request_context():
        return measures.indicators(tasks)


def test_a_published_call_with_its_qr_and_its_closing_moves_the_indicator(app, make):
    made = make(plan(task(1, measure="topics.published")))
    [counted] = made.actions[0].tasks
    assert indicators(app, [counted])[counted.id].value == 0
    make(call(tasks=[counted]))
    indicator = indicators(app, [counted])[counted.id]
    assert (indicator.value, indicator.is_met) == (1, True)
    [proof] = indicator.evidence
    assert proof.url == "/temas/7K3F2QXM"
    assert proof.on == clock.local(clock.now() - timedelta(days=1)).date()


def test_a_published_call_without_qr_or_closing_does_not_count_and_says_why(app, make):
    made = make(plan(task(1, measure="topics.published")))
    [counted] = made.actions[0].tasks
    make(call(tasks=[counted], closes_at=None))
    make(call("AAAAAAAA", tasks=[counted]))
    db.session.delete(db.session.get(ShortLink, "AAAAAAAA"))
    db.session.commit()
    indicator = indicators(app, [counted])[counted.id]
    assert indicator.value == 0
    reasons = sorted(proof.reason for proof in indicator.evidence)
    assert reasons == ["Aún no tiene código QR.", "Aún no tiene fecha de cierre."]


def test_a_draft_is_nobodys_evidence(app, make):
    made = make(plan(task(1, measure="topics.published")))
    [counted] = made.actions[0].tasks
    make(call(tasks=[counted], published_at=None))
    assert indicators(app, [counted])[counted.id].evidence == ()


def test_the_evidence_of_many_tasks_is_one_question(app, make, questions):
    made = make(plan(*[task(n, measure="topics.published") for n in range(1, 6)]))
    tasks = list(made.actions[0].tasks)
    make(call(tasks=tasks))
    for one in tasks:
        assert one.id
    questions.clear()
    indicators(app, tasks)
    assert len(questions) == 1
