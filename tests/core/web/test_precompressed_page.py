import gzip
import hashlib
import re

import brotli
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from participa.core.web import precompressed_page
from tests.topics.builders import CODE, call

pytestmark = pytest.mark.one_engine

TEXT = st.text(
    st.characters(blacklist_characters=precompressed_page.SEAM, blacklist_categories=["Cs"])
)


@given(TEXT, TEXT, st.lists(TEXT), TEXT, TEXT)
def test_a_page_compressed_in_parts_is_the_same_page(head, opening, cards, tail, own):
    cut = precompressed_page.cut(precompressed_page.SEAM.join([head, opening, *cards, tail]))
    assert gzip.decompress(cut.packed(own.encode())).decode() == head + own + tail
    assert (cut.opening, cut.cards) == (opening, tuple(cards))


@given(TEXT, TEXT, TEXT, TEXT)
def test_a_page_around_what_is_ones_own_is_the_same_page(head, tail, own, others):
    head, tail, end = head.encode(), tail.encode(), b'">'
    own, others = (
        hashlib.shake_128(text.encode()).hexdigest(100).encode() + end for text in (own, others)
    )
    made = precompressed_page.around(head, own, tail)
    assert brotli.decompress(made.before + own + made.after) == head + own + tail
    assert brotli.decompress(made.before + others + made.after) == head + others + tail


def test_what_is_too_short_to_be_found_again_is_not_left_out():
    assert precompressed_page.around(b"<form>", b"short", b"</form>") is None


def test_a_page_has_only_so_many_streams(app):
    pieces = precompressed_page.cut(precompressed_page.SEAM.join(["head", "\x1f", "tail"]))
    with app.test_request_context(headers={"Accept-Encoding": "gzip, br"}):
        sent = [pieces.page({"\x1f": "x" * size}, list) for size in range(100, 300)]
    assert [page.headers["Content-Encoding"] for page in sent] == ["br"] * 100 + ["gzip"] * 100
    assert len(pieces.streams) == precompressed_page.MOST_AROUND


def test_what_is_put_into_a_page_is_escaped():
    page = precompressed_page.completed("<a href='\x1f'>", {"\x1f": "?a='><script>"})
    assert page == "<a href='?a=&#39;&gt;&lt;script&gt;'>"


@pytest.mark.parametrize(
    ("coding", "unpack"), [("gzip", gzip.decompress), ("br", brotli.decompress)]
)
def test_the_packed_form_says_the_same_as_the_plain_one(app, make, coding, unpack):
    make(call())
    client = FlaskClient(app, app.response_class)
    address = f"/temas/{CODE}?hoja=0123abcd"
    packed = client.get(address, headers={"Accept-Encoding": coding})
    assert packed.headers["Content-Encoding"] == coding
    assert packed.headers["Vary"] == "Accept-Encoding"
    plain = client.get(address)
    assert "Content-Encoding" not in plain.headers

    def without_what_is_ones_own(text):
        text = re.sub(r'name="submission" value="[^"]+"|hoja[-=][.\w]+', "", text)
        return sorted(text.splitlines())

    told = unpack(packed.data).decode()
    assert without_what_is_ones_own(told) == without_what_is_ones_own(plain.text)
