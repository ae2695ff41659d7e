from datetime import date

from participa.core import clock
from participa.core.db import db
from participa.plan import measures
from participa.plan.models import Unit
from tests.conftest import as_demo
from tests.groups import builders
from tests.plan.builders import plan, task


def indicator(app, counted):
    with app.test_request_context():
        return measures.indicators([counted])[counted.id]


def counted_task(make, **columns):
    return make(plan(task(1, measure="groups.formed", **columns))).actions[0].tasks[0]


def test_a_formed_group_moves_the_indicator_on_the_day_of_its_act(app, make):
    counted = counted_task(make)
    assert indicator(app, counted).value == 0
    builders.formed(tasks=[counted])
    found = indicator(app, counted)
    assert (found.value, found.is_met) == (1, True)
    [proof] = found.evidence
    assert (proof.title, proof.url) == ("Nodo de seguridad alimentaria", "/instancias/9H4J6KMN")
    assert proof.on == clock.today()


def test_an_act_counts_from_the_day_on_which_it_was_stored_here(app, make, client, at):
    counted = counted_task(make)
    at(2024, 5, 6, 15)
    made = builders.formed(tasks=[counted])
    made.called_on, made.founded_on = date(2024, 1, 2), date(2024, 2, 1)
    db.session.commit()
    [proof] = indicator(app, counted).evidence
    assert (proof.fulfilled, proof.on) == (True, date(2024, 5, 6))
    page = client.get(proof.url).text
    assert "Publicada aquí el 5 de mayo de 2024" in page
    assert "Guardada aquí el 6 de mayo de 2024" in page


def test_a_percentage_counts_the_formed_of_those_that_were_begun(app, make):
    counted = counted_task(make, unit=Unit.PERCENT, target=100)
    builders.formed(tasks=[counted])
    builders.group("AAAAAAAA", tasks=[counted])
    db.session.commit()
    found = indicator(app, counted)
    assert (found.value, found.denominator) == (50, 2)


def test_missing_evidence_says_what_is_missing_where_everybody_reads_it(app, client, make):
    """RDC-02: the task lists its evidence, and what does not count yet says why."""
    counted = counted_task(make)
    called = builders.group(tasks=[counted])
    builders.member(called, "Corporación Uno")
    builders.accepted(called, "Corporación Dos")
    builders.draft("AAAAAAAA", name="Nodo que viene", tasks=[counted])
    db.session.commit()
    first, second = indicator(app, counted).evidence
    assert first.reason == (
        "Falta 1 integrante por aceptar: Corporación Uno; falta el acta de conformación."
    )
    assert second.reason.startswith("Falta publicar la convocatoria")
    assert second.url == "/instancias"
    page = client.get(f"/plan/tareas/{counted.code}?ano=2024").text
    assert first.reason in page
    for proof in (first, second):
        there = client.get(proof.url)
        assert there.status_code == 200
        assert proof.title in there.text


def test_an_example_counts_in_a_demonstration_alone(app, make):
    counted = counted_task(make)
    builders.formed(tasks=[counted], is_example=True)
    [proof] = indicator(app, counted).evidence
    assert (proof.fulfilled, proof.reason) == (False, "Es un ejemplo, con integrantes inventados.")
    with as_demo(app):
        assert indicator(app, counted).value == 1


def test_the_evidence_of_many_tasks_is_one_question(app, make, questions):
    tasks = make(plan(*[task(n, measure="groups.formed") for n in range(1, 6)])).actions[0].tasks
    builders.formed(tasks=tasks)
    assert [one.id for one in tasks]
    questions.clear()
    with app.test_request_context():
        found = measures.indicators(tasks)
    assert len(questions) == 1
    assert [found[one.id].value for one in tasks] == [1] * 5
