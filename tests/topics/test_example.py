import pytest

from participa.core import clock
from participa.core.db import db
from participa.plan import measures
from participa.topics import example, results
from participa.topics.models import TopicAnswer, TopicCall
from tests.plan.builders import account, office, plan, task

pytestmark = pytest.mark.one_engine


def seeded(make):
    made = plan(task(1, measure="topics.published"))
    made.actions[0].number = 2
    make(made)
    make(office())
    by = make(account())
    call = example.seed_example(by, by)
    db.session.commit()
    return call, made.actions[0].tasks[0]


def test_the_example_is_open_marked_and_full_of_answers(app, client, make):
    call, _ = seeded(make)
    page = client.get(f"/temas/{call.code}")
    assert "Esta convocatoria es de muestra y sus respuestas son inventadas" in page.text
    assert db.session.query(TopicAnswer).count() == example.PEOPLE
    published = results.results_of(call)
    assert published.is_published
    assert published.people == 55
    assert "Ejemplo" in client.get(f"/temas/{call.code}/resultados").text


def test_the_example_shows_who_answered_once_it_has_closed(app, client, make):
    """A newcomer sees the pictures, and not only what they hide."""
    call, _ = seeded(make)
    call.closed_at = clock.now()
    db.session.commit()
    published = results.results_of(call)
    assert len(published.people_by_territory) > 3
    assert published.hidden_territories
    ages = results.respondent_counts(call)[0]
    assert any(count for _, count in ages.options)
    page = client.get(f"/temas/{call.code}/resultados").text
    assert "Sin mostrar, porque son pocas personas" in page


def test_the_example_counts_for_no_task_and_says_why(app, client, make):
    _, task_of_calls = seeded(make)
    with app.test_request_context():
        indicator = measures.indicators([task_of_calls])[task_of_calls.id]
    assert indicator.value == 0
    [proof] = indicator.evidence
    assert proof.reason == "Es un ejemplo, con respuestas inventadas."


def test_a_second_start_makes_no_second_example(app, make):
    call, _ = seeded(make)
    assert example.seed_example(call.created_by, call.created_by) is None
    assert db.session.query(TopicCall).count() == 1
