"""A hall where people sign a list, with a server that the tests can look behind."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from participa.app import create_app
from participa.attendance import device_tokens, queries
from participa.attendance.desk import door_passes
from participa.attendance.models import Attendee, Presence, SignInWay
from participa.attendance.offline import batches, receiving
from participa.attendance.snapshots import snapshot_of
from participa.core import codes
from participa.core.db import db
from participa.core.ops import migrations
from tests.attendance import city
from tests.ballots.city import officials
from tests.conftest import settings
from tests.journeys.conftest import WAIT_MS, free_port


@dataclass(frozen=True)
class Hall:
    """The city's server, at an address."""

    app: Flask
    address: str

    def open_list(self, **facts) -> str:
        """A list of its own, and the path of its page."""
        with self.app.app_context():
            return f"/asistencia/{city.open_list(city.event_now(), **facts).code}"

    def names(self, path: str) -> list[str]:
        """Who is on the list, in the order of the names."""
        with self.app.app_context():
            rows = select(Attendee.name).join(Attendee.attendance_list)
            rows = rows.filter_by(code=path.rpartition("/")[2])
            return list(db.session.scalars(rows.order_by(Attendee.name)))

    def doors(self, path: str) -> list[str]:
        """Through which doors people came."""
        with self.app.app_context():
            rows = select(Presence.door).join(Attendee).join(Attendee.attendance_list)
            return list(db.session.scalars(rows.filter_by(code=path.rpartition("/")[2])))

    def bring(self, path: str, file: str) -> list[str]:
        """An official brings in the file of a device: what became of each entry."""
        with self.app.app_context():
            record = queries.published_list(path.rpartition("/")[2])
            with self.app.test_request_context(method="POST"):
                entries, _ = batches.read(file)
                answers = receiving.receive_file(snapshot_of(record), entries, officials()[0])
                db.session.commit()
            return [answer.state.value for answer in answers]

    def wait_for_names(self, path: str, names: list[str]) -> None:
        """These people, and no others, are on the list after a while."""
        deadline = time.monotonic() + WAIT_MS / 1000
        while self.names(path) != names and time.monotonic() < deadline:
            time.sleep(0.1)
        assert self.names(path) == names

    def device_path(self, path: str, way: SignInWay, page: str) -> str:
        """The address with which a device of the city opens its page."""
        with self.app.app_context():
            token = device_tokens.issue(path.rpartition("/")[2], way)
            return f"{path}/{page}?equipo={token}"

    def door_link(self, path: str) -> str:
        """The link for a device at the door."""
        token = codes.new(door_passes.TOKEN_LENGTH)
        with self.app.app_context():
            record = queries.published_list(path.rpartition("/")[2])
            door_passes.create(record, "Puerta norte", token, officials()[0])
            db.session.commit()
        return f"/puerta/{token}"

    def ticket(self, path: str, name: str) -> str:
        """The text of the QR of somebody who registered and has not come yet."""
        with self.app.app_context():
            record = queries.published_list(path.rpartition("/")[2])
            receipt = city.signed(record, name, comes_now=False).receipt
        return f"{self.address}{path}/pase/{receipt}"


@pytest.fixture(scope="module")
def hall(tmp_path_factory) -> Iterator[Hall]:
    folder: Path = tmp_path_factory.mktemp("hall")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    app = create_app(settings(folder, base_url=address))
    with app.app_context():
        migrations.upgrade()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Hall(app, address)
    finally:
        server.shutdown()
        thread.join()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
