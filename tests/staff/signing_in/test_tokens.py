"""Links by mail: invitations and new passwords, for a while and once."""

import re

import pytest

from participa.core.db import db
from participa.core.jobs import queue
from participa.core.jobs.mail import Outbox
from participa.staff.models import Account
from participa.staff.signing_in import tokens
from participa.staff.signing_in.tokens import LinkOver, LinkPurpose
from tests.staff.people import EMAIL, PASSWORD, enter, person, post
from tests.visitor import field, where

pytestmark = pytest.mark.one_engine

NEW = "tres tristes tigres en Belén"


def letters() -> list[Outbox]:
    return list(db.session.scalars(db.select(Outbox).order_by(Outbox.id)))


def link(letter: Outbox) -> str:
    return re.search(r"http://localhost(/gestion/\S+)", letter.body)[1]


def ask(client, email: str = EMAIL):
    return post(client, "/gestion/clave", email=email)


def choose(client, address: str, password: str = NEW, again: str | None = None):
    return post(client, address, password=password, again=again or password)


def invite(staff, **typed):
    chief = staff("ADMINISTRATOR")
    facts = {"email": "luz.mar@ejemplo.org", "name": "Luz Mar", "role": "EDITOR", "office": 0}
    return post(chief, "/gestion/cuentas/invitar", **facts | typed), chief


def test_a_forgotten_password_is_changed_by_the_link_in_the_mail(client):
    person()
    assert where(ask(client)) == "/gestion/entrar"
    assert where(choose(client, link(letters()[0]))) == "/gestion/entrar"
    assert enter(client).status_code == 422
    assert enter(client, password=NEW).status_code == 302


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client):
    person()
    known, unknown = ask(client), ask(client, "nadie@ejemplo.org")
    # The same address, signed at whatever second it was.
    assert known.status_code == unknown.status_code
    assert known.location.rsplit(".", 2)[0] == unknown.location.rsplit(".", 2)[0]
    assert [letter.to for letter in letters()] == [EMAIL]


def test_the_page_after_asking_does_not_say_whether_the_account_is_there(client):
    page = client.get(ask(client, "nadie@ejemplo.org").location)
    assert "Si ese correo tiene una cuenta, le enviamos un enlace." in page.text


@pytest.mark.parametrize("facts", [{"active": False}, {"password": None}])
def test_who_may_not_enter_gets_no_link(client, facts):
    person(**facts)
    ask(client)
    assert letters() == []


def test_a_link_works_once(client):
    person()
    ask(client)
    address = link(letters()[0])
    choose(client, address)
    page = client.get(address)
    assert page.status_code == 409
    assert "Este enlace ya se usó o ya no sirve." in page.text


def test_looking_at_a_link_does_not_use_it_up(client):
    person()
    ask(client)
    address = link(letters()[0])
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert choose(client, address).status_code == 302


def test_a_link_for_a_new_password_lasts_an_hour(client, at):
    person()
    at(2026, 3, 2, 13)
    ask(client)
    address = link(letters()[0])
    at(2026, 3, 2, 13, 59)
    assert client.get(address).status_code == 200
    at(2026, 3, 2, 14, 1)
    assert client.get(address).status_code == 409


def test_a_new_password_ends_every_session_and_is_told_by_mail(client, app):
    person()
    enter(client)
    visitor = app.test_client()
    ask(visitor)
    choose(visitor, link(letters()[0]))
    assert client.get("/gestion/cuenta").status_code == 302
    assert letters()[-1].subject == "Su clave de participa cambió"


def test_a_link_of_another_purpose_opens_nothing(app):
    someone = person()
    token = tokens.issue(LinkPurpose.RESET, someone)
    with pytest.raises(LinkOver):
        tokens.read(LinkPurpose.INVITATION, token)


@pytest.mark.parametrize("token", ["x", "1.a.b.c", "á", "1" * 5000])
def test_an_invented_link_opens_nothing(client, token):
    assert client.get(f"/gestion/clave/{token}").status_code == 409


def test_the_two_typings_must_agree(client):
    person()
    ask(client)
    page = choose(client, link(letters()[0]), again="tres tristes tigres en Robledo")
    assert page.status_code == 422
    assert "Las dos claves no son iguales." in page.text


def test_a_weak_new_password_is_refused_with_the_reason(client):
    person()
    ask(client)
    page = choose(client, link(letters()[0]), password="participa2026")
    assert page.status_code == 422
    assert "Esa clave se puede adivinar" in page.text


def test_the_address_of_a_link_is_not_told_to_the_next_page(client):
    person()
    ask(client)
    assert client.get(link(letters()[0])).headers["Referrer-Policy"] == "strict-origin"


def test_an_invited_person_chooses_a_password_and_enters(client, staff):
    page, _ = invite(staff)
    assert page.status_code == 302
    assert letters()[0].to == "luz.mar@ejemplo.org"
    assert choose(client, link(letters()[0])).status_code == 302
    assert enter(client, "luz.mar@ejemplo.org", NEW).status_code == 302


def test_an_invitation_lasts_a_day(client, staff, at):
    at(2026, 3, 2, 13)
    invite(staff)
    address = link(letters()[0])
    at(2026, 3, 3, 12, 59)
    assert client.get(address).status_code == 200
    at(2026, 3, 3, 13, 1)
    assert client.get(address).status_code == 409


def test_an_invitation_works_once(client, staff):
    invite(staff)
    choose(client, link(letters()[0]))
    assert client.get(link(letters()[0])).status_code == 409


def test_a_second_invitation_goes_out_while_nobody_accepted(staff, client):
    _, chief = invite(staff)
    luz = db.session.scalars(db.select(Account).filter_by(email="luz.mar@ejemplo.org")).one()
    address = f"/gestion/cuentas/{luz.id}"
    post(chief, address, f"{address}/invitar-otra-vez")
    assert choose(client, link(letters()[1])).status_code == 302


def test_a_double_click_sends_one_more_invitation(staff):
    _, chief = invite(staff)
    luz = db.session.scalars(db.select(Account).filter_by(email="luz.mar@ejemplo.org")).one()
    address = f"/gestion/cuentas/{luz.id}"
    sent = {"csrf_token": field(chief.get(address), "csrf_token")}
    for _ in range(2):
        assert chief.post(f"{address}/invitar-otra-vez", data=sent).status_code == 302
    assert len(letters()) == 2


def test_an_address_is_invited_once(staff):
    invite(staff)
    page, _ = invite(staff, email="LUZ.MAR@ejemplo.org")
    assert page.status_code == 422
    assert "Ya hay una cuenta con ese correo." in page.text
    assert 'value="Luz Mar"' in page.text


def test_nobody_can_make_an_account_alone(app):
    rules = [rule.rule for rule in app.url_map.iter_rules() if "registr" in rule.rule]
    assert all(rule.startswith(("/gestion/registro", "/gestion/eventos/")) for rule in rules)
    assert "security.register" not in app.view_functions


def test_the_letters_never_hold_a_password(client):
    person()
    ask(client)
    choose(client, link(letters()[0]))
    assert all(NEW not in letter.body and PASSWORD not in letter.body for letter in letters())


def test_the_same_work_is_done_for_an_address_without_an_account(client, app):
    """How long the answer takes must not tell who works here: both wake the worker up once."""
    person()
    queue.run_pending(app)
    ask(client, "nadie@ejemplo.org")
    assert queue.run_pending(app) == 1
    assert letters() == []
    ask(client)
    assert queue.run_pending(app) == 1
    assert [letter.to for letter in letters()] == [EMAIL]
