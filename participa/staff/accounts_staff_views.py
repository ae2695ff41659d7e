"""Administration of accounts: invite, change, disable, end sessions."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import and_, select
from sqlalchemy.orm import contains_eager
from wtforms.fields.choices import SelectChoice

from participa.core.db import db
from participa.core.editing import versions
from participa.core.forms import Form
from participa.core.web import lists
from participa.core.web.lists import LETTERS, MOMENTS, Filter, ListRules, Order, one_of
from participa.staff import accounts, mails, queries
from participa.staff.access import (
    ADMINISTRATORS,
    allows,
    current_account,
    current_session,
    fresh,
    guard,
    says,
)
from participa.staff.forms import AccountForm, InviteForm
from participa.staff.models import Account, Office, Role, StaffSession

STATES = {
    "Activas": and_(Account.active, Account.password.is_not(None)),
    "Invitadas": and_(Account.active, Account.password.is_(None)),
    "Inhabilitadas": Account.active.is_(False),
}
LIST = ListRules(
    search=lambda word: lists.contains(word, Account.name, Account.email, Office.name),
    orders={
        "persona": Order("Persona", lists.plain(Account.name), LETTERS),
        "dependencia": Order("Dependencia", lists.plain(Office.name), LETTERS),
        "creacion": Order("Creación", Account.created_at, MOMENTS),
    },
    first="persona",
    unique=Account.id,
    filters=(
        one_of("estado", "Estado", STATES),
        one_of("funcion", "Función", {role.value: Account.role == role for role in Role}),
        Filter(
            "dependencia",
            "Dependencia",
            lambda id: Account.office_id == int(id),
            queries.office_names,
        ),
    ),
)

bp = guard(Blueprint("staff_accounts", __name__, url_prefix="/gestion/cuentas"), "cuentas")


@bp.get("")
@allows(ADMINISTRATORS)
def index():
    rows = select(Account).outerjoin(Account.office)
    listing = LIST.listing(rows, contains_eager(Account.office))
    sessions = queries.sessions_by_account(listing.rows)
    return render_template(
        "staff_accounts/index.html", listing=listing, sessions=sessions, roles=list(Role)
    )


@bp.route("/invitar", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@fresh
@says("Enviamos la invitación. El enlace sirve una vez, durante 24 horas.")
def invite():
    form = _with_offices(InviteForm.creating(address_of))
    if form.validate_on_submit() and (account := form.creates(invited, form)):
        db.session.commit()
        return redirect(url_for("staff_accounts.show", id=account.id))
    return render_template("staff_accounts/invite.html", form=form), form.status


@bp.get("/<int(max=2147483647):id>")
@allows(ADMINISTRATORS)
def show(id):
    account = db.get_or_404(Account, id)
    return render_template(
        "staff_accounts/show.html",
        account=account,
        sessions=queries.open_sessions(account),
        is_me=account == current_account(),
        here=current_session(),
        form=Form.creating(endpoint="staff_accounts.invite_again"),
    )


@bp.route("/<int(max=2147483647):id>/cambiar", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@fresh
@says("Guardamos el cambio.")
def change(id):
    account = db.get_or_404(Account, id)
    form = AccountForm.changing(account, stored)
    _with_offices(form)
    if form.validate_on_submit():
        office = db.session.get(Office, form.office.data)
        typed = form.name.data, form.chosen_role, office
        if form.carries_out(accounts.change, account, *typed, current_account()):
            db.session.commit()
            return redirect(url_for("staff_accounts.show", id=id))
    return render_template("staff_accounts/change.html", form=form, account=account), form.status


@bp.post("/<int(max=2147483647):id>/invitar-otra-vez")
@allows(ADMINISTRATORS)
@fresh
@says("Enviamos la invitación. El enlace sirve una vez, durante 24 horas.")
def invite_again(id):
    account = db.get_or_404(Account, id)
    Form.creating().created(send_invitation, account)  # one letter, however often it is pressed
    db.session.commit()
    return redirect(url_for("staff_accounts.show", id=id))


@bp.post("/<int(max=2147483647):id>/inhabilitar")
@allows(ADMINISTRATORS)
@fresh
@says("Inhabilitamos la cuenta: ya no puede entrar y sus sesiones terminaron.")
def disable(id):
    accounts.disable(versions.as_seen(db.get_or_404(Account, id)), current_account())
    db.session.commit()
    return redirect(url_for("staff_accounts.show", id=id))


@bp.post("/<int(max=2147483647):id>/habilitar")
@allows(ADMINISTRATORS)
@fresh
@says("Habilitamos la cuenta: puede entrar otra vez.")
def enable(id):
    accounts.enable(versions.as_seen(db.get_or_404(Account, id)), current_account())
    db.session.commit()
    return redirect(url_for("staff_accounts.show", id=id))


@bp.post("/<int(max=2147483647):id>/quitar-segundo-paso")
@allows(ADMINISTRATORS)
@fresh
@says("Quitamos el segundo paso. La persona debe configurarlo al entrar.")
def remove_second_factor(id):
    accounts.remove_second_factor(versions.as_seen(db.get_or_404(Account, id)), current_account())
    db.session.commit()
    return redirect(url_for("staff_accounts.show", id=id))


@bp.post("/<int(max=2147483647):id>/terminar-sesiones")
@allows(ADMINISTRATORS)
@says("Terminamos las sesiones.")
def end_sessions(id):
    """End all sessions of an account, except the current one."""
    accounts.end_sessions(db.get_or_404(Account, id), current_account(), but=current_session())
    db.session.commit()
    return redirect(url_for("staff_accounts.show", id=id))


@bp.post("/<int(max=2147483647):id>/sesiones/<int(max=2147483647):session_id>/terminar")
@allows(ADMINISTRATORS)
@says("Terminamos la sesión.")
def end_session(id, session_id):
    row = db.one_or_404(db.select(StaffSession).filter_by(id=session_id, account_id=id))
    accounts.end_session(row, current_account())
    db.session.commit()
    return redirect(url_for("staff_accounts.show", id=id))


def address_of(account: Account) -> str:
    return url_for("staff_accounts.show", id=account.id)


def invited(form: InviteForm) -> Account:
    """A new account, whose invitation is in the mail."""
    email, name, role = form.email.data, form.name.data, form.chosen_role
    office = db.session.get(Office, form.office.data)
    return send_invitation(accounts.create(email, name, role, current_account(), office))


def send_invitation(account: Account) -> Account:
    accounts.invite(account, current_account())
    mails.send_invitation(account)
    return account


def stored(account: Account) -> dict[str, Any]:
    """The values of the form for this account."""
    return {"name": account.name, "role": account.role.name, "office": account.office_id or 0}


def _with_offices(form):
    offices = [office for office in queries.offices() if not office.is_group]
    form.office.choices = [
        SelectChoice(0, "Ninguna"),
        *(SelectChoice(office.id, office.name) for office in offices),
    ]
    return form
