"""Photographs and voice notes: stored at once, and never what they do not say they are."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image

from participa.core import clock
from participa.core.db import db
from participa.core.files.files import StoredFile
from participa.core.web import limits
from participa.listening import attachments
from participa.listening.models import Attachment, AttachmentKind, Contribution
from participa.listening.receive import upload_key
from tests.listening import city
from tests.listening.public.people import ANA, opened, path, review, send

SCRIPT = b"<script>alert(1)</script>"
ZIP = b"PK\x03\x04" + b"\x00" * 200


def photo(name: str = "foto.jpg", **more) -> tuple[io.BytesIO, str]:
    return city.photo(**more), name


def voice(name: str = "nota.m4a", words: bytes = b"hola") -> tuple[io.BytesIO, str]:
    return city.voice(words), name


def stored() -> list[Attachment]:
    return list(db.session.scalars(db.select(Attachment).order_by(Attachment.id)))


def listed(page) -> list[str]:
    """What the page lists as attached."""
    return re.findall(r"<li>((?:Foto|Nota)[^(]*)", page.text)


def remove_values(page) -> list[str]:
    return re.findall(r'name="remove" value="(\d+)"', page.text)


def test_what_is_attached_survives_the_review(client):
    post = city.open_post()
    token = opened(client, post)
    page = review(client, post, submission=token, photos=[photo()], voice=voice())
    assert listed(page) == ["Nota de voz ", "Foto 1 "]
    place = send(client, post, submission=token).location
    assert "1 foto y 1 nota de voz" in client.get(place).text
    contribution = db.session.scalars(db.select(Contribution)).one()
    kinds = {one.kind for one in contribution.attachments}
    assert kinds == {AttachmentKind.PHOTO, AttachmentKind.VOICE}
    assert {one.upload for one in contribution.attachments} == {None}


def test_what_is_attached_survives_a_rejected_form(client):
    post = city.open_post()
    page = review(client, post, wish="", photos=[photo()])
    assert page.status_code == 422
    assert listed(page) == ["Foto 1 "]


def test_what_is_attached_survives_a_page_that_was_open_too_long(client):
    post = city.open_post()
    page = review(client, post, submission="vencido", photos=[photo()])
    assert page.status_code == 422
    assert listed(page) == ["Foto 1 "]
    token = re.search(r'name="submission" value="([^"]+)"', page.text)[1]
    assert send(client, post, submission=token).status_code == 303
    assert stored()[0].case_id


def test_the_script_sends_all_at_once(client):
    post = city.open_post()
    place = send(client, post, photos=[photo(), photo(colour="blue")], voice=voice()).location
    assert "2 fotos y 1 nota de voz" in client.get(place).text


def test_a_photo_loses_the_place_and_the_camera(client):
    post = city.open_post()
    assert b"Rosa" in city.photo().getvalue()
    send(client, post, photos=[photo(size=(3200, 2400))])
    body = stored()[0].content
    with Image.open(io.BytesIO(body)) as picture:
        assert picture.size == (1600, 1200)
        assert not picture.getexif()
    assert b"Rosa" not in body


def test_the_stored_files_are_unreadable_and_say_no_hour(client):
    send(client, city.open_post(), photos=[photo()], voice=voice())
    for file in db.session.scalars(db.select(StoredFile)):
        body = file.path.read_bytes()
        assert not body.startswith((b"\xff\xd8", b"\x00\x00\x00\x1cftyp"))
        assert file.created_at == clock.at_city(clock.today())


def test_a_voice_note_says_enough(client):
    """Who does not write is heard too."""
    post = city.open_post()
    assert send(client, post, text="", voice=voice()).status_code == 303
    assert db.session.scalars(db.select(Contribution)).one().text == ""


def test_another_voice_note_takes_the_place_of_the_first(client):
    post = city.open_post()
    token = opened(client, post)
    review(client, post, submission=token, voice=voice())
    review(client, post, submission=token, voice=voice(words=b"mejor"))
    assert [one.content[-5:] for one in stored()] == [b"mejor"]


def test_a_photo_that_arrives_twice_is_stored_once(client):
    """The signal is lost after the server has it: the phone sends it again."""
    post = city.open_post()
    token = opened(client, post)
    for _ in range(2):
        page = review(client, post, submission=token, photos=[photo()])
    assert listed(page) == ["Foto 1 "]
    for _ in range(2):
        send(client, post, submission=token, photos=[photo()])
    assert len(stored()) == 1


def test_one_can_be_taken_away_again(client):
    post = city.open_post()
    token = opened(client, post)
    page = review(client, post, submission=token, photos=[photo(), photo(colour="blue")])
    first, second = remove_values(page)
    page = client.post(path(post), data=ANA | {"submission": token, "remove": first})
    assert (page.status_code, listed(page)) == (200, ["Foto 1 "])
    assert city.TEXT in page.text
    assert remove_values(page) == [second]
    assert [str(one.id) for one in stored()] == [second]


@pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 30, "1 OR 1=1"])
def test_nobody_takes_away_what_another_attached(client, typed):
    post = city.open_post()
    theirs = review(client, post, photos=[photo()])
    mine = opened(client, post)
    for value in (typed, remove_values(theirs)[0]):
        client.post(path(post), data=ANA | {"submission": mine, "remove": value})
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("field", "body", "sentence"),
    [
        ("photos", b"", ""),
        ("photos", SCRIPT, "Ese archivo no es una foto"),
        ("photos", ZIP, "Ese archivo no es una foto"),
        ("photos", b"\xff\xd8\xff\xe0" + SCRIPT, "No pudimos leer la imagen"),
        ("photos", b"GIF89a" + b"\x00" * 99, "Ese archivo no es una foto"),
        ("photos", city.voice().getvalue(), "Ese archivo no es una foto"),
        ("voice", SCRIPT, "Ese archivo no es una nota de voz"),
        ("voice", ZIP, "Ese archivo no es una nota de voz"),
        ("voice", city.photo().getvalue(), "Ese archivo no es una nota de voz"),
        ("voice", city.voice().getvalue()[:32] + SCRIPT, "Ese archivo no es una nota de voz"),
    ],
    ids=range(10),
)
def test_a_file_that_is_not_what_it_says_is_refused_in_words(client, field, body, sentence):
    post = city.open_post()
    page = send(client, post, **{field: (io.BytesIO(body), "foto.jpg")})
    if not sentence:
        sentence = "Ese archivo no es una foto"
    assert page.status_code == 422
    assert sentence in page.text
    assert city.TEXT in page.text
    assert stored() == []


def test_a_voice_note_that_is_too_long_is_refused_in_words(client, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_VOICE_BYTES", 100)
    page = send(client, city.open_post(), voice=voice())
    assert page.status_code == 422
    assert "La nota de voz es muy larga. Grabe hasta dos minutos." in page.text


def test_a_polyglot_picture_comes_out_as_its_pixels_alone(client):
    body = city.photo().getvalue() + SCRIPT + ZIP
    send(client, city.open_post(), photos=[(io.BytesIO(body), "foto.html")])
    kept = stored()[0].content
    assert b"script" not in kept
    assert b"PK\x03\x04" not in kept


def test_a_picture_that_unpacks_to_a_wall_is_refused(client):
    file = io.BytesIO()
    Image.new("1", (9000, 9000)).save(file, "PNG")
    file.seek(0)
    page = send(client, city.open_post(), photos=[(file, "foto.png")])
    assert page.status_code == 422
    assert "demasiado grande" in page.text


def test_of_forty_photos_five_stay(client):
    post = city.open_post()
    many = [photo(size=(10 + number, 10)) for number in range(40)]
    page = review(client, post, photos=many)
    assert page.status_code == 422
    assert "Caben hasta 5 fotos." in page.text
    assert len(listed(page)) == 5
    token = re.search(r'name="submission" value="([^"]+)"', page.text)[1]
    again = review(client, post, submission=token, photos=[photo(size=(99, 9))])
    assert "Caben hasta 5 fotos." in again.text
    assert len(stored()) == 5


def test_a_post_that_takes_no_files_stores_none(client):
    post = city.open_post(takes_voice=False, takes_photos=False)
    assert send(client, post, photos=[photo()], voice=voice()).status_code == 303
    assert stored() == []


def test_a_form_that_is_too_heavy_comes_back_with_its_text(app, client, monkeypatch):
    view = app.view_functions["listening.post"]
    assert view.takes_bytes == 30_000_000
    monkeypatch.setattr(view, "takes_bytes", 1_000)
    post = city.open_post()
    token = opened(client, post)
    heavy = (io.BytesIO(b"\xff" * 450_000), "foto.jpg")
    page = client.post(path(post), data=ANA | {"submission": token, "photos": heavy})
    assert page.status_code == 413
    assert "pesan demasiado juntas" in page.text
    assert "microphone=(self)" in page.headers["Permissions-Policy"]  # to record a shorter one
    assert city.TEXT in page.text
    assert f'value="{token}"' in page.text
    assert send(client, post, submission=token).status_code == 303


def test_a_text_of_a_megabyte_is_answered_kindly(client):
    post = city.open_post()
    in_pieces = {"text": "a" * 350_000, "photos": [photo()]}
    for more in ({"text": "a" * 1_000_001}, in_pieces):
        page = client.post(path(post), data=ANA | more)
        assert page.status_code == 413
        assert "No cabe todo lo que envió" in page.text
    assert db.session.scalars(db.select(Contribution)).all() == []


def test_nothing_is_attached_to_a_post_that_is_closed(client):
    post = city.open_post()
    token = opened(client, post)
    city.close(post)
    page = client.post(path(post), data=ANA | {"submission": token, "photos": [photo()]})
    assert page.status_code == 409
    assert stored() == []


def test_files_count_as_more_than_a_click(app, client, monkeypatch):
    """A program that fills the disk is stopped before a hall of people is."""
    counted = []
    monkeypatch.setattr(limits, "count", lambda purpose, times=1: counted.append((purpose, times)))
    send(client, city.open_post(), photos=[photo(), photo(colour="blue")], voice=voice())
    assert ("listening.upload", 12) in counted


def test_what_waits_is_found_by_its_form_alone(client, monkeypatch):
    post = city.open_post()
    review(client, post, photos=[photo()])
    waiting = stored()[0]
    assert waiting.case_id is None
    assert len(waiting.upload) == 32
    assert waiting.upload != upload_key("x")
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "system_now", lambda: tomorrow)
    assert waiting.added_on < clock.today()
