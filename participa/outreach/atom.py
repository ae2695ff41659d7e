"""The feed of calls as Atom (RFC 4287): called events, and channels that are open now."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from xml.etree import ElementTree

from flask import url_for
from sqlalchemy import select

from participa.channels import registry
from participa.channels.access import open_records
from participa.channels.wording import when
from participa.core import clock, links
from participa.core.db import db
from participa.core.installation import installation
from participa.core.links import ShortLink
from participa.events import wording
from participa.events.models import Event, EventState
from participa.outreach import queries

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
MOST = 40
# Characters that no XML document may hold, not even escaped.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FIRST = datetime.fromisoformat("2024-01-01T00:00:00+00:00")  # of a feed without entries
OFF = {EventState.CANCELLED: "Se canceló: ", EventState.POSTPONED: "Se aplazó: "}


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry: its address is its id, and stays the same."""

    address: str
    title: str
    summary: str
    published_at: datetime
    updated_at: datetime


def feed() -> bytes:
    entries = sorted([*_events(), *_channels()], key=attrgetter("updated_at"), reverse=True)
    return written(entries[:MOST])


def written(entries: list[FeedEntry]) -> bytes:
    own, home = (links.absolute(url_for(one)) for one in ("outreach.feed", "events.index"))
    name = installation().settings.entity.name
    root = ElementTree.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "es-CO"})
    _add(root, "id", own)
    _add(root, "title", f"Convocatorias de rendición de cuentas · {name}")
    _add(root, "updated", _moment(max((one.updated_at for one in entries), default=FIRST)))
    _add(_add(root, "author"), "name", name)
    _add(root, "link", rel="self", type="application/atom+xml", href=own)
    _add(root, "link", rel="alternate", type="text/html", href=home)
    for entry in entries:
        _write_entry(_add(root, "entry"), entry)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _write_entry(element: ElementTree.Element, entry: FeedEntry) -> None:
    _add(element, "id", entry.address)
    _add(element, "title", entry.title)
    _add(element, "published", _moment(entry.published_at))
    _add(element, "updated", _moment(entry.updated_at))
    _add(element, "link", rel="alternate", type="text/html", href=entry.address)
    _add(element, "summary", entry.summary)


def _events() -> Iterable[FeedEntry]:
    """Called events; a public notice of a change brings one to the top again."""
    for event in queries.newest_calls(MOST):
        published = event.published_at or FIRST
        changed = [notice.given_at for notice in event.notices]
        address = links.absolute(url_for("events.show", code=event.code))
        summary = f"{wording.when(event)} {wording.place(event)}."
        title = f"{OFF.get(event.state, '')}{event.title}"
        yield FeedEntry(address, title, summary, published, max([published, *changed]))


def _channels() -> Iterable[FeedEntry]:
    """The other channels that take answers now, at the page that their printed code opens."""
    records = [
        record
        for row in registry.channels()
        if row.model is not Event
        for record in open_records(row.model, MOST)
    ]
    codes = [record.code for record in records]
    rows = select(ShortLink.code, ShortLink.path).where(ShortLink.code.in_(codes))
    paths = {link.code: link.path for link in db.session.execute(rows)}
    for record in records:
        if path := paths.get(record.code, "").partition("?")[0]:
            begins = max(record.published_at, record.opens_at or record.published_at)
            address = links.absolute(path)
            yield FeedEntry(address, record.title, when(record), record.published_at, begins)


def _add(
    parent: ElementTree.Element, tag: str, text: str = "", **attributes: str
) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = NOT_IN_XML.sub("", text) or None
    return element


def _moment(value: datetime) -> str:
    return clock.local(value).replace(microsecond=0).isoformat()
