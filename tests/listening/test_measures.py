"""A listening post works if it is open, hears people and owes no answer that is late (task 7.1)."""

from datetime import timedelta

import pytest

from participa.core import clock
from participa.core.db import db
from participa.listening import acts, measures
from participa.listening.models import FULL_NAME
from participa.plan import measures as plan_measures
from participa.plan.measures import Evidence
from participa.plan.models import Unit
from tests.ballots.city import officials, task_of_the_plan
from tests.listening.office import posts


def spoken_for(app) -> list[Evidence]:
    with app.test_request_context():
        return list(measures.working([task_of_the_plan().id]))


def only(app) -> Evidence:
    [found] = spoken_for(app)
    return found


def test_an_open_post_that_heard_somebody_counts(app):
    post = posts.open_post()
    posts.heard(post)
    found = only(app)
    assert (found.fulfilled, found.reason) == (True, "")
    assert found.url == f"/escuchaderos/{post.code}"
    assert found.title.startswith(FULL_NAME)


def test_a_planned_post_is_in_the_denominator_and_says_that_it_is_not_open(app):
    """The indicator is posts that work among posts that are planned."""
    posts.heard(posts.open_post())
    posts.draft(title=f"{FULL_NAME} de Palmitas")
    posts.open_post(title=f"{FULL_NAME} de Belén", opens_at=clock.now() + timedelta(days=3))
    reasons = [one.reason for one in spoken_for(app)]
    assert sorted(reasons) == ["", measures.PLANNED, measures.PLANNED]


def test_the_evidence_of_a_draft_leads_to_a_page_that_is_there(app, client):
    posts.draft()
    url = only(app).url
    assert url.startswith("/escuchaderos#")
    assert client.get(url).status_code == 200


def test_a_post_where_nobody_was_heard_does_not_work(app):
    posts.open_post()
    assert only(app).reason == measures.NOBODY


@pytest.mark.parametrize(
    ("late", "words"),
    [(1, "Debe una respuesta vencida."), (2, "Debe 2 respuestas vencidas.")],
)
def test_a_post_that_owes_late_answers_does_not_work_until_it_gives_them(app, late, words):
    post, by = posts.open_post(), officials()[0]
    owed = [posts.heard(post, 60) for _ in range(late)]
    assert only(app).reason == words
    for one in owed:
        acts.answer(one, by, "Ya hay luz.")
    db.session.commit()
    assert only(app).fulfilled


def test_what_waits_in_term_or_asks_for_nothing_takes_nothing_away(app):
    post = posts.open_post()
    posts.heard(post, 5)
    posts.heard(post, 200, wants_answer=False)
    assert only(app).fulfilled


def test_a_post_that_closed_after_its_season_still_counts(app):
    post = posts.open_post()
    posts.heard(post)
    post.closed_at = clock.now()
    db.session.commit()
    assert only(app).fulfilled


def test_however_many_posts_one_statement_asks_for_them(app, questions):
    for number in range(4):
        posts.heard(posts.open_post(title=f"{FULL_NAME} {number}"))
    task_id = task_of_the_plan().id
    db.session.commit()
    del questions[:]
    with app.test_request_context():
        list(measures.working([task_id]))
    assert len(questions) <= 2, "the rows, and the city's closures once"


def test_the_percentage_of_the_task_is_that_of_its_list(app):
    for name, is_heard in (("A", True), ("B", True), ("C", False)):
        post = posts.open_post(title=f"{FULL_NAME} {name}")
        if is_heard:
            posts.heard(post)
    task = task_of_the_plan()
    task.measure, task.unit, task.target = "listening.working", Unit.PERCENT, 100
    db.session.commit()
    with app.test_request_context():
        indicator = plan_measures.indicators([task])[task.id]
    assert (indicator.numerator, indicator.denominator) == (2, 3)
    assert not indicator.is_met
