"""The page of the second device, and the address to which the first one sends an opened ballot."""

import pytest

from participa.ballots.models import BoxKind
from participa.ballots.voting import challenges
from participa.belenios import ballot, challenge
from tests.ballots import city
from tests.ballots.city import YES

pytestmark = pytest.mark.one_engine
WAITS = "Ahora toque en el otro celular «Comprobar en vez de depositar»"


def opened(made: city.Voting, voter: int = 0) -> tuple[bytes, str, bytes]:
    election, secret = made.definition.election, made.holders[voter].secret
    raw, randomness = ballot.make_with_randomness(election, secret, [YES])
    return raw, ballot.tracker(raw), challenge.record(raw, randomness)


def send(client, made, document, **others):
    return client.post(f"/urna/{made.uuid}/comprobar", data=document, **others)


def look(client, made, typed):
    return client.get(f"/urna/{made.uuid}/comprobar", query_string={"rastreo": typed})


def test_a_second_phone_waits_for_the_ballot_and_then_reads_it(client, app):
    made = city.opened(BoxKind.CODES)
    _, tracker, document = opened(made)
    start = " ".join(tracker[place : place + 4] for place in (0, 4, 8))
    assert WAITS in look(client, made, start).text
    assert send(client, made, document).json == {"tracker": tracker}
    page = look(client, made, start)
    assert "Esa papeleta dice" in page.text
    assert "<dt>¿Está de acuerdo?</dt><dd>Sí</dd>" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    raw = client.get(f"/urna/{made.uuid}/comprobar.json", query_string={"rastreo": start})
    assert raw.data == document
    listed = client.get(f"/urna/{made.uuid}/comprobadas.json")
    assert listed.json == [tracker]


def test_what_was_typed_wrong_stays_and_is_explained(client, app):
    made = city.opened(BoxKind.CODES)
    page = look(client, made, "abc")
    assert "Escriba al menos 12 signos, como están en el otro celular." in page.text
    assert 'value="abc"' in page.text


def test_a_ballot_that_is_cast_already_cannot_be_opened_any_more(client, app):
    made = city.opened(BoxKind.CODES)
    raw, tracker, document = opened(made)
    made.put_in(raw)
    assert "Esa papeleta ya está en la urna." in look(client, made, tracker[:12]).text
    answer = send(client, made, document)
    assert answer.status_code == 409
    assert answer.json["problem"] == challenges.CAST


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"\xff", b"[" * 10_000, b'{"ballot":1}', b"x" * 10**6]
)
def test_what_is_no_opened_ballot_is_refused_in_words(client, app, body):
    made = city.opened(BoxKind.CODES)
    answer = send(client, made, body, content_type="application/octet-stream")
    assert answer.status_code == 422
    assert answer.json["problem"].startswith("La comprobación")


def test_a_closed_box_says_that_the_time_for_it_is_over(client, app):
    made = city.opened(BoxKind.CODES)
    _, tracker, document = opened(made)
    send(client, made, document)
    city.close(made)
    assert "Solo se comprueba mientras la urna recibe votos." in look(client, made, tracker).text
    assert send(client, made, document).status_code == 409
    assert client.get(f"/urna/{made.uuid}/comprobar.json?rastreo={tracker}").status_code == 404


def test_minutes_and_audit_say_how_many_were_opened(client, app):
    made = city.opened(BoxKind.CODES)
    assert "abiertas para comprobar" not in client.get(f"/urna/{made.uuid}/acta").text
    send(client, made, opened(made)[2])
    minutes = client.get(f"/urna/{made.uuid}/acta").text
    assert "Papeletas abiertas para comprobar un celular, que no cuentan" in minutes
    assert "van 1 papeleta abierta" in client.get(f"/urna/{made.uuid}/auditoria").text


def test_an_open_consultation_and_a_draft_have_nothing_to_open(client, app):
    for made in (city.opened(BoxKind.OPEN), city.draft(BoxKind.CODES, uuid="B" * 14)):
        for name in ("comprobar", "comprobar.json", "comprobar.svg", "comprobadas.json"):
            assert client.get(f"/urna/{made.uuid}/{name}").status_code == 404


def test_the_voting_page_leads_a_second_phone_there_by_a_picture(client, app):
    made = city.opened(BoxKind.CODES)
    assert f"/urna/{made.uuid}/comprobar.svg" in client.get(f"/urna/{made.uuid}").text
    picture = client.get(f"/urna/{made.uuid}/comprobar.svg")
    assert picture.mimetype == "image/svg+xml"
    assert b"<svg" in picture.data
