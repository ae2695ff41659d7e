"""A visitor of the site, who notices what a careful person would notice on every page."""

import re
from html import unescape
from http import HTTPStatus
from io import BytesIO

from flask import request, template_rendered
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from participa.core.db import WRITES, db
from participa.core.web import showings

UNLABELLED = {"hidden", "submit", "button", "image"}
SHOWING = f"{showings.WORD}="
KEPT = ("shown", "creation", "about")  # core.forms
SCAN_COUNTER = "UPDATE short_link"  # core.links: the one number that a GET adds to


# A comment, a script or style with all it holds, or a tag: read with one expression, because the
# parser of the standard library takes as long for a page as the application to write it.
TAG = re.compile(
    r"<!--.*?-->"
    r"|<(?P<raw>script|style)\b(?P<rest>[^>]*)>.*?</(?P=raw)\s*>"
    r"|<(?P<end>/?)(?P<name>[a-z][^\s/>]*)(?P<attributes>(?:[^>\"']++|\"[^\"]*\"|'[^']*')*+)>",
    re.DOTALL | re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"""([^\s=>"'/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?""")
SPOKEN = {"h1", "title", "label"}
FIELDS = {"input", "select", "textarea"}
NOTED = {*SPOKEN, *FIELDS, "html", "form", "script", "style"}
NOTED_ANYWHERE = re.compile(r"(?<![^\s\"'])(?:id|style|on\w+)\s*=", re.IGNORECASE)


class Page:
    """Reads a page and remembers what a screen reader, or the content policy, would trip over."""

    def __init__(self, text: str):
        self.h1 = 0
        self.title = ""
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str | None] = set()
        self.fields: list[str | None] = []
        self.inline: list[str] = []
        self.language = ""
        self.forms: list[tuple[str, dict[str, str]]] = []  # the address and the hidden fields
        end = 0
        for tag in TAG.finditer(text):
            if "title" in self.open:
                self.title += unescape(text[end : tag.start()])
            end = tag.end()
            raw, rest, is_end, name, attributes = tag.groups("")
            name = (raw or name).lower()
            if is_end:
                if name in self.open:
                    self.open.remove(name)
            elif name in NOTED or NOTED_ANYWHERE.search(attributes):
                self.note_start(name, attributes_of(rest or attributes))

    def note_start(self, tag: str, found: dict[str, str]) -> None:
        self.h1 += tag == "h1"
        if tag in SPOKEN:
            self.open.append(tag)
        if tag == "html":
            self.language = found.get("lang", "")
        if found.get("id"):
            self.ids.append(found["id"])
        if tag == "label":
            self.labelled.add(found.get("for"))
        if tag == "style" or (tag == "script" and "src" not in found):
            self.inline.append(tag)
        self.inline += [name for name in found if name == "style" or name.startswith("on")]
        self.note_form(tag, found)
        if tag in FIELDS and found.get("type") not in UNLABELLED:
            spoken = "label" in self.open or "aria-label" in found or "aria-labelledby" in found
            self.fields += [] if spoken else [found.get("id")]

    def note_form(self, tag: str, found: dict[str, str]) -> None:
        if tag == "form":
            self.forms.append((found.get("action", ""), {}))
        if tag == "input" and found.get("type") == "hidden" and self.forms:
            self.forms[-1][1][found.get("name", "")] = found.get("value", "")

    def problems(self):
        if self.h1 != 1:
            yield f"{self.h1} h1"
        if not self.title.strip() or self.title.strip().startswith("·"):
            yield "no title"
        if not self.language.startswith("es"):
            yield "the page does not say that it is in Spanish"
        if repeated := {name for name in self.ids if self.ids.count(name) > 1}:
            yield f"repeated ids {sorted(repeated)}"
        if missing := [field for field in self.fields if field not in self.labelled]:
            yield f"no label for {missing}"
        if self.inline:
            yield f"inline script or style: {self.inline}"


def attributes_of(text: str) -> dict[str, str]:
    """The attributes of a tag; one without a value has an empty one."""
    return {
        name.lower(): unescape(value.strip(value[0]) if value[:1] in {'"', "'"} else value)
        for name, value in ATTRIBUTE.findall(text)
    }


class Visitor(FlaskClient):
    """A visitor with a session of their own: what a view forgets to commit, the test cannot see.

    Each page that comes back is checked: it is sound, it is drawn by the template that bears the
    name of its endpoint, and looking at it changed nothing. A staff form is sent with what its page
    said about the record, as a browser would, unless the test sends something else.
    """

    def __init__(self, *args, **named) -> None:
        super().__init__(*args, **named)
        self.on_the_page: dict[str, dict[str, str]] = {}  # by the address of the form

    def open(self, *args, **named) -> TestResponse:
        """The response; a form is followed to the address of its showing, as browsers do."""
        response = self._open(*args, **named)
        if response.status_code == HTTPStatus.FOUND and SHOWING in response.location:
            return self._open(response.location, **(named | {"query_string": None}))
        return response

    def _open(self, *args, **named) -> TestResponse:
        if args and isinstance(args[0], str) and isinstance(named.get("data"), dict):
            shown = self.on_the_page.get(args[0].partition("?")[0], {})
            named["data"] = shown | named["data"]
        drawn: list[tuple[str, str]] = []
        written: list[str] = []

        def drew(sender, template, **extra):
            drawn.append((request.endpoint or "", template.name))

        def wrote(connection, cursor, statement, *rest):
            if request and request.method in {"GET", "HEAD"} and is_write(statement):
                written.append(statement)

        with self.application.app_context():
            engine = db.engine
            event.listen(engine, "before_cursor_execute", wrote)
            try:
                with template_rendered.connected_to(drew, self.application):
                    response = super().open(*args, **named)
            finally:
                event.remove(engine, "before_cursor_execute", wrote)
        db.session.rollback()
        media_type = response.headers.get("Content-Type", "")
        assert media_type.count("charset") <= 1, f"the charset is said twice: {media_type}"
        body = response.request.environ["wsgi.input"]
        if not isinstance(body, BytesIO):  # the client leaves a large upload open, as a file
            body.close()
        assert written == [], f"looking at a page changed something: {written}"
        for endpoint, name in drawn[:1]:
            ours = name.startswith("errors/") or name == f"{endpoint.replace('.', '/')}.html"
            assert ours, f"{endpoint} is drawn by {name}; a template's path is its endpoint"
        is_page = response.mimetype == "text/html" and not is_download(response)
        if is_page and response.data and response.status_code < 300:
            page = Page(response.text)
            problems = list(page.problems())
            assert problems == [], f"{args}: {problems}"
            self._remember(page, response.request.path)
        return response

    def _remember(self, page: "Page", path: str) -> None:
        for address, hidden in page.forms:
            kept = {name: hidden[name] for name in KEPT if name in hidden}
            self.on_the_page[address.partition("?")[0] or path] = kept


def where(response: TestResponse) -> str:
    """The path to which the response redirects, without what the page there will say."""
    return response.location.partition("?")[0]


def is_download(response: TestResponse) -> bool:
    """Whether it goes to the disk, as the trustees' page does: no browser shows it as ours."""
    return response.headers.get("Content-Disposition", "").startswith("attachment")


def is_write(statement: str) -> bool:
    return statement.lstrip().upper().startswith(WRITES) and SCAN_COUNTER not in statement


def field(page: TestResponse, name: str) -> str:
    """The value of a hidden field of a page, as the person's browser would send it back."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, f"the page has no field {name}"
    return found[1]
