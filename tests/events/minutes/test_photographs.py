"""Photographs of an event: checked, made small, described, and fixed once there are minutes."""

import io
import re

import pytest
from PIL import Image

from participa.core.db import db
from participa.core.files.files import StoredFile
from participa.events import service as events
from participa.events.minutes import photographs
from participa.events.models import Event, Photograph
from tests.events import city
from tests.events.minutes import acta

SEEN = "Cien personas en el teatro"


def picture(size=(40, 30), colour="red", kind="JPEG", **extra) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **extra)
    return file.getvalue()


def address(event: Event) -> str:
    return f"/gestion/eventos/{event.code}/fotos"


def upload(visitor, event, body: bytes, name: str = "foto.jpg", description: str = SEEN):
    page = visitor.get(address(event))
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    typed = {"csrf_token": token, "description": description}
    return visitor.post(address(event), data=typed | {"file": (io.BytesIO(body), name)})


def added(event: Event, colour: str = "red") -> Photograph:
    from werkzeug.datastructures import FileStorage  # noqa: PLC0415 - a builder

    file = FileStorage(io.BytesIO(picture(colour=colour)), "foto.jpg")
    made = photographs.add(event, acta.writer(), file, SEEN)
    db.session.commit()
    return made


def test_a_photograph_is_shown_small_and_without_what_the_camera_wrote(staff, client, app):
    exif = Image.Exif()
    exif[0x010F] = "Cámara de Ana"
    event, editor = city.held(), staff("EDITOR")
    done = upload(editor, event, picture((3000, 2000), exif=exif))
    assert done.status_code == 302, done.text
    [photograph] = db.session.query(Photograph)
    with client.get(f"/eventos/{event.code}/fotos/{photograph.id}") as shown:
        assert shown.mimetype == "image/jpeg"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.headers["Content-Security-Policy"].startswith("sandbox")
        assert not shown.headers.get("Content-Disposition", "").startswith("attachment")
        with Image.open(io.BytesIO(shown.data)) as image:
            assert image.size == (1600, 1067)
            assert not image.getexif()


@pytest.mark.parametrize(
    ("body", "name", "sentence"),
    [
        (b"<script>alert(1)</script>", "foto.jpg", "No pudimos leer la imagen."),
        (b"%PDF-1.7", "acta.pdf", "Aquí no se recibe ese tipo de archivo."),
        (b"", "foto.png", "El archivo está vacío."),
    ],
    ids=["script", "pdf", "empty"],
)
def test_what_is_no_picture_is_refused_in_words(staff, app, body, name, sentence):
    event, editor = city.held(), staff("EDITOR")
    refused = upload(editor, event, body, name)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert SEEN in refused.text
    assert db.session.query(Photograph).count() == 0


def test_a_photograph_says_what_it_shows(staff, app):
    event, editor = city.held(), staff("EDITOR")
    refused = upload(editor, event, picture(), description="")
    assert "Escriba qué se ve en la foto." in refused.text


def test_the_same_photograph_is_not_added_twice(staff, app):
    event, editor = city.held(), staff("EDITOR")
    assert upload(editor, event, picture()).status_code == 302
    again = upload(editor, event, picture(), description="Otra vez")
    assert "Esa foto ya está en este evento." in again.text
    assert db.session.query(Photograph).count() == 1


def test_an_event_has_at_most_so_many(app, staff, monkeypatch):
    monkeypatch.setattr(photographs, "MOST", 1)
    event = city.held()
    added(event)
    refused = upload(staff("EDITOR"), event, picture(colour="blue"))
    assert "Un evento lleva hasta 1 fotos." in refused.text


def test_a_removed_photograph_is_gone(staff, client, app):
    event, editor = city.held(), staff("EDITOR")
    photograph = added(event)
    page = editor.get(address(event))
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    path, public = (
        f"{address(event)}/{photograph.id}/quitar",
        f"/eventos/{event.code}/fotos/{photograph.id}",
    )
    assert editor.post(path, data={"csrf_token": token}).status_code == 302
    assert client.get(public).status_code == 404
    assert db.session.query(StoredFile).count() == 0


def test_minutes_name_each_photograph_with_its_hash(client, app):
    event = city.held()
    digest = added(event).file.sha256
    minutes = acta.closed(acta.written(event))
    assert minutes.document["fotos"] == [{"descripcion": SEEN, "sha256": digest}]
    page = client.get(f"/eventos/{event.code}/acta").text
    assert f'alt="{SEEN}" loading="lazy"' in page


def test_a_closed_event_keeps_its_photographs(staff, app):
    event, editor = city.held(), staff("EDITOR")
    photograph = added(event)
    page = editor.get(address(event))
    acta.closed(acta.written(event))
    assert "Quitar la foto" not in editor.get(address(event)).text
    with pytest.raises(events.Refused) as refusal:
        photographs.remove(event, acta.writer(), photograph)
    assert str(refusal.value) == events.LOCKED
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    creation = re.search(r'name="creation" value="([^"]+)"', page.text)[1]
    typed = {"csrf_token": token, "description": "Tarde", "creation": creation}
    file = (io.BytesIO(picture(colour="blue")), "foto.jpg")
    refused = editor.post(address(event), data=typed | {"file": file})
    assert events.LOCKED in refused.text
    assert "Tarde" in refused.text


def test_the_photographs_of_a_plan_are_not_public(client, staff, app):
    event = city.planned()
    photograph = added(event)
    assert client.get(f"/eventos/{event.code}/fotos/{photograph.id}").status_code == 404
    with staff("EDITOR").get(f"{address(event)}/{photograph.id}") as inside:
        assert inside.mimetype == "image/jpeg"


def test_a_photograph_belongs_to_its_event(client, app):
    photograph, other = added(city.held()), city.held()
    assert client.get(f"/eventos/{other.code}/fotos/{photograph.id}").status_code == 404
