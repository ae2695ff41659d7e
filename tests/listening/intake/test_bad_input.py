"""What cannot be gets a sentence that says how to repair it, and nothing typed is lost."""

import io

import pytest

from participa.core.db import db
from participa.listening.models import Contribution, ListeningPost
from tests.listening.intake.desks import SAID, TAKE, desk, form_of, take


@pytest.fixture(autouse=True)
def monday(at, app):
    at(2026, 3, 2, 16)
    desk()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"said_at": "2026-03-02T11:30"}, "Esa hora no ha llegado. Revise el día y la hora."),
        ({"said_at": "2062-03-02T10:00"}, "Esa hora no ha llegado."),
        ({"said_at": "2024-03-02T10:00", "way": "PAPER"}, "Eso es de hace más de un año."),
        ({"said_at": "2026-02-20T10:00"}, "nadie pudo decirlo antes."),
        ({"said_at": "2026-02-30T10:00"}, "Escriba fecha y hora así"),
        ({"said_at": "0001-01-01T00:00"}, "Escriba un año entre 2000 y 2100."),
        ({"said_at": "9999-12-31T23:59"}, "Escriba un año entre 2000 y 2100."),
        ({"said_at": ""}, "Escriba el día y la hora en que lo dijo."),
        ({"asked": ""}, "Escriba qué pide o qué cuenta la persona."),
        ({"asked": "x"}, "Con tan poco no se entiende."),
        ({"asked": "x" * 5001}, "Use hasta 5.000 letras."),
        ({"person": None}, "Diga si la persona da su nombre."),
        ({"name": ""}, "Escriba cómo se identifica la persona"),
        ({"consent": None}, "Lea el aviso y marque que autoriza."),
        ({"email": "rosa"}, "Escriba un correo completo, como nombre@ejemplo.org."),
        ({"email": "3001234567"}, "Escriba un correo completo"),
        ({"phone": "tres"}, "Escriba un teléfono, como 300 123 4567."),
        ({"topic": "Otro"}, "Elija un tema de la lista."),
        ({"territory": "77"}, "Elija una comuna o un corregimiento de la lista."),
        ({"priorities": "URGENT"}, "Elija opciones de la lista."),
        ({"accused": "999"}, "Elija una dependencia de la lista."),
        ({"creation": "falso"}, "Esta página llevaba mucho tiempo abierta."),
    ],
)
def test_what_cannot_be_gets_a_sentence_and_keeps_the_rest(staff, changes, sentence):
    refused = take(staff("EDITOR"), **changes)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert SAID["reasons"] in refused.text
    assert db.session.query(Contribution).count() == 0


def test_a_page_that_was_open_too_long_is_sent_again_with_its_new_token(staff):
    visitor = staff("EDITOR")
    refused = take(visitor, creation="falso")
    new = refused.text.partition('name="creation" value="')[2].partition('"')[0]
    assert take(visitor, creation=new).status_code == 200
    assert db.session.query(Contribution).count() == 1


def test_what_is_said_after_the_closing_is_not_written_down(staff, at):
    post = db.session.scalars(db.select(ListeningPost)).one()
    post.closes_at = at(2026, 3, 2, 15)
    at(2026, 3, 2, 16)
    db.session.commit()
    visitor = staff("EDITOR")
    assert "anote solo lo de antes" in take(visitor).text
    assert take(visitor, said_at="2026-03-02T09:30").status_code == 200


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("foto.png", b"<html><script>alert(1)</script></html>"),
        ("foto.jpg", b"\xff\xd8\xff\xe0" + b"x" * 50),
        ("foto.png", b""),
        ("bomba.zip", b"PK\x03\x04" + b"\x00" * 200),
    ],
)
def test_a_file_that_is_no_photograph_gets_a_sentence(staff, name, body):
    visitor = staff("EDITOR")
    sent = form_of(visitor) | SAID | {"photos": (io.BytesIO(body), name)}
    refused = visitor.post(TAKE, data=sent, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert 'id="photos-error"' in refused.text
    assert SAID["asked"] in refused.text


def test_a_voice_note_that_is_no_sound_gets_a_sentence(staff):
    visitor = staff("EDITOR")
    sent = form_of(visitor) | SAID | {"voice": (io.BytesIO(b"texto"), "nota.mp3")}
    refused = visitor.post(TAKE, data=sent, content_type="multipart/form-data")
    assert "Ese archivo no es una nota de voz." in refused.text
