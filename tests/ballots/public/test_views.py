"""A neighbour looks for a box, reads what it is, and answers an open consultation."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from participa.ballots.models import BoxKind, QuestionKind, SealedPaper
from participa.ballots.voting import receipts
from participa.core import clock
from participa.core.db import db
from tests.ballots import city
from tests.visitor import field

pytestmark = pytest.mark.one_engine

NOT_AN_ELECTION = "Esta consulta no es una elección ni es vinculante"
PRIORITIES = (
    QuestionKind.PRIORITIES,
    "¿Qué va primero?",
    {"answers": ("Agua", "Vías", "Parques"), "most": 2},
)
APPROVAL = (QuestionKind.APPROVE, "¿Qué aprueba?", {"answers": ("Feria", "Museo")})


def marked(page, **chosen):
    """What a browser sends of the form: the marks and the token of the page."""
    return {"submission": field(page, "submission")} | chosen


def papers() -> int:
    return len(db.session.scalars(select(SealedPaper)).all())


def later(at, box, **much):
    moment = box.closes_at + timedelta(**much)
    at(moment.year, moment.month, moment.day, moment.hour, moment.minute)


# ---- which boxes there are


def test_without_boxes_the_page_says_what_will_be_there(client):
    page = client.get("/urna")
    assert "Todavía no ha abierto ninguna." in page.text


def test_the_boxes_stand_under_the_word_of_their_state(client, app):
    city.opened(BoxKind.CODES, title="Bibliotecas los domingos", uuid="A" * 14)
    city.finish(city.opened(BoxKind.OPEN, title="Ciclovías", uuid="B" * 14))
    city.draft(BoxKind.OPEN, title="Nadie la ve todavía", uuid="C" * 14)
    text = client.get("/urna").text
    assert text.index("Abiertas") < text.index("Bibliotecas los domingos")
    assert text.index("Bibliotecas los domingos") < text.index("Con resultado")
    assert text.index("Con resultado") < text.index("Ciclovías")
    assert "Nadie la ve todavía" not in text
    assert f'href="/urna/{"B" * 14}/resultados"' in text


# ---- what a box says of itself


@pytest.mark.parametrize("kind", list(BoxKind), ids=lambda kind: kind.name)
def test_a_box_says_that_it_binds_nobody_and_who_will_use_the_result(client, app, kind):
    """ELE-01."""
    made = city.opened(kind, used_by="la Secretaría de Cultura, para sus horarios")
    page = client.get(f"/urna/{made.uuid}")
    assert NOT_AN_ELECTION in page.text
    assert "El resultado lo usará la Secretaría de Cultura, para sus horarios." in page.text
    assert kind.value in page.text
    assert "¿Está de acuerdo?" in page.text
    assert "Hasta el " in page.text
    assert "data-promise" in page.text


def test_the_third_label_says_that_its_outside_review_is_pending(client, app):
    made = city.opened(BoxKind.VERIFIABLE)
    text = client.get(f"/urna/{made.uuid}").text
    assert "La revisión externa de la criptografía está pendiente." in text
    assert "Custodia 1 y Custodia 2" in text


def test_a_draft_says_kindly_that_it_has_not_opened_and_nothing_of_what_it_asks(client, app):
    made = city.draft(BoxKind.OPEN)
    page = client.get(f"/urna/{made.uuid}")
    assert page.status_code == 200
    assert "Esta consulta todavía no abre." in page.text
    assert "¿Está de acuerdo?" not in page.text


def test_a_box_that_waits_for_its_day_says_since_when_and_what_it_will_ask(client, app, at):
    at(2027, 3, 1, 15)
    opens = clock.now() + timedelta(days=1)
    made = city.opened(BoxKind.CODES, opens_at=opens, closes_at=opens + timedelta(days=5))
    page = client.get(f"/urna/{made.uuid}")
    assert "Esta urna abre el 2 de marzo de 2027, 10:00\xa0a.\xa0m." in page.text
    assert "¿Está de acuerdo?" in page.text
    assert "data-vote" not in page.text


@pytest.mark.parametrize("kind", [BoxKind.OPEN, BoxKind.CODES], ids=lambda kind: kind.name)
def test_a_box_whose_time_is_over_says_since_when(client, app, at, kind):
    at(2027, 3, 1, 15)
    made = city.opened(kind)
    later(at, made.box, hours=1)
    page = client.get(f"/urna/{made.uuid}")
    this = "Esta urna" if made.box.is_secret else "Esta consulta"
    assert f"{this} cerró el 4 de marzo de 2027, 10:00\xa0a.\xa0m." in page.text


def test_a_secret_box_whose_time_is_over_takes_no_form(client, app, at):
    at(2027, 3, 1, 15)
    made = city.opened(BoxKind.CODES)
    later(at, made.box, hours=1)
    refused = client.post(f"/urna/{made.uuid}", data={"q1": "0", "confirm": "1"})
    assert refused.status_code == 409
    assert "Esta urna cerró el" in refused.text
    assert papers() == 0


def test_a_closed_box_leads_to_its_results(client, app):
    made = city.finish(city.opened(BoxKind.OPEN))
    page = client.get(f"/urna/{made.uuid}")
    assert "Ver los resultados" in page.text
    assert f'href="/urna/{made.uuid}/resultados"' in page.text


# ---- the page where a browser encrypts


def test_the_page_of_a_secret_box_is_the_same_for_everybody_and_holds_no_form(client, app):
    """Without a script nothing can be sent by accident: neither a code nor a choice."""
    made = city.opened(BoxKind.CODES)
    first, second = client.get(f"/urna/{made.uuid}"), client.get(f"/urna/{made.uuid}")
    assert first.text == second.text
    assert "public" in first.headers["Cache-Control"]
    assert "submission" not in first.text
    assert "<form" not in first.text
    assert client.post(f"/urna/{made.uuid}", data={"codigo": made.codes[0]}).status_code == 405


def test_without_a_script_the_other_ways_are_told(client, app):
    made = city.opened(BoxKind.CODES, allows_paper=True)
    text = client.get(f"/urna/{made.uuid}").text
    assert "Su navegador tiene JavaScript apagado." in text
    assert f'href="/urna/{made.uuid}/asistida"' in text
    assert "votar en papel" in text


def test_ways_that_a_box_does_not_have_are_not_offered(client, app):
    made = city.opened(BoxKind.CODES, allows_assisted=False, allows_paper=False)
    text = client.get(f"/urna/{made.uuid}").text
    assert "asistida" not in text
    assert "votar en papel" not in text
    assert client.get(f"/urna/{made.uuid}/asistida").status_code == 404


def test_the_kiosk_is_the_same_page_without_ways_that_lead_elsewhere(client, app):
    made = city.opened(BoxKind.CODES)
    page = client.get(f"/urna/{made.uuid}/quiosco")
    assert f'data-kiosk="/urna/{made.uuid}/quiosco"' in page.text
    links = set(re.findall(r'<a [^>]*href="([^"]+)"', page.text))
    assert links == {"#principal", "#otras", f"/urna/{made.uuid}/quiosco", "/tableta/salir"}
    assert client.get(f"/urna/{made.uuid}/quiosco").text == page.text


def test_the_kiosk_of_an_open_consultation_is_its_form(client, app):
    made = city.opened(BoxKind.OPEN)
    assert client.get(f"/urna/{made.uuid}/quiosco").location == f"/urna/{made.uuid}"


def test_a_question_may_hold_signs_that_mean_something_to_a_page(client, app):
    asked = (QuestionKind.ONE, "¿\"Sí\" o 'no' & <b>?", {"answers": ("</script>", "'\"")})
    made = city.opened(BoxKind.CODES, asked)
    page = client.get(f"/urna/{made.uuid}")
    assert page.status_code == 200
    assert "</script>\n" not in page.text.replace("defer></script>\n", "")
    assert "&lt;/script&gt;" in page.text


# ---- answering an open consultation


def test_the_review_names_what_was_marked_also_where_nothing_was(client, app):
    made = city.opened(BoxKind.OPEN, city.YES_NO, PRIORITIES, APPROVAL)
    page = client.get(f"/urna/{made.uuid}")
    sent = marked(page, q1="0", q2=["0", "2"])
    review = client.post(f"/urna/{made.uuid}", data=sent | {"step": "review"})
    assert "Revise su respuesta" in review.text
    assert "Agua; Parques" in review.text
    assert "Ninguna opción" in review.text
    answer = client.post(f"/urna/{made.uuid}", data=sent | {"confirm": "1"})
    assert answer.status_code == 303


def test_the_review_sends_on_what_was_marked_and_nothing_else(client, app):
    made = city.opened(BoxKind.OPEN, PRIORITIES)
    page = client.get(f"/urna/{made.uuid}")
    sent = marked(page, q1=["0", "2"], extra="<b>", step="review")
    review = client.post(f"/urna/{made.uuid}", data=sent)
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', review.text)
    assert hidden[1:] == [("q1", "0"), ("q1", "2")]


def test_going_back_to_change_keeps_what_was_marked(client, app):
    made = city.opened(BoxKind.OPEN, PRIORITIES)
    page = client.get(f"/urna/{made.uuid}")
    sent = marked(page, q1=["0", "2"], step="change")
    back = client.post(f"/urna/{made.uuid}", data=sent)
    assert back.status_code == 200
    assert back.text.count(" checked") == 2
    assert field(back, "submission") == sent["submission"]


@pytest.mark.parametrize(
    ("chosen", "sentence", "checked"),
    [
        ({}, "Escoja entre 1 y 2 opciones, o «En blanco».", 0),
        ({"q1": ["0", "1", "2"]}, "Marcó 3 opciones. Escoja hasta 2 opciones", 3),
        ({"q1": ["0", "blanco"]}, "Marcó «En blanco» y otra opción.", 2),
        ({"q1": ["7", "1"]}, "Una opción no es de esta lista", 1),
        ({"q1": ["1", "1"]}, "Una opción no es de esta lista, o llegó repetida.", 1),
    ],
    ids=["nothing", "one too many", "blank beside another", "unknown", "twice"],
)
def test_what_is_no_answer_is_told_at_its_question_with_all_that_was_marked(
    client, app, chosen, sentence, checked
):
    made = city.opened(BoxKind.OPEN, PRIORITIES)
    sent = marked(client.get(f"/urna/{made.uuid}"), confirm="1", **chosen)
    page = client.post(f"/urna/{made.uuid}", data=sent)
    assert page.status_code == 422
    shown = re.sub(r' data-\w+="[^"]*"', "", page.text)  # without the sentences of the script
    assert shown.count(sentence) == 2
    assert '<a href="#q1">' in page.text
    assert page.text.count(" checked") == checked
    assert "<title>Error: " in page.text
    assert papers() == 0


def test_a_blank_vote_is_a_choice_where_it_is_allowed_and_nowhere_else(client, app):
    strict = (QuestionKind.ONE, "¿Cuál?", {"answers": ("A", "B"), "has_blank": False})
    made = city.opened(BoxKind.OPEN, PRIORITIES, strict)
    page = client.get(f"/urna/{made.uuid}")
    assert page.text.count('value="blanco"') == 1
    sent = marked(page, q1="blanco", q2="blanco", confirm="1")
    assert client.post(f"/urna/{made.uuid}", data=sent).status_code == 422
    assert client.post(f"/urna/{made.uuid}", data=sent | {"q2": "1"}).status_code == 303


@pytest.mark.parametrize(
    "token", ["", "a.b.c", "\x00", "ñ" * 5000], ids=["none", "bad", "nul", "long"]
)
def test_a_form_without_its_token_is_shown_again_with_what_was_marked(client, app, token):
    made = city.opened(BoxKind.OPEN)
    sent = {"submission": token, "q1": "1", "confirm": "1"}
    page = client.post(f"/urna/{made.uuid}", data=sent)
    assert page.status_code == 422
    assert "Esta página llevaba mucho tiempo abierta." in page.text
    assert page.text.count(" checked") == 1
    assert papers() == 0


def test_a_token_is_good_for_its_own_box_and_its_own_form(client, app):
    one = city.opened(BoxKind.OPEN, uuid="A" * 14)
    other = city.opened(BoxKind.OPEN, uuid="B" * 14)
    sent = marked(client.get(f"/urna/{one.uuid}"), q1="0", confirm="1")
    assert client.post(f"/urna/{other.uuid}", data=sent).status_code == 422
    assert papers() == 0


def test_the_page_of_each_visitor_has_a_token_of_its_own_and_is_kept_by_their_browser(client, app):
    made = city.opened(BoxKind.OPEN)
    first, second = client.get(f"/urna/{made.uuid}"), client.get(f"/urna/{made.uuid}")
    assert field(first, "submission") != field(second, "submission")
    assert first.headers["Cache-Control"] == "private, max-age=0"


# ---- the receipt


def test_the_receipt_says_what_it_is_good_for_and_not_what_was_chosen(client, app):
    made = city.opened(BoxKind.OPEN)
    sent = marked(client.get(f"/urna/{made.uuid}"), q1="0", confirm="1")
    page = client.get(client.post(f"/urna/{made.uuid}", data=sent).location)
    assert "Listo. Recibimos su respuesta" in page.text
    assert re.search(r'class="code">(\w{4}-){5}\w{4}<', page.text)
    assert "No dice qué respondió ni cuándo." in page.text
    assert "¿Está de acuerdo?" not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Cache-Control"] == "no-store"


def test_an_invented_receipt_is_no_receipt(client, app):
    made = city.opened(BoxKind.OPEN, uuid="A" * 14)
    other = city.opened(BoxKind.OPEN, uuid="B" * 14)
    right = receipts.with_check(made.definition, "ABCD1234EFGH")
    assert client.get(f"/urna/{made.uuid}/comprobante/{right}").status_code == 200
    wrong = [right[:-1] + "0", right[:12], "", "ñ" * 20, right.lower()]
    for receipt in wrong:
        assert client.get(f"/urna/{made.uuid}/comprobante/{receipt}").status_code == 404, receipt
    assert client.get(f"/urna/{other.uuid}/comprobante/{right}").status_code == 404


def test_a_receipt_is_still_true_when_the_answers_are_counted(client, app):
    made = city.opened(BoxKind.OPEN)
    sent = marked(client.get(f"/urna/{made.uuid}"), q1="0", confirm="1")
    address = client.post(f"/urna/{made.uuid}", data=sent).location
    city.finish(made)
    page = client.get(address)
    assert page.status_code == 200
    assert "el resultado y el acta están publicados" in page.text
