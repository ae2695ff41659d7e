"""Pages of the current account: password, second factor, confirmation of the password."""

from flask import Blueprint, redirect, render_template, request, url_for

from participa.core import qr
from participa.core.db import db
from participa.core.jobs import mail
from participa.core.web import limits
from participa.staff import accounts, mails
from participa.staff.access import (
    EVERYONE,
    WRITERS,
    allows,
    before_second_factor,
    current_account,
    current_session,
    fresh,
    guard,
    says,
)
from participa.staff.forms import ChangePasswordForm, CodeForm, ConfirmForm
from participa.staff.returning import resuming
from participa.staff.signing_in import second_factor as factors
from participa.staff.signing_in import sessions

bp = guard(Blueprint("staff_account", __name__, url_prefix="/gestion/cuenta"), "su-cuenta")


@bp.get("")
@allows(EVERYONE)
def show():
    account = current_account()
    return render_template(
        "staff_account/show.html",
        may_get_mail=account.role in WRITERS,
        lacks_mail=account.is_administrator and not mail.is_configured(),
    )


@bp.post("/resumen/recibir")
@allows(WRITERS)
@says("Desde ahora recibe el resumen diario en su correo.")
def receive_daily_mail():
    accounts.switch_daily_mail(current_account(), True)
    db.session.commit()
    return redirect(url_for("staff_account.show"))


@bp.post("/resumen/dejar")
@allows(WRITERS)
@says("Ya no recibe el resumen diario. Lo que espera sigue en «Hoy».")
def stop_daily_mail():
    accounts.switch_daily_mail(current_account(), False)
    db.session.commit()
    return redirect(url_for("staff_account.show"))


@bp.route("/clave", methods=["GET", "POST"])
@allows(EVERYONE)
@says("Cambió su clave. Las demás sesiones terminaron.")
def change_password():
    form = ChangePasswordForm()
    if form.validate_on_submit():
        limits.attempt("staff.password", current_account().email)
        typed = form.old.data, form.password.data
        if form.carries_out(
            accounts.change_password, current_session(), sessions.current(), *typed
        ):
            limits.succeeded("staff.password", current_account().email)
            mails.send_password_changed(current_account())
            db.session.commit()
            return redirect(url_for("staff_account.show"))
    return render_template("staff_account/change_password.html", form=form), form.status


@bp.route("/confirmar", methods=["GET", "POST"])
@allows(EVERYONE)
@before_second_factor
def confirm():
    """Confirm the password before a view marked `fresh`."""
    form = ConfirmForm()
    if form.validate_on_submit():
        limits.attempt("staff.password", current_account().email)
        if form.carries_out(accounts.confirm_password, current_session(), form.password.data):
            limits.succeeded("staff.password", current_account().email)
            db.session.commit()
            return resuming.go_on(sessions.safe_path(request.args.get("next", "")))
        accounts.record_failed_attempt(current_account(), factor="again")
        db.session.commit()
        return render_template("staff_account/confirm.html", form=form), form.status
    return render_template("staff_account/confirm.html", form=form), form.status


@bp.route("/segundo-paso", methods=["GET", "POST"])
@allows(EVERYONE)
@before_second_factor
@fresh
@says("Configuró el segundo paso. Guarde los códigos de recuperación.")
def second_factor():
    """Show the generated TOTP secret, and verify a first code of the app before storing it."""
    form, row = CodeForm(), current_session()
    if form.validate_on_submit():
        limits.attempt("staff.code", row.account.email)
        if form.carries_out(factors.set_up, row, form.code.data):
            limits.succeeded("staff.code", row.account.email)
            db.session.commit()
            return redirect(url_for("staff_account.recovery_codes"))
    return render_template("staff_account/second_factor.html", form=form, **_totp_setup(row)), (
        form.status
    )


@bp.post("/segundo-paso/empezar")
@allows(EVERYONE)
@before_second_factor
@fresh
@says("Siga los pasos con la aplicación de su teléfono.")
def offer_second_factor():
    factors.offer(current_session())
    db.session.commit()
    return redirect(url_for("staff_account.second_factor"))


@bp.route("/codigos", methods=["GET", "POST"])
@allows(EVERYONE)
@fresh
def recovery_codes():
    """POST creates new recovery codes and shows them; they cannot be shown again."""
    codes = None
    if request.method == "POST":
        codes = factors.renew_recovery_codes(current_account())
        db.session.commit()
    return render_template("staff_account/recovery_codes.html", codes=codes)


@bp.post("/segundo-paso/quitar")
@allows(EVERYONE)
@fresh
@says("Quitó el segundo paso. Desde ahora entra solo con su clave.")
def remove_second_factor():
    accounts.remove_second_factor(current_account(), by=current_account())
    db.session.commit()
    return redirect(url_for("staff_account.show"))


def _totp_setup(row):
    """The secret as QR code and as text; None before `offer_second_factor`."""
    if row.offered_totp is None:
        return {"code": None, "key": None}
    code = qr.svg(factors.provisioning_uri(row), "Código para la aplicación de autenticación")
    return {"code": code, "key": factors.readable_secret(row)}
