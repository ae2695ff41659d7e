"""The key of the personal data is replaced, and nobody is lost or counted twice meanwhile."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from participa.app import cli
from participa.attendance import queries
from participa.attendance.models import Attendee
from participa.attendance.rights import rekeying
from participa.core import audit
from participa.core.db import db
from participa.core.personal import rotation, sealing
from tests.attendance import city, people
from tests.conftest import KEY

NEW = "una-llave-nueva-de-prueba-que-tampoco-sirve-para-nada"


@pytest.fixture
def keys(app):
    """Run with these keys, the newest first, as after a restart."""
    state = app.extensions["participa"]
    before = state.settings

    def keys(*values: str) -> None:
        db.session.commit()
        state.settings = replace(before, personal_keys=values)

    yield keys
    state.settings = before


@pytest.fixture
def rotate(app) -> Callable[[], str]:
    def rotate() -> str:
        db.session.commit()
        told = app.test_cli_runner().invoke(cli.commands["rotate-personal-keys"])
        db.session.expire_all()
        return told.output + (str(told.exception) if told.exception else "")

    return rotate


@pytest.fixture
def record(app):
    record = city.open_list(asks_organisation=True)
    for number in range(5):
        people.attendee(record, document=f"101712345{number}")
    people.minor(record)
    return record


def signs_again(record) -> bool:
    """Whether somebody on the list who signs again is known."""
    return not city.signed(record, people.NAME, "1017123452").is_new


def test_the_new_key_reads_everything_and_finds_everybody(record, keys, rotate, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    monkeypatch.setattr(rekeying, "BATCH", 2)
    keys(NEW, KEY)
    assert signs_again(record)  # before the command, with both keys
    told = rotate()
    assert "Huellas de los documentos: 5" in told
    assert "Todo quedó con la primera llave" in told
    assert signs_again(record)
    keys(NEW)
    assert signs_again(record)
    assert [one.id for one in queries.matching(record.id, "3452")]
    emails = {one.email for one in db.session.query(Attendee).filter(Attendee.name != "")}
    assert emails == {people.EMAIL}
    assert queries.attended(record.id) == 6
    [entry] = db.session.query(audit.AuditEntry).filter_by(action="personal.keys_rotated")
    assert entry.details["changed"]["Huellas de los documentos"] == 5


def test_the_command_can_be_repeated(record, keys, rotate):
    keys(NEW, KEY)
    rotate()
    assert "Huellas de los documentos: 0" in rotate()
    assert signs_again(record)


def test_without_the_old_key_it_refuses_and_changes_nothing(record, keys, rotate):
    keys(NEW)
    told = rotate()
    assert "Falta una llave" in told
    assert "attendee." in told
    assert "PARTICIPA_PERSONAL_KEYS" in told
    keys(KEY)
    assert db.session.query(Attendee).filter(Attendee.name != "").first().email == people.EMAIL


def test_with_one_key_it_says_how_to_begin(record, rotate):
    assert "ponga la nueva delante" in rotate()


def test_the_monitor_notices_that_the_key_is_missing(client, record, keys):
    assert client.get("/salud").json["checks"]["personal_keys"] is True
    keys(NEW)
    told = client.get("/salud").json
    assert told["checks"]["personal_keys"] is False
    assert "personal_keys" in told["wrong"]


def test_what_somebody_erases_during_the_rotation_stays_erased(record, keys):
    keys(NEW, KEY)
    entry = db.session.query(Attendee).filter(Attendee.name != "").first()
    steps = rotation.reseal()
    real = sealing.reseal
    erased = []

    def erases_meanwhile(text):
        if not erased:
            erased.append(entry.id)
            change = db.update(Attendee).where(Attendee.id == entry.id)
            db.session.execute(change.values(document="", email="", phone=""))
        return real(text)

    sealing.reseal = erases_meanwhile
    try:
        for _ in steps:
            db.session.commit()
    finally:
        sealing.reseal = real
    kept = people.stored(entry.id)
    assert (kept.document, kept.email, kept.phone) == ("", "", "")


def test_no_document_stands_in_clear_in_a_copy_of_the_database(record):
    numbers = [f"101712345{number}" for number in range(5)]
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            rows = connection.execute(db.text(f'SELECT * FROM "{table.name}"')).all()
            text = str([tuple(row) for row in rows])
            assert not [one for one in (*numbers, people.EMAIL, "Vocera") if one in text], table
