"""Templates print: no script, no style, no text that escapes escaping."""

import re

import pytest

from tests.house.source import TEMPLATES, lines_of, modules, templates

WIDEST = 160
SHARED = {"base.html", "base_staff.html"}
# form-steps: the forms of every channel; scan-codes: whoever reads a QR
SHARED_SCRIPTS = {"participa", "staff", "form-steps", "scan-codes", "kiosk", "survey"}
SCRIPT = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)
ELSEWHERE = re.compile(r"""(?:src|srcset|action|poster)=["']?(?:https?:)?//""", re.IGNORECASE)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false|\|\s*forceescape")
CHAIN = re.compile(r"{[{%][^}%]*\|\s*\w+[^|}%]*\|\s*\w+[^|}%]*\|\s*\w+")


def found(pattern: re.Pattern) -> list[str]:
    return [
        f"{path.relative_to(TEMPLATES)}:{number}: {line.strip()[:80]}"
        for path in templates()
        for number, line in lines_of(path)
        if pattern.search(line)
    ]


def test_a_page_is_where_its_endpoint_says(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    lost = [
        str(path.relative_to(TEMPLATES))
        for path in templates()
        if not path.name.startswith("_")
        and path.parent.name != "errors"
        and path.name not in SHARED
        and ".".join(path.relative_to(TEMPLATES).with_suffix("").parts) not in endpoints
    ]
    assert lost == [], "a template's path is its endpoint; a part of a page begins with _"


def test_no_sentence_ends_in_two_stops_or_says_de_el():
    """An hour ends in «p. m.»; and a link between the two words hides «de el»."""
    assert found(re.compile(r"\|moment }}(?:</\w+>)?\.")) == [], (
        "use participa.channels.wording.ended"
    )
    apart = re.compile(r"\b([Dd]e|[Aa]) el\b")
    plain = {path.name: re.sub(r"<[^>]+>", "", path.read_text()) for path in templates()}
    assert [name for name, text in plain.items() if apart.search(text)] == [], "«del», «al»"


def test_a_long_word_of_a_heading_is_divided_as_people_write_it():
    """«Procedimient-o» at the edge of a small screen; the language of the page is said in it."""
    css = (TEMPLATES.parent / "static/css/form.css").read_text()
    assert "h1, h2, h3 { hyphens: auto; }" in css
    assert '<html lang="es-CO">' in (TEMPLATES / "base.html").read_text()


def styled(name: str) -> set[str]:
    """The classes that a style names."""
    css = (TEMPLATES.parent / "static/css" / name).read_text()
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"{[^{}]*}", "", css)))


@pytest.mark.parametrize(
    ("package", "own"),
    [
        ("topics", set()),
        ("surveys", {"surveys.css"}),
        ("attendance", {"attendance.css"}),
        ("listening", {"listening.css"}),
    ],
)
def test_a_citizens_form_loads_the_style_of_all_that_is_on_it(package, own):
    """Other pages have all of `participa.app.TOGETHER`; a form the least that it needs."""
    loaded = set().union(*map(styled, {"form.css", *own}))
    rest = {"pages.css", "surveys.css", "attendance.css", "listening.css"} - own
    elsewhere = set().union(*map(styled, rest)) - loaded
    parts = [*(TEMPLATES / package).glob("_*.html"), *(TEMPLATES / "citizens").glob("_*.html")]
    used = {
        word
        for path in parts
        for words in re.findall(r'class="([^"{]*)', path.read_text())
        for word in words.split()
    }
    assert used & elsewhere == set(), "their style belongs into form.css, or that of the channel"


def test_no_script_and_no_style_stand_in_a_page():
    assert found(SCRIPT) == [], "the content policy forbids it: use static/js and static/css"


def test_a_page_fetches_nothing_from_anywhere_else():
    assert found(ELSEWHERE) == []


def test_nothing_is_printed_without_escaping():
    assert found(UNESCAPED) == []


# Where text becomes markup, and why that is safe.
MARKUP = {
    "participa/core/qr.py": "its own SVG of squares, and an escaped title",
    "participa/core/charts.py": "its own SVG, every word escaped",
    "participa/outreach/markdown.py": "the reader escapes HTML and refuses strange addresses",
    "participa/pages/manual.py": "our own manual, and its reader escapes HTML",
}


def test_text_becomes_markup_in_few_named_places():
    wrong = [
        module.where
        for module in modules()
        if re.search(r"\bMarkup\(", module.path.read_text(encoding="utf-8"))
        and module.where not in MARKUP
    ]
    assert wrong == [], "let Jinja escape; or say in MARKUP why it is safe"


def test_a_line_of_a_template_can_be_read_without_scrolling():
    wide = [
        f"{path.relative_to(TEMPLATES)}:{number}: {len(line)} columns"
        for path in templates()
        for number, line in lines_of(path)
        if len(line) > WIDEST
    ]
    assert wide == [], "break it between two elements"


def test_filters_do_not_stand_in_chains_of_three():
    assert found(CHAIN) == [], "give it a name in Python"


def test_a_script_belongs_to_the_pages_of_its_blueprint(app):
    names = set(app.blueprints) | {
        rule.endpoint.replace(".", "_") for rule in app.url_map.iter_rules()
    }
    folder = TEMPLATES.parent / "static" / "js"
    strange = [path.name for path in folder.glob("*.js") if path.stem not in names | SHARED_SCRIPTS]
    assert strange == []
