"""A form whose files are too large: what was typed before them is not lost."""

import io

import pytest
from flask import request
from werkzeug.test import EnvironBuilder

from participa.core.files import oversized

pytestmark = pytest.mark.one_engine
MOST = 1_000
PHOTO = (io.BytesIO(b"x" * 500_000), "foto.jpg")


def rescued(app, builder: EnvironBuilder, most: int = MOST):
    environ = builder.get_environ()
    with environ["wsgi.input"], app.request_context(environ):
        request.max_content_length = most
        return oversized.rescued()


def sent(**fields) -> EnvironBuilder:
    return EnvironBuilder("/", method="POST", data=fields)


def test_a_form_that_fits_needs_no_rescue(app):
    assert rescued(app, sent(text="Falta luz")) is None


def test_what_was_typed_before_the_files_is_saved(app):
    builder = sent(text="Falta luz en la 30.\r\nY ñandú", wish="reply", photos=PHOTO)
    found = rescued(app, builder)
    assert found["text"] == "Falta luz en la 30.\r\nY ñandú"
    assert found["wish"] == "reply"
    assert "photos" not in found


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "", "\xff"],
)
def test_a_body_that_no_browser_sends_saves_nothing(app, content_type):
    body = io.BytesIO(b"\x00\xff--\r\n" * 2_000)
    builder = EnvironBuilder(
        "/", method="POST", input_stream=body, content_length=14_000, content_type=content_type
    )
    assert list(rescued(app, builder)) == []


def test_a_text_that_is_too_long_saves_nothing_and_breaks_nothing(app):
    builder = sent(text="ñ" * 400_000, photos=(io.BytesIO(b"x"), "foto.jpg"))
    assert list(rescued(app, builder, most=10_000_000)) == []
