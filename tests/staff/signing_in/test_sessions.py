"""Sessions live at the server, and only under /gestion."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from participa.app import create_app
from participa.core.db import db
from participa.staff import accounts
from participa.staff.models import Role, StaffSession
from participa.staff.signing_in import sessions
from tests.conftest import settings
from tests.staff.people import EMAIL, PASSWORD, enter, person, post
from tests.visitor import field


def stored(visitor) -> StaffSession:
    return db.session.get_one(StaffSession, visitor.session.id)


def test_signing_in_gives_the_browser_a_new_key(client, app):
    person()
    client.get("/gestion/entrar")
    before = client.get_cookie("gestion", path="/gestion").value
    enter(client)
    after = client.get_cookie("gestion", path="/gestion").value
    assert before.split(".")[0] != after.split(".")[0]
    assert client.get("/gestion/cuenta").status_code == 200


def test_a_key_that_an_attacker_planted_opens_nothing_after_the_victim_signs_in(client, app):
    person()
    attacker = app.test_client()
    attacker.get("/gestion/entrar")
    planted = attacker.get_cookie("gestion", path="/gestion").value
    client.set_cookie("gestion", planted, path="/gestion")
    enter(client)
    assert client.get("/gestion/cuenta").status_code == 200
    assert attacker.get("/gestion/cuenta").status_code == 302


def test_the_database_holds_only_a_hash_of_the_key(client):
    person()
    enter(client)
    cookie = client.get_cookie("gestion", path="/gestion").value
    row = db.session.scalars(select(StaffSession)).one()
    assert row.key_hash == sessions.hash_of(cookie.rsplit(".", 2)[0])
    assert row.key_hash not in cookie


def test_signing_out_ends_the_session_at_the_server(staff):
    editor = staff("EDITOR")
    kept = editor.get_cookie("gestion", path="/gestion").value
    page = post(editor, "/gestion/cuenta", "/gestion/salir")
    assert page.status_code == 302
    assert page.headers["Clear-Site-Data"] == '"cache"'
    assert stored(editor).ended_at is not None
    editor.set_cookie("gestion", kept, path="/gestion")
    assert editor.get("/gestion/cuenta").status_code == 302


def test_nobody_is_signed_out_by_opening_an_address(staff):
    editor = staff("EDITOR")
    assert editor.get("/gestion/salir").status_code == 405
    assert editor.get("/gestion/cuenta").status_code == 200


def test_disabling_an_account_ends_its_sessions_at_once(staff):
    editor, chief = staff("EDITOR"), staff("ADMINISTRATOR")
    accounts.disable(editor.account, by=chief.account)
    db.session.commit()
    assert editor.get("/gestion/cuenta").status_code == 302


def test_an_empty_chair_is_signed_out_after_half_an_hour(staff, at):
    at(2026, 3, 2, 13, 0)
    editor = staff("EDITOR")
    at(2026, 3, 2, 13, 29)
    assert editor.get("/gestion/cuenta").status_code == 200
    at(2026, 3, 2, 13, 58)
    assert editor.get("/gestion/cuenta").status_code == 200
    at(2026, 3, 2, 14, 29)
    assert editor.get("/gestion/cuenta").status_code == 302


def test_a_session_ends_after_twelve_hours_however_busy_it_is(staff, at):
    at(2026, 3, 2, 8, 0)
    editor = staff("EDITOR")
    for hour in range(8, 20):
        for minute in (20, 40, 59):
            at(2026, 3, 2, hour, minute)
            assert editor.get("/gestion/cuenta").status_code == 200
    at(2026, 3, 2, 20, 1)
    assert editor.get("/gestion/cuenta").status_code == 302


def test_looking_renews_the_cookie_at_most_once_a_minute(staff, at):
    at(2026, 3, 2, 13, 0)
    editor = staff("EDITOR")
    at(2026, 3, 2, 13, 0, 50)
    assert "Set-Cookie" not in editor.get("/gestion/cuenta").headers
    at(2026, 3, 2, 13, 2)
    assert "Set-Cookie" in editor.get("/gestion/cuenta").headers


def test_a_page_that_asks_by_itself_does_not_keep_the_session_alive(staff, at):
    at(2026, 3, 2, 13, 0)
    editor = staff("EDITOR")
    at(2026, 3, 2, 13, 20)
    assert "Set-Cookie" not in editor.get("/gestion/trabajos?seguir=1").headers


def test_sending_a_form_is_remembered_once_a_minute(staff, at):
    at(2026, 3, 2, 13, 0)
    chief = staff("ADMINISTRATOR")
    at(2026, 3, 2, 13, 5)
    post(chief, "/gestion/dependencias/nueva", name="Secretaría de Pruebas", kind="secretaria")
    assert stored(chief).last_sent_at == at(2026, 3, 2, 13, 5)


def test_a_sign_in_page_that_stood_open_for_hours_still_works(client, at):
    at(2026, 3, 2, 8, 0)
    person()
    token = field(client.get("/gestion/entrar"), "csrf_token")
    at(2026, 3, 2, 12, 0)
    typed = {"csrf_token": token, "email": EMAIL, "password": PASSWORD}
    assert client.post("/gestion/entrar", data=typed).status_code == 302


def test_old_sessions_are_erased(staff, at):
    at(2026, 1, 2, 8, 0)
    staff("EDITOR")
    at(2026, 5, 2, 8, 0)
    staff("EDITOR")
    assert sessions.erase_old() == 1
    assert db.session.scalars(select(StaffSession.id)).all() == [2]


@pytest.mark.parametrize("place", [5, 45, -10], ids=["key", "moment", "signature"])
def test_an_altered_cookie_opens_nothing(staff, place):
    editor = staff("EDITOR")
    signs = list(editor.get_cookie("gestion", path="/gestion").value)
    signs[place] = "A" if signs[place] != "A" else "B"
    editor.set_cookie("gestion", "".join(signs), path="/gestion")
    assert editor.get("/gestion/cuenta").status_code == 302


@pytest.mark.parametrize("address", ["/", "/plan", "/no-existe", "/salud", "/gestiones"])
def test_pages_of_the_citizens_know_no_session(staff, address):
    editor = staff("EDITOR")
    page = editor.get(address, headers={"Cookie": "gestion=x; remember_token=1|x; session=y"})
    assert "Set-Cookie" not in page.headers
    assert "Cookie" not in page.headers.get("Vary", "")


def test_a_page_of_the_citizens_asks_nothing_about_sessions(staff, questions):
    editor = staff("EDITOR")
    questions.clear()
    value = editor.get_cookie("gestion", path="/gestion").value
    editor.get("/no-existe", headers={"Cookie": f"gestion={value}"})
    assert questions == []


def test_a_page_of_the_staff_asks_once_who_is_there(staff, questions):
    editor = staff("EDITOR")
    questions.clear()
    editor.get("/gestion/cuenta")
    assert len([asked for asked in questions if "staff_session" in asked]) == 1
    assert len(questions) <= 2


def test_personal_pages_are_never_kept_by_a_cache(staff):
    page = staff("EDITOR").get("/gestion/cuenta")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Cookie" in page.headers["Vary"]


def test_the_cookie_stays_out_of_reach_of_scripts_and_other_sites(client):
    cookie = client.get("/gestion/entrar").headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/gestion"} <= set(re.split("; ?", cookie))


def test_behind_https_the_cookie_bears_the_name_that_no_neighbour_can_set(tmp_path):
    given = replace(settings(tmp_path), base_url="https://localhost")
    app = create_app(given)
    page = app.test_client().get("/gestion/entrar", base_url="https://localhost")
    parts = re.split("; ?", page.headers["Set-Cookie"])
    assert parts[0].startswith("__Host-gestion=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(parts)
    with app.app_context():
        db.engine.dispose()


def test_an_administrator_sees_and_ends_the_sessions_of_others(staff):
    editor, chief = staff("EDITOR"), staff("ADMINISTRATOR")
    address = f"/gestion/cuentas/{editor.account.id}"
    assert "Sesiones abiertas" in chief.get(address).text
    post(chief, address, f"{address}/sesiones/{editor.session.id}/terminar")
    assert editor.get("/gestion/cuenta").status_code == 302


def test_ending_ones_other_sessions_leaves_this_one(staff, app):
    chief = staff("ADMINISTRATOR")
    other = staff("ADMINISTRATOR", email="otra@ejemplo.org")
    address = f"/gestion/cuentas/{chief.account.id}"
    post(chief, address, f"{address}/terminar-sesiones")
    assert chief.get("/gestion/cuenta").status_code == 200
    assert other.get("/gestion/cuenta").status_code == 200


def test_changing_the_password_ends_the_other_browsers_and_renews_this_one(client, app):
    person(role=Role.EDITOR)
    other = app.test_client()
    enter(client)
    enter(other)
    before = client.get_cookie("gestion", path="/gestion").value
    new = "tres tristes tigres en Belén"
    page = post(client, "/gestion/cuenta/clave", old=PASSWORD, password=new, again=new)
    assert page.status_code == 302
    assert client.get("/gestion/cuenta").status_code == 200
    assert other.get("/gestion/cuenta").status_code == 302
    assert client.get_cookie("gestion", path="/gestion").value != before
    assert field(client.get("/gestion/cuenta"), "csrf_token")
