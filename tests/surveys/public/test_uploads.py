"""Files of an answer: stored at once, carried from page to page, and never what they are not."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from participa.core import clock
from participa.core.db import db
from participa.core.files import files
from participa.core.files.files import StoredFile
from participa.surveys import saving
from participa.surveys.models import AnsweredFile, WaitingFile
from tests.surveys import city
from tests.surveys.public.people import Reader, opened, path
from tests.visitor import field

PHOTO = city.ask("foto", city.QuestionType.FILE, "Una foto", is_required=True)
NAME = city.ask("nombre", city.QuestionType.SHORT, "¿Cómo se llama?")
TWO_PAGES = city.Questionnaire((city.Page((PHOTO,)), city.Page((NAME,))))


def picture(kind: str = "PNG", name: str = "foto.png", colour: str = "red"):
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, kind)
    file.seek(0)
    return file, name


@pytest.fixture
def survey(app):
    return city.open_survey(TWO_PAGES)


def attached() -> list[AnsweredFile]:
    return list(db.session.scalars(db.select(AnsweredFile)))


def test_a_photo_of_the_first_page_arrives_with_the_answer(client, survey):
    reader = Reader(client, survey)
    reader.go_on(q_foto=picture())
    assert 'name="f_foto"' in reader.text
    reader.go_on(q_nombre="Parque")
    assert "Adjunto: foto (1 kB)" in reader.text
    assert reader.send().status_code == 303
    [one] = attached()
    assert one.media_type == "image/png"
    assert one.content.startswith(b"\x89PNG")
    assert one.question == "foto"


def test_nothing_says_at_what_time_of_the_day_it_came(client, survey):
    Reader(client, survey).go_on(q_foto=picture())
    [stored] = db.session.scalars(db.select(StoredFile)).all()
    assert stored.created_at == clock.at_city(clock.today())
    assert stored.path.stat().st_mtime > clock.now().timestamp()


def test_a_copy_of_the_files_or_of_the_database_shows_no_photo(client, survey):
    reader = Reader(client, survey)
    reader.go_on(q_foto=picture())
    reader.go_on()
    reader.send()
    [one] = attached()
    assert one.file.extension == "sealed"
    assert b"PNG" not in one.file.path.read_bytes()
    kept = db.session.scalar(db.text("SELECT key FROM answered_file"))
    assert kept
    assert one.key not in kept


def test_what_came_before_files_were_encrypted_is_encrypted_by_the_purge(client, survey):
    answers = [Reader(client, survey) for _ in range(2)]
    for reader in answers:
        reader.go_on(q_foto=picture())
        reader.go_on()
        reader.send()
    plain = files.store_bytes(picture()[0].read(), "png")  # the same photo of two people
    for one in (*attached(), *db.session.scalars(db.select(WaitingFile))):
        one.file_id, one.key = plain.id, ""
    db.session.commit()
    assert saving.seal_files() == 4
    db.session.commit()
    assert all(one.content.startswith(b"\x89PNG") for one in attached())
    assert len({one.file_id for one in attached()}) == 2
    assert db.session.get(StoredFile, plain.id) is None
    assert saving.seal_files() == 0


def test_a_photo_that_is_replaced_or_taken_away_does_not_stay(client):
    optional = city.replace(PHOTO, is_required=False)
    survey = city.open_survey(city.Questionnaire((city.Page((optional, NAME)),)))
    reader = Reader(client, survey)
    reader.go_on(q_foto=picture())
    receipt = reader.send().location
    for waiting in db.session.scalars(db.select(WaitingFile)):
        waiting.until_on = clock.today() - timedelta(days=1)
    saving.purge_files()
    db.session.commit()
    page = client.get(f"{receipt}/corregir")
    values = {"submission": field(page, "submission"), "f_foto": field(page, "f_foto")}
    values |= {"r_foto": "1", "confirm": "1"}
    assert client.post(f"{receipt}/corregir", data=values).status_code == 303
    assert attached() == []
    assert db.session.scalars(db.select(StoredFile)).all() == []


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"<script>alert(1)</script>", "foto.jpg"),
        (b"PK\x03\x04" + b"\x00" * 200, "foto.png"),
        (b"%PDF-1.4 sin fin", "hoja.pdf"),
        (b"", "foto.png"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "foto.png"),
        (b"GIF89a" + b"\x00" * 50, "foto.gif"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_beside_its_field(client, survey, body, name):
    reader = Reader(client, survey)
    page = reader.go_on(q_foto=(io.BytesIO(body), name))
    assert page.status_code == 422
    assert 'id="q_foto-error"' in page.text
    assert db.session.scalars(db.select(WaitingFile)).all() == []


def test_a_required_photo_is_missed_and_one_that_is_there_is_not(client, survey):
    reader = Reader(client, survey)
    assert "Adjunte un archivo en «Una foto»." in reader.go_on().text
    reader.go_on(q_foto=picture())
    reader.go_back()
    assert "Ya está: foto" in reader.text
    assert reader.go_on().status_code == 200
    reader.go_back()
    assert "Adjunte un archivo en «Una foto»." in reader.go_on(r_foto="1").text


def test_another_photo_takes_the_place_of_the_first(client, survey):
    reader = Reader(client, survey)
    reader.go_on(q_foto=picture())
    reader.go_back()
    reader.go_on(q_foto=picture("JPEG", "otra.jpg", "blue"))
    reader.go_on()
    reader.send()
    assert [one.media_type for one in attached()] == ["image/jpeg"]


def test_a_token_that_nobody_gave_brings_no_file(client, survey):
    token = opened(client, survey)
    values = {"submission": token, "f_foto": "inventado", "confirm": "1"}
    page = client.post(path(survey), data=values)
    assert page.status_code == 422
    assert "ya no está" in page.text
    assert attached() == []


def test_a_token_of_another_survey_brings_no_file(client, survey):
    other = Reader(client, city.open_survey(TWO_PAGES, title="Otra"))
    other.go_on(q_foto=picture())
    foreign = other.sent["f_foto"]
    values = {"submission": opened(client, survey), "f_foto": foreign, "confirm": "1"}
    assert client.post(path(survey), data=values).status_code == 422


def test_what_is_corrected_keeps_or_loses_its_photo(client, survey):
    reader = Reader(client, survey)
    reader.go_on(q_foto=picture())
    reader.go_on()
    receipt = reader.send().location
    page = client.get(f"{receipt}/corregir")
    values = {"submission": field(page, "submission"), "f_foto": field(page, "f_foto")}
    client.post(f"{receipt}/corregir", data=values | {"q_nombre": "Parque", "confirm": "1"})
    assert len(attached()) == 1
    refused = client.post(f"{receipt}/corregir", data=values | {"r_foto": "1", "confirm": "1"})
    assert refused.status_code == 422
    assert len(attached()) == 1


def test_what_is_never_sent_is_let_go_and_what_was_sent_stays(client, survey):
    Reader(client, survey).go_on(q_foto=picture())
    sent = Reader(client, survey)
    sent.go_on(q_foto=picture("JPEG", "otra.jpg", "blue"))
    sent.go_on()
    sent.send()
    assert saving.purge_files() == 0
    for waiting in db.session.scalars(db.select(WaitingFile)):
        waiting.until_on = clock.today() - timedelta(days=1)
    db.session.commit()
    assert saving.purge_files() == 1
    db.session.commit()
    [left] = db.session.scalars(db.select(StoredFile)).all()
    assert left.id == attached()[0].file_id
