import gzip
import re

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


def test_what_is_put_into_a_page_is_escaped():
    page = precompressed_page.completed("<a href='\x1f'>", {"\x1f": "?a='><script>"})
    assert page == "<a href='?a=&#39;&gt;&lt;script&gt;'>"


def test_the_packed_form_says_the_same_as_the_plain_one(app, make):
    make(call())
    client = FlaskClient(app, app.response_class)
    address = f"/temas/{CODE}?hoja=0123abcd"
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    plain = client.get(address)
    assert "Content-Encoding" not in plain.headers

    def without_what_is_ones_own(text):
        text = re.sub(r'name="submission" value="[^"]+"|hoja[-=][.\w]+', "", text)
        return sorted(text.splitlines())

    told = gzip.decompress(packed.data).decode()
    assert without_what_is_ones_own(told) == without_what_is_ones_own(plain.text)
