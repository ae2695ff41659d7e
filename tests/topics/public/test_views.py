"""A resident answers a topic call, through the pages."""

import re
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from participa.cases.models import Case
from participa.core import clock, codes, workdays
from participa.topics import queries
from participa.topics.models import Proposal
from participa.topics.public import pages
from tests.topics.builders import CODE, call, filled, how_many, stored, token

ADDRESS = f"/temas/{CODE}"


@pytest.fixture
def city(make):
    return make(call())


def test_a_resident_gets_a_receipt_for_an_order_of_topics(client, city):
    first, second, third = (topic.id for topic in city.topics[:3])
    page = client.get(ADDRESS)
    answer = client.post(ADDRESS, data=filled(city, page, third, first, neighbourhood="0103"))
    assert answer.status_code == 303
    [row] = stored()
    assert row.ranking == (third, first)
    assert (row.territory, row.neighbourhood, row.channel) == ("01", "0103", "web")
    receipt = client.get(answer.location)
    assert "Listo. Su opinión quedó guardada" in receipt.text
    assert codes.show(row.receipt) in receipt.text
    assert second


@pytest.mark.parametrize(("sent", "stored_as"), [("Popular", "0103"), ("0103", "0103"), ("", "")])
def test_a_barrio_is_chosen_by_its_name_and_stored_by_its_code(client, city, sent, stored_as):
    page = client.get(ADDRESS)
    assert "<option>Popular<" in page.text
    client.post(ADDRESS, data=filled(city, page, territory="01", neighbourhood=sent))
    assert [row.neighbourhood for row in stored()] == [stored_as]


def test_of_two_barrios_with_one_name_each_is_chosen_by_its_code(client, city):
    page = client.get(ADDRESS)
    assert '<option value="90-el-llano">El Llano<' in page.text
    client.post(ADDRESS, data=filled(city, page, territory="90", neighbourhood="90-el-llano"))
    assert [row.neighbourhood for row in stored()] == ["90-el-llano"]


def test_the_barrio_stays_chosen_when_something_else_has_to_be_repaired(client, city):
    sent = filled(city, client.get(ADDRESS), territory="", neighbourhood="Popular")
    assert "<option selected>Popular<" in client.post(ADDRESS, data=sent).text


@pytest.mark.parametrize("count", [2, 3, 8, 21])
def test_no_topic_gains_from_its_place_nor_from_the_one_before_it(count):
    orders = {tuple(pages.shuffled(range(count), str(showing))) for showing in range(40 * count)}
    assert {tuple(sorted(order)) for order in orders} == {tuple(range(count))}
    places = Counter(place for order in orders for place in enumerate(order))
    neighbours = Counter(pair for order in orders for pair in pairwise(order))
    assert len(set(places.values())) == len(set(neighbours.values())) == 1
    assert (len(places), len(neighbours)) == (count**2, count * (count - 1))


def test_the_promises_are_told_in_three_lines_and_the_others_one_touch_away(client, city):
    box = re.search(r'<section class="promise".*?</section>', client.get(ADDRESS).text, re.DOTALL)[
        0
    ]
    first, rest = box.split("<summary>Ver todo</summary>")
    assert first.count("<li") == 3
    assert "No pedimos su nombre ni su documento." in first
    assert "No impide que alguien responda dos veces" in first
    assert rest.count("<li") > 3


def test_the_receipt_never_shows_what_was_chosen_and_is_kept_out_of_search(client, city):
    page = client.get(ADDRESS)
    answer = client.post(ADDRESS, data=filled(city, page, proposal="Ruido", territory="07"))
    receipt = client.get(answer.location)
    secret = [topic.title for topic in city.topics] + ["Ruido", "Robledo"]
    assert [words for words in secret if words in receipt.text] == []
    assert receipt.headers["X-Robots-Tag"] == "noindex"
    assert receipt.headers["Cache-Control"] == "no-store"


def test_the_receipt_invites_a_neighbour_to_the_call_and_not_to_the_receipt(client, city):
    answer = client.post(ADDRESS, data=filled(city, client.get(ADDRESS)))
    invitation = re.search(r'href="(https://wa\.me/[^"]+)"', client.get(answer.location).text)[1]
    assert f"temas%2F{CODE}" in invitation
    assert stored()[0].receipt not in invitation


def test_the_receipt_says_what_happens_next_and_by_when(client, make, at):
    at(2026, 11, 10, 15)
    days = {
        "results_on": clock.today() + timedelta(20),
        "decided_by_on": clock.today() + timedelta(40),
    }
    made = make(call(**days))
    answer = client.post(ADDRESS, data=filled(made, client.get(ADDRESS)))
    text = client.get(answer.location).text
    assert "cierra el viernes 20 de noviembre" in text
    assert "El lunes 30 de noviembre publicamos los resultados." in text
    assert "Antes del domingo 20 de diciembre decimos qué temas entran" in text


def test_a_form_sent_twice_stores_its_proposal_and_its_question_once(client, city):
    sent = filled(city, client.get(ADDRESS), proposal="Ruido", question="¿Cuándo?")
    for _ in range(2):
        client.post(ADDRESS, data=sent)
    assert how_many() == [1, 1, 1]


def test_a_sent_answer_cannot_be_changed_and_leads_to_its_receipt(client, city):
    page = client.get(ADDRESS)
    first = client.post(ADDRESS, data=filled(city, page))
    changed = client.post(ADDRESS, data=filled(city, page, city.topics[4].id))
    assert changed.status_code == 409
    assert "Esta respuesta ya se envió y no se puede cambiar" in changed.text
    assert first.location in changed.text
    assert "Empezar una respuesta nueva" in changed.text
    assert len(stored()) == 1
    assert stored()[0].ranking == tuple(topic.id for topic in city.topics[:2])


def test_without_a_script_the_order_is_given_on_the_review_before_anything_is_stored(client, city):
    page = client.get(ADDRESS)
    topics = [str(topic.id) for topic in city.topics[:3]]
    sent = {"submission": token(page), "topics": topics, "territory": "90", "proposal": "Ruido"}
    review = client.post(ADDRESS, data=sent | {"step": "review"})
    assert review.status_code == 200
    assert "Revise sus respuestas" in review.text
    assert review.text.count("<select") == 3
    assert "Santa Elena" in review.text
    assert how_many() == [0, 0, 0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', review.text))
    assert hidden["proposal"] == "Ruido"
    places = {f"place-{topic}": str(place) for place, topic in zip((2, 3, 1), topics, strict=True)}
    answer = client.post(ADDRESS, data=sent | places | {"confirm": "1"})
    assert answer.status_code == 303
    assert stored()[0].ranking == (int(topics[2]), int(topics[0]), int(topics[1]))


def test_going_back_to_change_keeps_everything(client, city):
    page = client.get(ADDRESS)
    sent = filled(city, page, proposal="Ruido & música", question="¿Cuándo?", neighbourhood="0103")
    del sent["confirm"]
    back = client.post(ADDRESS, data=sent | {"step": "change"})
    assert back.status_code == 200
    assert 'value="Ruido &amp; música"' in back.text
    assert "¿Cuándo?</textarea>" in back.text
    assert back.text.count(" checked") == 2
    assert '<option value="01" selected>' in back.text
    assert "<option selected>Popular<" in back.text
    assert f'name="place-{sent["topics"][0]}" value="1"' in back.text
    assert token(back) == token(page)
    assert how_many() == [0, 0, 0]


def test_the_cards_stay_where_they_were_when_the_form_is_shown_again(client, make):
    made = make(call(topics=[f"Tema {n}" for n in range(30)]))
    page = client.get(ADDRESS)

    def order(shown):
        return re.findall(r'name="topics" value="(\d+)"', shown.text)

    sent = {"submission": token(page), "step": "review"}
    again = client.post(page.request.full_path, data=sent)
    assert order(again) == order(page)
    assert sorted(order(page), key=int) == [str(topic.id) for topic in made.topics]
    assert order(client.get(ADDRESS)) != order(page)


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"place-1": "1", "place-2": "1"}, "Dos temas tienen el mismo puesto"),
        ({"place-1": "", "place-2": "1"}, "Dé un puesto a cada tema"),
        ({"place-1": "1", "place-2": "7"}, "Los puestos van del 1 al 2"),
    ],
    ids=["repeated", "missing", "beyond"],
)
def test_a_wrong_order_is_asked_again_with_all_that_was_answered(client, city, others, sentence):
    sent = filled(city, client.get(ADDRESS), 1, 2, proposal="Ruido") | others
    page = client.post(ADDRESS, data=sent)
    assert page.status_code == 422
    assert sentence in page.text
    assert "Ruido" in page.text
    assert how_many() == [0, 0, 0]


def test_a_proposal_and_a_question_wait_for_somebody_to_read_them(client, make, at):
    at(2026, 11, 10, 15)
    city = make(call())
    page = client.get(ADDRESS)
    sent = filled(city, page, proposal="Ruido", question="¿Cuándo abre la biblioteca?")
    answer = client.post(ADDRESS, data=sent)
    [proposal], [question] = stored(Proposal), stored(Case)
    assert (proposal.text, proposal.territory, proposal.is_pending) == ("Ruido", "01", True)
    assert question.text == "¿Cuándo abre la biblioteca?"
    assert question.code != stored()[0].receipt
    assert queries.question_of(stored()[0]) is question
    text = client.get(answer.location).text
    assert "a más tardar el miércoles 2 de diciembre" in text
    assert workdays.due(question.filed_on, 15).isoformat() == "2026-12-02"


@pytest.mark.parametrize(
    ("address", "channel"),
    [("", "web"), ("?canal=qr", "qr"), ("?canal=whatsapp", "whatsapp"), ("?canal=x", "web")],
)
def test_each_answer_knows_by_which_way_it_came(client, city, address, channel):
    client.post(ADDRESS + address, data=filled(city, client.get(ADDRESS + address)))
    assert stored()[0].channel == channel


def test_the_address_of_a_call_is_read_in_small_letters_and_with_a_hyphen(client, city):
    assert client.get("/temas/7k3f-2qxm").status_code == 200


def test_opening_and_closing_are_said_by_the_clock_of_the_city(client, make, at):
    now = at(2026, 11, 10, 15)
    make(call(opens_at=now + timedelta(days=1), published_at=now))
    assert "abre el 11 de noviembre de 2026, 10:00" in client.get(ADDRESS).text
    at(2026, 11, 20, 15)
    page = client.get(ADDRESS).text
    assert "cerró el 20 de noviembre de 2026, 10:00\xa0a.\xa0m." in page
    assert f"{ADDRESS}/resultados" in page


def test_a_draft_does_not_exist_for_residents(client, make):
    make(call(published_at=None))
    for address in (ADDRESS, f"{ADDRESS}/resultados", f"{ADDRESS}/resultados.csv"):
        assert client.get(address).status_code == 404
    assert client.post(ADDRESS, data={}).status_code == 404
    assert CODE not in client.get("/temas").text


def test_a_change_of_the_call_is_seen_at_once(client, city, make):
    assert "Movilidad" in client.get(ADDRESS).text
    city.topics[0].title = "Buses y metro"
    city.version += 1
    make(city)
    assert "Buses y metro" in client.get(ADDRESS).text


def test_the_call_tells_what_it_is_when_it_is_shared(client, city):
    text = client.get(ADDRESS).text
    assert (
        '<meta property="og:title" content="¿De qué temas debe rendir cuentas la ciudad?">' in text
    )
    assert f'<meta property="og:url" content="http://localhost/temas/{CODE}">' in text
    assert "Elija hasta 3 temas" in re.search(r'og:description" content="([^"]+)', text)[1]


def test_the_list_shows_open_coming_and_closed_calls_apart(client, make, at):
    now = at(2026, 11, 10, 15)
    make(call("AAAAAAAA", title="Abierta"))
    make(call("BBBBBBBB", title="Próxima", opens_at=now + timedelta(1)))
    make(call("CCCCCCCC", title="Vieja", closed_at=now - timedelta(hours=1)))
    text = client.get("/temas").text
    order = ["Abiertas", ">Abierta<", "Próximas", ">Próxima<", "Cerradas", ">Vieja<"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "/temas/CCCCCCCC/resultados" in text
    assert text.count("Abierto") == 1, "the state says it once, with its date"


def test_answering_asks_the_database_little(client, city, questions):
    sent = filled(city, client.get(ADDRESS))
    questions.clear()
    client.post(ADDRESS, data=sent)
    assert [words.split()[0] for words in questions] == ["SELECT", "INSERT"]


def test_the_form_sets_no_cookie(client, city):
    page = client.get(ADDRESS)
    answer = client.post(ADDRESS, data=filled(city, page))
    assert "Set-Cookie" not in page.headers
    assert "Set-Cookie" not in answer.headers


def test_a_question_that_names_somebody_is_warned_about_before_it_is_sent(client, city):
    question = "Soy Rosa Pérez, mi celular es 300 123 4567. ¿Cuándo arreglan la calle?"
    page = client.get(ADDRESS)
    review = client.post(ADDRESS, data=filled(city, page, question=question, confirm=""))
    assert "Su pregunta parece tener un nombre y un teléfono." in review.text
    assert "Cambiar la pregunta" in review.text
    assert client.post(ADDRESS, data=filled(city, page, question=question)).status_code == 303


def test_a_question_that_names_nobody_is_not_warned_about(client, city):
    page = client.get(ADDRESS)
    sent = filled(city, page, question="¿Cuánto costó la calle 10 en 2024?", confirm="")
    assert "parece tener" not in client.post(ADDRESS, data=sent).text
