"""Setup of Flask-Security, used for password hashing, TOTP and loading the current user.

Its own views are not registered: they write to the database on GET, issue tokens that outlive the
session, store recovery codes in clear text and answer 200 to a rejected form. See views.py.
"""

from flask import Flask
from flask_login import current_user
from flask_login.utils import _user_context_processor
from flask_security import Security, SQLAlchemyUserDatastore

from participa.config import Settings
from participa.core.db import db
from participa.core.editing import versions
from participa.staff import access
from participa.staff.models import Account, Role
from participa.staff.returning import gone, resuming
from participa.staff.signing_in import carried, sessions, told
from participa.staff.signing_in.passwords import MAX_LENGTH, MIN_LENGTH, PasswordRules
from participa.staff.signing_in.second_factor import ISSUER, OnceOnlyTotp, encryption_keys


class Accounts(SQLAlchemyUserDatastore):
    """Datastore with roles from the enum `Role` instead of a table."""

    def find_role(self, role: str) -> Role | None:
        return Role.__members__.get(role)


def init_app(app: Flask, settings: Settings) -> None:
    app.session_interface = sessions.StaffSessions(settings.is_https)
    app.config.from_mapping(
        SESSION_PROTECTION=None,  # the client's IP address may change during a session
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of the algorithm
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={"argon2__type": "ID"},
        SECURITY_PASSWORD_LENGTH_MIN=MIN_LENGTH,
        SECURITY_PASSWORD_LENGTH_MAX=MAX_LENGTH,
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TOTP_SECRETS=encryption_keys(settings.secret_key),
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
    _detach_from_public_pages(app, library)
    resuming.init_app(app)
    gone.init_app(app)
    app.after_request(access.tell_what_was_done)
    app.jinja_env.globals.update(
        current_user=current_user,
        staff_navigation=access.navigation,
        carried_token=carried.sealed,
        version_of=versions.of,
        about_of=versions.about,
        done_sentence=told.sentence,
    )


def _detach_from_public_pages(app: Flask, library: Security) -> None:
    """Remove the hooks that the libraries add to every request; none is used here.

    Principal loads the user before each request. Flask-Login maintains a remember-me cookie that is
    never set, and would accept a token from a header or from the query string.
    """
    manager = library.login_manager
    manager.user_loader(sessions.load_account)
    manager.request_loader(None)
    app.before_request_funcs[None].remove(library.principal._on_before_request)
    app.after_request_funcs[None].remove(manager._update_remember_cookie)
    # It would query the database for the user even to render the "service unavailable" page.
    app.template_context_processors[None].remove(_user_context_processor)
