"""A real server with ballot boxes, to be crowded and killed."""

import json
import secrets
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from participa.app import create_app
from participa.core.db import db
from participa.core.ops import migrations
from participa.core.ops.server import JOBS
from tests.conftest import settings as plain_settings
from tests.core.live import Live


class Polling(Live):
    """The server, and the same installation from inside, for who prepares and counts."""

    def __init__(self, folder: Path, address: str = "") -> None:
        chosen = replace(plain_settings(folder, address), relaxed_limits=True, workers=2)
        super().__init__(chosen)
        self.app: Flask = create_app(chosen)
        with self.inside():
            migrations.upgrade()

    @contextmanager
    def inside(self):
        with self.app.app_context():
            yield
            db.session.remove()

    def workers(self) -> list[int]:
        """The processes that answer requests: the children, but for the worker of jobs."""
        listed = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        children = [int(pid) for one in listed for pid in one.read_text().split()]
        names = {pid: Path(f"/proc/{pid}/comm").read_text().strip() for pid in children}
        return [pid for pid, name in names.items() if name != JOBS]

    def is_answering(self) -> bool:
        try:
            return self.get("/listo")[0] == 200
        except OSError:
            return False

    def deposit(self, uuid: str, raw: bytes) -> tuple[int, dict]:
        """What the page of a voter gets; an OSError when the server is away."""
        status, body, _ = self.ask("POST", f"/urna/{uuid}/papeletas", raw)
        return status, json.loads(body) if body.startswith("{") else {}


def database_of_its_own(server: str) -> str:
    """The address of a new database on this PostgreSQL."""
    name = f"polling_{secrets.token_hex(6)}"
    address = server.replace("://", "+psycopg://", 1)
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return address.replace("/postgres?", f"/{name}?")
