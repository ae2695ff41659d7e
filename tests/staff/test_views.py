"""Signing in: who gets in, who does not, and what neither learns."""

import time
from contextlib import suppress
from statistics import median

import pytest
from sqlalchemy import select
from werkzeug.exceptions import TooManyRequests

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.core.installation import installation
from participa.core.web import limits
from participa.staff.models import Account
from tests.staff.people import EMAIL, PASSWORD, enter, person, post
from tests.visitor import field

pytestmark = pytest.mark.one_engine

WRONG = "El correo o la clave no son correctos. Revíselos o pida una clave nueva."


def acts(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).filter_by(action=action)))


def test_who_has_an_account_gets_in(client):
    person()
    page = enter(client)
    assert page.status_code == 302
    assert page.location == "/gestion"
    assert "Ana Ríos" in client.get("/gestion/cuenta").text


def test_the_address_may_be_typed_in_capitals_with_blanks(client):
    person()
    assert enter(client, email=f" {EMAIL.upper()} ").status_code == 302


def test_a_password_may_be_pasted_with_a_line_break_at_its_end(client):
    person()
    assert enter(client, password=f"{PASSWORD}\n").status_code == 302


def test_an_unknown_address_and_a_wrong_password_get_the_same_page(client):
    person()
    wrong = enter(client, password="otra clave cualquiera")
    unknown = enter(client, email="luz.mar@ejemplo.org", password="otra clave cualquiera")
    assert wrong.status_code == unknown.status_code == 422
    assert WRONG in wrong.text
    plain = wrong.text.replace(field(wrong, "csrf_token"), "")
    assert plain == unknown.text.replace(field(unknown, "csrf_token"), "").replace(
        "luz.mar@ejemplo.org", EMAIL
    )


@pytest.mark.parametrize(
    "facts", [{"active": False}, {"password": None}], ids=["disabled", "invited"]
)
def test_an_account_that_may_not_enter_looks_like_an_unknown_one(client, facts):
    person(**facts)
    page = enter(client)
    assert page.status_code == 422
    assert WRONG in page.text


@pytest.mark.slow
@pytest.mark.one_engine
def test_an_unknown_address_takes_as_long_as_a_wrong_password(client, app, real_hashing):
    person()
    enter(client, email="nadie@ejemplo.org", password="la primera calienta")

    def seconds(email: str) -> float:
        installation(app).clear_caches()
        begin = time.process_time()  # of our own work: other programs may be busy meanwhile
        enter(client, email=email, password="otra clave cualquiera")
        return time.process_time() - begin

    tries = [(seconds(EMAIL), seconds("nadie@ejemplo.org")) for _ in range(5)]
    known, unknown = (median(taken) for taken in zip(*tries, strict=True))
    assert known / 2 < unknown < known * 2


def test_a_rejected_form_keeps_the_address_and_never_the_password(client):
    page = enter(client, email=EMAIL, password="otra clave cualquiera")
    assert f'value="{EMAIL}"' in page.text
    assert "otra clave cualquiera" not in page.text
    assert "<title>Error: Entrar" in page.text


def test_an_incomplete_address_is_told_how_to_be_written(client):
    page = enter(client, email="ana")
    assert page.status_code == 422
    assert "Escriba un correo completo, por ejemplo ana.rios@medellin.gov.co." in page.text


def test_signing_in_without_the_forms_token_is_refused(client):
    person()
    client.get("/gestion/entrar")
    page = client.post("/gestion/entrar", data={"email": EMAIL, "password": PASSWORD})
    assert page.status_code == 400
    assert client.get("/gestion/cuenta").status_code == 302


def test_the_token_of_another_browser_does_not_sign_anybody_in(client, app):
    """Login CSRF: an attacker signs the victim in to the attacker's account."""
    person()
    token = field(app.test_client().get("/gestion/entrar"), "csrf_token")
    client.get("/gestion/entrar")
    typed = {"csrf_token": token, "email": EMAIL, "password": PASSWORD}
    assert client.post("/gestion/entrar", data=typed).status_code == 400


def test_another_site_cannot_send_the_form(client):
    person()
    token = field(client.get("/gestion/entrar"), "csrf_token")
    typed = {"csrf_token": token, "email": EMAIL, "password": PASSWORD}
    page = client.post("/gestion/entrar", data=typed, headers={"Sec-Fetch-Site": "same-site"})
    assert page.status_code == 403


def test_the_token_from_before_signing_in_is_worth_nothing_afterwards(client):
    person()
    token = field(client.get("/gestion/entrar"), "csrf_token")
    enter(client)
    assert client.post("/gestion/salir", data={"csrf_token": token}).status_code == 400


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/gestion/cuenta", "/gestion/cuenta"),
        ("/gestion/trabajos%3Fseguir=1", "/gestion/trabajos?seguir=1"),
        ("https://malo.example/gestion", "/gestion"),
        ("//malo.example/gestion", "/gestion"),
        ("//[", "/gestion"),
        ("/%5Cmalo.example", "/gestion"),
        ("/gestion%5C..%5C..%5Cmalo", "/gestion"),
        ("/plan", "/gestion"),
        ("javascript:alert(1)", "/gestion"),
        ("/gestion%0d%0aLocation:%20//malo.example", "/gestion"),
    ],
)
def test_after_signing_in_people_only_go_to_pages_of_the_staff(client, asked, reached):
    person()
    assert enter(client, next=asked).location == reached


def test_a_guarded_page_leads_to_signing_in_and_back(client):
    person()
    page = client.get("/gestion/trabajos?x=1")
    assert page.location == "/gestion/entrar?next=/gestion/trabajos?x%3D1"
    token = field(client.get(page.location), "csrf_token")
    typed = {"csrf_token": token, "email": EMAIL, "password": PASSWORD}
    assert client.post(page.location, data=typed).location == "/gestion/trabajos?x=1"


def test_who_is_signed_in_is_not_asked_again(client):
    person()
    enter(client)
    assert client.get("/gestion/entrar").location == "/gestion"


def test_signing_in_and_out_and_failing_are_written_down_without_what_was_typed(client):
    account = person()
    enter(client, password="otra clave cualquiera")
    enter(client, email="desconocida@ejemplo.org", password="otra clave cualquiera")
    enter(client)
    post(client, "/gestion/cuenta", "/gestion/salir")
    mine = f"Account:{account.id}"
    assert [act.subject for act in acts("staff.sign_in_failed")] == [mine, "Account:0"]
    assert [act.subject for act in acts("staff.signed_in")] == [mine]
    assert [act.subject for act in acts("staff.signed_out")] == [mine]
    told = " ".join(f"{act.actor} {act.subject} {act.details}" for act in acts_of_all())
    assert "desconocida" not in told
    assert "otra clave" not in told


def acts_of_all() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry)))


def test_guessing_a_password_is_slowed_down(client):
    person()
    pages = [enter(client, password=f"intento número {number}") for number in range(12)]
    assert [page.status_code for page in pages[:10]] == [422] * 10
    assert pages[-1].status_code == 429
    assert int(pages[-1].headers["Retry-After"]) <= 15 * 60
    assert enter(client).status_code == 429


def test_a_forged_forwarding_header_does_not_dodge_the_limit(client):
    person()
    token = field(client.get("/gestion/entrar"), "csrf_token")
    typed = {"csrf_token": token, "email": EMAIL, "password": "intento"}
    codes = [
        client.post(
            "/gestion/entrar", data=typed, headers={"X-Forwarded-For": f"10.0.0.{number}"}
        ).status_code
        for number in range(12)
    ]
    assert codes[-1] == 429


def test_strangers_elsewhere_cannot_keep_a_person_out(client, app):
    person()
    enter(client)
    post(client, "/gestion/cuenta", "/gestion/salir")
    for number in range(110):
        with suppress(TooManyRequests):
            try_from(app, f"203.0.{number}.7")
    with pytest.raises(TooManyRequests):
        try_from(app, "198.51.100.9")
    assert enter(client).status_code == 302


def try_from(app, address: str) -> None:
    """One attempt of a stranger, without the slow hash."""
    environ = {"REMOTE_ADDR": address}
    with app.test_request_context("/gestion/entrar", method="POST", environ_overrides=environ):
        limits.attempt("staff.password", EMAIL)


def test_the_password_is_kept_as_argon2id_and_costs_64_mib_to_try(client, real_hashing):
    person()
    stored = db.session.scalars(select(Account.password)).one()
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_no_page_of_the_library_is_open(app):
    ours = {
        name for name, view in app.view_functions.items() if "flask_security" in view.__module__
    }
    assert ours == set()


def test_a_token_in_a_header_opens_nothing(client):
    account = person()
    with client.application.test_request_context():
        token = account.get_auth_token()
    page = client.get("/gestion/cuenta", headers={"Authentication-Token": token})
    assert page.status_code == 302
    assert client.get(f"/gestion/cuenta?auth_token={token}").status_code == 302
