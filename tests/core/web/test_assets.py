"""Styles and scripts are fetched once, and a new version has a new address. (G8, NET-01)"""

import gzip

import brotli
import pytest
from flask import Flask

from participa.core.installation import Installation
from participa.core.web import assets
from tests.conftest import settings

pytestmark = pytest.mark.one_engine


@pytest.fixture
def site(tmp_path):
    """A function that opens a site with these static files."""

    def site(together=None, **files):
        for name, body in files.items():
            path = tmp_path / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        app = Flask(__name__, static_folder=None)
        app.extensions["participa"] = Installation(settings(tmp_path))
        assets.init_app(app, tmp_path, together or {})
        return app

    return site


def address(app, name):
    with app.app_context():
        return assets.address(name)


def test_a_file_is_kept_for_ever_and_travels_packed(site):
    body = b"p { margin: 0; } " * 100
    app = site(css__a_css=body)
    answer = app.test_client().get(address(app, "css/a.css"), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.data) == body
    assert app.test_client().get(address(app, "css/a.css")).data == body


def test_who_reads_brotli_loads_less(site):
    body = b"p { margin: 0; } " * 100
    app = site(css__a_css=body)
    headers = {"Accept-Encoding": "gzip, deflate, br"}
    answer = app.test_client().get(address(app, "css/a.css"), headers=headers)
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert brotli.decompress(answer.data) == body


def test_a_large_file_does_not_keep_the_first_visitor_waiting(site):
    app = site(a_wasm=b"0123456789" * 30_000)
    headers = {"Accept-Encoding": "gzip, br"}
    answer = app.test_client().get(address(app, "a.wasm"), headers=headers)
    assert answer.headers["Content-Encoding"] == "gzip"


def test_a_page_with_its_own_script_is_saved_and_never_opened_here(site):
    app = site(a_html=b"<script></script>", a_css=b"p {}")
    page = app.test_client().get(address(app, "a.html"))
    assert page.headers["Content-Disposition"] == "attachment"
    style = app.test_client().get(address(app, "a.css"))
    assert "Content-Disposition" not in style.headers


def test_a_changed_file_has_another_address(site):
    before = address(site(a_css=b"p {}"), "a.css")
    assert address(site(a_css=b"p { color: red }"), "a.css") != before


def test_what_packing_would_not_shorten_is_sent_as_it_is(site):
    app = site(a_svg=b"<svg/>")
    answer = app.test_client().get(address(app, "a.svg"), headers={"Accept-Encoding": "gzip"})
    assert answer.data == b"<svg/>"
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("name", ["a.css", "a.0000000000.css", "../config.py", "..%2fconfig.py"])
def test_only_the_exact_address_of_a_version_exists(site, name):
    assert site(a_css=b"p {}").test_client().get(f"/static/{name}").status_code == 404


def test_a_template_that_names_a_missing_file_fails_at_once(site):
    with pytest.raises(KeyError):
        address(site(), "css/b.css")


def test_browsers_find_the_picture_of_the_site_where_they_look_for_it(client):
    answer = client.get("/favicon.ico", follow_redirects=True)
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"


def test_files_that_a_page_needs_together_travel_as_one(site):
    app = site({"css/both.css": ("css/b.css", "css/a.css")}, css__a_css=b"a {}", css__b_css=b"b {}")
    answer = app.test_client().get(address(app, "css/both.css"))
    assert answer.data == b"b {}\na {}"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert app.test_client().get(address(app, "css/a.css")).data == b"a {}"


def test_a_script_ends_before_the_next_one_begins(site):
    app = site({"js/both.js": ("js/a.js", "js/b.js")}, js__a_js=b"(() => {})()", js__b_js=b"(b)()")
    assert app.test_client().get(address(app, "js/both.js")).data == b"(() => {})();\n(b)()"


def test_what_was_written_again_in_a_shorter_way_is_sent_under_the_name_of_the_whole(site):
    app = site(css__a_css=b"a { margin: 0; }", min__css__a_css=b"a{margin:0}")
    assert app.test_client().get(address(app, "css/a.css")).data == b"a{margin:0}"
    with pytest.raises(KeyError):
        address(app, "min/css/a.css")
