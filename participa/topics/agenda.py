"""A prioritised topic on the agenda of an event; both pages say so (RDC-06)."""

import re
from collections.abc import Iterable

from sqlalchemy import select

from participa.core import codes
from participa.core.db import db
from participa.core.errors import Refused
from participa.events import parts
from participa.events import queries as events
from participa.events.models import AgendaItem, Event
from participa.staff.access import works_for
from participa.staff.models import Account
from participa.topics.models import Decision, Topic

OF_AN_EVENT = re.compile(r"/eventos/([\w-]+)")


def place(topic: Topic, by: Account) -> None:
    """Put a topic that was taken on the agenda of the event at its address, and on no other."""
    event = event_of(topic)
    if event is not None and not works_for(by, [event.office_id or 0]):
        raise Refused("Ese evento es de otra dependencia. Pídale que lo lleve.", "agenda_url")
    source = address_of(topic)
    for item in _items(source):
        if event is None or item.event_id != event.id:
            parts.drop_from_agenda(item, by)
    if event is not None:
        topic.agenda_url = path_of(event)
        parts.take_to_agenda(event, by, topic.title, source, topic.call.title)


def event_of(topic: Topic) -> Event | None:
    """The event to whose agenda the topic was taken; raises Refused if the address has none."""
    found = OF_AN_EVENT.fullmatch(topic.agenda_url)
    if topic.decision is not Decision.TAKEN or found is None:
        return None
    event = db.session.scalar(select(Event).filter_by(code=codes.read(found[1])))
    if event is None:
        raise Refused("Ese evento no existe. Elíjalo de la lista.", "agenda_url")
    return event


def address_of(topic: Topic) -> str:
    """The place of the topic on the page of results."""
    return f"/temas/{topic.call.code}/resultados#tema-{topic.id}"


def public_links(topics: Iterable[Topic]) -> dict[int, str]:
    """Id of a topic → where the public reads what became of it; an event only once it is called."""
    links = {topic.id: topic.agenda_url for topic in topics if topic.agenda_url}
    codes_of = {id: found[1] for id, url in links.items() if (found := OF_AN_EVENT.fullmatch(url))}
    called = events.called_codes(set(codes_of.values()))
    return {id: url for id, url in links.items() if codes_of.get(id, "") in {"", *called}}


def choices(account: Account) -> dict[str, str]:
    """Address → name of the events to whose agenda the account may take a topic."""
    found = events.with_open_agenda(account.only_office_id)
    return {"": "Ninguno", **{path_of(event): event.title for event in found}}


def path_of(event: Event) -> str:
    """The address of its page, which is how a topic refers to it."""
    return f"/eventos/{event.code}"


def _items(source: str) -> list[AgendaItem]:
    return list(db.session.scalars(select(AgendaItem).filter_by(source_url=source)))
