"""The installation of docs/operacion.md, section 6, on one machine and from the files of deploy/ha:
etcd, three PostgreSQL under Patroni, Redis, two nodes of participa, and haproxy in front of both.

Everything listens on the loopback address, keeps its files in one folder, and is killed at the end.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from bench import processes
from bench.client import HOST
from bench.installations import KEY, ROOT, Database, Missing, Unanswered, free_port

MEMBERS = ("pg1", "pg2", "pg3")
NODES = 2
PATIENCE_SECONDS = 90
FILES = ROOT / "deploy" / "ha"
POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
SYSTEM_USER = "postgres"  # PostgreSQL refuses to run as root
PROGRAMS = {
    "etcd": "sudo apt install etcd-server",
    "haproxy": "sudo apt install haproxy",
    "redis-server": "sudo apt install redis-server",
}


def require() -> None:
    """Raise Missing for the first part that is not installed."""
    for program, install in PROGRAMS.items():
        if shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin") is None:
            raise Missing("ha", install)
    if not POSTGRESQL:
        raise Missing("ha", "sudo apt install postgresql")


def patroni_in(folder: Path) -> str:
    """The program, installed with pip into a venv of Debian's Python unless it is there already."""
    if found := shutil.which("patroni"):
        return found
    subprocess.run(["/usr/bin/python3", "-m", "venv", folder / "venv"], check=True)
    pip = [folder / "venv/bin/pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", FILES / "requirements.txt"], check=True)
    return str(folder / "venv/bin/patroni")


@dataclass
class Cluster:
    """The whole installation; `ports` has the number of each door by its name in the files."""

    folder: Path
    ports: dict[str, int] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)

    def port(self, name: str) -> int:
        return self.ports.setdefault(name, free_port())

    def password(self, name: str) -> str:
        return self.passwords.setdefault(name, secrets.token_hex(16))

    @property
    def database(self) -> Database:
        secret = self.password("superuser_password")
        return Database(f"postgresql://postgres:{secret}@{HOST}:{self.port('database')}/postgres")

    def start(self, name: str, *command: str | Path, **named: Any) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                list(map(str, command)), stdout=log, stderr=log, stdin=subprocess.DEVNULL, **named
            )

    def written(self, template: str, file: str, /, **values: Any) -> Path:
        """A file of deploy/ha with the words that begin with $ replaced."""
        path = self.folder / file
        path.write_text(Template((FILES / template).read_text()).substitute(values))
        path.chmod(0o600)
        return path

    # ---- its parts

    def start_etcd(self) -> None:
        client, peer = (f"http://{HOST}:{self.port(name)}" for name in ("etcd", "etcd_peer"))
        words = {
            "name": "etcd1",
            "data-dir": self.folder / "etcd",
            "listen-client-urls": client,
            "advertise-client-urls": client,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": f"etcd1={peer}",
        }
        self.start("etcd", "etcd", *(f"--{word}={value}" for word, value in words.items()))
        wait_for("etcd", lambda: answers(f"{client}/health"))

    def start_member(self, name: str, patroni: str) -> None:
        """Patroni with its PostgreSQL; again with the files of before, if there are some."""
        own = self.folder / name
        own.mkdir(exist_ok=True)
        path = self.written(
            "patroni.yml",
            f"{name}.yml",
            name=name,
            etcd=f"{HOST}:{self.port('etcd')}",
            host=HOST,
            network=f"{HOST}/32",
            port=self.port(name),
            rest_port=self.port(f"{name}_rest"),
            data=own / "data",
            bin=POSTGRESQL[0],
            sockets=own,
            **{word: self.password(word) for word in SECRETS},
        )
        user: dict[str, Any] = {}
        if os.geteuid() == 0:
            for file in (own, path):
                shutil.chown(file, SYSTEM_USER, SYSTEM_USER)
            user = {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []}
        environment = {"PATH": f"{POSTGRESQL[0]}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
        self.start(name, patroni, path, env=environment, cwd=own, **user)

    def start_redis(self) -> None:
        self.start(
            "redis", "redis-server", "--port", str(self.port("redis")), "--bind", HOST,
            "--requirepass", self.password("redis"), "--save", "", "--dir", self.folder,
        )  # fmt: skip

    def start_haproxy(self) -> None:
        members = {f"pg{n}": f"{HOST}:{self.port(f'pg{n}')}" for n in (1, 2, 3)}
        rest = {f"rest{n}": self.port(f"pg{n}_rest") for n in (1, 2, 3)}
        nodes = {f"node{n}": f"{HOST}:{self.port(f'node{n}')}" for n in (1, 2)}
        path = self.written(
            "haproxy.cfg",
            "haproxy.cfg",
            host=HOST,
            scheme="http",
            public_host=HOST,
            database_port=self.port("database"),
            web_port=self.port("web"),
            **members,
            **rest,
            **nodes,
        )
        program = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin") or "haproxy"
        self.start("haproxy", program, "-db", "-f", path)

    def environment(self) -> dict[str, str]:
        """Of every node: nothing of theirs is on their own disk but the folder that they share."""
        return os.environ | {
            "PYTHONPATH": str(ROOT),
            "PARTICIPA_DATA": str(self.folder / "shared"),
            "PARTICIPA_SECRET_KEY": KEY,
            "PARTICIPA_BASE_URL": f"http://{HOST}:{self.port('web')}",
            "PARTICIPA_DATABASE_URL": self.database.address,
            "PARTICIPA_REDIS_URL": f"redis://:{self.password('redis')}@{HOST}:{self.port('redis')}",
            "PARTICIPA_PROXIES": "1",
            "PARTICIPA_WORKERS": "1",
            "PARTICIPA_LIMITS": "relaxed",
        }

    def run(self, *words: str) -> None:
        """A command of participa, as the operator gives it."""
        command = [sys.executable, "-m", "participa", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Unanswered(f"participa {words[0]}: {done.stderr[-500:]}")

    def start_node(self, name: str) -> None:
        words = ["serve", "--port", str(self.port(name))]
        command = [sys.executable, "-m", "participa", *words]
        self.start(name, *command, cwd=ROOT, env=self.environment())

    # ---- what it is now

    def is_(self, name: str, role: str) -> bool:
        return answers(f"http://{HOST}:{self.port(f'{name}_rest')}/{role}")

    def leader(self) -> str:
        """The member that is the leader now; "" if none is."""
        return next((name for name in MEMBERS if self.is_(name, "primary")), "")

    def postmaster(self, name: str) -> int:
        return int((self.folder / name / "data" / "postmaster.pid").read_text().split()[0])

    def kill_member(self, name: str) -> None:
        """As when the machine loses its power: Patroni and PostgreSQL, without a word."""
        with suppress(OSError, ValueError, IndexError):
            postmaster = self.postmaster(name)
            os.kill(self.running[name].pid, signal.SIGSTOP)  # it must not start it again meanwhile
            processes.kill(postmaster)
        self.end(name)

    def end(self, name: str) -> None:
        process = self.running.pop(name)
        processes.kill(process.pid)
        process.wait()

    def close(self) -> None:
        for name in list(self.running):
            if name in MEMBERS:
                self.kill_member(name)
            else:
                self.end(name)


SECRETS = ("superuser_password", "replication_password", "rewind_password")


@contextmanager
def running(folder: Path, patroni: str) -> Iterator[Cluster]:
    """The cluster when its nodes answer through haproxy."""
    cluster = Cluster(folder)
    with ExitStack() as stack:
        stack.callback(cluster.close)
        cluster.start_etcd()
        for name in MEMBERS:
            cluster.start_member(name, patroni)
        cluster.start_redis()
        cluster.start_haproxy()
        wait_for("a leader", cluster.leader)
        wait_for(
            "a synchronous standby", lambda: any(cluster.is_(name, "sync") for name in MEMBERS)
        )
        wait_for("all standbys", lambda: sum(cluster.is_(name, "replica") for name in MEMBERS) == 2)
        (folder / "shared").mkdir()
        cluster.run("migrate")
        for number in range(1, NODES + 1):
            cluster.start_node(f"node{number}")
        web = f"http://{HOST}:{cluster.port('web')}/listo"
        wait_for("participa behind haproxy", lambda: answers(web))
        yield cluster


def wait_for(what: str, question: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := question():
            return found
        time.sleep(0.2)
    raise Unanswered(f"{what}: not within {seconds:.0f} s")


def answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
