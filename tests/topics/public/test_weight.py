"""What a phone loads to show the form of a call; the bench weighs all forms, with headers."""

import re

import brotli
import pytest
from flask.testing import FlaskClient

from tests.topics.builders import CODE, call

pytestmark = pytest.mark.one_engine

PART = re.compile(r'(?:href|src)="(/static/[^"]+)"')
HEAVIEST = 13_800  # bytes


def test_the_form_a_style_and_a_script_are_all_and_weigh_little(app, make):
    make(call())
    phone = FlaskClient(app, app.response_class)
    packed = {"Accept-Encoding": "gzip, deflate, br"}
    page = phone.get(f"/temas/{CODE}?hoja=0123abcd", headers=packed)
    assert page.headers["Content-Encoding"] == "br"
    parts = set(PART.findall(brotli.decompress(page.data).decode()))
    assert len(parts) == 2
    sizes = [len(phone.get(part, headers=packed).data) for part in parts]
    assert len(page.data) + sum(sizes) <= HEAVIEST
