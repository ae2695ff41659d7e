"""What people hand in: taken when it is what its name says, refused in words that help."""

import io
import os
import zipfile
import zlib
from datetime import timedelta

import pytest
from flask import request
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.routing import Rule

from participa.core import clock
from participa.core.db import db
from participa.core.files import files
from participa.core.files.file_checks import UnsafeFile
from participa.core.files.files import DOCUMENTS, IMAGES, SHEETS, StoredFile

ALL = DOCUMENTS | IMAGES | SHEETS
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nstream\r\n\xff/JS\xffendstream\n%%EOF\n"
PROGRAM = b"/Catalog/OpenAction<</S/JavaScript/JS(x)>>"
STREAMS = b"endstream stream\n".join([zlib.compress(b"0" * 1_000_000)] * 102)


def picture(form="PNG", size=(40, 20), **told):
    kept = io.BytesIO()
    Image.new("RGB", size, "red").save(kept, form, **told)
    return kept.getvalue()


def moving_picture():
    return picture(save_all=True, append_images=[Image.new("RGB", (40, 20), "blue")])


def package(main="word/document.xml", **parts):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main, "<document/>")
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return kept.getvalue()


def open_document(kind, **parts):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<office/>")
        for name, text in parts.items():
            archive.writestr(name, text)
    return kept.getvalue()


def upload(body, name):
    return FileStorage(io.BytesIO(body), filename=name)


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Acta.PDF", PDF),
        ("foto.png", picture()),
        ("foto.jpeg", picture("JPEG")),
        ("foto.webp", picture("WEBP")),
        ("acta.docx", package()),
        ("tabla.xlsx", package("xl/workbook.xml")),
        ("acta.odt", open_document("text")),
        ("tabla.ods", open_document("spreadsheet")),
        ("tabla.csv", "Comuna;Votos\r\nPopular;3\r\n".encode("cp1252")),
        ("nota.txt", "Mañana a las 8".encode("cp1252")),
    ],
)
def test_the_city_takes_documents_pictures_and_tables(app, name, body):
    stored = files.store(upload(body, name), ALL)
    assert stored.path.is_file()
    assert stored.path.stat().st_mode & 0o077 == 0
    assert stored.size == stored.path.stat().st_size
    assert not list(stored.path.parent.glob("*.part"))


def locked(password: str, owner: str | None = None, algorithm: str = "AES-256") -> bytes:
    """A PDF of one page that opens with this password; "" opens it for everybody."""
    written = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt(password, owner, algorithm=algorithm)
    writer.write(written)
    return written.getvalue()


def opened(password: str = "") -> bytes:
    """The same with a program that runs when it opens."""
    written = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    names = {NameObject("/S"): NameObject("/JavaScript")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(names)
    writer.encrypt(password, "dueño", algorithm="AES-256")
    writer.write(written)
    return written.getvalue()


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("name", "body", "extension"),
    [
        ("foto.jfif", picture("JPEG"), "jpg"),
        ("foto.JPE", picture("JPEG"), "jpg"),
        ("foto.jpg", picture(), "png"),
        ("foto.png", picture("JPEG"), "jpg"),
        ("foto.png", picture("WEBP"), "webp"),
        ("foto.heic", picture("JPEG"), "jpg"),
        ("foto.png", moving_picture(), "png"),
        ("foto", picture("JPEG"), "jpg"),
        ("MZ-lotes.csv", b"MZ;LOTE\r\n1;4\r\n", "csv"),
        ("BM.txt", b"BM: buen manejo de residuos", "txt"),
        ("nota.txt", "Acta de la reunión".encode("utf-16"), "txt"),
        ("nota.txt", "Acta de la reunión".encode("utf-16-le"), "txt"),
        ("nota.csv", b"\xfe\xff" + "Comuna;Votos".encode("utf-16-be"), "csv"),
        ("nota.txt", b"p\xc3\xa1gina uno\x0cp\xc3\xa1gina dos\x1a", "txt"),
        ("acta.pdf", b"\r\n" + PDF, "pdf"),
        ("acta.pdf", b"\xef\xbb\xbf" + PDF, "pdf"),
        ("acta.pdf", b"acta de la junta\n" + PDF + b"\0" * 3000, "pdf"),
        ("acta.pdf", PDF[:9] + b"%<?xml version='1.0'?>\n" + PDF[9:], "pdf"),
        ("acta.pdf", locked("", "dueño"), "pdf"),
        ("acta.pdf", locked("", "dueño", "RC4-128"), "pdf"),
        ("acta.docx", package(docProps__thumbnail_dot_emf=b"\xff" * 3_000_000), "docx"),
    ],
)
def test_a_sound_file_is_taken_whatever_its_name_or_its_first_bytes(app, name, body, extension):
    assert files.store(upload(body, name), ALL).extension == extension


def test_a_text_of_another_encoding_is_stored_as_the_web_reads_it(app):
    stored = files.store(upload("reunión".encode("utf-16"), "nota.txt"), ALL)
    assert stored.path.read_bytes() == "reunión".encode()


CFB = b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")
MANIFEST = '<manifest:file-entry><manifest:encryption-data manifest:checksum="x"/>'
BOMB = package(word__media=b"\0" * 30_000_000)
MACRO = package(word__vbaProject_dot_bin="x")
DTD = package(word__styles_dot_xml='<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>')
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MANY = package(**{f"part{number}": "" for number in range(2100)})


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("name", "body", "advice"),
    [
        ("dibujo.svg", SVG, "Adjunte uno de estos"),
        ("pagina.html", b"<html>", "Adjunte uno de estos"),
        ("virus.exe", b"MZ", "Adjunte uno de estos"),
        ("foto.png", SVG, "No pudimos leer la imagen"),
        ("foto.png", picture()[:60], "No pudimos leer la imagen"),
        ("foto.jpg", b"\xff\xd8\xff" + b"x" * 50, "No pudimos leer la imagen"),
        ("foto.png", picture(size=(6000, 5000)), "25 MP"),
        ("nota.txt", SVG, "no es un texto"),
        ("tabla.csv", b"\xef\xbb\xbf  <!DOCTYPE html><p>", "no es un texto"),
        ("nota.txt", picture(), "no es un texto"),
        ("nota.txt", b"hola\0adios", "signos"),
        ("acta.pdf", b"<html>" + PDF, "no es un PDF"),
        ("acta.pdf", PDF[:30], "no es un PDF"),
        ("acta.pdf", PDF[:9] + b"<script>x</script>" + PDF[9:], "escondido"),
        ("acta.pdf", PDF + package() + b"%%EOF", "escondido"),
        ("acta.pdf", PDF.replace(b"/Catalog", PROGRAM), "programas"),
        ("acta.pdf", PDF.replace(b"/Catalog", PROGRAM.replace(b"S", b"#53")), "programas"),
        ("acta.pdf", PDF.replace(b"\xff/JS\xff", b"(" + PROGRAM + b")"), "programas"),
        ("acta.pdf", PDF.replace(b"\xff/JS\xff", zlib.compress(PROGRAM)), "programas"),
        ("acta.pdf", PDF.replace(b"\xff/JS\xff", STREAMS), "demasiado grande por dentro"),
        ("acta.docx", package("xl/workbook.xml"), "No pudimos leer el documento"),
        ("acta.docx", b"x" + package(), "No pudimos leer el documento"),
        ("acta.docx", picture(), "No pudimos leer el documento"),
        ("acta.odt", open_document("spreadsheet"), "no es lo que dice"),
        ("acta.docx", BOMB, "demasiado grande por dentro"),
        ("acta.docx", MANY, "demasiado grande por dentro"),
        ("acta.docx", MACRO, "macros"),
        ("acta.docx", DTD, "definiciones"),
        ("acta.docx", package(a_dot_xml="<!DOCTYPE a><a/>".encode("utf-16")), "definiciones"),
        ("acta.pdf", locked("clave"), "tiene contraseña"),
        ("acta.pdf", locked("clave", algorithm="RC4-128"), "tiene contraseña"),
        ("acta.pdf", locked("clave", algorithm="AES-128"), "tiene contraseña"),
        ("acta.pdf", opened(), "programas"),
        ("acta.docx", CFB, "tiene contraseña"),
        ("acta.odt", open_document("text", **{"META-INF/manifest.xml": MANIFEST}), "contraseña"),
        ("nota.txt", PDF, "no es un texto"),
        ("nada.txt", b"", "vacío"),
        ("grande.txt", b"a" * 10_000_001, "10 MB"),
    ],
)
def test_what_is_not_what_it_says_is_refused_with_advice(app, name, body, advice):
    with pytest.raises(UnsafeFile, match=advice) as refusal:
        files.store(upload(body, name), ALL, field="photo")
    assert refusal.value.field == "photo"
    assert db.session.scalars(select(StoredFile)).all() == []


def test_a_size_that_lies_does_not_unpack_the_bomb(app):
    body = bytearray(package(word__media=b"\0" * 30_000_000))
    index = body.rfind(b"PK\x01\x02")
    body[index + 24 : index + 28] = (9).to_bytes(4, "little")
    with pytest.raises(UnsafeFile):
        files.store(upload(bytes(body), "acta.docx"), ALL)


def test_a_place_takes_only_its_own_kinds(app):
    with pytest.raises(UnsafeFile, match="jpg, png, webp"):
        files.store(upload(PDF, "acta.pdf"), IMAGES)


def test_a_picture_forgets_where_and_with_what_it_was_taken(app):
    told = Image.Exif()
    told[0x0112] = 6  # turn it upright
    told[0x010F] = "Cámara de Ana"
    told.get_ifd(0x8825)[1] = "N"
    stored = files.store(upload(picture("JPEG", exif=told) + b"PK\x03\x04tail", "f.jpg"), IMAGES)
    with Image.open(stored.path) as kept:
        assert kept.size == (20, 40)
        assert not kept.getexif()
    body = stored.path.read_bytes()
    assert b"Ana" not in body
    assert b"tail" not in body


def test_the_same_content_is_stored_once(app):
    first = files.store(upload(PDF, "a.pdf"), ALL)
    again = files.store(upload(PDF, "b.pdf"), ALL)
    db.session.commit()
    assert first.id == again.id
    assert len(db.session.scalars(select(StoredFile)).all()) == 1


def test_what_is_sent_is_a_download_that_no_browser_runs(app):
    stored = files.store(upload(PDF, "a.pdf"), ALL)
    with app.test_request_context():
        response = files.send(stored, 'Acta "final"\r\nX: 1/../../año.pdf')
    headers = response.headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "\n" not in headers["Content-Disposition"]
    assert "/" not in headers["Content-Disposition"].partition("filename=")[2].split(";")[0]
    assert headers["Content-Type"] == "application/pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cache-Control"] == "no-store"
    response.close()


def test_only_views_that_take_files_receive_more_than_a_form(app, monkeypatch):
    views = {"small": lambda: "", "large": files.takes_files(lambda: "")}
    views["vast"] = files.takes_bytes(30_000_000)(lambda: "")
    monkeypatch.setattr(app, "view_functions", views)
    small = app.config["MAX_CONTENT_LENGTH"]
    large, vast, pieces = 10_400_000, 30_400_000, "multipart/form-data"
    rooms = [("small", pieces, small), ("large", pieces, large), ("large", "text/plain", large)]
    for name, kind, room in [*rooms, ("vast", pieces, vast), ("vast", "text/plain", small)]:
        with app.test_request_context(content_type=kind):
            request.url_rule = Rule("/", endpoint=name)
            files.make_room()
            assert request.max_content_length == room


def test_a_content_that_nobody_names_is_erased_after_a_day(app):
    files.erase_orphans()  # what tests of an earlier day have left in the folder
    stored = files.store(upload(PDF, "a.pdf"), ALL)
    db.session.commit()
    path = stored.path
    lost = path.with_name("f" * 62)
    half = path.with_name("e" * 62 + ".aabb.part")
    day_ago = (clock.now() - timedelta(days=2)).timestamp()
    for orphan in (lost, half):
        orphan.write_bytes(b"x")
        os.utime(orphan, (day_ago, day_ago))
    os.utime(path, (day_ago, day_ago))
    assert files.erase_orphans() == 2
    assert path.is_file()
    assert files.release(stored)
    db.session.commit()
    assert files.erase_orphans() == 1
    assert not path.exists()
