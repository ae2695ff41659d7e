"""Pages travel light, and those of everybody are kept close to them. (G8)"""

import gzip

import pytest
from flask import Flask, Response

from participa.core.web import responses

LONG = "<p>" + "Rendición de cuentas. " * 200


@pytest.fixture(scope="module")
def visitor():
    app = Flask(__name__)
    responses.init_app(app)
    app.add_url_rule("/largo", "long", lambda: LONG)
    app.add_url_rule("/corto", "short", lambda: "Hola")
    app.add_url_rule("/comun", "shared", lambda: responses.shared(LONG, 60))
    app.add_url_rule("/gestion/largo", "staff", lambda: LONG)
    app.add_url_rule("/lento", "slow", lambda: Response(iter([LONG]), mimetype="text/html"))
    app.add_url_rule("/foto", "picture", lambda: Response(b"x" * 5000, mimetype="image/png"))
    return app.test_client()


PACKS = {"Accept-Encoding": "gzip, br"}


def test_a_long_page_travels_packed(visitor):
    answer = visitor.get("/largo", headers=PACKS)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.data).decode() == LONG
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(LONG) / 10


def test_who_cannot_unpack_gets_the_page_as_it_is(visitor):
    answer = visitor.get("/largo")
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.text == LONG


@pytest.mark.parametrize("address", ["/corto", "/gestion/largo", "/lento", "/foto"])
def test_short_pages_staff_pages_streams_and_pictures_are_not_packed(visitor, address):
    assert "Content-Encoding" not in visitor.get(address, headers=PACKS).headers


def test_a_shared_page_is_not_sent_twice(visitor):
    first = visitor.get("/comun", headers=PACKS)
    assert first.headers["Cache-Control"] == "public, max-age=0, s-maxage=60"
    again = visitor.get("/comun", headers=PACKS | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    plain = visitor.get("/comun")
    assert (
        visitor.get("/comun", headers={"If-None-Match": plain.headers["ETag"]}).status_code == 304
    )
