"""The library of public answers: found by its words, and «a mí también» counted once."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from participa.cases.models import Case
from participa.cases.themes import topics
from participa.core import clock, codes
from participa.core.db import db
from participa.core.web.link_tokens import issue
from participa.listening.models import Contribution, MeToo
from participa.pages.library import LIST
from tests.listening.answers.builders import ANSWER, PUBLIC, answered, office_of, published
from tests.topics.builders import token

TOPIC = topics()[0]


def page_of(made) -> str:
    return f"/respuestas/{made.receipt}"


def say(client, made, page):
    return client.post(page_of(made), data={"submission": token(page)})


def titles(page) -> list[str]:
    return re.findall(r'<h2><a href="/respuestas/\w+">([^<]+)</a></h2>', page.text)


def test_an_answer_is_found_by_its_words_with_accents_or_without(client):
    published("El alumbrado está dañado.", "Lo arregla la cuadrilla.")
    published("Faltan buses.", "Hay más desde enero.")
    for words in ("danado", "DAÑADO", "cuadrilla alumbrado", "secretaria"):
        page = client.get(f"/respuestas?buscar={words}")
        assert "El alumbrado está dañado." in titles(page), words
    assert titles(client.get("/respuestas?buscar=enero")) == ["Faltan buses."]
    assert "Ninguna fila coincide" in client.get("/respuestas?buscar=piscina").text


def test_a_search_does_not_give_away_what_was_taken_out(client, make):
    made = answered("Soy Rosa Pérez y no hay luz.")
    case = db.session.get_one(Case, made.case_id)
    case.public_text, case.text = "No hay luz.", "Soy Rosa Pérez y no hay luz."
    case.answer, case.published_at = ANSWER, clock.now()
    db.session.commit()
    assert titles(client.get("/respuestas?buscar=luz")) == ["No hay luz."]
    assert titles(client.get("/respuestas?buscar=rosa")) == []
    assert titles(client.get("/respuestas?buscar=perez")) == []


def test_answers_are_narrowed_by_topic_office_and_territory_in_the_address(client):
    one = published("Del tema.", topic=TOPIC, territory="16")
    other = published("De otra cosa.", territory="01")
    office = office_of("obras")
    db.session.commit()
    for query in (f"tema={TOPIC}", "territorio=16"):
        assert titles(client.get(f"/respuestas?{query}")) == ["Del tema."], query
    both = client.get(f"/respuestas?dependencia={office.id}")
    assert sorted(titles(both)) == ["De otra cosa.", "Del tema."]
    assert titles(client.get("/respuestas?dependencia=999999")) == titles(both)
    assert "Belén" in client.get(page_of(one)).text
    assert "Popular" in client.get(page_of(other)).text


def test_a_page_has_fifty_answers_and_leads_to_the_next(client):
    made = published("La primera.")
    for place in range(55):
        day, number = clock.today(), f"{place:012}"
        facts = {"filed_on": day, "answered_on": day, "answer": "Sí.", "source": "listening"}
        case = Case(code=number, text=f"Otra {place}.", published_at=clock.now(), **facts)
        said = {"wants_answer": True, "is_anonymous": True, "text": "", "code_hash": ""}
        of_case = {"submission_id": number, "receipt": number, "received_on": day, "digest": "0"}
        db.session.add(Contribution(case=case, post_id=made.post_id, **said, **of_case))
    db.session.commit()
    first = client.get("/respuestas")
    assert len(titles(first)) == 50
    link = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    assert len(titles(client.get(link))) == 6


def test_an_answer_says_how_many_days_it_took(client, at):
    at(2026, 11, 10, 15)
    made = answered("¿Y la luz?", filed_on=clock.today() - timedelta(days=7))
    case = db.session.get_one(Case, made.case_id)
    case.public_text, case.answer, case.published_at = "¿Y la luz?", ANSWER, clock.now()
    db.session.commit()
    assert "Tardó 5 días hábiles." in client.get(page_of(made)).text
    assert "Tardó 5 días hábiles." in client.get("/respuestas").text


def test_me_too_is_counted_once_for_each_showing(client):
    made = published()
    page = client.get(page_of(made))
    assert "Nadie lo ha dicho todavía" in page.text
    done = say(client, made, page)
    assert done.status_code == 303
    thanks = client.get(done.location)
    assert "Listo. Contamos su «a mí también»" in thanks.text
    assert thanks.headers["Cache-Control"] == "no-store"
    assert say(client, made, page).status_code == 303
    assert db.session.get_one(Case, made.case_id).me_too == 1
    say(client, made, client.get(page_of(made)))
    assert db.session.scalar(db.select(db.func.count()).select_from(MeToo)) == 2
    assert "2 personas dijeron «a mí también»" in client.get(page_of(made)).text


def test_me_too_of_another_page_or_without_its_token_counts_nothing(client):
    made, other = published(), published("Otra cosa pública.")
    page = client.get(page_of(other))
    for sent in ({}, {"submission": "x"}, {"submission": token(page)}):
        refused = client.post(page_of(made), data=sent)
        assert refused.status_code == 422
        assert "Esta página llevaba mucho tiempo abierta" in refused.text
    assert db.session.get_one(Case, made.case_id).me_too == 0


def test_nobody_is_thanked_for_what_was_not_counted(client, app):
    made, other = published(), published("Otra cosa pública.")
    with app.test_request_context():
        of_another = issue("pages.said_me_too", other.receipt)
    for word in ("x", of_another):
        assert client.get(f"{page_of(made)}/a-mi-tambien/{word}").status_code == 404


def test_an_answer_leads_to_those_that_are_like_it(client):
    one = published("El alumbrado público del parque de Belén está dañado.")
    like = published("Está dañado el alumbrado del parque de Belén desde enero.")
    published("¿Cuándo abre la piscina?")
    text = client.get(page_of(one)).text.partition("Respuestas parecidas")[2]
    assert f'href="/respuestas/{like.receipt}"' in text
    assert "piscina" not in text


def test_the_newest_answers_are_a_feed(client):
    made = published("¿Qué pasa & <luz>?")
    answer = client.get("/respuestas.atom")
    assert answer.mimetype == "application/atom+xml"
    root = ElementTree.fromstring(answer.data)
    [entry] = root.findall("{http://www.w3.org/2005/Atom}entry")
    assert entry.findtext("{http://www.w3.org/2005/Atom}title") == "¿Qué pasa & <luz>?"
    address = entry.findtext("{http://www.w3.org/2005/Atom}id")
    assert address == f"http://localhost{page_of(made)}"
    assert 'type="application/atom+xml"' in client.get("/respuestas").text


def test_answers_are_open_data_with_licence_class_and_day(client):
    """TRA-01, TRA-03."""
    made = published(name="Rosa Pérez", phone="3001234567")
    data = json.loads(client.get("/respuestas.json").data)
    assert "Información pública" in data["note"]
    assert "Licencia" in data["note"]
    [row] = data["rows"]
    assert row["number"] == codes.show(made.receipt)
    assert (row["question"], row["answer"]) == (PUBLIC, ANSWER)
    assert row["updated_on"] == clock.today().isoformat()
    for format in ("csv", "json"):
        text = client.get(f"/respuestas.{format}").get_data(as_text=True)
        assert "Rosa" not in text
        assert "3001234567" not in text
    assert json.loads(client.get("/respuestas.json?buscar=nada").data)["rows"] == []
    assert client.get("/respuestas.pdf").status_code == 404


@pytest.mark.parametrize("number", ["NADA", "A" * 12, "%00", "7K3F-2QXM-9TBC"])
def test_what_is_not_published_has_no_page(client, number):
    answered()
    assert client.get(f"/respuestas/{number}").status_code == 404


def test_the_order_of_the_list_is_the_newest_or_what_concerns_most(client):
    old, new = published("La vieja pregunta."), published("La nueva pregunta.")
    db.session.get_one(Case, old.case_id).published_at = clock.now() - timedelta(days=3)
    db.session.get_one(Case, old.case_id).me_too = 9
    db.session.commit()
    newest = ["La nueva pregunta.", "La vieja pregunta."]
    assert titles(client.get("/respuestas")) == newest
    assert titles(client.get("/respuestas?orden=-apoyos")) == newest[::-1]
    assert LIST.first == "-publicacion"
    assert new.receipt in client.get("/respuestas").text
