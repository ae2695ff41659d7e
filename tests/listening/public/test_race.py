"""Copies of one form arrive together: one contribution, one number, one code."""

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Barrier

from flask.testing import FlaskClient
from sqlalchemy import func, select

from participa.cases.models import Case
from participa.core.db import db
from participa.listening.models import Contribution
from tests.listening import city
from tests.listening.public.people import ANA, ROSA, opened, path

COPIES = 16


def together(app, send):
    """What each of the copies got, sent at the same moment from as many threads."""
    start = Barrier(COPIES)

    def one(_):
        with FlaskClient(app, app.response_class) as client:
            start.wait(30)
            return send(client)

    with ThreadPoolExecutor(COPIES) as threads:
        return list(threads.map(one, range(COPIES)))


def how_many() -> list[int]:
    return [
        db.session.scalar(select(func.count()).select_from(one)) for one in (Case, Contribution)
    ]


def test_copies_that_arrive_together_are_heard_once(app, client):
    post = city.open_post()
    place, sent = path(post), ANA | {"submission": opened(client, post), "confirm": "1"}
    db.session.remove()
    answers = together(app, lambda one: one.post(place, data=sent))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert how_many() == [1, 1]


def test_of_different_words_with_one_token_only_one_stays(app, client):
    post = city.open_post()
    place, token = path(post), {"submission": opened(client, post), "confirm": "1"}
    versions = cycle([ANA | token, ROSA | token, ANA | token | {"text": "Otra cosa."}])
    db.session.remove()
    answers = together(app, lambda one: one.post(place, data=next(versions)))
    assert {answer.status_code for answer in answers} == {303, 409}
    assert how_many() == [1, 1]
