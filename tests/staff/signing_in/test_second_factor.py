"""The second factor: who must have it, codes that are good once, and a lost telephone."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from participa.core.db import db
from participa.core.installation import installation
from participa.staff.models import Account, Role
from participa.staff.signing_in import second_factor
from tests.staff.people import PASSWORD, enter, person, person_with_phone, phone_shows, post
from tests.visitor import where


def code(client, typed: str, page: str = "/gestion/entrar/codigo"):
    return post(client, page, code=typed)


def account() -> Account:
    return db.session.scalars(db.select(Account)).one()


def test_the_password_alone_does_not_open_an_account_with_a_second_step(client):
    person_with_phone()
    page = enter(client, next="/gestion/trabajos")
    assert page.location == "/gestion/entrar/codigo?next=/gestion/trabajos"
    assert client.get("/gestion/cuenta").status_code == 302


def test_the_code_of_the_phone_opens_it_and_leads_back(client):
    someone = person_with_phone()
    page = enter(client, next="/gestion/trabajos")
    page = code(client, phone_shows(someone.tf_totp_secret), page.location)
    assert page.location == "/gestion/trabajos"
    assert client.get("/gestion/cuenta").status_code == 200


def test_the_key_changes_again_with_the_second_step(client):
    someone = person_with_phone()
    enter(client)
    before = client.get_cookie("gestion", path="/gestion").value
    code(client, phone_shows(someone.tf_totp_secret))
    assert client.get_cookie("gestion", path="/gestion").value != before


def test_a_code_is_good_once(client, app, at):
    someone = person_with_phone()
    at(2026, 3, 2, 13)
    shown = phone_shows(someone.tf_totp_secret)
    enter(client)
    assert code(client, shown).status_code == 302
    other = app.test_client()
    enter(other)
    page = code(other, shown)
    assert page.status_code == 422
    assert "ya se usó" in page.text


@pytest.mark.parametrize(("seconds", "answer"), [(30, 302), (90, 422)])
def test_a_phone_may_run_half_a_minute_late(client, at, seconds, answer):
    someone = person_with_phone()
    moment = at(2026, 3, 2, 13)
    shown = phone_shows(someone.tf_totp_secret)
    later = moment + timedelta(seconds=seconds)
    at(later.year, later.month, later.day, later.hour, later.minute, later.second)
    enter(client)
    assert code(client, shown).status_code == answer


def test_codes_cannot_be_guessed_for_long(client):
    person_with_phone()
    enter(client)
    codes = [code(client, "000000").status_code for _ in range(10)]
    page = client.get("/gestion/entrar/codigo")
    assert page.status_code == 200
    assert set(codes) == {422}
    assert code(client, "000001").status_code == 429


def test_the_half_open_door_closes_after_ten_minutes(client, at):
    someone = person_with_phone()
    at(2026, 3, 2, 13)
    enter(client)
    at(2026, 3, 2, 13, 11)
    page = client.get("/gestion/entrar/codigo")
    assert page.location.startswith("/gestion/entrar?")
    assert someone.tf_last_counter == 0


def test_an_administrator_without_a_second_step_can_only_set_it_up(client):
    person(Role.ADMINISTRATOR)
    enter(client)
    for address in ("/gestion/cuentas", "/gestion/trabajos", "/gestion/registro"):
        assert client.get(address).location == "/gestion/cuenta/segundo-paso"
    assert client.get("/gestion/cuenta/segundo-paso").status_code == 200


def test_in_a_demo_nobody_needs_a_phone(client, app, monkeypatch):
    demo = replace(installation(app).settings, demo=True)
    monkeypatch.setattr(installation(app), "settings", demo)
    person(Role.ADMINISTRATOR)
    enter(client)
    assert client.get("/gestion/cuentas").status_code == 200


def set_up(client) -> list[str]:
    """Go through the pages; returns the recovery codes that they show."""
    setup = "/gestion/cuenta/segundo-paso"
    post(client, setup, f"{setup}/empezar")
    page = client.get(setup)
    assert "<svg" in page.text
    key = re.search(r'class="code">([^<]+)<', page.text)[1]
    assert len(key.replace("-", "").replace(" ", "")) >= 32
    row = db.session.scalars(db.text("select offered_totp from staff_session")).all()
    page = code(client, phone_shows(row[-1]), setup)
    assert where(page) == "/gestion/cuenta/codigos"
    page = post(client, "/gestion/cuenta/codigos")
    return re.findall(r'class="code">([^<]+)<', page.text)


def test_setting_up_the_second_step_opens_the_rest(client):
    person(Role.ADMINISTRATOR)
    enter(client)
    assert len(set_up(client)) == 10
    assert client.get("/gestion/cuentas").status_code == 200
    assert account().tf_primary_method == "authenticator"


def test_the_secret_of_the_phone_is_not_readable_in_the_database(client):
    person(Role.ADMINISTRATOR)
    enter(client)
    setup = "/gestion/cuenta/segundo-paso"
    post(client, setup, f"{setup}/empezar")
    key = re.search(r'class="code">([^<]+)<', client.get(setup).text)[1]
    stored = db.session.scalars(db.text("select offered_totp from staff_session")).one()
    assert key.replace("-", "").replace(" ", "") not in stored


def test_a_wrong_code_sets_up_nothing(client):
    person(Role.ADMINISTRATOR)
    enter(client)
    setup = "/gestion/cuenta/segundo-paso"
    post(client, setup, f"{setup}/empezar")
    page = code(client, "123456", setup)
    assert page.status_code == 422
    assert "El código no coincide." in page.text
    assert account().tf_primary_method is None


def test_a_recovery_code_opens_the_account_once(client, app):
    person(Role.ADMINISTRATOR)
    enter(client)
    recovery = set_up(client)
    assert all(kept not in str(account().mf_recovery_codes) for kept in recovery)
    first = app.test_client()
    enter(first)
    page = code(first, recovery[3].lower().replace("-", " "), "/gestion/entrar/recuperacion")
    assert page.status_code == 302
    assert first.get("/gestion/cuentas").status_code == 200
    second = app.test_client()
    enter(second)
    page = code(second, recovery[3], "/gestion/entrar/recuperacion")
    assert page.status_code == 422
    assert "Ese código no es correcto o ya se usó." in page.text
    assert account().recovery_codes_left == 9


def test_of_eight_who_use_one_recovery_code_at_once_one_gets_in(app):
    someone = person_with_phone()
    codes = second_factor.renew_recovery_codes(someone)
    db.session.commit()
    start, number = Barrier(8), someone.id

    def use(_) -> bool:
        with app.app_context():
            mine = db.session.get_one(Account, number)
            start.wait()
            is_right = second_factor.use_recovery_code(mine, codes[0])
            db.session.commit()
            return is_right

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(use, range(8))) == 1
    db.session.expire_all()
    assert account().recovery_codes_left == 9


def test_new_recovery_codes_end_the_old_ones(client, app):
    person(Role.ADMINISTRATOR)
    enter(client)
    old = set_up(client)
    post(client, "/gestion/cuenta/codigos")
    other = app.test_client()
    enter(other)
    assert code(other, old[0], "/gestion/entrar/recuperacion").status_code == 422


def test_an_administrator_may_not_drop_the_second_step(staff):
    chief = staff("ADMINISTRATOR")
    page = post(chief, "/gestion/cuenta", "/gestion/cuenta/segundo-paso/quitar")
    assert page.status_code == 409
    assert "Su función exige el segundo paso." in page.text


def test_an_editor_may_drop_it(client):
    someone = person_with_phone()
    enter(client)
    code(client, phone_shows(someone.tf_totp_secret))
    post(client, "/gestion/cuenta", "/gestion/cuenta/segundo-paso/quitar")
    assert account().tf_totp_secret is None


def test_an_administrator_takes_the_second_step_from_who_lost_the_phone(client, staff):
    someone = person_with_phone()
    address = f"/gestion/cuentas/{someone.id}"
    post(staff("ADMINISTRATOR"), address, f"{address}/quitar-segundo-paso")
    assert enter(client).location == "/gestion"


def test_the_pages_of_the_second_step_are_closed_without_a_password(client):
    assert client.get("/gestion/entrar/codigo").location.startswith("/gestion/entrar?")
    assert client.get("/gestion/entrar/recuperacion").location.startswith("/gestion/entrar?")


def test_a_failed_code_is_written_down(client):
    someone = person_with_phone()
    enter(client)
    code(client, "000000")
    found = db.session.execute(
        db.text("select subject, details from audit_entry where action = 'staff.sign_in_failed'")
    ).all()
    assert [row.subject for row in found] == [f"Account:{someone.id}"]
    assert "000000" not in str(found)
    assert PASSWORD not in str(found)
