"""The values of an event's public page, for residents and for the preview of the staff."""

from typing import Any

from flask import url_for

from participa.channels import registry
from participa.channels.mentions import EVALUATION, STAFF
from participa.citizens import territories
from participa.core import links
from participa.events import wording
from participa.events.minutes.document import filling
from participa.events.models import Event
from participa.events.public import records
from participa.plan import queries as plans


def values_of(event: Event) -> dict[str, Any]:
    """What templates/events/_event.html needs."""
    address = links.absolute(url_for("events.show", code=event.code))
    mentions = registry.mentions_of(event, "events")
    return records.values_of(event) | {
        "event": event,
        "when": wording.when(event),
        "dates": wording.dates(event),
        "look": wording.LOOKS[event.state],
        "place": wording.place(event),
        "territory": territories.label(event.territory) if event.territory else "Toda la ciudad",
        "sentence_of": wording.session_sentence,
        "notices": [wording.notice_sentence(notice) for notice in event.notices],
        "mentions": [one for one in mentions if one.fills not in {EVALUATION, STAFF}],
        "surveys": filling(mentions, EVALUATION) if event.is_over else [],
        "fulfils": plans.references(event.tasks),
        "address": address,
    }
