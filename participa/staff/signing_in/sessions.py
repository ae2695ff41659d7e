"""Sessions of the staff: kept at the server, and nowhere outside /gestion.

The cookie carries a random key and, signed, the moment of the last look; the table carries a hash
of the key. So an idle session is noticed without writing on every look, and a copy of the database
opens no door. Before signing in the key stands for nothing but the token of the forms.
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
from participa.staff.models import LONGEST, Account, StaffSession

IDLE = timedelta(minutes=30)
KEPT = timedelta(days=90)
RENEW_AFTER = timedelta(minutes=1)
ANONYMOUS, SIGNED_IN = "a", "s"
KEY_BYTES = 32


class Signer(TimestampSigner):
    """Signs with the moment of the house's clock."""

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())


class Browser(dict[str, Any], SessionMixin):
    """What the cookie says: a key, and what follows from it. Nothing can be stored here."""

    def __init__(self, key: str, seen_at: datetime | None):
        super().__init__(csrf_token=_derived(key))
        if key.startswith(SIGNED_IN):
            self["_user_id"] = key
        self.key = key
        self.seen_at = seen_at
        self.is_gone = False

    def become(self, key: str) -> None:
        """Go on under another key; the answer carries it."""
        self.key, self.seen_at = key, None


class StaffSessions(SessionInterface):
    """Opens no session for the pages of the citizens: they cannot touch one by mistake."""

    def __init__(self, is_https: bool):
        # __Host- needs Path=/; without https the name is free and the path is the staff's own.
        self.name = "__Host-gestion" if is_https else "gestion"
        self.path = "/" if is_https else STAFF
        self.is_https = is_https

    def open_session(self, app: Flask, request: Request) -> Browser | None:
        if not is_staff_path(request.path):
            return None
        try:
            key, seen_at = signer(app).unsign(
                request.cookies.get(self.name, ""),
                max_age=int(LONGEST.total_seconds()),
                return_timestamp=True,
            )
        except BadSignature:
            return Browser(new_key(ANONYMOUS), None)
        browser = Browser(key.decode(), seen_at)
        is_idle = "_user_id" in browser and clock.now() - seen_at > IDLE
        return Browser(new_key(ANONYMOUS), None) if is_idle else browser

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, Browser)  # noqa: S101 - open_session makes no other
        response.vary.add("Cookie")
        response.headers["Cache-Control"] = "no-store"
        if session.is_gone:
            self._set(response, "", max_age=0)
            return
        if session.seen_at is None or self._is_due(session.seen_at):
            self._set(response, signer(app).sign(session.key).decode())

    def _is_due(self, seen_at: datetime) -> bool:
        return not g.get("is_not_a_look", False) and clock.now() - seen_at > RENEW_AFTER

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


def do_not_count_as_a_look() -> None:
    """A page that asks by itself every second must not keep an empty chair signed in."""
    g.is_not_a_look = True


def of_key(key: str) -> StaffSession | None:
    """The living session of a key, with its account, in one question."""
    if not key.startswith(SIGNED_IN):
        return None
    if "staff_session" not in g:
        row = select(StaffSession).options(joinedload(StaffSession.account))
        g.staff_session = db.session.scalar(row.filter_by(key_hash=hash_of(key)))
    found: StaffSession | None = g.staff_session
    return found if found is not None and found.is_alive else None


def load_account(key: str) -> Account | None:
    """Who a request comes from; the loader that Flask-Login calls."""
    found = of_key(key)
    return found.account if found is not None and found.is_open else None


def start(account: Account, browser: Browser) -> StaffSession:
    """A new session under a new key: whatever key the browser brought along ends here."""
    end_of(browser)
    row = StaffSession(account=account, key_hash="")
    db.session.add(row)
    renew(row, browser)
    return row


def renew(row: StaffSession, browser: Browser) -> None:
    """Give the session another key, so that a key known from before opens nothing."""
    key = new_key(SIGNED_IN)
    row.key_hash = hash_of(key)
    g.staff_session = row
    browser.become(key)


def end(row: StaffSession) -> None:
    row.ended_at = row.ended_at or clock.now()


def end_of(browser: Browser) -> None:
    """End the session that this browser holds, if it holds one."""
    if (row := of_key(browser.key)) is not None:
        end(row)


def end_all(account: Account, but: StaffSession | None = None) -> int:
    """End every session of an account, perhaps but one; returns how many."""
    ended = update(StaffSession).where(
        StaffSession.account_id == account.id, StaffSession.ended_at.is_(None)
    )
    if but is not None:
        ended = ended.where(StaffSession.id != but.id)
    rows = db.session.execute(ended.values(ended_at=clock.now()).returning(StaffSession.id))
    return len(rows.all())


def erase_old() -> int:
    """Erase sessions long over: the audit trail keeps that somebody entered, and when."""
    old = delete(StaffSession).where(StaffSession.started_at < clock.now() - KEPT)
    return len(db.session.scalars(old.returning(StaffSession.id)).all())


def note_sending(row: StaffSession) -> None:
    """Remember that the session sent a form; at most once a minute."""
    if clock.now() - row.last_sent_at > RENEW_AFTER:
        row.last_sent_at = clock.now()


def signer(app: Flask | None = None) -> Signer:
    return Signer((app or current_app).config["SECRET_KEY"], salt="staff.session")


def new_key(kind: str) -> str:
    return f"{kind}{secrets.token_urlsafe(KEY_BYTES)}"


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _derived(key: str) -> str:
    """What the forms' token is made of. It changes with the key, and needs no storing."""
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.new(secret, f"staff.csrf:{key}".encode(), hashlib.sha256).hexdigest()
