"""Second factor: single-use TOTP codes of an authenticator app, and recovery codes."""

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
TOLERANCE_SECONDS = 30  # before and after, for inaccurate clocks of phones
RECOVERY_CODES = 10
RECOVERY_CODE_LENGTH = 16  # characters, 80 bits


NEEDED = (
    "Active el segundo paso en su cuenta. Lo necesita quien abre, cierra o cuenta una urna, o "
    "cambia sus tarjetas y sus llaves, y quien ve los nombres de un listado de asistencia o el "
    "contacto de quien hizo un aporte."
)


class Needed(Refused):
    """The act takes an account with a second factor."""


class WrongCode(Refused):
    pass


class StillRequired(Refused):
    pass


class OnceOnlyTotp(Totp):
    """TOTP with single-use codes: the account stores the counter of the last one used."""

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
    """Whether the account must set up a second factor before it can use other pages."""
    is_demo = installation().settings.demo
    return account.role.needs_second_factor and not account.has_second_factor and not is_demo


def is_missing(account: Account) -> bool:
    """Whether it has no second factor, for the acts that need one; never in a demo."""
    return not account.has_second_factor and not installation().settings.demo


def require(actor: Account | str) -> None:
    """Raise Needed for an account without a second factor; the actor may be a command or a job."""
    if isinstance(actor, Account) and is_missing(actor):
        raise Needed(NEEDED)


def offer(row: StaffSession) -> None:
    """Generate a TOTP secret, stored with the session until a first code verifies it."""
    row.offered_totp = _factory().generate_totp_secret()


def provisioning_uri(row: StaffSession) -> str:
    """The otpauth:// URI of the QR code for the authenticator app."""
    assert row.offered_totp is not None  # noqa: S101 - the page offers one first
    return str(_factory().get_totp_uri(row.account.email, row.offered_totp))


def readable_secret(row: StaffSession) -> str:
    """The same secret in groups, for manual entry."""
    assert row.offered_totp is not None  # noqa: S101 - the page offers one first
    return str(_factory().get_totp_pretty_key(row.offered_totp))


def set_up(row: StaffSession, code: str) -> None:
    """Activate the offered secret and void old recovery codes; raises WrongCode."""
    account = row.account
    _lock(account)
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
    _lock(account)
    return _is_right(account, code, account.tf_totp_secret or "")


def use_recovery_code(account: Account, typed: str) -> bool:
    """Whether the recovery code is valid; a valid code is used up."""
    _lock(account)
    digest = codes.digest(typed)
    left = [stored for stored in account.mf_recovery_codes or () if stored != digest]
    is_valid = len(left) < account.recovery_codes_left
    if is_valid:
        account.mf_recovery_codes = left
    return is_valid


def renew_recovery_codes(account: Account) -> list[str]:
    """Replace the recovery codes and return the new ones. Only their hashes are stored."""
    new = [codes.new(RECOVERY_CODE_LENGTH) for _ in range(RECOVERY_CODES)]
    account.mf_recovery_codes = [codes.digest(code) for code in new]
    audit.record("staff.recovery_codes_made", account, by=account)
    return [codes.show(code) for code in new]


def remove(account: Account, by: Account) -> None:
    """Remove the second factor and the recovery codes.

    Raises StillRequired if an account whose role requires it removes its own.
    """
    if account is by and account.role.needs_second_factor:
        raise StillRequired("Su función exige el segundo paso. Puede cambiar de teléfono.")
    account.tf_primary_method = account.tf_totp_secret = account.mf_recovery_codes = None
    audit.record("staff.second_factor_removed", account, by=by)


def _lock(account: Account) -> None:
    """Lock the account until the end of the transaction, so that a code cannot be used twice."""
    unchanged = update(Account).where(Account.id == account.id)
    db.session.execute(unchanged.values(tf_last_counter=Account.tf_last_counter))
    db.session.refresh(account)


def _is_right(account: Account, code: str, secret: str) -> bool:
    digits = "".join(code.split())
    return bool(secret) and bool(
        _factory().verify_totp(digits, secret, account, window=TOLERANCE_SECONDS)
    )


def _factory() -> OnceOnlyTotp:
    factory: OnceOnlyTotp = current_app.extensions["security"].totp_factory
    return factory


def encryption_keys(secret_key: str) -> dict[str, str]:
    """Keys by version that encrypt the TOTP secrets in the database (passlib's "wallet")."""
    derived = hmac.new(secret_key.encode(), b"staff.totp", hashlib.sha256)
    return {"1": derived.hexdigest()}
