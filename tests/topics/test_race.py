"""Thirty-two copies of one submission arrive together: one row, one receipt."""

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Barrier

from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from participa.core.db import db
from participa.topics.models import Proposal
from tests.topics.builders import CODE, call, filled, how_many

COPIES = 32
ADDRESS = f"/temas/{CODE}"


def together(app, send):
    """What each of the copies got, sent at the same moment from as many threads."""
    start = Barrier(COPIES)

    def one(_):
        with FlaskClient(app, app.response_class) as client:
            start.wait(30)
            return send(client)

    with ThreadPoolExecutor(COPIES) as threads:
        return list(threads.map(one, range(COPIES)))


def test_copies_that_arrive_together_are_stored_once_and_get_the_same_receipt(app, client, make):
    made = make(call())
    sent = filled(made, client.get(ADDRESS), proposal="Ruido", question="¿Cuándo?")
    db.session.remove()
    answers = together(app, lambda one: one.post(ADDRESS, data=sent))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert how_many() == [1, 1, 1]


def test_of_different_answers_with_one_token_only_one_stays(app, client, make):
    made = make(call())
    page = client.get(ADDRESS)
    versions = cycle([filled(made, page, topic.id) for topic in made.topics])
    db.session.remove()
    answers = together(app, lambda one: one.post(ADDRESS, data=next(versions)))
    assert {answer.status_code for answer in answers} == {303, 409}
    assert how_many() == [1, 0, 0]


def test_without_the_guard_the_copies_would_be_stored_many_times(app, client, make):
    """The control: asking first and inserting then loses the race that the guard wins."""
    made_id = make(call()).id
    db.session.remove()
    start = Barrier(8)

    def careless(_):
        with app.app_context():
            known = db.session.scalar(select(func.count()).select_from(Proposal))
            start.wait(30)
            if not known:
                values = {"call_id": made_id, "text": "Ruido", "territory": "01"}
                db.session.execute(insert(Proposal).values(**values))
                db.session.commit()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(careless, range(8)))
    assert db.session.scalar(select(func.count()).select_from(Proposal)) > 1
