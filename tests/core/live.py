"""A real server with a form of one field, to be killed, starved and crowded.

The same harness drives any form of the city: give `Live` the path, the fields and the table.
"""

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, request
from sqlalchemy import Text, create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import NullPool

from participa import app as roof
from participa import config
from participa.core import codes, submissions
from participa.core.db import db
from participa.core.submissions import Submission

PROGRAM = """
import os
from participa import config
from participa.core.ops import listener, server
opened = listener.reserve("127.0.0.1", {port})
server.run(config.from_environment(os.environ), opened, roof="tests.core.live:create_app")
"""
COMMAND = "from participa.app import cli; cli()"  # the program `participa`
START_SECONDS = 90  # a busy machine


class Base(DeclarativeBase):
    """Apart from the city's tables, so that no other test sees this one."""


class Note(Submission, Base):
    __tablename__ = "durability_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Text)


def create_app() -> Flask:
    app = roof.create_app()

    @app.route("/notas", methods=["GET", "POST"], endpoint="notes")
    def notes():
        if request.method == "GET":
            return submissions.issue("notes")
        submission_id = submissions.read(request.form["submission"], "notes")
        receipt = submissions.receipt(submission_id)
        submissions.insert_once(
            Note, submission_id=submission_id, receipt=receipt, words=request.form["words"]
        )
        db.session.commit()
        return codes.show(receipt)

    return app


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


class Live:
    """One installation: start it, talk to it, kill it, start it again."""

    def __init__(self, settings: config.Settings, path: str = "/notas", table: str = "") -> None:
        self.settings, self.path = settings, path
        self.table = table or Note.__tablename__
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = os.environ | config.to_environment(self.settings)
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(port=self.port)],
            env=environment,
            cwd=Path(__file__).parents[2],
            start_new_session=True,  # a group of its own, which `kill` ends whole
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if self.get("/listo")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("the server did not start")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(40)

    def get(self, path: str, timeout: float = 20) -> tuple[int, str]:
        return self.ask("GET", path, None, timeout)[:2]

    def ask(self, method: str, path: str, form: dict | bytes | None, timeout: float = 20):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            body = urlencode(form) if isinstance(form, dict) else form
            told = {"Content-Type": "application/x-www-form-urlencoded"} if body is not form else {}
            connection.request(method, path, body, told)
            response = connection.getresponse()
            return response.status, response.read().decode(), response.headers
        except http.client.HTTPException as broken:
            raise ConnectionError from broken
        finally:
            connection.close()

    def form(self) -> dict[str, str]:
        _, page = self.get(self.path)
        token = re.search(r'name="submission" value="([^"]*)"', page)
        return {"submission": token[1] if token else page, "words": secrets.token_hex(8)}

    def send(self, form: dict[str, str]) -> tuple[int, str, http.client.HTTPMessage]:
        return self.ask("POST", self.path, form)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def empty(self) -> None:
        engine = create_engine(self.settings.database_url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text(f"DELETE FROM {self.table}"))

    def rows(self) -> list[str]:
        engine = create_engine(self.settings.database_url, poolclass=NullPool)
        with engine.connect() as connection:
            return list(connection.scalars(text(f"SELECT receipt FROM {self.table}")))


def together(times: int, act: Callable, *values) -> list:
    with ThreadPoolExecutor(times) as hands:
        return [task.result() for task in [hands.submit(act, *values) for _ in range(times)]]
