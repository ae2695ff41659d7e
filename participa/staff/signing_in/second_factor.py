"""The second factor: codes of an authenticator app, each good once, and recovery codes."""

import hashlib
import hmac
from typing import Any

from flask import current_app
from flask_security import Totp
from passlib.exc import TokenError
from sqlalchemy import update

from participa.core import audit, clock, codes
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation
from participa.staff.models import Account, StaffSession

METHOD = "authenticator"
ISSUER = "participa"
STEPS_OF_TOLERANCE = 30  # seconds before and after: telephones' clocks run a little off
RECOVERY_CODES = 10
RECOVERY_SIGNS = 16  # 80 bits


class WrongCode(Refused):
    pass


class StillRequired(Refused):
    pass


class OnceOnlyTotp(Totp):
    """Each code is good once: the account remembers the last one that was used."""

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        try:
            match = self._totp.verify(
                token,
                totp_secret,
                time=int(clock.now().timestamp()),
                window=window,
                last_counter=user.tf_last_counter or None,
            )
        except TokenError:
            return False
        user.tf_last_counter = match.counter
        return True


def is_due(account: Account) -> bool:
    """Whether the account must set up a second factor before it does anything else."""
    is_demo = installation().settings.demo
    return account.role.needs_second_factor and not account.has_second_factor and not is_demo


def offer(row: StaffSession) -> None:
    """A new secret for the app, kept with the session until a code proves that it arrived."""
    row.offered_totp = _factory().generate_totp_secret()


def address_of(row: StaffSession) -> str:
    """What the QR carries to the authenticator app."""
    assert row.offered_totp is not None  # noqa: S101 - the page offers one first
    return str(_factory().get_totp_uri(row.account.email, row.offered_totp))


def key_of(row: StaffSession) -> str:
    """The same secret in groups, for typing."""
    assert row.offered_totp is not None  # noqa: S101 - the page offers one first
    return str(_factory().get_totp_pretty_key(row.offered_totp))


def set_up(row: StaffSession, code: str) -> None:
    """Take the offered secret once its code is right; old recovery codes end with the old one."""
    account = row.account
    _hold(account)
    if row.offered_totp is None:
        raise WrongCode("Empiece otra vez: la clave para la aplicación ya no está.")
    if not _is_right(account, code, row.offered_totp):
        raise WrongCode(
            "El código no coincide. Escriba el que muestra ahora la aplicación.", "code"
        )
    account.tf_totp_secret, row.offered_totp = row.offered_totp, None
    account.tf_primary_method = METHOD
    account.mf_recovery_codes = None
    audit.record("staff.second_factor_set_up", account, by=account)


def check(account: Account, code: str) -> bool:
    _hold(account)
    return _is_right(account, code, account.tf_totp_secret or "")


def use_recovery_code(account: Account, typed: str) -> bool:
    """Whether it is one of the recovery codes that are left; it is not one any more."""
    _hold(account)
    wanted = codes.digest(typed)
    left = [kept for kept in account.mf_recovery_codes or () if kept != wanted]
    is_one = len(left) < account.recovery_codes_left
    if is_one:
        account.mf_recovery_codes = left
    return is_one


def renew_recovery_codes(account: Account) -> list[str]:
    """New recovery codes; they are told once, and only their hashes are kept."""
    new = [codes.new(RECOVERY_SIGNS) for _ in range(RECOVERY_CODES)]
    account.mf_recovery_codes = [codes.digest(code) for code in new]
    audit.record("staff.recovery_codes_made", account, by=account)
    return [codes.show(code) for code in new]


def remove(account: Account, by: Account) -> None:
    """Take the second factor away: of a lost telephone, by an administrator."""
    if account is by and account.role.needs_second_factor:
        raise StillRequired("Su función exige el segundo paso. Puede cambiar de teléfono.")
    account.tf_primary_method = account.tf_totp_secret = account.mf_recovery_codes = None
    audit.record("staff.second_factor_removed", account, by=by)


def _hold(account: Account) -> None:
    """Stand alone with the account until the end of the transaction: a code is used by one."""
    alone = update(Account).where(Account.id == account.id)
    db.session.execute(alone.values(tf_last_counter=Account.tf_last_counter))
    db.session.refresh(account)


def _is_right(account: Account, code: str, secret: str) -> bool:
    digits = "".join(code.split())
    window = STEPS_OF_TOLERANCE
    return bool(secret) and bool(_factory().verify_totp(digits, secret, account, window))


def _factory() -> OnceOnlyTotp:
    factory: OnceOnlyTotp = current_app.extensions["security"].totp_factory
    return factory


def wallet(secret_key: str) -> dict[str, str]:
    """The key that encrypts the apps' secrets in the database."""
    derived = hmac.new(secret_key.encode(), b"staff.totp", hashlib.sha256)
    return {"1": derived.hexdigest()}
