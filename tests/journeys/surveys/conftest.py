"""A survey of a running city, with a server that the tests can look behind."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask, Response
from sqlalchemy import select
from werkzeug.serving import make_server

from participa.app import create_app
from participa.core.db import db
from participa.core.ops import migrations
from participa.core.web import kiosks
from participa.surveys import access_codes
from participa.surveys.channel import kiosk
from participa.surveys.models import Survey, SurveyResponse
from participa.surveys.questionnaire.questions import Questionnaire
from tests.ballots.city import officials
from tests.conftest import settings
from tests.journeys.conftest import DESK, PHONE, browsing, free_port
from tests.surveys import city


@dataclass(frozen=True)
class Square:
    """The city's server, at an address."""

    app: Flask
    address: str

    def open_survey(self, questionnaire: Questionnaire = city.QUESTIONS, **facts) -> str:
        """A survey of its own, and the path of its page."""
        with self.app.app_context():
            return f"/encuestas/{city.open_survey(questionnaire, **facts).code}"

    def codes(self, path: str, size: int = 3) -> list[str]:
        with self.app.app_context():
            batch = access_codes.make_batch(self._survey(path), officials()[0], "Belén", size)
            db.session.commit()
            return list(access_codes.codes_of(batch))

    def answers(self, path: str) -> list[dict]:
        """What was answered, with what was written under its question."""
        with self.app.app_context():
            rows = select(SurveyResponse).filter_by(survey_id=self._survey(path).id)
            return [
                one.answers | {text.question: text.text for text in one.texts}
                for one in db.session.scalars(rows.order_by(SurveyResponse.received_on))
            ]

    def channels(self, path: str) -> list[str]:
        with self.app.app_context():
            rows = select(SurveyResponse.channel).filter_by(survey_id=self._survey(path).id)
            return list(db.session.scalars(rows))

    def lock(self, page, path: str, pin: str) -> None:
        """Lock a browser to a survey, as the page of the staff does."""
        with self.app.test_request_context(base_url=self.address):
            place = kiosk(self._survey(path), "")
            answer = kiosks.lock(Response(), place, pin)
        value = answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
        page.context.add_cookies(
            [{"name": kiosks.COOKIE, "value": value, "url": self.address, "httpOnly": True}]
        )

    def _survey(self, path: str) -> Survey:
        rows = select(Survey).filter_by(code=path.rpartition("/")[2])
        return db.session.scalars(rows).one()


@pytest.fixture(scope="module")
def square(tmp_path_factory) -> Iterator[Square]:
    folder: Path = tmp_path_factory.mktemp("square")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    app = create_app(settings(folder, base_url=address))
    with app.app_context():
        migrations.upgrade()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Square(app, address)
    finally:
        server.shutdown()
        thread.join()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def phone(chromium, square):
    with browsing(chromium, square.address, **PHONE) as page:
        yield page


@pytest.fixture
def plain_phone(chromium, square):
    with browsing(chromium, square.address, java_script_enabled=False, **PHONE) as page:
        yield page


@pytest.fixture
def tablet(chromium, square):
    """The page of a tablet at an event, whose clock the test moves."""
    with browsing(chromium, square.address, **DESK) as page:
        page.clock.install()
        yield page
