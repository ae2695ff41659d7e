"""A resident answers a call: one row per submission, however often it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from participa.cases import service as cases
from participa.citizens import service as citizens
from participa.core import clock, submissions
from participa.core.db import db
from participa.topics.models import Proposal, TopicAnswer, TopicQuestion
from participa.topics.queries import question_code
from participa.topics.snapshots import CallSnapshot

# By which way a person came (NET-07). Who types the address came by the link.
CHANNELS = {"web": "Enlace", "qr": "Código QR", "whatsapp": "WhatsApp"}
SOURCE = "topics"
INSERT_QUESTION = insert(TopicQuestion.__table__)  # built once, as cases.service does


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What a resident filled in."""

    ranking: tuple[int, ...]
    territory: str
    neighbourhood: str = ""
    proposal: str = ""
    question: str = ""
    population: Mapping[str, list[str]] | None = None
    channel: str = "web"


def answer(call: CallSnapshot, submission_id: str, sheet: FilledForm) -> str:
    """Store what somebody answered, and return the receipt: the same for each copy of it."""
    # What a person says of themselves is left out: a trace of it beside the choice would tie the
    # two together for whoever holds the key.
    payload = (sheet.ranking, sheet.territory, sheet.neighbourhood, sheet.proposal, sheet.question)
    stored = submissions.store(
        TopicAnswer,
        submission_id,
        payload,
        call_id=call.id,
        ranking=sheet.ranking,
        territory=sheet.territory,
        neighbourhood=sheet.neighbourhood,
        channel=sheet.channel,
    )
    if stored.id is not None:
        _store_the_rest(call, submission_id, sheet)
    return stored.receipt


def _store_the_rest(call: CallSnapshot, submission_id: str, sheet: FilledForm) -> None:
    if sheet.proposal:
        values = {
            "text": sheet.proposal,
            "territory": sheet.territory,
            "received_on": clock.today(),
        }
        db.session.execute(insert(Proposal).values(call_id=call.id, **values))
    if sheet.question:
        case_id = cases.file(SOURCE, question_code(submission_id), sheet.question)
        db.session.execute(INSERT_QUESTION, {"call_id": call.id, "case_id": case_id})
    if sheet.population and call.notice:
        notice: Any = call.notice
        citizens.record_slip(SOURCE, call.id, sheet.population, notice, sheet.channel)
