"""Somebody sends the worst into every field of every form; then everything is read back."""

import csv
import io
import json
import re
import zipfile
from collections import deque
from urllib.parse import urldefrag, urlsplit
from xml.etree import ElementTree

import pytest

from participa.core.db import db
from participa.staff.models import Role
from tests.attacks import MARK, attack_one, forms_of, forms_on
from tests.filling import Forms, PageForm
from tests.story import AFTERNOON, tell_whole_story

BOX = r"(?<=/)(?=[^/]*[\dA-Z])[1-9A-HJ-NP-Za-km-z]{14}(?=/|$)"
SHAPE = re.compile(rf"{BOX}|[0-9A-Z]{{4,}}(?:-[0-9A-Z]+)*|\d+")
FILE = r"[./](?:csv|xlsx|ods|json|zip|ics|pdf|png|svg|bel|txt)"  # has no form
PER_SHAPE = 4  # a ballot box in each state
MOST_PAGES = 250
STARTS = {"": "/", "EDITOR": "/gestion", "RESPONSIBLE": "/gestion", "ADMINISTRATOR": "/gestion"}


@pytest.fixture
def enter(app, client, staff):
    """Come in as a visitor (""), or as somebody new with this role."""

    def enter(role: str):
        return app.test_client() if role == "" else staff(role)

    return enter


def reachable(visitor, start: str, skip: str = "", of_one_shape: int = PER_SHAPE):
    """(address, answer) of what links lead to, a few of each shape; none that ends as `skip` says.

    `skip` is a regular expression for the end of the path. The staff stay below their start: their
    session is sent nowhere else, so what is public is the same for them as for a visitor.
    """
    waiting, seen, shapes = deque([start]), set(), {}
    while waiting and len(seen) < MOST_PAGES:
        parts = urlsplit(urldefrag(waiting.popleft()).url)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        shape = SHAPE.sub("#", parts.path)
        elsewhere = parts.netloc not in {"", "localhost"} or parts.scheme not in {"", "http"}
        if elsewhere or address in seen or shapes.get(shape, 0) >= of_one_shape:
            continue
        if not parts.path.startswith(start) or (skip and re.search(f"{skip}$", parts.path)):
            continue
        seen.add(address)
        shapes[shape] = shapes.get(shape, 0) + 1
        answer = visitor.get(address, buffered=True)
        assert answer.status_code < 500, address
        if answer.status_code in {301, 302, 303}:
            waiting.append(answer.location)
        elif answer.mimetype == "text/html":
            waiting.extend(Forms(answer.text, address).links)
        yield address, answer


def attack(enter, role: str, done: set, met: set) -> list[str]:
    """Attack each form that this role reaches and nobody attacked before."""
    broken = []
    pages = [
        (address, forms_of(address, answer))
        for address, answer in reachable(enter(role), STARTS[role], FILE)
    ]
    for address, forms in pages:
        fresh = {shape_of(form) for form in forms} - done
        if not fresh:
            continue
        visitor = enter(role)
        for place, form in enumerate(forms_on(visitor, address)):
            if shape_of(form) in fresh - done:
                done.add(shape_of(form))
                broken += attack_one(visitor, address, place, form, met)
    return broken


def shape_of(form: PageForm) -> tuple:
    """Equal for the forms of one view: codes and numbers in the address do not count."""
    return SHAPE.sub("#", form.action), tuple(sorted({one.name for one in form.controls}))


def unsafe(answer) -> str:
    """What a hostile text could do to whoever opens this answer."""
    if answer.mimetype in {"text/html", "image/svg+xml"}:
        if MARK in answer.text or "<img src=x" in answer.text or "<script>alert" in answer.text:
            return "carries markup of somebody else"
        return "evaluates templates" if "49${7*7}" in answer.text else ""
    if answer.mimetype == "text/csv":
        text = answer.get_data(as_text=True).removeprefix("\ufeff")
        rows = csv.reader(io.StringIO(text), delimiter=";")
        return (
            "has a formula"
            if any(c[:2] in {"=1", "-1"} and len(c) > 9 for r in rows for c in r)
            else ""
        )
    if answer.mimetype.endswith("json"):
        json.loads(answer.data)
        return ""
    return unsafe_sheet(answer.data) if answer.data[:2] == b"PK" else ""


def unsafe_sheet(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                tree = ElementTree.fromstring(book.read(name))
                if any(element.tag.endswith("}f") for element in tree.iter()):
                    return f"has a formula in {name}"
    return ""


@pytest.mark.slow
def test_no_hostile_value_breaks_a_page_or_comes_back_alive(demo, at, enter):
    at(*AFTERNOON)
    tell_whole_story()
    done: set = set()
    met: set = set()
    broken = [fault for role in STARTS for fault in attack(enter, role, done, met)]
    assert broken == [], "\n".join(broken)
    assert len(done) > 10, "few forms were reached"
    # Both databases give back what they were given; that it stands on the page as text is seen on
    # one of them in all states of a record, on the other once per view.
    of_one_shape = PER_SHAPE if db.engine.dialect.name == "sqlite" else 1
    found, read_back = [], 0
    for role, start in STARTS.items():
        for address, answer in reachable(enter(role), start, of_one_shape=of_one_shape):
            read_back += "&lt;script&gt;alert" in answer.text if "html" in answer.mimetype else 0
            found += [f"{role} {address} {fault}"] if (fault := unsafe(answer)) else []
    assert found == [], "\n".join(found)
    assert read_back > 0, "no hostile text was stored, so nothing was proved"


def test_the_roles_that_send_are_all_among_the_attackers():
    assert {role.name for role in Role} - set(STARTS) == {"READER", "DOOR"}
