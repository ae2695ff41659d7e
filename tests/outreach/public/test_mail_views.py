"""Asking for the calls by mail, confirming, leaving: the same answer for everybody (DAT-03, 09)."""

import re

import pytest

from participa.core.db import db
from participa.core.jobs.mail import Outbox
from participa.outreach.mailed_links import MailedLink, address
from participa.outreach.models import Subscriber
from tests.outreach import city
from tests.visitor import field


def path_of(row, purpose: MailedLink) -> str:
    return re.sub(r"^https?://[^/]+", "", address(purpose, row))


def ask(client, email: str = "luz@ejemplo.org", **facts):
    page = client.get("/avisos")
    sent = {"submission": field(page, "submission"), "email": email, "consent": "y"}
    return client.post(page.request.full_path, data=sent | facts)


def test_without_a_notice_nothing_is_asked(client, app):
    assert client.get("/avisos").status_code == 409


def test_the_whole_way_from_the_form_to_the_list_and_out_of_it(client, app):
    city.notice()
    page = client.get("/avisos").text
    assert "Sus datos personales" in page
    assert 'name="consent" value="y">' in page, "not ticked beforehand"
    answer = ask(client, "Luz@Ejemplo.org")
    assert answer.location == "/avisos/pedidos"
    assert "Revise su correo" in client.get(answer.location).text
    [letter] = db.session.scalars(db.select(Outbox))
    confirm = re.search(r"https?://[^/\s]+(/avisos/confirmar/\S+)", letter.body)[1]
    opened = client.get(confirm)
    assert opened.headers["Cache-Control"] == "no-store"
    [row] = db.session.scalars(db.select(Subscriber))
    assert row.confirmed_at is None, "opening a link changes nothing"
    for _ in range(2):
        sent = client.post(confirm, data={"submission": field(opened, "submission")})
        assert sent.location == "/avisos/listos"
    db.session.expire_all()
    [row] = db.session.scalars(db.select(Subscriber))
    assert row.confirmed_at is not None
    leave = path_of(row, MailedLink.LEAVE)
    page = client.get(leave)
    assert db.session.query(Subscriber).count() == 1
    for _ in range(2):
        gone = client.post(leave, data={"submission": field(page, "submission")})
        assert "Su correo se borró" in gone.text
    assert db.session.query(Subscriber).count() == 0
    assert client.get(confirm).status_code == 410


def test_a_known_address_gets_the_same_answer(client, app):
    row = city.subscriber("luz@ejemplo.org")
    known, new = (ask(client, email) for email in (row.email, "otra@ejemplo.org"))
    assert (known.status_code, known.location) == (new.status_code, new.location)
    assert known.text == new.text


def test_a_mail_program_leaves_the_list_in_one_click(client, app):
    """RFC 8058: a POST without page, session or redirect."""
    row = city.subscriber()
    answer = client.post(path_of(row, MailedLink.LEAVE), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert db.session.query(Subscriber).count() == 0


def test_a_post_without_either_changes_nothing(client, app):
    row = city.subscriber()
    assert client.post(path_of(row, MailedLink.LEAVE), data={}).status_code == 422
    assert db.session.query(Subscriber).count() == 1


@pytest.mark.parametrize("token", ["x", "WzEsImEiXQ.falso", "%00", "a" * 500])
@pytest.mark.parametrize("word", ["confirmar", "salir"])
def test_a_damaged_link_is_refused_in_plain_words(client, app, word, token):
    answer = client.get(f"/avisos/{word}/{token}")
    assert answer.status_code == 409
    assert "Este enlace está incompleto" in answer.text


def test_a_link_is_good_for_its_purpose_alone(client, app):
    row = city.subscriber(is_confirmed=False)
    token = path_of(row, MailedLink.CONFIRM).rpartition("/")[2]
    assert client.get(f"/avisos/salir/{token}").status_code == 409


def test_a_link_of_an_erased_row_is_not_good_for_the_next_with_its_number(client, app):
    row = city.subscriber()
    leave = path_of(row, MailedLink.LEAVE)
    row.key = "f" * 32
    db.session.commit()
    client.post(leave, data={"List-Unsubscribe": "One-Click"})
    assert db.session.query(Subscriber).count() == 1


def test_a_late_link_says_where_to_ask_again(client, app, at):
    at(2026, 3, 2, 9)
    row = city.subscriber(is_confirmed=False)
    confirm = path_of(row, MailedLink.CONFIRM)
    page = client.get(confirm)
    at(2026, 3, 12, 9)
    late = client.get(confirm)
    assert late.status_code == 410
    assert 'href="/avisos"' in late.text
    sent = client.post(confirm, data={"submission": field(page, "submission")})
    assert sent.status_code == 410
    db.session.expire_all()
    assert db.session.scalars(db.select(Subscriber)).one().confirmed_at is None


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"email": ""}, "Escriba un correo completo"),
        ({"email": "ana"}, "Escriba un correo completo"),
        ({"email": "a@ejemplo.org\r\nBcc: b@b.co"}, "Escriba un correo completo"),
        ({"email": f"{'a' * 300}@ejemplo.org"}, "Use hasta 254 letras."),
        ({"consent": ""}, "Marque la autorización."),
    ],
)
def test_a_rejected_form_says_what_to_repair_and_writes_to_nobody(client, app, facts, sentence):
    city.notice()
    answer = ask(client, **facts)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(Outbox).count() == 0
