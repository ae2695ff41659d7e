"""Copies of the form of the intake arrive together, each with its photograph: one case."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from participa.cases.models import Case
from participa.core.audit import AuditEntry
from participa.core.db import db
from participa.listening.models import Attachment, Contribution, VerbalRecord
from tests.listening.intake.desks import SAID, TAKE, desk, form_of

COPIES = 8
SECRET = re.compile(r'<dt>Código secreto</dt><dd class="code">([0-9A-Z-]+)</dd>')


def photograph() -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (30, 20), "white").save(body, "PNG")
    return body.getvalue()


def together(app, visitor, sent):
    """What each copy got, all sent at the same moment by the same account."""
    session = visitor.get_cookie("gestion", path="/gestion").value
    picture, start = photograph(), Barrier(COPIES)
    db.session.remove()

    def one(_):
        with FlaskClient(app, app.response_class) as client:
            client.set_cookie("gestion", session, path="/gestion")
            data = sent | {"photos": (io.BytesIO(picture), "foto.png")}
            start.wait(30)
            return client.post(TAKE, data=data, content_type="multipart/form-data")

    with ThreadPoolExecutor(COPIES) as threads:
        return list(threads.map(one, range(COPIES)))


def how_many(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_clicks_that_arrive_together_make_one_case_with_one_code(app, staff, at):
    at(2026, 3, 2, 16)
    desk()
    visitor = staff("EDITOR")
    answers = together(app, visitor, form_of(visitor) | SAID)
    assert {answer.status_code for answer in answers} == {200}
    assert len({SECRET.search(answer.text)[1] for answer in answers}) == 1
    assert [how_many(one) for one in (Case, Contribution, VerbalRecord, Attachment)] == [1] * 4
    assert db.session.query(AuditEntry).filter_by(action="listening.taken").count() == 1
