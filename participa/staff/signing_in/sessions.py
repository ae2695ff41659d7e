"""Server-side sessions of the staff, for paths under /gestion only.

The cookie holds a random key and a signed timestamp of the last request; the table `staff_session`
holds a hash of the key. So idle sessions expire without a database write per request, and a stolen
copy of the database contains no usable key. Before sign-in the key only derives the CSRF token.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response, current_app, g
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, TimestampSigner
from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from participa.core import clock
from participa.core.db import db
from participa.core.web.security import STAFF
from participa.staff.models import SESSION_LIFETIME, Account, StaffSession

IDLE = timedelta(minutes=30)  # without a request, after which the session expires
RETENTION = timedelta(days=90)  # of rows, after which they are deleted
RENEW_AFTER = timedelta(minutes=1)  # least time between two new timestamps of a session
ANONYMOUS, SIGNED_IN = "a", "s"  # first character of a key
KEY_BYTES = 32


class Signer(TimestampSigner):
    """A timestamp signer on `core.clock`, which tests can set."""

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


class CookieSession(dict[str, Any], SessionMixin):
    """The cookie session: a key and the values derived from it. Other values are not saved."""

    def __init__(self, key: str, seen_at: datetime | None):
        super().__init__(csrf_token=_csrf_secret(key))
        if key.startswith(SIGNED_IN):
            self["_user_id"] = key
        self.key = key
        self.seen_at = seen_at
        self.is_signed_out = False

    def set_key(self, key: str) -> None:
        """Replace the key; the response sets the new cookie."""
        self.key, self.seen_at = key, None


class StaffSessions(SessionInterface):
    """Session interface without any session, and so any cookie, on public pages."""

    def __init__(self, is_https: bool):
        # The prefix __Host- requires https and Path=/. Without https the path is restricted.
        self.name = "__Host-gestion" if is_https else "gestion"
        self.path = "/" if is_https else STAFF
        self.is_https = is_https

    def open_session(self, app: Flask, request: Request) -> CookieSession | None:
        if not is_staff_path(request.path):
            return None
        try:
            key, seen_at = signer(app).unsign(
                request.cookies.get(self.name, ""),
                max_age=int(SESSION_LIFETIME.total_seconds()),
                return_timestamp=True,
            )
        except BadSignature:
            return CookieSession(new_key(ANONYMOUS), None)
        cookie = CookieSession(key.decode(), seen_at)
        is_idle = "_user_id" in cookie and clock.now() - seen_at > IDLE
        return CookieSession(new_key(ANONYMOUS), None) if is_idle else cookie

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, CookieSession)  # noqa: S101 - open_session returns no other
        response.vary.add("Cookie")
        response.headers["Cache-Control"] = "no-store"
        if session.is_signed_out:
            self._set(response, "", max_age=0)
            return
        if session.seen_at is None or self._needs_renewal(session.seen_at):
            self._set(response, signer(app).sign(session.key).decode())

    def _needs_renewal(self, seen_at: datetime) -> bool:
        return not g.get("does_not_extend_session", False) and clock.now() - seen_at > RENEW_AFTER

    def _set(self, response: Response, value: str, max_age: int | None = None) -> None:
        response.set_cookie(
            self.name,
            value,
            max_age=max_age,
            path=self.path,
            secure=self.is_https,
            httponly=True,
            samesite="Lax",
        )


def is_staff_path(path: str) -> bool:
    return path == STAFF or path.startswith(f"{STAFF}/")


def do_not_extend() -> None:
    """Do not reset the idle timeout with this request: for automatic polling and reloads."""
    g.does_not_extend_session = True


def of_key(key: str) -> StaffSession | None:
    """The alive session with this key and its account, with one query per request."""
    if not key.startswith(SIGNED_IN):
        return None
    if "staff_session" not in g:
        row = select(StaffSession).options(joinedload(StaffSession.account))
        g.staff_session = db.session.scalar(row.filter_by(key_hash=hash_of(key)))
    stored: StaffSession | None = g.staff_session
    return stored if stored is not None and stored.is_alive else None


def load_account(key: str) -> Account | None:
    """The `user_loader` of Flask-Login."""
    row = of_key(key)
    return row.account if row is not None and row.is_open else None


def start(account: Account, cookie: CookieSession) -> StaffSession:
    """Create a session with a new key; ends the previous session of the browser, if any."""
    end_session_of(cookie)
    row = StaffSession(account=account, key_hash="")
    db.session.add(row)
    renew(row, cookie)
    return row


def renew(row: StaffSession, cookie: CookieSession) -> None:
    """Replace the key of the session, against session fixation."""
    key = new_key(SIGNED_IN)
    row.key_hash = hash_of(key)
    g.staff_session = row
    cookie.set_key(key)


def end(row: StaffSession) -> None:
    row.ended_at = row.ended_at or clock.now()


def end_session_of(cookie: CookieSession) -> None:
    """End the alive session of the browser, if any."""
    if (row := of_key(cookie.key)) is not None:
        end(row)


def end_all(account: Account, but: StaffSession | None = None) -> int:
    """End all sessions of an account, except `but`; returns how many."""
    ended = update(StaffSession).where(
        StaffSession.account_id == account.id, StaffSession.ended_at.is_(None)
    )
    if but is not None:
        ended = ended.where(StaffSession.id != but.id)
    rows = db.session.execute(ended.values(ended_at=clock.now()).returning(StaffSession.id))
    return len(rows.all())


def erase_old() -> int:
    """Delete rows older than RETENTION; returns how many. Sign-ins remain in the audit trail."""
    old = delete(StaffSession).where(StaffSession.started_at < clock.now() - RETENTION)
    return len(db.session.scalars(old.returning(StaffSession.id)).all())


def record_activity(row: StaffSession) -> None:
    """Store the time of a POST, at most once a minute."""
    if clock.now() - row.last_sent_at > RENEW_AFTER:
        row.last_sent_at = clock.now()


def signer(app: Flask | None = None) -> Signer:
    return Signer((app or current_app).config["SECRET_KEY"], salt="staff.session")


def new_key(kind: str) -> str:
    return f"{kind}{secrets.token_urlsafe(KEY_BYTES)}"


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _csrf_secret(key: str) -> str:
    """The session's secret for CSRF tokens, derived from its key and therefore not stored."""
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.new(secret, f"staff.csrf:{key}".encode(), hashlib.sha256).hexdigest()
