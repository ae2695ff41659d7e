"""Accounts: who may change whom, and what is written down."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from sqlalchemy.exc import OperationalError

from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.staff import accounts
from participa.staff.models import Account, Role
from tests.staff.people import PASSWORD, enter, hashed, person, post
from tests.visitor import field


def act(action: str) -> AuditEntry:
    return db.session.scalars(db.select(AuditEntry).filter_by(action=action)).one()


def stored(visitor) -> Account:
    return db.session.get_one(Account, visitor.account.id)


def address(visitor, verb: str = "") -> str:
    return f"/gestion/cuentas/{visitor.account.id}{verb}"


def test_the_list_tells_each_role_in_a_sentence(staff):
    page = staff("ADMINISTRATOR").get("/gestion/cuentas")
    for role in Role:
        assert role.explanation in page.text


def test_a_change_of_role_is_written_down_before_and_after_and_ends_the_sessions(staff):
    editor, chief = staff("EDITOR"), staff("ADMINISTRATOR")
    post(chief, address(editor, "/cambiar"), name="Persona 1", role="READER", office=0)
    assert stored(editor).role is Role.READER
    assert act("staff.account_changed").details == {
        "before": {"role": "EDITOR", "office": ""},
        "after": {"role": "READER", "office": ""},
    }
    assert editor.get("/gestion/cuenta").status_code == 302


def test_a_disabled_account_is_enabled_again(staff):
    editor, chief = staff("EDITOR"), staff("ADMINISTRATOR")
    post(chief, address(editor), address(editor, "/inhabilitar"))
    assert "Inhabilitada" in chief.get(address(editor)).text
    post(chief, address(editor), address(editor, "/habilitar"))
    assert stored(editor).active
    assert act("staff.account_disabled").actor == str(chief.account)


def test_nobody_disables_or_demotes_themselves(staff):
    chief, _ = staff("ADMINISTRATOR"), staff("ADMINISTRATOR")
    page = post(chief, address(chief), address(chief, "/inhabilitar"))
    assert page.status_code == 409
    page = post(chief, address(chief, "/cambiar"), name="X", role="EDITOR", office=0)
    assert page.status_code == 422
    assert "No puede cambiar su propia función." in page.text
    assert stored(chief).active
    assert stored(chief).is_administrator


def demote(account: Account, by: Account) -> None:
    accounts.change(account, account.name, Role.EDITOR, None, by=by)


@pytest.mark.parametrize("verb", [accounts.disable, demote], ids=["disable", "demote"])
def test_the_last_administrator_stays(app, staff, verb):
    last, other = staff("ADMINISTRATOR").account, staff("ADMINISTRATOR").account
    accounts.disable(other, by=last)
    db.session.commit()
    with pytest.raises(accounts.NotAllowed, match="Es la única cuenta que administra"):
        verb(last, by=other)
    db.session.rollback()


def test_two_administrators_who_disable_each_other_leave_one(app, staff):
    first, second = staff("ADMINISTRATOR").account.id, staff("ADMINISTRATOR").account.id
    start = Barrier(2)

    def disable(pair: tuple[int, int]) -> None:
        with app.app_context(), suppress(accounts.NotAllowed, OperationalError):
            by, other = (db.session.get_one(Account, number) for number in pair)
            start.wait()
            accounts.disable(other, by=by)
            db.session.commit()

    with ThreadPoolExecutor(2) as both:
        list(both.map(disable, [(first, second), (second, first)]))
    db.session.expire_all()
    assert len(db.session.scalars(db.select(Account).filter_by(active=True)).all()) == 1


def test_changing_roles_asks_for_a_recent_password(staff, at):
    at(2026, 3, 2, 13, 0)
    editor, chief = staff("EDITOR"), staff("ADMINISTRATOR")
    at(2026, 3, 2, 13, 16)
    page = chief.get(address(editor, "/cambiar"))
    assert page.status_code == 303
    assert page.location.startswith("/gestion/cuenta/confirmar?next=/gestion/cuentas/")
    assert stored(editor).role is Role.EDITOR


def test_the_password_again_opens_the_way_back(client, at):
    at(2026, 3, 2, 13, 0)
    someone = person(Role.ADMINISTRATOR, tf_primary_method=None)
    enter(client)
    db.session.get_one(Account, someone.id).tf_primary_method = "authenticator"
    db.session.commit()
    at(2026, 3, 2, 13, 16)
    asked = client.get("/gestion/cuentas/invitar").location
    wrong = post(client, asked, password="otra clave cualquiera")
    assert wrong.status_code == 422
    assert "La clave no es correcta." in wrong.text
    right = post(client, asked, password=PASSWORD)
    assert right.location == "/gestion/cuentas/invitar"
    assert client.get(right.location).status_code == 200
    assert act("staff.sign_in_failed").details == {"factor": "again"}


def test_a_form_sent_too_late_asks_for_the_password_first(staff, at):
    at(2026, 3, 2, 13, 0)
    editor, chief = staff("EDITOR"), staff("ADMINISTRATOR")
    token = field(chief.get(address(editor)), "csrf_token")
    at(2026, 3, 2, 13, 16)
    late = chief.post(address(editor, "/inhabilitar"), data={"csrf_token": token})
    assert late.status_code == 403
    assert "Confirme que es usted" in late.text
    assert stored(editor).active


def test_the_current_password_is_needed_to_change_it(client):
    person()
    enter(client)
    new = "tres tristes tigres en Belén"
    page = post(client, "/gestion/cuenta/clave", old="no es", password=new, again=new)
    assert page.status_code == 422
    assert "La clave actual no es correcta." in page.text
    stored_password = db.session.scalars(db.select(Account.password)).one()
    assert stored_password == hashed()


def test_an_account_of_another_number_is_not_found(staff):
    assert staff("ADMINISTRATOR").get("/gestion/cuentas/999").status_code == 404
    assert staff("ADMINISTRATOR").get("/gestion/cuentas/99999999999").status_code == 404


def test_a_name_with_markup_is_shown_as_text(staff):
    chief = staff("ADMINISTRATOR")
    other = staff("EDITOR", name="<script>alert(1)</script>")
    for page in (chief.get("/gestion/cuentas"), chief.get(address(other))):
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text


def test_an_account_says_since_when_it_is_there_and_who_is_behind_it(staff, at):
    at(2026, 3, 2, 13, 0)
    chief, other = (
        staff("ADMINISTRATOR", name="Ada Admin"),
        staff("ADMINISTRATOR", name="Otra Jefa"),
    )
    invited = accounts.create("luz@ejemplo.org", "Luz", Role.READER, chief.account)
    db.session.commit()
    page = chief.get(f"/gestion/cuentas/{invited.id}").text
    assert "Cuenta desde el 2 de marzo de 2026, por invitación de Ada Admin." in page
    assert "sin invitación de otra cuenta" in chief.get(address(chief, "")).text
    accounts.change(invited, "Luz Marina", Role.READER, None, by=chief.account)
    assert invited.changed_by is None
    accounts.change(invited, "Luz Marina", Role.EDITOR, None, by=other.account)
    db.session.commit()
    told = "Su función o su segundo paso los cambió por última vez Otra Jefa."
    assert told in chief.get(f"/gestion/cuentas/{invited.id}").text
    accounts.remove_second_factor(invited, by=chief.account)
    assert (invited.invited_by, invited.changed_by) == (chief.account, chief.account)
