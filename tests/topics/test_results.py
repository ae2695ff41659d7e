"""The published results of a call, and what must not follow from them."""

import csv
import io
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import delete

from participa.channels import ranking
from participa.core import clock
from participa.core.db import db
from participa.topics import results, snapshots, submit_answer
from participa.topics.models import TopicAnswer
from participa.topics.submit_answer import FilledForm
from tests.topics.builders import CODE, call

ADDRESS = f"/temas/{CODE}/resultados"


def answer(made, *ballots, start=0):
    """Store rankings, each as (positions of topics, territory)."""
    definition = snapshots.snapshot_of(made)
    for number, (places, territory) in enumerate(ballots, start):
        sheet = FilledForm(tuple(definition.options[place] for place in places), territory)
        submit_answer.answer(definition, f"{number:032x}", sheet)
    db.session.commit()


def closed(make, **facts):
    return make(call(closed_at=clock.now() - timedelta(minutes=1), **facts))


def test_results_are_hidden_until_the_closing(client, make):
    made = make(call())
    answer(made, *[((0, 1), "01")] * 20)
    page = client.get(ADDRESS).text
    assert "Los resultados se publican al cierre, para todos al mismo tiempo." in page
    assert "Orden de los temas" not in page


def test_after_the_closing_the_order_is_told_in_words_and_by_two_rules(client, make):
    made = closed(make)
    answer(made, *[((0, 1, 2), "01")] * 6, *[((1, 0), "02")] * 5, *[((2,), "14")] * 5)
    page = client.get(ADDRESS).text
    assert "«Movilidad» queda de primero: 11 de 16 personas lo eligieron." in page
    for words in ("Por puntos (Borda).", "Al comparar de dos en dos.", "Ver la tabla", "Comuna 1"):
        assert words in page
    published = results.results_of(made)
    assert [(one.topic.title, one.points) for one in published.placed[:3]] == [
        ("Movilidad", 28),
        ("Salud", 27),
        ("Educación", 21),
    ]


def test_the_headline_says_by_what_when_more_people_chose_another_topic(client, make):
    made = closed(make)
    answer(made, *[((0, 1), "01")] * 6, *[((2, 1), "01")] * 2)
    page = client.get(ADDRESS).text
    assert "«Movilidad» queda de primero, por puntos: 6 de 8 personas lo eligieron." in page
    assert "Más personas eligieron «Salud», pero en puestos más bajos: 8." in page


def test_ties_share_the_place_and_are_said(client, make):
    made = closed(make)
    answer(made, *[((0,), "01")] * 5, *[((1,), "01")] * 5)
    page = client.get(ADDRESS).text
    assert "Empatan en el primer puesto «Movilidad» y «Salud»." in page
    assert [one.place for one in results.results_of(made).placed] == [1, 1, 3, 3, 3]


def test_with_less_than_five_answers_nothing_is_told(client, make):
    made = closed(make)
    answer(made, *[((0,), "01")] * 4)
    assert "Aún no hay 5 respuestas." in client.get(ADDRESS).text
    assert client.get(f"{ADDRESS}.csv").data.count(b"\r\n") == 1


def test_live_results_advance_by_groups_and_without_territories(client, make):
    made = make(call(shows_live=True))
    answer(made, *[((0,), "01")] * 9)
    assert "Los resultados aparecen con 10 respuestas, para" in client.get(ADDRESS).text
    answer(made, *[((0,), "01")] * 5, start=9)
    published = results.results_of(made)
    assert (published.people, published.territories) == (5, ())
    answer(made, ((1,), "01"), start=14)
    assert results.results_of(made).people == 10


def test_the_closing_of_live_results_does_not_tell_the_last_person_apart(make):
    made = make(call(shows_live=True))
    answer(made, *[((0,), "01")] * 10, ((4,), "01"))
    before = results.results_of(made).people
    made.closed_at = clock.now()
    make(made)
    assert results.results_of(made).people - before >= 5


def test_after_a_reopening_the_way_of_a_newcomer_stays_untold(make, at):
    made = make(call(closed_at=at(2026, 11, 10, 15)))
    answer(made, *[((0,), "01")] * 20)
    at(2026, 11, 11, 15)
    made.reopened_at = clock.now()
    answer(made, *[((0,), "01")] * 2, start=20)
    make(made)
    assert dict(results.results_of(made).channels)["Enlace"] == 20


def test_a_small_territory_is_hidden_and_so_is_what_would_give_it_away(client, make):
    made = closed(make)
    answer(
        made,
        *[((0,), "01")] * 20,
        *[((1,), "02")] * 9,
        *[((2,), "14")] * 2,
    )
    rows = {place.label: place for place in results.results_of(made).territories}
    assert rows["Comuna 14 – El Poblado"].people is None
    assert rows["Comuna 14 – El Poblado"].chosen == (None,) * 5
    hidden = [place for place in rows.values() if place.people is None]
    assert len(hidden) > 1
    unsaid = client.get(ADDRESS).text.partition("Sin mostrar, porque son pocas personas")[2]
    assert "Comuna 14 – El Poblado" in unsaid.partition("</p>")[0]


def test_where_every_territory_is_small_the_page_says_so_and_lists_none(client, make):
    made = closed(make)
    answer(made, *[((0,), place) for place in ("01", "02", "03", "04", "05", "06")])
    page = client.get(ADDRESS).text
    assert "Respondieron 6 personas. En cada territorio son tan pocas que" in page
    assert "Todavía no hay datos" not in page
    assert "Sin mostrar" not in page


def test_after_a_reopening_with_few_newcomers_the_old_figures_stay(make, at):
    now = at(2026, 11, 10, 15)
    made = make(call(closed_at=now))
    answer(made, *[((0,), "01")] * 20, *[((1,), "02")] * 9)
    at(2026, 11, 11, 15)
    made.reopened_at, made.closed_at = clock.now(), None
    at(2026, 11, 11, 16)
    answer(made, ((2,), "02"), start=29)
    made.closed_at = clock.now()
    make(made)
    published = results.results_of(made)
    assert published.people == 29
    assert {place.people for place in published.territories} == {20, 9, 0}
    at(2026, 11, 11, 17)
    answer(made, *[((2,), "02")] * 4, start=30)
    assert results.results_of(made).people == 34


def read_csv(body):
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    return rows[1:]


def read_xlsx(body):
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    return book.get_sheet_by_name("Datos").to_python()[1:]


def read_json(body):
    return [list(row.values()) for row in json.loads(body)["rows"]]


READERS = {"csv": read_csv, "xlsx": read_xlsx, "json": read_json}
BALLOTS = st.lists(
    st.tuples(
        st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True).map(tuple),
        st.sampled_from(["01", "02", "14", "NR"]),
    ),
    min_size=5,
    max_size=40,
)


@pytest.mark.parametrize("format", READERS)
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ballots=BALLOTS)
def test_anybody_can_recompute_the_order_from_the_file(app, client, format, ballots):
    """RDC-06: what the page says, again, from nothing but the downloaded rankings."""
    for model in reversed(db.metadata.sorted_tables):
        db.session.execute(delete(model))
    made = call(closed_at=clock.now() - timedelta(minutes=1))
    db.session.commit()
    answer(made, *ballots)
    with client.get(f"{ADDRESS}.{format}") as file:
        body = file.data
    rows = [
        (tuple(title for title in row[:-1] if title), int(row[-1])) for row in READERS[format](body)
    ]
    titles = [topic.title for topic in made.topics]
    published = results.results_of(made)
    points = ranking.borda(rows, titles, made.choose_up_to)
    duels = {one.option: one for one in ranking.pairwise(rows, titles)}
    assert sum(people for _, people in rows) == published.people == len(ballots)
    assert [(one.option, one.place, one.score) for one in points] == [
        (one.topic.title, one.place, one.points) for one in published.placed
    ]
    assert [
        (duels[one.topic.title].place, duels[one.topic.title].score) for one in published.placed
    ] == [(one.duel_place, one.duels) for one in published.placed]


def test_the_file_says_nothing_of_place_hour_way_or_order_of_arrival(client, make):
    made = closed(make)
    first = [((4, 1), "01"), ((0,), "14"), *[((2, 3), "02")] * 6]
    answer(made, *first)
    before = client.get(f"{ADDRESS}.csv").data
    db.session.execute(delete(TopicAnswer))
    answer(made, *reversed(first), start=50)
    assert client.get(f"{ADDRESS}.csv").data == before
    for words in (b"Poblado", b"Enlace", b"2026"):
        assert words not in before
