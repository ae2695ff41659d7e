"""What everybody sees of the results of a survey, and when."""

import json
from datetime import timedelta

import pytest

from participa.core import clock
from participa.core.db import db
from participa.surveys import service
from participa.surveys.models import Survey, SurveyResponse, WrittenAnswer
from participa.surveys.respond import FilledSurvey, correct
from participa.surveys.snapshots import snapshot_of
from participa.surveys.texts import reviewing as written
from tests.ballots.city import officials
from tests.surveys import city
from tests.surveys.results import city as results_city

pytestmark = pytest.mark.one_engine


@pytest.fixture
def noon(at):
    return at(2026, 11, 20, 17)


def page(client, made: Survey, query: str = "") -> str:
    return client.get(f"/encuestas/{made.code}/resultados{query}").text


def rows_of(client, made: Survey) -> list[dict]:
    return json.loads(client.get(f"/encuestas/{made.code}/resultados.json").data)["rows"]


def test_an_open_survey_shows_only_the_questions_that_are_shown_at_once(app, client, noon):
    made = results_city.answered(40)
    text = page(client, made)
    assert "1. ¿Qué tan segura es su cuadra?" in text
    assert "<h2>Lo que se publica al cierre</h2>" in text
    assert "¿Cómo lo atendieron?" not in text
    assert "Comparar por" not in text


def test_a_closed_survey_shows_everything_but_what_is_never_shown(app, client, noon):
    made = results_city.answered(40)
    city.close(made)
    text = page(client, made)
    for question in results_city.EVERY[:-1]:
        assert question.label in text
    assert "¿Cómo lo atendieron?" not in text
    assert "Respondieron 40 personas." in text
    assert "No es una muestra representativa" in text


def test_a_draft_has_no_results(app, client):
    assert client.get(f"/encuestas/{city.draft().code}/resultados").status_code == 404


def test_before_anybody_answers_the_page_says_when_there_will_be_something(app, client):
    made = city.open_survey(results_city.QUESTIONS)
    assert "Los resultados aparecen al día siguiente" in page(client, made)
    assert rows_of(client, made) == []
    city.close(made)
    assert "No llegaron respuestas." in page(client, made)


def test_one_answer_is_no_result(app, client):
    made = results_city.answered(1)
    city.close(made)
    assert "Con menos de 5 respuestas no se publica nada" in page(client, made)


def test_what_came_today_is_counted_tomorrow(app, client, noon):
    made = results_city.answered(20)
    before = page(client, made)
    for number in range(3):
        results_city.add(made, number, clock.today())
    assert page(client, made) == before


def test_the_page_stands_still_until_a_whole_group_has_come(app, client, at):
    at(2026, 11, 20, 17)
    made = results_city.answered(20)
    before = page(client, made)
    results_city.add(made, 3, clock.today())
    at(2026, 11, 21, 17)
    assert page(client, made) == before


def test_a_correction_does_not_show_by_itself(app, client, noon):
    """Between two looks the numbers differ by a whole group or not at all."""
    made = results_city.answered(30)
    before = rows_of(client, made)
    response = db.session.scalars(db.select(SurveyResponse).order_by(SurveyResponse.id)).first()
    changed = dict(response.answers) | {"segura": "1"}
    correct(snapshot_of(made), response, FilledSurvey(answers=changed))
    db.session.commit()
    assert rows_of(client, made) == before
    city.close(made)
    steps = {one["code"]: one for one in rows_of(client, made) if one["question"] == "segura"}
    assert steps["1"]["hidden"]  # now among all of them, and too few to be shown


def test_after_reopening_the_first_results_stay_until_enough_people_have_come(app, client, noon):
    made = results_city.answered(40)
    city.close(made)
    before = rows_of(client, made)
    service.reopen(made, officials()[0], clock.now() + timedelta(days=3), "Hubo lluvia")
    db.session.commit()
    results_city.add(made, 1, clock.today())
    assert rows_of(client, made) == before
    city.close(made)
    assert "Estas cifras son las del primer cierre" in page(client, made)
    assert rows_of(client, made) == before


def test_a_comparison_by_comuna_is_drawn_and_the_small_ones_are_named(app, client, noon):
    made = results_city.answered(40)
    for number in range(3):
        results_city.add(made, number, clock.today(), territory="60")
    city.close(made)
    text = page(client, made, "?por=comuna")
    assert "<b>Por comuna o corregimiento</b>" in text
    assert "Comuna 1 – Popular" in text
    assert "Corregimiento 60" in text.partition("Sin mostrar, porque son pocas")[2]
    assert page(client, made, "?por=nada&grupo=x") == page(client, made)


def test_one_group_alone_shows_a_line_of_the_same_table(app, client, noon):
    made = results_city.answered(40)
    city.close(made)
    text = page(client, made, "?por=comuna&grupo=01")
    assert '<option value="01" selected>' in text
    compared = text.partition("<b>Por comuna o corregimiento</b>")[2]
    assert "Comuna 1 – Popular" in compared
    assert '<th scope="row">Comuna 14' not in compared


def test_the_file_tells_what_the_page_tells(app, client, noon):
    made = results_city.answered(40)
    for number in range(3):
        results_city.add(made, number, clock.today(), sex="1")
    city.close(made)
    rows = rows_of(client, made)
    assert all(row["people"] is None or row["people"] == 0 or row["people"] >= 5 for row in rows)
    assert all(
        row["hidden"] == (row["people"] is None)
        for row in rows
        if row["average"] is None and row["option"] != "Promedio" and "Puesto" not in row["option"]
    )
    compared = {row["compared_by"] for row in rows}
    assert {"", "Comuna o corregimiento", "Sexo", "Cómo respondió"} <= compared
    for format in ("csv", "xlsx"):
        assert client.get(f"/encuestas/{made.code}/resultados.{format}").status_code == 200
    assert client.get(f"/encuestas/{made.code}/resultados.pdf").status_code == 404


def test_the_public_reads_only_the_texts_that_were_approved(app, client, noon):
    made = results_city.answered(40)
    texts = list(db.session.scalars(db.select(WrittenAnswer).order_by(WrittenAnswer.id)))
    written.publish(texts[0], officials()[0], "Falta luz en el parque.")
    db.session.commit()
    city.close(made)
    text = page(client, made)
    assert "Falta luz en el parque." in text
    assert texts[1].text not in text


def test_a_number_has_intervals_and_no_extreme_of_one_person(app, client, noon):
    made = results_city.answered(40)
    city.close(made)
    options = [row["option"] for row in rows_of(client, made) if row["question"] == "tiempo"]
    assert any(option.startswith("Menos de") for option in options)
    assert any(option.endswith("o más años") for option in options)
