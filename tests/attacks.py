"""The worst that can be typed, sent into a form of a page.

Every field of one kind is read by the same code. So a kind that was not met before (`met`) gets
every hostile value by itself; any other field gets some of them, beside others in the other fields.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import quote, urlencode

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
# What a page may store and show again; what it must refuse; and what is too much for any form.
STORED = ("markup", "formula", "database", "template", "direction", "signs", "blanks")
REFUSED = ("nul", "number", "endless number", "less than nothing", "path", "header", "long")
FORGED = ("markup", "nul", "path", "number", "endless number")
TYPE = "application/x-www-form-urlencoded"
BYTES = "%FF%FE%C3%28%00"
TOKENS = {"csrf_token", "submission"}
ENDS_THE_SESSION = re.compile(r"/salir$")


Attack = Callable[[PageForm], str]


def forms_on(visitor, address: str) -> list[PageForm]:
    return forms_of(address, visitor.get(address, buffered=True))


def forms_of(address: str, answer) -> list[PageForm]:
    """The forms of this answer that change something; the way out of the session is not tried."""
    if answer.mimetype != "text/html":
        return []
    forms = Forms(answer.text, address).forms
    return [form for form in forms if form.is_sent and not ENDS_THE_SESSION.search(form.action)]


def typed(form: PageForm, name: str) -> str:
    return urlencode(form.with_text(HOSTILE[name]))


def mixed(form: PageForm, names: tuple[str, ...], first: int = 0) -> str:
    """Another value in each typed field."""
    return urlencode(form.with_texts([HOSTILE[name] for name in names[first:] + names[:first]]))


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


def attacks(form: PageForm, met: set) -> Iterator[Attack]:
    """All that this form has to withstand; its kinds of field count as met afterwards."""
    if form.classes - met:
        yield from (partial(typed, name=name) for name in HOSTILE)
        for way in (chosen_too, forged):
            yield from (partial(way, name=name) for name in FORGED)
    else:
        yield partial(mixed, names=STORED)
        yield partial(mixed, names=STORED, first=1)
        yield partial(mixed, names=REFUSED)
        yield partial(typed, name="megabyte")
        yield partial(chosen_too, name="nul")
        yield partial(forged, name="endless number")
    yield from (broken_bytes, nothing, twice)
    met |= form.classes


def attack_one(visitor, address: str, place: int, form: PageForm, met: set) -> list[str]:
    """Send all attacks to this form of the page; returns the faults."""
    broken, standing = [], form
    for way in attacks(form, met):
        body = way(standing)
        sent = {"content_type": TYPE, "data": body, "buffered": True}
        status = visitor.post(form.action, **sent).status_code
        if status >= 500:
            broken.append(f"{address} → {form.action} broke with {status}: {body[:200]}")
        if 400 <= status < 500:
            continue  # refused: the form stands as it stood
        forms = forms_on(visitor, address)
        if place >= len(forms) or forms[place].action != form.action:
            break  # an attack was carried out, as it may be: a draft was published, a row is gone
        standing = forms[place]
    return broken
