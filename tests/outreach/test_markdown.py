"""Pages in plain language: headings in order, no HTML, no strange links."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.outreach import markdown

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# Uno\n\n## Dos\n\n# Tres", "232"),
        ("## Uno\n\n### Dos", "23"),
        ("# Uno\n\n###### Dos", "23"),
        ("### Uno\n\n# Dos", "22"),
        ("# A\n\n## B\n\n### C\n\n#### D", "2344"),
        ("Sin títulos", ""),
    ],
)
def test_headings_begin_under_the_title_of_the_page_and_skip_no_level(text, levels):
    page = markdown.rendered(text)
    assert "".join(re.findall(r"<h(\d)>", page)) == levels
    assert re.findall(r"<h(\d)>", page) == re.findall(r"</h(\d)>", page)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[clic](javascript:alert(1))",
        "[clic](JaVaScRiPt:alert(1))",
        "[clic](data:text/html,<script>alert(1)</script>)",
        "[clic](//malo.example)",
        "<javascript:alert(1)>",
        "![foto](https://malo.example/x.png)",
        "[a]: javascript:alert(1)\n\n[a]",
    ],
)
def test_markup_of_somebody_else_stays_text(text):
    page = markdown.rendered(text)
    for alive in ("<script", "<img", 'href="javascript', 'href="data', 'href="//', 'href="JaVa'):
        assert alive not in page


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//malo.example", "cartilla.pdf"])
def test_the_writer_is_told_which_link_does_not_work(address):
    assert markdown.unsafe_links(f"Lea [esto]({address}) y [esto](/plan).") == [address]


@pytest.mark.parametrize("address", ["https://a.co", "/plan", "mailto:a@a.co", "tel:123", "#x"])
def test_links_to_the_web_and_to_this_site_work(address):
    assert markdown.unsafe_links(f"[esto]({address})") == []
    assert f'href="{address}"' in markdown.rendered(f"[esto]({address})")


@given(st.text(max_size=300))
def test_whatever_is_written_no_tag_of_it_survives(text):
    page = markdown.rendered(text + "<b onclick=x>")
    assert "<b onclick" not in page
    assert "javascript:" not in page or 'href="javascript:' not in page.lower()
