"""Store a resident's answer to a call: one row per submission, however often it is sent."""

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

# How a person reached the form (NET-07). A typed address counts as the link.
CHANNELS = {"web": "Enlace", "qr": "Código QR", "whatsapp": "WhatsApp"}
SOURCE = "topics"
INSERT_QUESTION = insert(TopicQuestion.__table__)  # built once, as cases.service does


@dataclass(frozen=True, slots=True)
class FilledForm:
    """The values of a valid form."""

    ranking: tuple[int, ...]
    territory: str
    neighbourhood: str = ""
    proposal: str = ""
    question: str = ""
    population: Mapping[str, list[str]] | None = None
    channel: str = "web"


def answer(call: CallSnapshot, submission_id: str, filled: FilledForm) -> str:
    """Store an answer with its texts and return the receipt; a resent form gets the same one.

    Raises AlreadySent for a submission id that was stored with other content.
    """
    # The payload's keyed digest is stored beside the ranking. It leaves out the data about the
    # person: with the key, the digest would otherwise show which data belong to which ranking.
    payload = (
        filled.ranking,
        filled.territory,
        filled.neighbourhood,
        filled.proposal,
        filled.question,
    )
    stored = submissions.store(
        TopicAnswer,
        submission_id,
        payload,
        call_id=call.id,
        ranking=filled.ranking,
        territory=filled.territory,
        neighbourhood=filled.neighbourhood,
        channel=filled.channel,
    )
    if stored.id is not None:
        _store_texts_and_details(call, submission_id, filled)
    return stored.receipt


def _store_texts_and_details(call: CallSnapshot, submission_id: str, filled: FilledForm) -> None:
    if filled.proposal:
        values = {
            "text": filled.proposal,
            "territory": filled.territory,
            "received_on": clock.today(),
        }
        db.session.execute(insert(Proposal).values(call_id=call.id, **values))
    if filled.question:
        code, office_id = question_code(submission_id), call.answering_office_id
        case_id = cases.file(SOURCE, code, filled.question, office_id)
        db.session.execute(INSERT_QUESTION, {"call_id": call.id, "case_id": case_id})
    if filled.population and call.notice:
        notice: Any = call.notice
        citizens.record_slip(SOURCE, call.id, filled.population, notice, filled.channel)
