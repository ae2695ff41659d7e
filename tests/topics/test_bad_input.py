"""What bad input gets: a refusal with a sentence, nothing stored, and everything typed kept."""

import pytest

from participa.topics.models import Proposal
from tests.topics.builders import CODE, call, filled, how_many, stored, token

pytestmark = pytest.mark.one_engine

ADDRESS = f"/temas/{CODE}"
KEPT = "Aceras para sillas de ruedas"


@pytest.fixture
def city(make):
    return make(call())


def refused(client, sent, sentence, status=422):
    page = client.post(ADDRESS, data=sent)
    assert page.status_code == status
    assert sentence in page.text
    assert how_many() == [0, 0, 0]
    return page


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"topics": []}, "Elija al menos un tema."),
        ({"topics": ["1", "2", "3", "4"]}, "Eligió 4 temas. Elija hasta 3 temas"),
        ({"topics": ["1", "1"]}, "Un tema llegó repetido."),
        ({"topics": ["1", "999"]}, "Uno de los temas no es de esta lista."),
        ({"topics": ["1", "x"]}, "Uno de los temas no es de esta lista."),
        ({"topics": ["1", "2\x00"]}, "Uno de los temas no es de esta lista."),
        ({"territory": ""}, "Elija su comuna o «Prefiero no responder»."),
        ({"territory": "99"}, "Elija su comuna de la lista"),
        ({"territory": "0\x001"}, "Elija su comuna de la lista"),
        ({"territory": ["01", "02"]}, "Un dato llegó repetido."),
        ({"submission": ["a", "b"]}, "Un dato llegó repetido."),
        ({"neighbourhood": "1401"}, "Ese barrio no es de la comuna que eligió."),
        ({"neighbourhood": "nada"}, "Ese barrio no es de la comuna que eligió."),
        ({"proposal": "é" * 121}, "Use hasta 120 letras."),
        ({"question": "a" * 501}, "Use hasta 500 letras."),
        ({"question": "a" * 100_000}, "Use hasta 500 letras."),
        ({"question": "Hola\x00"}, "Llegaron signos que no se pueden guardar."),
    ],
    ids=[
        "no-topic",
        "one-too-many",
        "topic-twice",
        "unknown-topic",
        "topic-not-a-number",
        "topic-with-nul",
        "no-territory",
        "unknown-territory",
        "territory-with-nul",
        "territory-twice",
        "token-twice",
        "barrio-of-another-comuna",
        "unknown-barrio",
        "proposal-too-long",
        "question-too-long",
        "question-far-too-long",
        "nul-in-text",
    ],
)
def test_a_form_that_cannot_be_read_says_how_to_repair_it(client, city, others, sentence):
    sent = filled(city, client.get(ADDRESS), 1, 2, proposal=KEPT) | others
    page = refused(client, sent, sentence)
    if "proposal" not in others:
        assert f'value="{KEPT}"' in page.text
    assert page.text.count(" checked") == min(len({*sent["topics"]} & {"1", "2", "3", "4"}), 4)


@pytest.mark.parametrize(
    "others", [{"place-1": "²"}, {"place-1": "1\x00"}, {"place-1": "9" * 5000}]
)
def test_a_place_that_is_no_number_is_asked_again(client, city, others):
    sent = filled(city, client.get(ADDRESS), 1, 2) | others
    page = client.post(ADDRESS, data=sent)
    assert page.status_code == 422
    assert "Hay un problema" in page.text
    assert how_many() == [0, 0, 0]


@pytest.mark.parametrize(
    "forged",
    ["", "x", "\x00", "é" * 50, "a.b.c", "A" * 10_000],
    ids=["empty", "short", "nul", "accents", "dots", "long"],
)
def test_a_forged_token_is_refused_and_a_good_one_given(client, city, forged):
    sent = filled(city, client.get(ADDRESS), proposal=KEPT)
    page = refused(client, sent | {"submission": forged}, "llevaba mucho tiempo abierta")
    assert KEPT in page.text
    again = client.post(ADDRESS, data=sent | {"submission": token(page)})
    assert again.status_code == 303


def test_the_token_of_another_call_is_of_no_use_here(client, city, make):
    make(call("AAAAAAAA"))
    elsewhere = token(client.get("/temas/AAAAAAAA"))
    sent = filled(city, client.get(ADDRESS)) | {"submission": elsewhere}
    refused(client, sent, "llevaba mucho tiempo abierta")


def test_a_topic_of_another_call_cannot_be_chosen_here(client, city, make):
    other = make(call("AAAAAAAA"))
    sent = filled(city, client.get(ADDRESS), city.topics[0].id, other.topics[0].id)
    refused(client, sent, "Uno de los temas no es de esta lista.")


def test_a_text_of_a_megabyte_is_too_much(client, city):
    sent = filled(city, client.get(ADDRESS)) | {"question": "a" * 1_000_000}
    refused(client, sent, "El envío es demasiado grande", 413)


def test_letters_of_another_encoding_are_asked_again(client, city):
    sent = filled(city, client.get(ADDRESS), 1)
    body = f"topics=1&territory=01&confirm=1&submission={sent['submission']}&proposal=Pe%F1a"
    page = client.post(ADDRESS, data=body, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 422
    assert "Algunas letras llegaron dañadas." in page.text
    assert how_many() == [0, 0, 0]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"topics=1&territory=\xff\xfe", "application/x-www-form-urlencoded"),
        (b'{"topics": [1]}', "application/json"),
        (b"--x\r\nnada", "multipart/form-data; boundary=x"),
        (b"", "text/plain"),
        (b"&&&==&%%%&a", "application/x-www-form-urlencoded"),
    ],
    ids=["raw-bytes", "json", "broken-multipart", "nothing", "noise"],
)
def test_a_body_that_is_no_form_is_refused_with_a_sentence(client, city, body, kind):
    page = client.post(ADDRESS, data=body, content_type=kind)
    assert page.status_code in {400, 415, 422}
    assert "<h1" in page.text
    assert how_many() == [0, 0, 0]


def test_a_thousand_fields_are_refused(client, city):
    sent = filled(city, client.get(ADDRESS)) | {f"x{n}": "1" for n in range(3000)}
    page = client.post(ADDRESS, data=sent, content_type="multipart/form-data")
    assert page.status_code == 413
    assert how_many() == [0, 0, 0]


@pytest.mark.parametrize(
    "address",
    [
        "/temas/NOEXISTE",
        "/temas/%00",
        "/temas/" + "A" * 5000,
        f"/temas/{CODE}/comprobante/AAAABBBBCCCC",
        f"/temas/{CODE}/comprobante/%00%FF",
        f"/temas/{CODE}/resultados.exe",
    ],
    ids=["unknown", "nul", "long", "unknown-receipt", "broken-receipt", "unknown-format"],
)
def test_an_address_that_opens_nothing_says_so(client, city, address):
    page = client.get(address)
    assert page.status_code == 404
    assert "No encontramos esta página" in page.text


def test_the_receipt_of_another_call_opens_nothing_here(client, city, make):
    other = make(call("AAAAAAAA"))
    answer = client.post("/temas/AAAAAAAA", data=filled(other, client.get("/temas/AAAAAAAA")))
    receipt = answer.location.rpartition("/")[2]
    assert client.get(f"{ADDRESS}/comprobante/{receipt}").status_code == 404


def test_direction_signs_and_control_signs_are_taken_out_of_what_people_write(client, city):
    sent = filled(city, client.get(ADDRESS), proposal="Rui\u202edo\x07  ")
    client.post(ADDRESS, data=sent)
    assert [proposal.text for proposal in stored(Proposal)] == ["Ruido"]
