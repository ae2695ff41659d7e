"""Feeds as Atom (RFC 4287), of what is published now."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from participa.core import clock, spanish
from participa.core.installation import installation

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
# Characters that no XML document may hold, not even escaped.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FIRST = datetime.fromisoformat("2024-01-01T00:00:00+00:00")  # of a feed without entries


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry: its address is its id, and stays the same."""

    address: str
    title: str
    summary: str
    published_at: datetime
    updated_at: datetime


def written(title: str, own: str, home: str, entries: Sequence[FeedEntry]) -> bytes:
    """The feed at the address `own`, which is also its id, of what the page `home` shows."""
    name = installation().settings.entity.name
    root = ElementTree.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "es-CO"})
    _add(root, "id", own)
    _add(root, "title", f"{title} · {name}")
    _add(root, "subtitle", spanish.HOURS)
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


def _add(
    parent: ElementTree.Element, tag: str, text: str = "", **attributes: str
) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = NOT_IN_XML.sub("", text) or None
    return element


def _moment(value: datetime) -> str:
    return clock.local(value).replace(microsecond=0).isoformat()
