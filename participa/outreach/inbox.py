"""Outreach on other pages: the official menu, what waits for the staff, what it says of events."""

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for
from sqlalchemy import select

from participa.channels.access import visible_to
from participa.channels.inbox import Card
from participa.channels.mentions import Mention
from participa.channels.registry import MenuCard
from participa.core import clock, spanish
from participa.core.db import db
from participa.events.models import Event
from participa.events.queries import is_on, is_public
from participa.outreach import call_pieces, queries
from participa.outreach.models import TeachingPiece
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending

FEW, MANY = 6, 50
SOON = timedelta(days=15)


def menu() -> list[MenuCard]:
    """The strategy with its newest pieces (item 2), and the reports of the events (item 4)."""
    strategy = Card("Qué es rendir cuentas", url_for("outreach.index"), "", state="")
    pieces = [
        Card(piece.title, url_for("outreach.piece", code=piece.code), "", state=piece.kind.value)
        for piece in queries.published_pieces(FEW)
    ]
    reports = [
        Card(f"Informe para «{event.title}»", event.report_url, "", state="")
        for event in queries.reports()
    ]
    return [*((2, card) for card in (strategy, *pieces)), *((4, card) for card in reports)]


def pending(account: Account) -> list[Pending]:
    """Planned pieces whose day is over, and next events that no mass medium has told of."""
    return [*_overdue(account), *_not_told(account)]


def _overdue(account: Account) -> Iterator[Pending]:
    for piece in queries.planned_pieces(visible_to(TeachingPiece, account))[:MANY]:
        if piece.is_overdue:
            yield Pending(
                f"Publicar «{piece.title}»",
                url_for("outreach_staff.show", code=piece.code),
                f"Se venció el {spanish.day(piece.planned_on)}.",
                (f"outreach.piece:{piece.id}",),
            )


def _not_told(account: Account) -> Iterator[Pending]:
    now = clock.now()
    rows = select(Event).where(is_public(), is_on(), visible_to(Event, account))
    rows = rows.where(Event.opens_at > now, Event.opens_at <= now + SOON)
    events = db.session.scalars(rows.order_by(Event.opens_at, Event.id).limit(MANY)).all()
    media = queries.mass_media_by_event([event.id for event in events]) if events else {}
    for event in events:
        if not media.get(event.id):
            yield Pending(
                f"Convocar por un medio masivo «{event.title}»",
                url_for("outreach_calls.index", code=event.code),
                f"Es el {spanish.weekday(event.opens_at)}.",  # type: ignore[arg-type]
                (f"outreach.call:{event.id}",),
            )


def of_event(event: Event) -> list[Mention]:
    """By which media people were called, for the pages of the event and its minutes."""
    media = call_pieces.labels(queries.calls_of(event))
    if not media:
        return []
    told = spanish.listed([medium.lower() for medium in media])
    return [
        Mention(
            title="Cómo se convocó",
            url=url_for("outreach.calls", code=event.code) if event.is_published else "",
            state=f"Por {told}",
            staff_url=url_for("outreach_calls.index", code=event.code),
            minutes=(f"Se convocó por {told}.",),
        )
    ]
