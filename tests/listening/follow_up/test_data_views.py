"""A person asks about their own data, with the term that the law gives for it (DAT-08)."""

import re

import pytest

from participa.cases.models import CaseKind
from participa.core import codes
from participa.core.db import db
from participa.core.jobs.mail import Outbox
from participa.listening.models import Contribution
from tests.listening.follow_up import people
from tests.listening.follow_up.people import come_back, send
from tests.visitor import where

START = "/escuchaderos/mis-datos"
TYPED = {
    "wish": "corregir",
    "place": "attendance",
    "marks": "El evento del 3 de marzo.",
    "text": "Mi apellido es Gómez, con tilde.",
    "name": people.NAME,
    "email": people.EMAIL,
    "phone": "",
    "authorises": "y",
}


@pytest.fixture
def monday(app, at):
    at(2026, 3, 2, 15)


@pytest.fixture
def post(monday):
    return people.post()


def stored() -> Contribution:
    return db.session.scalars(db.select(Contribution)).one()


@pytest.mark.parametrize(
    ("wish", "kind", "term", "due"),
    [
        ("consultar", CaseKind.DATA_QUERY, 10, "lunes 16 de marzo"),
        ("prueba", CaseKind.DATA_QUERY, 10, "lunes 16 de marzo"),
        ("corregir", CaseKind.DATA_CLAIM, 15, "martes 24 de marzo"),
        ("suprimir", CaseKind.DATA_CLAIM, 15, "martes 24 de marzo"),
        ("revocar", CaseKind.DATA_CLAIM, 15, "martes 24 de marzo"),
    ],
)
def test_a_query_and_a_claim_have_the_terms_of_the_law(client, post, wish, kind, term, due):
    """DAT-08."""
    answer = send(client, START, **(TYPED | {"wish": wish}))
    assert answer.status_code == 303
    case = stored().case
    page = client.get(answer.location).text
    assert (case.kind, case.filed_as, case.term) == (kind, kind, term)
    assert (kind.most_extra, case.office_id) == (5 if term == 10 else 8, post.office_id)
    assert due in page


def test_the_receipt_opens_the_page_of_the_request(client, post):
    page = client.get(send(client, START, **TYPED).location)
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    number, code = re.findall(r'<p class="code">([^<]+)</p>', page.text)
    own = client.get(come_back(client, people.Card(number, code))).text
    assert "Pide: Corregir o actualizar mis datos." in own
    assert "Cómo encontrarlos: El evento del 3 de marzo." in own
    assert "Mi apellido es Gómez, con tilde." in own


def test_a_double_click_files_one_request_and_other_words_another(client, post):
    form = TYPED | {"submission": people.token(client.get(START).text)}
    first, second = client.post(START, data=form), client.post(START, data=form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert codes.show(stored().receipt) in client.get(where(second)).text
    other = client.post(START, data=form | {"text": "Otra cosa"})
    assert (other.status_code, "Otra cosa" in other.text) == (409, True)
    assert db.session.query(Contribution).count() == 1
    again = TYPED | {"text": "Otra cosa", "submission": people.token(other.text)}
    assert client.post(START, data=again).status_code == 303
    assert db.session.query(Contribution).count() == 2


def test_a_letter_says_that_it_arrived_and_repeats_nothing(client, post):
    """PQR-04."""
    form = TYPED | {"submission": people.token(client.get(START).text)}
    for _ in range(2):
        client.post(START, data=form)
    letter = db.session.scalars(db.select(Outbox)).one()
    assert "Recibimos su petición sobre sus datos." in letter.body
    assert "Gómez" not in letter.body


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"wish": ""}, "Elija qué pide."),
        ({"place": ""}, "Elija dónde."),
        ({"place": "otro"}, "Not a valid choice"),
        ({"text": ""}, "Escriba qué pide."),
        ({"name": ""}, "Escriba su nombre."),
        ({"email": ""}, "sin contacto no podemos comprobar"),
        ({"email": "maria"}, "correo completo"),
        ({"phone": "12"}, "teléfono completo"),
        ({"authorises": ""}, "Marque la autorización"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_missing_is_told_and_what_was_typed_stays(client, post, typed, sentence):
    page = send(client, START, **(TYPED | typed))
    assert page.status_code == 422
    assert sentence in page.text or sentence.startswith("Not a")
    assert "El evento del 3 de marzo." in page.text
    assert db.session.query(Contribution).count() == 0


def test_without_an_open_post_the_person_reads_whom_to_write_to(client, monday):
    page = client.get(START)
    assert page.status_code == 200
    assert "Ahora no hay un escuchadero abierto" in page.text
    assert "Alcaldía de Medellín" in page.text
    assert client.post(START, data=TYPED).status_code == 200
    assert db.session.query(Contribution).count() == 0


def test_the_page_on_personal_data_leads_there(client, post):
    assert f'href="{START}"' in client.get("/datos-personales").text
