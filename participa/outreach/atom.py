"""The feed of calls as Atom: called events, and channels that are open now."""

from collections.abc import Iterable
from operator import attrgetter

from flask import url_for
from sqlalchemy import select

from participa.channels import registry
from participa.channels.access import open_records
from participa.channels.wording import when
from participa.core import links
from participa.core.db import db
from participa.core.links import ShortLink
from participa.core.web import atom
from participa.core.web.atom import FIRST, FeedEntry
from participa.events import wording
from participa.events.models import Event, EventState
from participa.outreach import queries

TITLE = "Convocatorias de rendición de cuentas"
MOST = 40
OFF = {EventState.CANCELLED: "Se canceló: ", EventState.POSTPONED: "Se aplazó: "}


def feed() -> bytes:
    entries = sorted([*_events(), *_channels()], key=attrgetter("updated_at"), reverse=True)
    own, home = (links.absolute(url_for(one)) for one in ("outreach.feed", "events.index"))
    return atom.written(TITLE, own, home, entries[:MOST])


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
