"""Operations on accounts: create, invite, sign in, change, disable. Each one is audited."""

import secrets
from collections.abc import Mapping

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import update

from participa.core import audit, clock
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.staff.models import Account, Office, Role, StaffSession
from participa.staff.signing_in import passwords, second_factor, sessions
from participa.staff.signing_in.sessions import CookieSession
from participa.staff.signing_in.tokens import LinkOver

# Audit subject of attempts with an unknown email address; the address itself is not stored.
NOBODY = "Account:0"


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
    """Create an account. Without a password it must be set through an invitation link.

    Raises AlreadyThere if the email address is in use.
    """
    account = Account(
        email=_normalized_email(email),
        name=name,
        role=role,
        office=office,
        fs_uniquifier=secrets.token_hex(16),
        invited_by=by if isinstance(by, Account) else None,
    )
    if password:
        passwords.change(account, password)
    taken = AlreadyThere("Ya hay una cuenta con ese correo. Búsquela en la lista.", "email")
    with unique_or_refuse("uq_account_email", taken):
        db.session.add(account)
    audit.record("staff.account_created", account, by, role=role.name, office=_slug(office))
    return account


def invite(account: Account, by: Account | str) -> None:
    """Record an invitation; the caller sends the link. Raises NotAllowed if a password is set."""
    if not account.is_invited:
        raise NotAllowed("Esta cuenta ya tiene clave. La persona puede pedir una nueva al entrar.")
    audit.record("staff.account_invited", account, by)


def choose_password(account: Account, password: str) -> None:
    """Set a password through a mailed link, which then becomes invalid; ends all sessions."""
    passwords.change(account, password)
    unused = update(Account).where(
        Account.id == account.id, Account.fs_uniquifier == account.fs_uniquifier
    )
    # Of two simultaneous uses of one link, only one UPDATE matches the row.
    if not db.session.scalar(
        unused.values(fs_uniquifier=secrets.token_hex(16)).returning(Account.id)
    ):
        raise LinkOver("Este enlace ya se usó. Pida uno nuevo.")
    sessions.end_all(account)
    audit.record("staff.password_chosen", account, by=account)


def change_password(row: StaffSession, cookie: CookieSession, old: str, new: str) -> None:
    """Change the password of the current account and end all its other sessions."""
    account = row.account
    if not passwords.matches(account, old):
        raise NotAllowed("La clave actual no es correcta. Escríbala otra vez.", "old")
    passwords.change(account, new)
    account.fs_uniquifier = secrets.token_hex(16)
    ended = sessions.end_all(account, but=row)
    sessions.renew(row, cookie)
    row.proved_at = clock.now()
    audit.record("staff.password_changed", account, by=account, ended_sessions=ended)


def begin_sign_in(account: Account, cookie: CookieSession) -> StaffSession:
    """Start a session after a correct password; pending if the account has a second factor."""
    row = sessions.start(account, cookie)
    if not account.has_second_factor:
        _confirm_session(row, factor="password")
    return row


def pass_second_factor(row: StaffSession, cookie: CookieSession, factor: str) -> None:
    """Confirm a pending session; its twelve hours begin now."""
    sessions.renew(row, cookie)
    row.started_at = clock.now()
    _confirm_session(row, factor)


def _confirm_session(row: StaffSession, factor: str) -> None:
    row.confirmed_at = row.proved_at = clock.now()
    audit.record("staff.signed_in", row.account, by=row.account, factor=factor)


def record_failed_attempt(account: Account | None, factor: str) -> None:
    """Audit a failed attempt; the submitted values are never stored."""
    audit.record("staff.sign_in_failed", account or NOBODY, by="anónimo", factor=factor)


def record_reset_request(account: Account | None) -> None:
    """Audit a password reset request, with the same work whether or not the account exists."""
    audit.record("staff.reset_asked", account or NOBODY, by="anónimo")


def sign_out(row: StaffSession, cookie: CookieSession) -> None:
    sessions.end(row)
    cookie.is_signed_out = True
    audit.record("staff.signed_out", row.account, by=row.account)


def confirm_password(row: StaffSession, password: str) -> None:
    """Renew the freshness of a session; raises NotAllowed for a wrong password."""
    if not passwords.matches(row.account, password):
        raise NotAllowed("La clave no es correcta. Escríbala otra vez.", "password")
    row.proved_at = clock.now()


def change(account: Account, name: str, role: Role, office: Office | None, by: Account) -> None:
    """Change name, role or office; a new role ends the account's sessions.

    Raises NotAllowed for one's own role, or for the last active administrator.
    """
    if account is by and role is not account.role:
        raise NotAllowed("No puede cambiar su propia función. Pídalo a otra persona.", "role")
    if role is not Role.ADMINISTRATOR:
        _require_another_administrator(account)
    before, former_name = _audited_fields(account), account.name
    has_new_role = role is not account.role
    account.name, account.role, account.office = name, role, office
    db.session.flush()
    after = _audited_fields(account)
    if before == after and name == former_name:
        return
    if has_new_role:
        account.changed_by = by
        sessions.end_all(account)
    # The trail never forgets, so it says that the name changed, and neither of the names.
    facts = {"renamed": True} if name != former_name else {}
    audit.record("staff.account_changed", account, by, before=before, after=after, **facts)


def disable(account: Account, by: Account) -> None:
    """Deactivate an account and end its sessions. The row remains, for the audit trail.

    Raises NotAllowed for one's own account, or for the last active administrator.
    """
    if account is by:
        raise NotAllowed("No puede inhabilitar su propia cuenta. Pídalo a otra persona.")
    _require_another_administrator(account)
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


def record_export(subject: str, by: Account, filters: Mapping[str, str]) -> None:
    """Audit an export of data with its filters."""
    audit.record("staff.exported", subject, by, filters=dict(filters))


def switch_daily_mail(account: Account, is_wanted: bool) -> None:
    """Turn the daily mail of this account on or off; does nothing if it is already so."""
    if account.takes_daily_mail is is_wanted:
        return
    account.daily_mail_off_at = None if is_wanted else clock.now()
    audit.record("staff.daily_mail_switched", account, by=account, wanted=is_wanted)


def remove_second_factor(account: Account, by: Account) -> None:
    """Remove the second factor; ends the account's sessions if somebody else removes it."""
    second_factor.remove(account, by)
    if account is not by:
        account.changed_by = by
        sessions.end_all(account)


def _require_another_administrator(account: Account) -> None:
    """Raise NotAllowed if this is the only active administrator."""
    if not (account.is_administrator and account.active):
        return
    # The UPDATE changes nothing but locks the rows until the end of the transaction, so that two
    # administrators cannot disable each other at the same moment.
    lock = update(Account).where(Account.role == Role.ADMINISTRATOR, Account.active)
    ids = db.session.scalars(lock.values(role=Account.role).returning(Account.id)).all()
    if set(ids) <= {account.id}:
        raise NotAllowed("Es la única cuenta que administra. Antes dele esa función a otra.")


def _normalized_email(typed: str) -> str:
    try:
        return validate_email(typed.strip().lower(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise Refused("Escriba un correo completo, como nombre@ejemplo.org.", "email") from None


def _audited_fields(account: Account) -> dict[str, str]:
    """The fields of an account that go into the audit trail: no personal data."""
    return {"role": account.role.name, "office": _slug(account.office)}


def _slug(office: Office | None) -> str:
    return office.slug if office is not None else ""
