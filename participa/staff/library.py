"""Flask-Security, as this house uses it: hashing, second factor, and who is signed in.

Its own pages stay closed. They write while they are looked at, hand out tokens that outlive the
session, keep recovery codes readable and answer 200 to a rejected form; ours are in views.py.
"""

from flask import Flask
from flask_login import current_user
from flask_login.utils import _user_context_processor
from flask_security import Security, SQLAlchemyUserDatastore

from participa.config import Settings
from participa.core.db import db
from participa.staff import access
from participa.staff.models import Account, Role
from participa.staff.signing_in import sessions
from participa.staff.signing_in.passwords import LONGEST, SHORTEST, PasswordRules
from participa.staff.signing_in.second_factor import ISSUER, OnceOnlyTotp, wallet


class Accounts(SQLAlchemyUserDatastore):
    """The accounts, with roles that are words in the code and not rows in a table."""

    def find_role(self, role: str) -> Role | None:
        return Role.__members__.get(role)


def init_app(app: Flask, settings: Settings) -> None:
    app.session_interface = sessions.StaffSessions(settings.is_https)
    app.config.from_mapping(
        SESSION_PROTECTION=None,  # the key itself is the proof; an address may change on the way
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of the algorithm
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={"argon2__type": "ID"},
        SECURITY_PASSWORD_LENGTH_MIN=SHORTEST,
        SECURITY_PASSWORD_LENGTH_MAX=LONGEST,
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TOTP_SECRETS=wallet(settings.secret_key),
        SECURITY_TOTP_ISSUER=ISSUER,
        SECURITY_CLI_USERS_NAME="",
        SECURITY_CLI_ROLES_NAME="",
    )
    library = Security(
        app,
        Accounts(db, Account, Role),
        register_blueprint=False,
        password_util_cls=PasswordRules,
        totp_cls=OnceOnlyTotp,
    )
    _keep_out_of_public_pages(app, library)
    app.jinja_env.globals.update(current_user=current_user, staff_navigation=access.navigation)


def _keep_out_of_public_pages(app: Flask, library: Security) -> None:
    """Take away what the libraries hang on every request: this house uses none of it.

    Principal asks who is there before each request; Flask-Login looks after a remember-me cookie
    that we never set, and would believe a token in a header or an address.
    """
    manager = library.login_manager
    manager.user_loader(sessions.load_account)
    manager.request_loader(None)
    app.before_request_funcs[None].remove(library.principal._on_before_request)
    app.after_request_funcs[None].remove(manager._update_remember_cookie)
    # It would ask the database who is there to draw even the page that says it is away.
    app.template_context_processors[None].remove(_user_context_processor)
