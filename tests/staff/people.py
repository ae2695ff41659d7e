"""People of the staff for the tests of signing in: with a password that is really hashed, once."""

from functools import cache

from flask_security import hash_password

from participa.core import clock
from participa.core.db import db
from participa.staff.models import Account, Role
from participa.staff.signing_in import second_factor
from tests.conftest import store_account
from tests.visitor import Visitor, field

PASSWORD = "el yarumo florece en abril"
EMAIL = "ana.rios@ejemplo.org"


@cache
def hashed() -> str:
    return hash_password(PASSWORD)


def person(role: Role = Role.EDITOR, **others) -> Account:
    facts = {"email": EMAIL, "name": "Ana Ríos", "password": hashed(), "tf_primary_method": None}
    account = store_account(role, **facts | others)
    db.session.commit()
    return account


def person_with_phone(role: Role = Role.EDITOR) -> Account:
    secret = second_factor._factory().generate_totp_secret()
    return person(role, tf_primary_method="authenticator", tf_totp_secret=secret)


def phone_shows(secret: str) -> str:
    """What the authenticator app shows now."""
    app = second_factor._factory()._totp.from_source(secret)
    return str(app.generate(time=int(clock.now().timestamp())).token)


def post(visitor: Visitor, page: str, to: str = "", **typed):
    """Open a page and send its form, or another form with the page's token."""
    token = field(visitor.get(page), "csrf_token")
    return visitor.post(to or page, data={"csrf_token": token, **typed})


def enter(visitor: Visitor, email: str = EMAIL, password: str = PASSWORD, next: str = ""):
    address = f"/gestion/entrar?next={next}" if next else "/gestion/entrar"
    return post(visitor, address, email=email, password=password)
