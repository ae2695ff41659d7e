import pytest
from flask import Flask

from participa.core.web import encodings

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("header", "is_taken"),
    [
        ("gzip, deflate, br", True),
        ("GZIP", True),
        ("gzip;q=0.1", True),
        ("*", True),
        ("br, *;q=0.5", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("*;q=0", False),
        ("identity, gzip ; q=0", False),
        ("x-gzip-like", False),
    ],
)
def test_only_what_the_visitor_can_read_is_compressed(header, is_taken):
    with Flask(__name__).test_request_context(headers={"Accept-Encoding": header}):
        assert encodings.takes("gzip") is is_taken


@pytest.mark.parametrize(
    ("header", "is_taken"),
    [
        ("gzip, deflate, br", True),
        ("gzip, deflate, br, zstd", True),
        ("gzip", False),
        ("*", False),
        ("br;q=0, *", False),
        ("", False),
    ],
)
def test_brotli_is_sent_only_to_who_names_it(header, is_taken):
    with Flask(__name__).test_request_context(headers={"Accept-Encoding": header}):
        assert encodings.takes("br") is is_taken
