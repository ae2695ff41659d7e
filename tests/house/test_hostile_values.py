"""Somebody sends the worst into every field of every form; then everything is read back."""

import csv
import io
import json
import re
import zipfile
from collections import deque
from functools import partial
from urllib.parse import quote, urldefrag, urlencode, urlsplit
from xml.etree import ElementTree

import pytest

from participa.core.db import db
from participa.pages import example
from participa.staff.models import Role
from tests.filling import Forms, PageForm

MARK = '<script>alert("participa")</script><img src=x onerror=alert(1)>'
HOSTILE = {
    "markup": MARK,
    "formula": "=1+1+cmd|' /C calc'!A0",
    "database": "'; DROP TABLE account; -- \" OR 1=1",
    "template": "{{ 7*7 }}{% include 'base.html' %}${7*7}",
    "nul": "antes\x00después",
    "direction": "\u202eal revés\u202c\u2066\u200b\ufeff",
    "signs": "👩🏽‍🦽‍➡️🇨🇴 Z̸̢̛a̶l̷g̴o̵ ﷽",
    "blanks": "\t \r\n\x0b\x0c \u2028 \xa0",
    "number": "99999999999999999999999999",
    "endless number": "9" * 400,
    "less than nothing": "-1e309",
    "path": "../../../../etc/passwd\\..\\x",
    "header": "a\r\nSet-Cookie: robada=1",
    "long": "ñ" * 20_000,
    "megabyte": "a" * 1_000_000,
}
TYPE = "application/x-www-form-urlencoded"
BYTES = "%FF%FE%C3%28%00"
TOKENS = {"csrf_token", "submission"}
ENDS_THE_SESSION = re.compile(r"/salir$")
BOX = r"(?<=/)(?=[^/]*[\dA-Z])[1-9A-HJ-NP-Za-km-z]{14}(?=/|$)"
SHAPE = re.compile(rf"{BOX}|[0-9A-Z]{{4,}}(?:-[0-9A-Z]+)*|\d+")
PER_SHAPE = 4  # a ballot box in each state
MOST_PAGES = 250
STARTS = {"": "/", "EDITOR": "/gestion", "RESPONSIBLE": "/gestion", "ADMINISTRATOR": "/gestion"}


@pytest.fixture
def enter(app, client, staff):
    """Come in as a visitor (""), or as somebody new with this role."""

    def enter(role: str):
        return app.test_client() if role == "" else staff(role)

    return enter


def reachable(visitor, start: str):
    """(address, answer) of what links lead to, a few of each shape."""
    waiting, seen, shapes = deque([start]), set(), {}
    while waiting and len(seen) < MOST_PAGES:
        parts = urlsplit(urldefrag(waiting.popleft()).url)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        shape = SHAPE.sub("#", parts.path)
        elsewhere = parts.netloc not in {"", "localhost"} or parts.scheme not in {"", "http"}
        if elsewhere or address in seen or shapes.get(shape, 0) >= PER_SHAPE:
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


def forms_on(visitor, address: str) -> list[PageForm]:
    answer = visitor.get(address, buffered=True)
    if answer.mimetype != "text/html":
        return []
    forms = Forms(answer.text, address).forms
    return [form for form in forms if form.is_sent and not ENDS_THE_SESSION.search(form.action)]


def typed(form: PageForm, name: str) -> str:
    return urlencode(form.with_text(HOSTILE[name]))


def chosen_too(form: PageForm, name: str) -> str:
    return urlencode(form.with_text_everywhere(HOSTILE[name], TOKENS))


def forged(form: PageForm, name: str) -> str:
    return urlencode(form.with_text_everywhere(HOSTILE[name], {"csrf_token"}))


def broken_bytes(form: PageForm) -> str:
    names = {control.name for control in form.controls} - TOKENS
    return "&".join([nothing(form), *(f"{quote(name)}={BYTES}" for name in names)])


def nothing(form: PageForm) -> str:
    return urlencode([pair for pair in form.as_it_stands() if pair[0] in TOKENS])


def twice(form: PageForm) -> str:
    return urlencode([*form.as_it_stands(), *form.as_it_stands()])


ATTACKS = [
    *(partial(typed, name=name) for name in HOSTILE),
    *(
        partial(way, name=name)
        for way in (chosen_too, forged)
        for name in ("markup", "nul", "path", "number", "endless number")
    ),
    broken_bytes,
    nothing,
    twice,
]


def attack(enter, role: str, done: set) -> list[str]:
    """Attack each form that this role reaches and nobody attacked before."""
    broken = []
    addresses = [address for address, _ in reachable(enter(role), STARTS[role])]
    for address in addresses:
        visitor = enter(role)
        for place, form in enumerate(forms_on(visitor, address)):
            key = (SHAPE.sub("#", form.action), tuple(sorted({c.name for c in form.controls})))
            if key in done:
                continue
            done.add(key)
            broken += attack_one(visitor, address, place, form)
    return broken


def attack_one(visitor, address: str, place: int, form: PageForm) -> list[str]:
    broken = []
    for way in ATTACKS:
        standing = forms_on(visitor, address)
        if place >= len(standing) or standing[place].action != form.action:
            break  # an attack was carried out, as it may be: a draft was published, a row is gone
        body = way(standing[place])
        sent = {"content_type": TYPE, "data": body, "buffered": True}
        status = visitor.post(form.action, **sent).status_code
        if status >= 500:
            broken.append(f"{address} → {form.action} broke with {status}: {body[:200]}")
    return broken


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


def test_no_hostile_value_breaks_a_page_or_comes_back_alive(app, enter):
    example.seed()
    db.session.commit()
    done: set = set()
    broken = [fault for role in STARTS for fault in attack(enter, role, done)]
    assert broken == [], "\n".join(broken)
    assert len(done) > 10, "few forms were reached"
    found, read_back = [], 0
    for role, start in STARTS.items():
        for address, answer in reachable(enter(role), start):
            read_back += "&lt;script&gt;alert" in answer.text if "html" in answer.mimetype else 0
            found += [f"{role} {address} {fault}"] if (fault := unsafe(answer)) else []
    assert found == [], "\n".join(found)
    assert read_back > 0, "no hostile text was stored, so nothing was proved"


def test_the_roles_that_send_are_all_among_the_attackers():
    assert {role.name for role in Role} - set(STARTS) == {"READER", "DOOR"}
