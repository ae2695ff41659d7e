import pytest

from participa.channels.example import play
from participa.citizens import service as citizens
from participa.core import clock
from participa.core.db import db
from participa.core.installation import installation
from participa.plan import measures
from participa.staff import service as offices
from participa.topics import example, results
from participa.topics.models import Decision, Proposal, TopicAnswer, TopicCall
from tests.filling import Forms
from tests.plan.builders import account, plan, task
from tests.worlds import remembered

pytestmark = pytest.mark.one_engine


@remembered
def tell() -> None:
    for year in (2024, 2026):
        made = plan(task(1, measure="topics.published"), year=year)
        made.actions[0].number = 2
        db.session.add(made)
    by = account()
    db.session.add(by)
    offices.seed_offices()
    citizens.publish_notice("topics", installation().settings.entity, by="prueba")
    play(example.strands(by, by))
    db.session.commit()


@pytest.fixture
def calls(demo, at) -> list[TopicCall]:
    """The calls of the story on a day of November: of 2024, of this spring, and the open one."""
    at(2026, 11, 29, 14)
    tell()
    return db.session.query(TopicCall).order_by(TopicCall.published_at).all()


def test_the_open_call_is_marked_and_full_of_answers(calls, client):
    *_, call = calls
    page = client.get(f"/temas/{call.code}")
    assert "Es un ejemplo:</b> sus respuestas son inventadas." in page.text
    assert db.session.query(TopicAnswer).filter_by(call_id=call.id).count() == example.PEOPLE
    published = results.results_of(call)
    assert published.is_published
    assert published.people == 55
    assert "Ejemplo" in client.get(f"/temas/{call.code}/resultados").text


def test_people_answer_it_today_too(calls):
    midnight = clock.at_city(clock.today())
    rows = db.session.query(TopicAnswer).filter_by(call_id=calls[-1].id)
    assert 0 < rows.filter(TopicAnswer.received_at >= midnight).count() < example.PEOPLE


def test_a_call_of_the_past_ends_with_what_the_city_decided(calls, client):
    for call in calls[:-1]:
        assert call.is_closed
        decisions = [topic.decision for topic in call.topics]
        assert decisions.count(Decision.TAKEN) == example.PLACES
        assert Decision.PENDING not in decisions
        proposals = db.session.query(Proposal).filter_by(call_id=call.id)
        assert not any(proposal.is_pending for proposal in proposals)
        assert example.ON_THE_AGENDA in client.get(f"/temas/{call.code}/resultados").text


def test_a_closed_call_shows_who_answered_and_hides_the_few(calls, client):
    """A newcomer sees the pictures, and not only what they hide."""
    call = calls[-1]
    call.closed_at = clock.now()
    db.session.commit()
    assert len(results.results_of(calls[0]).people_by_territory) > 3
    published = results.results_of(call)
    assert len(published.people_by_territory) > 3
    assert published.hidden_territories
    ages = results.respondent_counts(call)[0]
    assert any(count for _, count in ages.options)
    page = client.get(f"/temas/{call.code}/resultados").text
    assert "Sin mostrar, porque son pocas personas" in page


def test_what_is_open_in_january_was_opened_in_january(demo, at):
    """Else what the people of December did would count for the tasks of the new year."""
    at(2026, 1, 3, 14)
    tell()
    *_, call = db.session.query(TopicCall).order_by(TopicCall.published_at)
    assert clock.local(call.published_at).date().isoformat() == "2026-01-01"
    first = (
        db.session.query(TopicAnswer).filter_by(call_id=call.id).order_by(TopicAnswer.received_at)
    )
    assert clock.local(first[0].received_at).year == 2026


def test_each_call_counts_for_the_plan_of_its_year(demo, calls):
    tasks = {call.tasks[0].year: call.tasks[0] for call in calls}
    with demo.test_request_context():
        values = measures.indicators(list(tasks.values()))
    assert {year: values[one.id].value for year, one in tasks.items()} == {2024: 1, 2026: 2}


def test_in_the_first_quarter_the_open_call_is_the_first_of_the_year(demo, at):
    at(2026, 2, 10, 14)
    tell()
    assert [call.phase.name for call in db.session.query(TopicCall)] == ["CLOSED", "OPEN"]


def test_the_explanation_of_the_open_call_can_be_changed(calls, staff):
    """Its answers keep the questions as they are; the order of what was ticked is no question."""
    *_, call = calls
    editor, address = staff("EDITOR"), f"/gestion/temas/{call.code}/cambiar"
    call.variables = list(reversed(call.variables))
    db.session.commit()
    [form] = [one for one in Forms(editor.get(address).text, address).forms if one.is_sent][-1:]
    sent: dict[str, list[str]] = {}
    for name, value in form.as_it_stands():
        sent.setdefault(name, []).append(value)
    done = editor.post(address, data=sent | {"why": ["Lo más votado se presenta primero."]})
    assert done.status_code == 302, done.text
    assert "Lo más votado se presenta primero." in editor.get(address).text
