"""Whoever copies the database and the files reads no code, no contact and nothing that was said."""

import hashlib

import pytest
from sqlalchemy import text

from participa.core import codes
from participa.core.db import db
from participa.listening import acts
from participa.listening.models import Contribution
from tests.listening.follow_up import people
from tests.listening.follow_up.people import come_back, send

SAID = "Vivo en la carrera noventa y tengo una queja muy reconocible"
WRITTEN = "Otra frase inconfundible de la misma persona"
ANSWERED = "La respuesta irrepetible de la dependencia"


def dump() -> str:
    """Every row of every table, as it is stored."""
    rows = []
    for table in db.metadata.tables:
        rows += [str(tuple(row)) for row in db.session.execute(text(f'SELECT * FROM "{table}"'))]
    return "\n".join(rows)


def stored_bytes(contribution: Contribution) -> bytes:
    return b"".join(one.file.path.read_bytes() for one in contribution.attachments)


@pytest.fixture
def card(app, client, at):
    at(2026, 3, 2, 15, 7)
    card = people.known(text=SAID)
    address = come_back(client, card)
    send(client, f"{address}/escribir", text=WRITTEN, photos=people.photo())
    acts.answer(card.contribution, people.official(), ANSWERED)
    db.session.commit()
    send(client, f"{address}/resultado", is_resolved="no", comment=WRITTEN)
    return card


def test_no_code_no_contact_and_no_content_is_stored_in_clear(card):
    """Also no hash that somebody could try guesses against without the installation's key."""
    all_of_it, code = dump(), codes.read(card.code)
    letters = all_of_it.replace("Su aporte", "")
    for word in (SAID, WRITTEN, ANSWERED, people.NAME, "300 123 4567", "3001234567"):
        assert word not in letters, word
    assert code not in all_of_it.replace("-", "")
    for digest in (hashlib.sha256, hashlib.blake2b, hashlib.md5):
        assert digest(code.encode()).hexdigest() not in all_of_it
    raw = db.session.execute(text("SELECT code_hash FROM contribution")).scalar_one()
    assert "$" not in raw


def test_the_address_stands_in_the_letters_to_send_alone(card):
    """Those are erased when they are sent, and after thirty days."""
    rest = dump()
    letters = db.session.execute(text('SELECT * FROM "outbox"')).all()
    assert people.EMAIL in str(letters)
    for letter in letters:
        rest = rest.replace(str(tuple(letter)), "")
    assert people.EMAIL not in rest
    for word in (SAID, WRITTEN, ANSWERED, people.NAME, codes.read(card.code)):
        assert word not in str(letters).replace("-", "")


def test_the_files_are_encrypted_under_keys_that_are_encrypted_too(card):
    sealed = stored_bytes(card.contribution)
    assert sealed
    assert b"\xff\xd8\xff" not in sealed[:3]
    assert b"JFIF" not in sealed
    [key] = db.session.execute(text("SELECT key FROM attachment")).scalars()
    assert len(key) > 64
    assert card.contribution.attachments[0].key not in dump()


def test_of_who_is_anonymous_no_hour_is_stored(app, client, at):
    at(2026, 3, 2, 15, 7)
    people.post()
    at(2026, 3, 2, 16, 43, 21)
    card = people.said(text=SAID)
    address = come_back(client, card)
    send(client, f"{address}/escribir", text=WRITTEN, photos=people.photo())
    send(client, f"{address}/borrar", is_sure="y", withdraws="y")
    assert "16:43" not in dump()
    assert "datetime.datetime(2026, 3, 2, 16, 43" not in dump()
    assert db.session.query(Contribution).one().received_at is None
