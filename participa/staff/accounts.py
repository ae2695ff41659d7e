"""What happens to accounts: invited, signed in, changed, disabled; and every act written down."""

import secrets
from collections.abc import Mapping

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import update

from participa.core import audit, clock
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.staff.models import Account, Office, Role, StaffSession
from participa.staff.signing_in import passwords, second_factor, sessions
from participa.staff.signing_in.sessions import Browser
from participa.staff.signing_in.tokens import LinkOver

NOBODY = "Account:0"  # an attempt on an address that is no account: what was typed is not kept


class NotAllowed(Refused):
    pass


class AlreadyThere(Refused):
    pass


def create(
    email: str,
    name: str,
    role: Role,
    by: Account | str,
    office: Office | None = None,
    password: str = "",
) -> Account:
    """A new account. Without a password its person chooses one, by the invitation's link."""
    account = Account(
        email=_address(email),
        name=name,
        role=role,
        office=office,
        fs_uniquifier=secrets.token_hex(16),
    )
    if password:
        passwords.change(account, password)
    there = AlreadyThere("Ya hay una cuenta con ese correo. Búsquela en la lista.", "email")
    with unique_or_refuse("uq_account_email", there):
        db.session.add(account)
    audit.record("staff.account_created", account, by, role=role.name, office=_slug(office))
    return account


def invite(account: Account, by: Account | str) -> None:
    """Write down that a link to choose a password went out."""
    if not account.is_invited:
        raise NotAllowed("Esta cuenta ya tiene clave. La persona puede pedir una nueva al entrar.")
    audit.record("staff.account_invited", account, by)


def choose_password(account: Account, password: str) -> None:
    """The person of a mailed link chooses a password; the link then stops working."""
    passwords.change(account, password)
    unique = update(Account).where(
        Account.id == account.id, Account.fs_uniquifier == account.fs_uniquifier
    )
    # Two people with the same link: the database lets one of them through.
    if not db.session.scalar(
        unique.values(fs_uniquifier=secrets.token_hex(16)).returning(Account.id)
    ):
        raise LinkOver("Este enlace ya se usó. Pida uno nuevo.")
    sessions.end_all(account)
    audit.record("staff.password_chosen", account, by=account)


def change_password(row: StaffSession, browser: Browser, old: str, new: str) -> None:
    """The person changes the password; every other browser has to sign in again."""
    account = row.account
    if not passwords.matches(account, old):
        raise NotAllowed("La clave actual no es correcta. Escríbala otra vez.", "old")
    passwords.change(account, new)
    account.fs_uniquifier = secrets.token_hex(16)
    ended = sessions.end_all(account, but=row)
    sessions.renew(row, browser)
    row.proved_at = clock.now()
    audit.record("staff.password_changed", account, by=account, ended_sessions=ended)


def enter(account: Account, browser: Browser) -> StaffSession:
    """The password was right: begin a session; it still waits for a second factor, if there is."""
    row = sessions.start(account, browser)
    if not account.has_second_factor:
        _let_through(row, factor="password")
    return row


def pass_second_factor(row: StaffSession, browser: Browser, factor: str) -> None:
    sessions.renew(row, browser)
    row.started_at = clock.now()
    _let_through(row, factor)


def _let_through(row: StaffSession, factor: str) -> None:
    row.confirmed_at = row.proved_at = clock.now()
    audit.record("staff.signed_in", row.account, by=row.account, factor=factor)


def note_failure(account: Account | None, factor: str) -> None:
    """Write down a failed attempt, never what was typed."""
    audit.record("staff.sign_in_failed", account or NOBODY, by="anónimo", factor=factor)


def note_reset_asked(account: Account | None) -> None:
    """The same work whether the account is there or not."""
    audit.record("staff.reset_asked", account or NOBODY, by="anónimo")


def leave(row: StaffSession, browser: Browser) -> None:
    sessions.end(row)
    browser.is_gone = True
    audit.record("staff.signed_out", row.account, by=row.account)


def prove_again(row: StaffSession, password: str) -> None:
    """The person types the password again, for an act that asks for it."""
    if not passwords.matches(row.account, password):
        raise NotAllowed("La clave no es correcta. Escríbala otra vez.", "password")
    row.proved_at = clock.now()


def change(account: Account, name: str, role: Role, office: Office | None, by: Account) -> None:
    """Change the name, the role or the office; a change of role ends the person's sessions."""
    if account is by and role is not account.role:
        raise NotAllowed("No puede cambiar su propia función. Pídalo a otra persona.", "role")
    if role is not Role.ADMINISTRATOR:
        _keep_an_administrator(account)
    before = _told(account)
    has_new_role = role is not account.role
    account.name, account.role, account.office = name, role, office
    db.session.flush()
    if before == _told(account):
        return
    if has_new_role:
        sessions.end_all(account)
    audit.record("staff.account_changed", account, by, before=before, after=_told(account))


def disable(account: Account, by: Account) -> None:
    """End an account at once, in every browser; the trail goes on naming it."""
    if account is by:
        raise NotAllowed("No puede inhabilitar su propia cuenta. Pídalo a otra persona.")
    _keep_an_administrator(account)
    account.active = False
    ended = sessions.end_all(account)
    audit.record("staff.account_disabled", account, by, ended_sessions=ended)


def enable(account: Account, by: Account) -> None:
    account.active = True
    audit.record("staff.account_enabled", account, by)


def end_sessions(account: Account, by: Account, but: StaffSession | None = None) -> None:
    ended = sessions.end_all(account, but=but)
    audit.record("staff.sessions_ended", account, by, ended_sessions=ended)


def end_session(row: StaffSession, by: Account) -> None:
    sessions.end(row)
    audit.record("staff.sessions_ended", row.account, by, ended_sessions=1)


def note_export(what: str, by: Account, filters: Mapping[str, str]) -> None:
    """Write down that somebody took data away: what, and with which filters."""
    audit.record("staff.exported", what, by, filters=dict(filters))


def remove_second_factor(account: Account, by: Account) -> None:
    """For a lost telephone without recovery codes; the sessions end with it."""
    second_factor.remove(account, by)
    if account is not by:
        sessions.end_all(account)


def _keep_an_administrator(account: Account) -> None:
    """Somebody must always be able to invite the others."""
    if not (account.is_administrator and account.active):
        return
    # Held from here on, so that two of them cannot disable each other at the same moment.
    held = update(Account).where(Account.role == Role.ADMINISTRATOR, Account.active)
    ids = db.session.scalars(held.values(role=Account.role).returning(Account.id)).all()
    if set(ids) <= {account.id}:
        raise NotAllowed("Es la única cuenta que administra. Antes dele esa función a otra.")


def _address(typed: str) -> str:
    try:
        return validate_email(typed.strip().lower(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise Refused("Escriba un correo completo, como nombre@ejemplo.org.", "email") from None


def _told(account: Account) -> dict[str, str]:
    """What the trail keeps of an account: nothing that the account's page does not need."""
    return {"role": account.role.name, "office": _slug(account.office)}


def _slug(office: Office | None) -> str:
    return office.slug if office is not None else ""
