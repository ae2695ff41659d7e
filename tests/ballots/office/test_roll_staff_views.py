"""The registrar's roll: handed in, checked line by line, compared by its fingerprint."""

import io
import json

import pytest

from participa.ballots.models import BoxCredential, BoxKind
from participa.ballots.roll import second_part
from participa.belenios import canonical, credentials
from participa.belenios.groups import RFC_3526_2048
from participa.core import clock, links
from participa.core.db import db
from tests.ballots import city
from tests.staff.people import post
from tests.visitor import where

pytestmark = pytest.mark.one_engine


@pytest.fixture
def made(app):
    """A verifiable box with a roll of ten."""
    return city.draft()


@pytest.fixture
def page(made):
    return f"/gestion/urnas/{made.uuid}/padron"


def hand_in(visitor, page, raw: bytes):
    return post(visitor, f"{page}/subir", file=(io.BytesIO(raw), "padron.json"))


def roll_of(number: int, uuid: str) -> bytes:
    return credentials.public_roll(credentials.make(number, uuid))


def test_a_roll_is_checked_by_a_job_and_told_by_its_fingerprint(staff, page, made):
    editor = staff("EDITOR")
    raw = roll_of(12, made.uuid)
    assert where(hand_in(editor, page, raw)) == page
    waiting = editor.get(page).text
    assert "En espera" in waiting
    assert "Falta que termine la revisión del padrón." in waiting
    city.run_jobs()
    done = editor.get(page).text
    assert canonical.fingerprint(raw) in waiting
    assert canonical.fingerprint(raw) in done
    assert "<dd>12</dd>" in done
    assert db.session.query(BoxCredential).count() == 12


def test_names_in_the_registrars_file_are_never_stored(staff, page, made):
    """The file of belenios-tool says who has which credential."""
    listed = json.loads(roll_of(11, made.uuid))
    named = canonical.write([f"{public},1,ana{n}@ejemplo.org" for n, public in enumerate(listed)])
    editor = staff("EDITOR")
    hand_in(editor, page, named)
    for table in db.metadata.sorted_tables:
        assert "ana3@" not in str(db.session.execute(table.select()).all()), table.name
    city.run_jobs()
    assert db.session.query(BoxCredential).count() == 11


def damaged(made) -> dict[str, tuple[bytes, str]]:
    listed = json.loads(roll_of(2, made.uuid))
    other = str(RFC_3526_2048.power(3, 5))
    return {
        "a repeated credential": ([*listed, listed[0]], "El padrón repite una credencial."),
        "another group": ([*listed, other], "no pertenece al grupo"),
        "the one": ([*listed, "1"], "es 1, que no guarda ningún secreto"),
        "words": ([*listed, "hola"], "no es un número decimal válido"),
    }


@pytest.mark.parametrize("what", ["a repeated credential", "another group", "the one", "words"])
def test_a_roll_that_cannot_be_is_told_plainly_and_the_earlier_one_stays(staff, page, made, what):
    listed, sentence = damaged(made)[what]
    editor = staff("EDITOR")
    assert hand_in(editor, page, canonical.write(listed)).status_code == 302
    city.run_jobs()
    told = editor.get(page).text
    assert "Ese archivo no entró." in told
    assert sentence in told
    assert canonical.fingerprint(canonical.write(listed)) not in told
    assert "Falta que termine la revisión" not in told
    assert db.session.query(BoxCredential).count() == 10
    assert hand_in(editor, page, roll_of(10, made.uuid)).status_code == 302
    city.run_jobs()
    assert "Ese archivo no entró." not in editor.get(page).text


def test_a_list_that_failed_is_no_news_once_the_box_has_opened(staff, page, made):
    editor = staff("EDITOR")
    hand_in(editor, page, canonical.write(["hola"]))
    city.run_jobs()
    box = page.removesuffix("/padron")
    assert "no es un número decimal" in editor.get(box).text
    city.open_now(made)
    for place in (box, page):
        told = editor.get(place).text
        assert "no es un número decimal" not in told, place
        assert "Suba otro archivo" not in told, place


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "Elija el archivo «padron.json»"),
        (b"hola", "El padrón no es JSON."),
        (b"[]", "entre 1 y 250.000 credenciales"),
        (b"{}", "El padrón: no es una lista."),
        (b"\xff", "no es texto UTF-8"),
        (b'[ "5" ]', "no está en la forma única"),
        (b'["5,2,ana"]', "vale más de un voto"),
    ],
)
def test_a_file_that_is_no_roll_is_refused_at_once(staff, page, raw, sentence):
    if not raw:
        refused = post(staff("EDITOR"), f"{page}/subir")
    else:
        refused = hand_in(staff("EDITOR"), page, raw)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert db.session.query(BoxCredential).count() == 10


def test_the_roll_of_an_open_box_stays_as_it_is(staff, app):
    made = city.opened()
    page = f"/gestion/urnas/{made.uuid}/padron"
    editor = staff("EDITOR")
    assert "Reemplazar el padrón" not in editor.get(page).text
    refused = hand_in(editor, page, roll_of(12, made.uuid))
    assert refused.status_code == 422
    assert "La urna ya abrió: su padrón no cambia." in refused.text
    assert db.session.query(BoxCredential).count() == 10


def test_a_box_without_registrar_has_no_roll_to_hand_in(staff, app):
    made = city.draft(BoxKind.CODES)
    assert staff("EDITOR").get(f"/gestion/urnas/{made.uuid}/padron").status_code == 404


def with_digits(made):
    """The two files of a registrar."""
    holders = credentials.make(11, made.uuid)
    digests = {one.public: second_part.digest("482173", made.uuid, one.public) for one in holders}
    return credentials.public_roll(holders), second_part.write(digests)


def test_where_a_vote_can_be_changed_the_registrars_digits_come_with_the_roll(staff, app):
    made = city.draft(takes_last=True)
    page = f"/gestion/urnas/{made.uuid}/padron"
    editor = staff("EDITOR")
    assert "--second-part" in editor.get(page).text
    assert "Sin segundas partes." in editor.get(page).text
    roll, seconds = with_digits(made)
    sent = {"file": (io.BytesIO(roll), "padron.json"), "seconds": (io.BytesIO(seconds), "s.json")}
    assert where(post(editor, f"{page}/subir", **sent)) == page
    city.run_jobs()
    assert "Sin segundas partes." not in editor.get(page).text
    assert db.session.query(BoxCredential).filter_by(second_digest=None).count() == 0


def test_a_file_of_digits_that_is_none_is_told_at_its_field(staff, app):
    made = city.draft(takes_last=True)
    page = f"/gestion/urnas/{made.uuid}/padron"
    sent = {
        "file": (io.BytesIO(with_digits(made)[0]), "padron.json"),
        "seconds": (io.BytesIO(b'["482173"]'), "segundas.json"),
    }
    refused = post(staff("EDITOR"), f"{page}/subir", **sent)
    assert refused.status_code == 422
    assert '<a href="#seconds">El archivo de segundas partes' in refused.text


def test_where_one_vote_is_all_no_digits_are_asked_for(staff, page):
    editor = staff("EDITOR")
    assert "second" not in editor.get(page).text
    assert 'name="seconds"' not in editor.get(f"{page}/subir").text


def test_the_registrars_order_prints_the_short_address_and_the_closing_on_the_cards(
    staff, page, made
):
    text = staff("EDITOR").get(page).text
    assert f"--short {links.readable(made.box.code)}" in text
    assert f"--closes {clock.local(made.box.closes_at):%Y-%m-%dT%H:%M}" in text
