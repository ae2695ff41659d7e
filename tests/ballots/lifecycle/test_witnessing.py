"""Whoever watches a box from outside gets its head by mail, and finds it in the minutes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from participa.ballots import archive_store, queries
from participa.ballots.lifecycle import witnessing
from participa.ballots.models import BoxKind
from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs.mail import Outbox
from tests.ballots import city
from tests.ballots.city import NO, YES
from tests.staff.people import post
from tests.worlds import remembered

ANA, LUIS = "ana@ejemplo.org", "luis@ejemplo.org"


@pytest.fixture
@remembered
def voting(app):
    made = city.opened(BoxKind.CODES, minimum=2)
    witnessing.set_witnesses(made.box, city.officials()[0], [ANA, LUIS])
    db.session.commit()
    return made


def letters():
    return list(db.session.scalars(select(Outbox).order_by(Outbox.id)))


def hour(made, number):
    witnessing.mark(
        made.box, clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=number)
    )
    db.session.commit()


def test_each_witness_gets_the_head_of_the_hour_and_how_to_compare_it(voting):
    voting.cast(0, YES)
    hour(voting, 0)
    head = archive_store.head_of(voting.box)
    assert [letter.to for letter in letters()] == [ANA, LUIS]
    body = letters()[0].body
    assert f"--cabeza 2 {head.digest}" in body
    assert f"/urna/{voting.uuid}\n" in body
    assert "Papeletas: 1\n" in body


def test_an_hour_points_at_nobody_since_it_takes_as_many_ballots_as_the_minimum(voting):
    hour(voting, 0)
    voting.cast(0, YES)
    hour(voting, 1)
    assert [mark.height for mark in queries.head_marks(voting.id)] == [1]
    voting.cast(1, NO)
    hour(voting, 2)
    assert [mark.height for mark in queries.head_marks(voting.id)] == [1, 3]


def test_the_same_hour_is_marked_and_mailed_once(voting):
    hour(voting, 0)
    voting.cast(0, YES)
    voting.cast(1, YES)
    hour(voting, 0)
    assert len(queries.head_marks(voting.id)) == 1
    assert len(letters()) == 2


def test_the_closing_is_marked_whatever_came(voting):
    hour(voting, 0)
    voting.cast(0, YES)
    city.close(voting)
    end = archive_store.head_of(voting.box)
    last = queries.head_marks(voting.id)[-1]
    assert (last.height, last.digest) == (end.height, end.digest)
    assert f"Huella: {end.digest}" in letters()[-1].body


def test_the_clock_of_the_jobs_marks_open_boxes_alone(voting):
    other = city.opened(BoxKind.CODES, uuid="B" * 14)
    city.close(other)
    before = len(queries.head_marks(other.id))
    city.opened(BoxKind.OPEN, uuid="C" * 14)
    witnessing.mark_heads()
    assert len(queries.head_marks(voting.id)) == 1
    assert len(queries.head_marks(other.id)) == before


def test_minutes_and_file_state_the_heads(voting, client):
    hour(voting, 0)
    voting.cast(0, YES)
    voting.cast(1, YES)
    hour(voting, 1)
    last = queries.head_marks(voting.id)[-1]
    for page in ("acta", "auditoria"):
        text = client.get(f"/urna/{voting.uuid}/{page}").text
        assert last.digest in text
        assert "La huella, día por día" in text
    file = client.get(f"/urna/{voting.uuid}/cabezas.csv").text
    assert [file.count(mark.digest) for mark in queries.head_marks(voting.id)] == [1, 1]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["ana"], "«ana» no es un correo"),
        ([f"a{n}@ejemplo.org" for n in range(11)], "hasta 10 correos"),
    ],
    ids=["no address", "too many"],
)
def test_what_is_no_address_is_refused(voting, typed, words):
    with pytest.raises(Refused, match=words):
        witnessing.set_witnesses(voting.box, city.officials()[0], typed)


def test_the_staff_types_the_addresses_on_the_page_of_the_box(staff, voting):
    editor = staff("EDITOR")
    address = f"/gestion/urnas/{voting.uuid}/testigos"
    assert f"{ANA}\n{LUIS}" in editor.get(address).text
    assert "no es un correo" in post(editor, address, emails="ana").text
    assert post(editor, address, emails=LUIS).status_code == 302
    assert witnessing.witnesses_of(voting.box) == [LUIS]
    assert post(editor, address, emails="").status_code == 302
    assert witnessing.witnesses_of(voting.box) == []
