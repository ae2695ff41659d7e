"""A listening post of a running city, with a server that the tests can look behind."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from participa.app import create_app
from participa.core.db import db
from participa.core.ops import migrations
from participa.listening.models import Contribution
from tests.conftest import settings
from tests.journeys.conftest import free_port
from tests.listening import city


@dataclass(frozen=True)
class Town:
    """The city's server, at an address."""

    app: Flask
    address: str

    def open_post(self, **facts) -> str:
        """A post of its own, and the path of its page."""
        with self.app.app_context():
            return f"/escuchaderos/{city.open_post(**facts).code}"

    def heard(self, path: str) -> list[dict]:
        """What was said there: the text, and the size and type of each file."""
        with self.app.app_context():
            rows = select(Contribution).join(Contribution.post)
            rows = rows.filter_by(code=path.rpartition("/")[2])
            return [
                {
                    "text": one.text,
                    "name": one.contact_name,
                    "is_code_hidden": one.is_code_hidden,
                    "files": [(file.media_type, len(file.content)) for file in one.attachments],
                }
                for one in db.session.scalars(rows.order_by(Contribution.case_id))
            ]


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Iterator[Town]:
    folder: Path = tmp_path_factory.mktemp("town")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    app = create_app(settings(folder, base_url=address))
    with app.app_context():
        migrations.upgrade()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Town(app, address)
    finally:
        server.shutdown()
        thread.join()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
