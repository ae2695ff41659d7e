"""What nobody should send, and what a program sends: one sentence each, and never a fault."""

import io

import pytest

from participa.core.db import db
from participa.listening.models import Contribution
from tests.events import city as events
from tests.listening import city
from tests.listening.public.people import ANA, ROSA, opened, path, review, send
from tests.plan.builders import office

LONG = "ñ" * 10_001


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"text": ""}, "Escriba lo que quiere contar, o grabe una nota de voz."),
        ({"text": " \n\t "}, "Escriba lo que quiere contar, o grabe una nota de voz."),
        ({"text": "a"}, "Con una sola letra no alcanzamos a entender."),
        ({"text": LONG}, "Use hasta 10.000 letras."),
        ({"text": "se da\N{REPLACEMENT CHARACTER}ó"}, "Algunas letras llegaron dañadas."),
        ({"text": "nada\x00malo"}, "Llegaron signos que no se pueden guardar."),
        ({"text": ["una cosa", "otra"]}, "Un dato llegó repetido."),
        ({"who": ["named", "anonymous"]}, "Un dato llegó repetido."),
        ({"wish": ""}, "Diga si quiere opinar o si quiere respuesta."),
        ({"wish": "inventado"}, "Diga si quiere opinar o si quiere respuesta."),
        ({"who": ""}, "Diga si lo cuenta con su nombre o sin él."),
        ({"who": "inventado"}, "Diga si lo cuenta con su nombre o sin él."),
        ({"topic": "Ovnis"}, "Elija el tema de la lista, o ninguno."),
        ({"territory": "99"}, "Elija la comuna de la lista."),
        ({"territory": "NR"}, "Elija la comuna de la lista."),
        ({"about": "evento-1"}, "Elija el evento o la tarea de la lista, o ninguno."),
        ({"about": "tarea-999999999"}, "Elija el evento o la tarea de la lista, o ninguno."),
        ({"about": "tarea-" + "9" * 40}, "Elija el evento o la tarea de la lista, o ninguno."),
        ({"about": "x' OR 1=1"}, "Elija el evento o la tarea de la lista, o ninguno."),
        ({"accused": "1"}, "Elija la dependencia de la lista, o ninguna."),
        ({"accused": "9" * 40, "is_corruption": "y"}, "Elija la dependencia de la lista"),
        ({"accused": "²", "is_corruption": "y"}, "Elija la dependencia de la lista, o ninguna."),
        ({"submission": "inventado"}, "Revise lo que escribió y envíelo otra vez."),
    ],
)
def test_it_is_refused_in_words_and_nothing_is_stored(client, more, sentence):
    page = send(client, city.open_post(), **more)
    assert page.status_code == 422
    assert sentence in page.text
    assert 'name="submission" value="' in page.text
    assert db.session.scalars(db.select(Contribution)).all() == []


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": "", "contact": ""}, "Escriba su nombre o un contacto"),
        ({"contact": "rosa"}, "Escriba un correo, como nombre@ejemplo.org"),
        ({"contact": "rosa@"}, "Escriba un correo completo"),
        ({"contact": "12"}, "o un celular, como 300 123 4567."),
        ({"name": "x" * 121}, "Use hasta 120 letras."),
        ({"contact": "x" * 161}, "Use hasta 160 letras."),
        ({"consent": ""}, "Marque esta autorización"),
    ],
)
def test_a_contact_that_cannot_be_used_is_refused_in_words(client, more, sentence):
    page = send(client, city.open_post(), ROSA | more)
    assert page.status_code == 422
    assert sentence in page.text


def test_a_dependency_without_the_mark_is_asked_about(client, make):
    """Whether it is a report decides who reads it: nobody guesses."""
    accused = make(office("obras", "Secretaría de Infraestructura"))
    page = send(client, city.open_post(), accused=str(accused.id))
    assert page.status_code == 422
    assert "Marque que es una denuncia de corrupción" in page.text


def test_an_event_that_is_not_public_cannot_be_named(client):
    planned = events.planned()
    page = send(client, city.open_post(), about=f"evento-{planned.id}")
    assert "Elija el evento o la tarea de la lista" in page.text


def test_ten_thousand_letters_and_strange_signs_are_stored_as_they_are(client):
    post = city.open_post()
    text = "👩🏽‍🦽 <b>así</b> {{ 7*7 }} '; DROP TABLE contribution; -- =1+1 " + "ñ" * 9_000
    assert send(client, post, text=text).status_code == 303
    assert db.session.scalars(db.select(Contribution)).one().text == text
    page = review(client, post, text=text).text
    assert "&lt;b&gt;así&lt;/b&gt; {{ 7*7 }}" in page


@pytest.mark.parametrize("name", ["wish", "text", "topic", "about", "who", "name", "submission"])
def test_a_file_in_the_place_of_a_text_is_no_text(client, name):
    post = city.open_post()
    values = ANA | {"submission": opened(client, post), "confirm": "1"}
    values[name] = (io.BytesIO(b"hola"), "hola.txt")
    assert client.post(path(post), data=values).status_code in {303, 422}


def test_a_text_in_the_place_of_a_file_is_no_file(client):
    post = city.open_post()
    page = review(client, post, photos="foto", voice="voz")
    assert page.status_code == 200
    assert send(client, post, photos="foto", voice="voz").status_code == 303


def test_fields_that_the_form_does_not_have_change_nothing(client):
    post = city.open_post()
    send(client, post, is_life_risk="y", stage="CLOSED", office_id="1", case_id="1")
    stored = db.session.scalars(db.select(Contribution)).one()
    assert not stored.is_life_risk
    assert stored.stage.name == "RECEIVED"


@pytest.mark.parametrize("code", ["XXXXXXXX", "%00", "ñ", "a" * 300])
def test_a_post_that_does_not_exist_is_not_found(client, code):
    for place in (f"/escuchaderos/{code}", f"/escuchaderos/{code}/listo/x"):
        assert client.get(place).status_code == 404
    assert client.post(f"/escuchaderos/{code}/parecidas").status_code == 404
