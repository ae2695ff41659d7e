"""A form that arrives without its session: nothing typed is lost, and nobody else reads it."""

import html
import io
import re

import pytest
from sqlalchemy import select

from participa.core.db import db
from participa.staff.models import Office, Role
from participa.staff.signing_in import second_factor, sessions
from tests.conftest import sign_in
from tests.staff.people import EMAIL, PASSWORD, person, phone_shows, post
from tests.visitor import field, where

pytestmark = pytest.mark.one_engine
NEW = "/gestion/dependencias/nueva"
NAME = "Secretaría de Participación y de la Escucha en los Territorios"


@pytest.fixture
def chief(app):
    """Somebody who has a password and is signed in."""
    visitor = app.test_client()
    visitor.account = person(Role.ADMINISTRATOR, tf_primary_method="authenticator")
    visitor.account.tf_totp_secret = second_factor._factory().generate_totp_secret()
    sign_in(visitor, visitor.account)
    db.session.commit()
    return visitor


@pytest.fixture
def colleague(app):
    """Without a second step, to keep a test short."""
    person(Role.EDITOR, email="luz@ejemplo.org", name="Luz Marina")


def typed(visitor, **others):
    """An office as somebody has typed it, on a page that is open in this browser."""
    return {
        "csrf_token": field(visitor.get(NEW), "csrf_token"),
        "name": NAME,
        "kind": "secretaria",
        **others,
    }


def forget(visitor) -> None:
    """What a browser knows after signing out in another tab."""
    visitor.delete_cookie("gestion", path="/gestion")


def fields(page) -> dict[str, str]:
    """Every hidden field of the page's own form."""
    own = page.text.rpartition("<form")[2]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', own)
    return {name: html.unescape(value) for name, value in found}


def enter_again(visitor, page, email=EMAIL):
    """Sign in on the page that asks for it, with what it carries; the second step included."""
    address = html.unescape(re.search(r'action="(/gestion/entrar[^"]*)"', page.text)[1])
    page = visitor.post(address, data=fields(page) | {"email": email, "password": PASSWORD})
    if "Escriba el código" in page.text:
        [secret] = [visitor.account.tf_totp_secret]
        code = {"code": phone_shows(secret)}
        page = visitor.post("/gestion/entrar/codigo", data=fields(page) | code)
    return page


def is_stored(name: str = NAME) -> bool:
    return db.session.scalar(select(Office).filter_by(name=name)) is not None


def go_on(visitor, page):
    assert "Siga donde iba" in page.text
    own = page.text.rpartition("<form")[2]
    address = html.unescape(re.search(r'action="([^"]+)"', own)[1])
    return visitor.post(address, data=fields(page))


def test_after_thirty_idle_minutes_what_was_typed_is_sent_after_signing_in(chief, at):
    at(2026, 3, 2, 13, 0)
    sign_in(chief, chief.account)
    db.session.commit()
    sent = typed(chief)
    at(2026, 3, 2, 13, 31)
    page = chief.post(NEW, data=sent)
    assert page.status_code == 400
    assert "Su sesión se cerró por 30 minutos sin uso." in page.text
    assert "Guardamos lo que escribió." in page.text
    page = enter_again(chief, page)
    assert NAME in page.text
    assert not is_stored()
    assert go_on(chief, page).status_code == 302
    assert is_stored()


def test_after_twelve_hours_the_page_says_why(chief, at):
    at(2026, 3, 2, 6, 0)
    sign_in(chief, chief.account)
    db.session.commit()
    sent = typed(chief)
    at(2026, 3, 2, 18, 1)
    assert "dura hasta 12 horas" in chief.post(NEW, data=sent).text


def test_after_signing_out_in_another_tab_it_is_the_same(chief):
    sent = typed(chief)
    post(chief, "/gestion/cuenta", "/gestion/salir")
    page = chief.post(NEW, data=sent)
    assert page.status_code == 400
    assert "salió en otra pestaña" in page.text
    assert go_on(chief, enter_again(chief, page)).status_code == 302
    assert is_stored()


def test_a_session_that_was_ended_elsewhere_is_the_same(chief):
    sent = typed(chief)
    sessions.end_all(chief.account)
    db.session.commit()
    page = chief.post(NEW, data=sent)
    assert page.status_code == 401
    assert "lo hizo usted en otro equipo" in page.text
    assert go_on(chief, enter_again(chief, page)).status_code == 302


def test_what_waits_cannot_be_read_from_the_page_that_asks_for_the_password(chief):
    sent = typed(chief)
    forget(chief)
    page = chief.post(NEW, data=sent)
    assert NAME not in html.unescape(page.text)
    assert sent["csrf_token"] not in page.text


def test_somebody_else_who_signs_in_then_does_not_get_it(chief, colleague):
    sent = typed(chief)
    forget(chief)
    page = enter_again(chief, chief.post(NEW, data=sent), email="luz@ejemplo.org")
    assert "Eso lo escribió otra cuenta" in page.text
    assert NAME not in html.unescape(page.text)
    assert not is_stored()


def test_the_one_who_wrote_it_gets_it_after_the_wrong_account(chief, colleague):
    sent = typed(chief)
    forget(chief)
    page = enter_again(chief, chief.post(NEW, data=sent), email="luz@ejemplo.org")
    assert "Entrar con la otra cuenta" in page.text
    leaving = page.text.partition('action="/gestion/salir"')[2].rpartition("Entrar con")[0]
    carried = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', leaving.rpartition("<form")[2]))
    page = chief.post("/gestion/salir", data=carried)
    assert "<h1>Entrar</h1>" in page.text
    assert go_on(chief, enter_again(chief, page)).status_code == 302
    assert is_stored()


def test_the_other_pages_of_the_sign_in_carry_it_along(chief):
    sent = typed(chief)
    forget(chief)
    page = chief.post(NEW, data=sent)
    page = chief.post("/gestion/entrar/llevar/clave", data=fields(page))
    assert "<h1>Pida una clave nueva</h1>" in page.text
    page = chief.post("/gestion/clave", data=fields(page) | {"email": EMAIL})
    assert "Si ese correo tiene una cuenta" in page.text
    signing_in = fields(page) | {"email": EMAIL, "password": PASSWORD}
    page = chief.post("/gestion/entrar", data=signing_in)
    assert "Escriba el código" in page.text
    page = chief.post("/gestion/entrar/llevar/recuperacion", data=fields(page))
    assert "<h1>Use un código de recuperación</h1>" in page.text
    page = chief.post("/gestion/entrar/llevar/codigo", data=fields(page))
    code = {"code": phone_shows(chief.account.tf_totp_secret)}
    page = chief.post("/gestion/entrar/codigo", data=fields(page) | code)
    assert go_on(chief, page).status_code == 302
    assert is_stored()


def test_signed_out_in_another_tab_that_shows_the_sign_in_gives_the_right_reason(chief):
    sent = typed(chief)
    post(chief, "/gestion/cuenta", "/gestion/salir")
    chief.get("/gestion/entrar")
    page = chief.post(NEW, data=sent)
    assert "se cerró en este navegador" in page.text
    assert "quien administra" not in page.text.partition("<main")[2].partition("<form")[0]


def test_a_wrong_password_loses_nothing(chief):
    sent = typed(chief)
    forget(chief)
    page = chief.post(NEW, data=sent)
    wrong = fields(page) | {"email": EMAIL, "password": "la clave de otra parte"}
    page = chief.post("/gestion/entrar", data=wrong)
    assert page.status_code == 422
    assert go_on(chief, enter_again(chief, page)).status_code == 302


def test_who_signed_in_again_in_another_tab_is_not_asked_once_more(chief):
    sent = typed(chief)
    sign_in(chief, chief.account)
    db.session.commit()
    page = chief.post(NEW, data=sent)
    assert page.status_code == 400
    assert "Usted entró otra vez después de abrir esa página." in page.text
    assert go_on(chief, page).status_code == 302
    assert is_stored()


def test_a_page_of_another_account_is_not_sent_with_ones_own(chief, staff):
    other = staff("ADMINISTRATOR")
    page = other.post(NEW, data=typed(chief))
    assert page.status_code == 400
    assert "Eso lo escribió otra cuenta" in page.text
    assert NAME not in html.unescape(page.text)


@pytest.mark.parametrize("token", [{}, {"csrf_token": "dañado"}], ids=["missing", "damaged"])
def test_a_form_whose_token_cannot_be_read_is_kept_for_who_saw_its_page(chief, staff, token):
    about = {"about": field(chief.get(NEW), "about")}
    sent = about | token | {"name": NAME, "kind": "secretaria"}
    page = chief.post(NEW, data=sent)
    assert page.status_code == 400
    assert "llegó sin la marca de su página" in page.text
    assert "Usted entró otra vez" not in page.text
    assert not is_stored()
    assert NAME not in staff("ADMINISTRATOR").post(NEW, data=sent).text
    assert go_on(chief, page).status_code == 302


def test_a_form_that_does_not_say_who_saw_it_is_handed_to_nobody(chief):
    page = chief.post(NEW, data={"name": NAME, "kind": "secretaria", "about": ""})
    assert page.status_code == 400
    assert "<h1>No sabemos quién lo escribió</h1>" in page.text
    forget(chief)
    sent = {"csrf_token": "dañado", "name": NAME, "kind": "secretaria", "about": "x"}
    page = enter_again(chief, chief.post(NEW, data=sent))
    assert "No sabemos quién lo escribió" in page.text
    assert NAME not in html.unescape(page.text)


def test_a_password_is_never_carried(chief):
    sent = {"csrf_token": "x", "old": PASSWORD, "password": "otra clave larga", "again": "otra"}
    page = chief.post("/gestion/cuenta/clave", data=sent)
    assert PASSWORD not in page.text
    assert "otra clave larga" not in page.text


def test_what_was_altered_or_is_too_old_is_not_opened(chief, at):
    at(2026, 3, 2, 6, 0)
    sign_in(chief, chief.account)
    db.session.commit()
    sent = typed(chief)
    forget(chief)
    page = chief.post(NEW, data=sent)
    broken = {"carried": fields(page)["carried"][:-3] + "AAA"}
    entering = fields(page) | {"email": EMAIL, "password": PASSWORD}
    assert chief.post("/gestion/entrar", data=entering | broken).status_code == 302
    forget(chief)
    at(2026, 3, 2, 18, 1)
    entering["csrf_token"] = field(chief.get("/gestion/entrar"), "csrf_token")
    assert chief.post("/gestion/entrar", data=entering).status_code == 302


def test_confirming_the_password_loses_nothing(chief, at):
    at(2026, 3, 2, 13, 0)
    sign_in(chief, chief.account)
    db.session.commit()
    sent = {
        "csrf_token": field(chief.get("/gestion/cuentas/invitar"), "csrf_token"),
        "name": "Luz Marina Ospina Restrepo",
        "email": "luz.marina@ejemplo.org",
        "role": "EDITOR",
        "office": "0",
    }
    at(2026, 3, 2, 13, 20)
    page = chief.post("/gestion/cuentas/invitar", data=sent)
    assert page.status_code == 403
    assert "Confirme que es usted" in page.text
    confirming = fields(page) | {"password": PASSWORD}
    page = chief.post("/gestion/cuenta/confirmar", data=confirming)
    assert "Luz Marina Ospina Restrepo" in page.text
    assert go_on(chief, page).status_code == 302


def test_two_tabs_that_sign_in_both_arrive(chief):
    forget(chief)
    first = field(chief.get("/gestion/entrar"), "csrf_token")
    data = {"csrf_token": first, "email": EMAIL, "password": PASSWORD}
    sign_in(chief, chief.account)
    db.session.commit()
    assert chief.post("/gestion/entrar?next=/gestion/plan", data=data).location == "/gestion/plan"


def test_a_browser_that_refuses_cookies_is_told_so_and_keeps_the_address(chief):
    chief.get("/gestion/entrar")
    forget(chief)
    data = {"csrf_token": "viejo", "email": EMAIL, "password": PASSWORD}
    page = chief.post("/gestion/entrar", data=data)
    assert page.status_code == 400
    assert "Permítala y entre otra vez" in page.text
    assert f'value="{EMAIL}"' in page.text
    assert PASSWORD not in page.text


def test_signing_out_twice_says_the_same(chief):
    token = field(chief.get("/gestion/cuenta"), "csrf_token")
    post(chief, "/gestion/cuenta", "/gestion/salir")
    again = chief.post("/gestion/salir", data={"csrf_token": token})
    assert where(again) == "/gestion/entrar"
    assert "Usted salió." in chief.get(again.location).text


def test_a_file_that_was_chosen_is_asked_for_again(chief):
    sent = typed(chief, file=(io.BytesIO(b"x"), "temas de la audiencia.xlsx"))
    forget(chief)
    page = enter_again(chief, chief.post(NEW, data=sent, content_type="multipart/form-data"))
    assert "El archivo «temas de la audiencia.xlsx» no se pudo conservar." in page.text
    page = go_on(chief, page)
    assert page.status_code == 422
    assert "Elija otra vez el archivo «temas de la audiencia.xlsx»." in page.text
    assert NAME in page.text


def test_an_address_that_does_not_exist_is_still_not_found_in_words(chief):
    page = chief.post("/gestion/nada", data={"a": "b"})
    assert page.status_code == 400
    assert "No entendimos lo que llegó" in page.text


def test_the_page_alone_leads_where_there_is_something_to_do(client, staff):
    assert client.get("/gestion/continuar").location == "/gestion/entrar"
    assert staff("EDITOR").get("/gestion/continuar").location == "/gestion"
