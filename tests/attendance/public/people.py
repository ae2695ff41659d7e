"""People with a phone in front of an attendance list, for the tests of its pages."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from participa.attendance.models import AttendanceList, Attendee
from participa.core.db import db
from tests.topics.builders import token

MARIA = {
    "age": "adult",
    "document_type": "CC",
    "document": "43.123.456",
    "name": "María Pérez Gómez",
    "consent_attendance": "y",
}


def path(record: AttendanceList) -> str:
    return f"/asistencia/{record.code}"


def opened(client: FlaskClient, record: AttendanceList, **words: str) -> TestResponse:
    """The page at the address of the QR, where the browser is led."""
    return client.get(path(record), query_string=words, follow_redirects=True)


def sheet(client: FlaskClient, record: AttendanceList, **typed: str) -> dict[str, str]:
    """What a phone sends: a fresh token, María's answers, and what is typed otherwise."""
    return {"submission": token(opened(client, record)), **MARIA, **typed}


def sign(client: FlaskClient, record: AttendanceList, **typed: str) -> TestResponse:
    return client.post(path(record), data=sheet(client, record, **typed))


def rows() -> int:
    return db.session.scalar(select(func.count(Attendee.id))) or 0


def only_entry() -> Any:
    return db.session.scalars(select(Attendee)).one()


def only_list() -> AttendanceList:
    return db.session.scalars(select(AttendanceList)).one()
