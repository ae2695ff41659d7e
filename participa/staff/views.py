"""Sign-in, sign-out and password links: the only staff pages that need no account."""

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select

from participa.core.db import db
from participa.core.jobs import mail
from participa.core.web import limits
from participa.core.web.responses import answer_as
from participa.staff import accounts, mails
from participa.staff.forms import (
    CodeForm,
    ForgotPasswordForm,
    NewPasswordForm,
    RecoveryCodeForm,
    SignInForm,
)
from participa.staff.models import Account
from participa.staff.returning import resuming
from participa.staff.signing_in import carried, passwords, second_factor, sessions, tokens, told
from participa.staff.signing_in.tokens import LinkPurpose

WRONG = "El correo o la clave no son correctos. Revíselos o pida una clave nueva."
WRONG_CODE = "El código no es correcto o ya se usó. Escriba el que muestra ahora la aplicación."
WRONG_RECOVERY = "Ese código no es correcto o ya se usó. Escriba otro de su lista."

bp = Blueprint("security", __name__, url_prefix="/gestion")


@bp.route("/entrar", methods=["GET", "POST"])
def login():
    if current_user.is_authenticated:
        return redirect(_next())
    form = SignInForm()
    if form.validate_on_submit():
        email = form.email.data.lower()
        account = db.session.scalar(select(Account).filter_by(email=email))
        limits.attempt("staff.password", email)
        if not passwords.matches(account, form.password.data):
            return _refused(form, WRONG, account, "password")
        return _start_session(account, email)
    return render_template(
        "security/login.html", form=form, done=g.get("done") or told.sentence(is_bound=False)
    ), form.status


def _start_session(account, email):
    limits.succeeded("staff.password", email)
    row = accounts.begin_sign_in(account, sessions.current())
    has_second_step = not row.confirmed_at
    db.session.commit()
    if not has_second_step:
        return resuming.go_on(_next())
    if carried.opened():
        return answer_as("security.code")
    return redirect(url_for("security.code", next=_next()))


@bp.route("/entrar/codigo", methods=["GET", "POST"])
def code():
    return _second_step(CodeForm(), second_factor.check, "totp", WRONG_CODE)


@bp.route("/entrar/recuperacion", methods=["GET", "POST"])
def recovery_code():
    return _second_step(
        RecoveryCodeForm(), second_factor.use_recovery_code, "recovery", WRONG_RECOVERY
    )


def _second_step(form, is_right, factor, wrong):
    row = sessions.of_key(sessions.current().key)
    if row is None or row.is_open:
        return redirect(url_for("security.login", next=_next()))
    if form.validate_on_submit():
        limits.attempt("staff.code", row.account.email)
        if not is_right(row.account, form.code.data):
            return _refused(form, wrong, row.account, factor)
        limits.succeeded("staff.code", row.account.email)
        accounts.pass_second_factor(row, sessions.current(), factor)
        db.session.commit()
        return resuming.go_on(_next())
    return render_template(_template(), form=form, next=_next()), form.status


def _refused(form, sentence, account, factor):
    """Audit the failed attempt and show the form again with the error."""
    accounts.record_failed_attempt(account, factor)
    db.session.commit()
    form.reject(sentence, "code" if factor != "password" else "")
    return render_template(_template(), form=form, next=_next()), form.status


# The other pages of the sign-in, to which a button carries what was sent.
OTHER_WAYS = {
    "codigo": "security.code",
    "recuperacion": "security.recovery_code",
    "clave": "security.forgot_password",
    "entrar": "security.login",
}


@bp.post("/entrar/llevar/<any(codigo, recuperacion, clave, entrar):where>")
def carry(where):
    """Show another page of the sign-in, with what this one carries."""
    return answer_as(OTHER_WAYS[where])


@bp.get("/continuar")
def resume():
    """What was sent without a session, for the account that it belongs to."""
    sent = carried.opened()
    if not current_user.is_authenticated:
        return redirect(url_for("security.login"))
    if sent is None:
        return redirect(sessions.STAFF)
    is_own = sent.belongs_to(current_user.id)
    return render_template(
        "security/resume.html", sent=sent if is_own else None, is_known=sent.author is not None
    )


@bp.post("/salir")
def logout():
    row = sessions.of_key(sessions.current().key)
    if row is not None:
        accounts.sign_out(row, sessions.current())
    db.session.commit()
    if carried.opened():  # of another account, which signs in now
        sessions.current().begin_anew()
        response = answer_as("security.login")
    else:
        response = _back_to_sign_in(resuming.SIGNED_OUT_NOW)
    # Not "storage": on a shared tablet it may hold answers of citizens that were not sent yet.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.route("/clave", methods=["GET", "POST"])
def forgot_password():
    form = ForgotPasswordForm()
    if form.validate_on_submit():
        email = form.email.data.lower()
        account = db.session.scalar(select(Account).filter_by(email=email, active=True))
        limits.attempt("staff.reset", email)
        accounts.record_reset_request(account)
        if account is not None and account.password:
            mails.send_reset(account)
        else:
            mail.send_to_nobody()
        db.session.commit()
        if carried.opened():
            g.done = ASKED_FOR
            return answer_as("security.login")
        return _back_to_sign_in(ASKED_FOR)
    return render_template("security/forgot_password.html", form=form), form.status


@bp.route("/clave/<token>", methods=["GET", "POST"])
def reset_password(token):
    return _password_from_link(LinkPurpose.RESET, token)


@bp.route("/invitacion/<token>", methods=["GET", "POST"])
def accept_invitation(token):
    return _password_from_link(LinkPurpose.INVITATION, token)


def _password_from_link(purpose, token):
    account = tokens.read(purpose, token)
    form = NewPasswordForm()
    if form.validate_on_submit() and form.carries_out(
        accounts.choose_password, account, form.password.data
    ):
        if purpose is LinkPurpose.RESET:
            mails.send_password_changed(account)
        # The link proves the identity: reset the limit, which others may have exhausted.
        limits.succeeded("staff.password", account.email)
        db.session.commit()
        return _back_to_sign_in(CHOSEN)
    page = make_response(render_template(_template(), form=form, account=account), form.status)
    # The URL contains a secret token. Not "no-referrer": browsers would then send "Origin: null",
    # which core.web.security rejects unless the browser also sends Sec-Fetch-Site.
    page.headers["Referrer-Policy"] = "strict-origin"
    return page


# Said on the sign-in page.
CHOSEN = "La clave quedó guardada. Entre con ella."
ASKED_FOR = "Si ese correo tiene una cuenta, le enviamos un enlace. Ábralo antes de una hora."


def _back_to_sign_in(sentence):
    return redirect(url_for("security.login", listo=told.sign(sentence, is_bound=False)))


def _next():
    return sessions.safe_path(request.args.get("next", ""))


def _template():
    return f"security/{(request.endpoint or '').partition('.')[2]}.html"
