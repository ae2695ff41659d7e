"""What somebody gets back: the number, and the secret code once."""

import re
from datetime import timedelta

import pytest

from participa.cases.models import CODE_LENGTH
from participa.core import clock, codes
from participa.core.db import db
from participa.listening import secret_codes
from participa.listening.models import Contribution
from tests.listening import city
from tests.listening.public.people import ANA, ROSA, opened, path, send
from tests.visitor import field

BIG = re.compile(r'class="code">([\w-]+)<')


def sent(client, post, person=None, **more):
    """The address of the receipt, its number and its code."""
    place = send(client, post, person, **more).location
    return place, *map(codes.read, BIG.findall(client.get(place).text))


def only() -> Contribution:
    return db.session.scalars(db.select(Contribution)).one()


def test_the_receipt_shows_number_code_day_and_term(client):
    """PQR-04: an anonymous one has no hour."""
    post = city.open_post()
    place, radicado, code = sent(client, post)
    page = client.get(place)
    assert (len(radicado), len(code)) == (CODE_LENGTH, secret_codes.LENGTH)
    assert only().receipt == radicado
    assert secret_codes.matches(code, only().code_hash)
    assert "A más tardar el" in page.text
    assert "Son 15 días hábiles." in page.text
    assert "m.</dd>" not in page.text, "the hour"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_who_gave_a_name_reads_the_hour_too(client):
    """PQR-04."""
    place, *_ = sent(client, city.open_post(), ROSA)
    assert re.search(r"Lo recibimos</dt><dd>[^<]*m\.</dd>", client.get(place).text)


def test_an_opinion_has_no_day_to_be_answered(client):
    place, *_ = sent(client, city.open_post(), wish="opinion")
    assert "A más tardar el" not in client.get(place).text


def test_the_code_stands_in_no_address_of_the_page(app, client):
    """Only in the part of the QR's address that no browser sends, and in the file to keep."""
    post = city.open_post()
    place, radicado, code = sent(client, post)
    page = client.get(place).text
    addresses = " ".join(re.findall(r'(?:href|action|src)="(?!data:)([^"]*)"', page))
    assert code not in codes.read(addresses)
    assert f"radicado={radicado}" in addresses
    assert codes.show(radicado) in addresses, "the message to oneself has the number"
    assert code not in codes.read(place)
    with app.test_request_context():
        way_back = secret_codes.way_back(radicado, code)
    assert way_back.endswith(f"/escuchaderos/mi-aporte#{radicado}-{code}")


def test_who_has_the_code_hides_it(client):
    post = city.open_post()
    place, radicado, code = sent(client, post)
    page = client.get(place)
    hidden = client.post(place, data={"submission": field(page, "submission")})
    assert (hidden.status_code, hidden.location) == (303, place)
    after = client.get(place).text
    assert radicado in codes.read(after)
    assert code not in codes.read(after)
    assert "<svg" not in after.partition("<main")[2]
    assert only().is_code_hidden


def test_the_next_person_begins_with_an_empty_form(client):
    post = city.open_post()
    place, *_ = sent(client, post)
    form = {"submission": field(client.get(place), "submission"), "next": "form"}
    assert client.post(place, data=form).location == path(post)
    assert only().is_code_hidden


def test_a_device_of_many_people_remains_one_for_the_next_person(client):
    post = city.open_post()
    kiosk = f"{path(post)}?canal=kiosco"
    for more, leads_to in (({"next": "form"}, kiosk), ({}, "")):
        sending = ANA | {"confirm": "1", "submission": opened(client, post)}
        place = client.post(kiosk, data=sending).location
        form = {"submission": field(client.get(place), "submission")} | more
        assert client.post(place, data=form).location == (leads_to or place)
    assert f'href="{kiosk}"' in client.get(place).text
    assert "data-draft" not in client.get(kiosk, follow_redirects=True).text


def test_a_button_of_another_page_hides_nothing(client):
    post = city.open_post()
    place, *_ = sent(client, post)
    page = client.post(place, data={"submission": "inventado"})
    assert page.status_code == 422
    assert not only().is_code_hidden


def test_from_the_next_day_on_the_code_is_not_shown(client, monkeypatch):
    post = city.open_post()
    place, radicado, code = sent(client, post)
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "system_now", lambda: tomorrow)
    page = codes.read(client.get(place).text)
    assert radicado in page
    assert code not in page


def test_a_form_that_is_sent_again_with_other_words_is_not_stored(client):
    post = city.open_post()
    token = opened(client, post)
    place = send(client, post, submission=token).location
    again = send(client, post, submission=token, text="Otra cosa muy distinta.")
    assert again.status_code == 409
    assert "Este aporte ya se envió" in again.text
    assert f'href="{place}"' in again.text
    assert "Lo recibimos el" not in again.text, "an anonymous one has no hour"
    assert only().text == city.TEXT


def test_who_gave_a_name_reads_when_it_was_received(client):
    post = city.open_post()
    token = opened(client, post)
    send(client, post, ROSA, submission=token)
    again = send(client, post, ROSA, submission=token, text="Otra cosa muy distinta.")
    assert "Lo recibimos el" in again.text


@pytest.mark.parametrize("word", ["x", "0" * 32, "%00", "ñ", "../.."])
def test_a_word_that_nobody_got_opens_nothing(client, word):
    post = city.open_post()
    city.contribution(post)
    assert client.get(f"{path(post)}/listo/{word}").status_code == 404
    assert client.get(f"{path(post)}/listo/{only().submission_id}").status_code == 404


def test_the_receipt_of_one_post_is_not_shown_at_another(client):
    post, other = city.open_post(), city.open_post(title="Otro")
    place, *_ = sent(client, post)
    assert client.get(place.replace(post.code, other.code)).status_code == 404


def test_a_dump_of_the_database_reveals_no_code_no_contact_and_no_content(client):
    """DAT-13: what people say and who they are is encrypted; of the code there is a slow hash."""
    post = city.open_post()
    person = ROSA | {"contact": "rosa@ejemplo.org"}
    place, _, code = sent(client, post, person)
    secrets = [city.TEXT, "Rosa Pérez", code, codes.show(code), place.rpartition("/")[2]]
    for table in db.metadata.tables.values():
        rows = db.session.execute(db.text(f'SELECT * FROM "{table.name}"'))  # as they are stored
        for row in rows:
            words = " ".join(map(str, row))
            assert [secret for secret in secrets if secret in words] == [], table.name
            assert "rosa@" not in words or table.name == "outbox", table.name


def test_the_log_names_neither_the_post_nor_the_minute(client, capsys):
    """Of who does not say who they are nothing finer than the hour is written down."""
    post = city.open_post()
    send(client, post, ANA)
    told = capsys.readouterr().err
    assert "/escuchaderos/<code>" not in told
    assert city.TEXT not in told
