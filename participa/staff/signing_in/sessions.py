"""Server-side sessions of the staff, for paths under /gestion only.

The cookie holds a random key and a signed timestamp of the last request; the table `staff_session`
holds a hash of the key. So idle sessions expire without a database write per request, and a stolen
copy of the database contains no usable key. Before sign-in the key only derives the CSRF token.
The key of a signed-in session begins with the id of its account, and so does the secret of its CSRF
tokens: a form that arrives without its session says to whom it was shown.
"""

import enum
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response, current_app, g, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer
from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from participa.core import clock
from participa.core.db import db
from participa.core.web.security import STAFF, is_staff
from participa.staff.models import SESSION_LIFETIME, Account, StaffSession

IDLE = timedelta(minutes=30)  # without a request, after which the session expires
RETENTION = timedelta(days=90)  # of rows, after which they are deleted
RENEW_AFTER = timedelta(minutes=1)  # least time between two new timestamps of a session
ANONYMOUS, SIGNED_IN = "a", "s"  # first character of a key
KEY_BYTES = 32
CSRF_SALT = "wtf-csrf-token"  # of Flask-WTF's tokens


class Lapse(enum.Enum):
    """Why a request has no session."""

    NO_COOKIE = "no cookie"
    IDLE = "no request for IDLE"
    OLD = "signed in longer than SESSION_LIFETIME ago"


class Signer(TimestampSigner):
    """A timestamp signer on `core.clock`, which tests can set."""

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


class CookieSession(dict[str, Any], SessionMixin):
    """The cookie session: a key and the values derived from it. Other values are not saved."""

    def __init__(self, key: str, seen_at: datetime | None, lapse: Lapse | None = None):
        super().__init__()
        self.is_signed_out = False
        self.lapse = lapse
        self._derive(key, seen_at)

    @property
    def is_anonymous(self) -> bool:
        return self.key.startswith(ANONYMOUS)

    def set_key(self, key: str) -> None:
        """Replace the key; the response sets the new cookie."""
        self._derive(key, None)
        for derived_before in ("csrf_token", "_login_user"):  # by Flask-WTF and Flask-Login
            g.pop(derived_before, None)

    def begin_anew(self) -> None:
        """After signing out, for another sign-in in the same answer."""
        self.is_signed_out = False
        self.set_key(new_key(ANONYMOUS))

    def _derive(self, key: str, seen_at: datetime | None) -> None:
        self.key, self.seen_at = key, seen_at
        self["csrf_token"] = _csrf_secret(key)
        self.pop("_user_id", None)
        if key.startswith(SIGNED_IN):
            self["_user_id"] = key


class StaffSessions(SessionInterface):
    """Session interface without any session, and so any cookie, on public pages."""

    def __init__(self, is_https: bool):
        # The prefix __Host- requires https and Path=/. Without https the path is restricted.
        self.name = "__Host-gestion" if is_https else "gestion"
        self.path = "/" if is_https else STAFF
        self.is_https = is_https

    def open_session(self, app: Flask, request: Request) -> CookieSession | None:
        if not is_staff(request.path):
            return None
        try:
            key, seen_at = signer(app).unsign(
                request.cookies.get(self.name, ""),
                max_age=int(SESSION_LIFETIME.total_seconds()),
                return_timestamp=True,
            )
        except SignatureExpired:
            return CookieSession(new_key(ANONYMOUS), None, Lapse.OLD)
        except BadSignature:
            return CookieSession(new_key(ANONYMOUS), None, Lapse.NO_COOKIE)
        cookie = CookieSession(key.decode(), seen_at)
        is_idle = "_user_id" in cookie and clock.now() - seen_at > IDLE
        return CookieSession(new_key(ANONYMOUS), None, Lapse.IDLE) if is_idle else cookie

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


def safe_path(address: str) -> str:
    """The path if it is a staff page of this site, else STAFF; prevents open redirects."""
    is_staff_page = is_staff(address.partition("?")[0])
    return address if is_staff_page and "\\" not in address and address.isprintable() else STAFF


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


def current() -> CookieSession:
    """The cookie session of this request. Call only under /gestion."""
    cookie = session._get_current_object()  # type: ignore[attr-defined]  # a werkzeug proxy
    assert isinstance(cookie, CookieSession)  # noqa: S101 - StaffSessions opened it
    return cookie


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
    key = new_key(SIGNED_IN, row.account.id)
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


def new_key(kind: str, account_id: int | str = "") -> str:
    return f"{kind}{account_id}.{secrets.token_urlsafe(KEY_BYTES)}"


def shown_to(token: str) -> int | None:
    """The id of the account to which the form with this CSRF token was shown, also after the end of
    its session; None for an altered token and for one from before the sign-in.
    """
    reader = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=CSRF_SALT)
    try:
        account_id = str(reader.loads(token)).partition(":")[0]
    except BadSignature:
        return None
    return int(account_id) if account_id.isdecimal() else None


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _csrf_secret(key: str) -> str:
    """The session's secret for CSRF tokens, derived from its key and therefore not stored."""
    secret = current_app.config["SECRET_KEY"].encode()
    account_id = key[1:].partition(".")[0]
    derived = hmac.new(secret, f"staff.csrf:{key}".encode(), hashlib.sha256).hexdigest()
    return f"{account_id}:{derived}"
