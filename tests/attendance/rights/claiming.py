"""Claims about data as people make them, on their own page."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from participa.attendance.models import Attendee, DataClaim
from participa.core.db import db
from tests.attendance import people
from tests.visitor import field

MOTIVE = "Mi segundo apellido es Giraldo y no se puede cambiar."
LEGEND = "Reclamo en trámite"


def claim(client: FlaskClient, entry: Attendee, **typed: str) -> TestResponse:
    """The person sends the form of a claim."""
    path = people.own_path(entry, "/reclamo")
    sent = {"submission": field(client.get(path), "submission"), "kind": "CORRECT"}
    return client.post(path, data=sent | {"motive": MOTIVE} | typed)


def filed(client: FlaskClient, entry: Attendee, **typed: str) -> DataClaim:
    """A pending claim of this person; stored."""
    answer = claim(client, entry, **typed)
    assert answer.status_code == 303, answer.text
    return latest()


def latest() -> DataClaim:
    db.session.expire_all()
    return db.session.scalars(db.select(DataClaim).order_by(DataClaim.id.desc())).first()
