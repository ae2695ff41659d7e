"""A resident answers a call: one row per submission, however often it is sent."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import insert, select

from participa.cases import service as cases
from participa.citizens import service as citizens
from participa.core import clock, submissions
from participa.core.db import db
from participa.core.errors import Refused
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


class AlreadySent(Refused):
    """The same showing of the form was sent before with something else in it."""

    def __init__(self, receipt: str, received_at: datetime):
        super().__init__("Esta respuesta ya se envió y no se puede cambiar.")
        self.receipt = receipt
        self.received_at = received_at


def answer(call: CallSnapshot, submission_id: str, sheet: FilledForm) -> str:
    """Store what somebody answered, and return the receipt: the same for each copy of it."""
    receipt = submissions.receipt(submission_id)
    fingerprint = digest(submission_id, sheet)
    new_id = submissions.insert_once(
        TopicAnswer,
        submission_id=submission_id,
        receipt=receipt,
        call_id=call.id,
        ranking=sheet.ranking,
        territory=sheet.territory,
        neighbourhood=sheet.neighbourhood,
        channel=sheet.channel,
        received_at=clock.now(),
        digest=fingerprint,
    )
    if new_id is None:
        _same_as_stored(submission_id, fingerprint, receipt)
    else:
        _store_the_rest(call, submission_id, sheet)
    return receipt


def stored_receipt(submission_id: str) -> str | None:
    """The receipt of a submission that arrived before, also after the call has closed."""
    found = select(TopicAnswer.receipt).where(TopicAnswer.submission_id == submission_id)
    return db.session.scalar(found)


def digest(submission_id: str, sheet: FilledForm) -> str:
    """Tells a retry from another answer. What a person says of themselves is left out of it: a
    trace of it beside the choice would tie the two together for whoever holds the key.
    """
    told = [sheet.ranking, sheet.territory, sheet.neighbourhood, sheet.proposal, sheet.question]
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, json.dumps([submission_id, *told]).encode(), "sha256").hexdigest()


def _same_as_stored(submission_id: str, fingerprint: str, receipt: str) -> None:
    query = select(TopicAnswer.digest, TopicAnswer.received_at)
    stored = db.session.execute(query.where(TopicAnswer.submission_id == submission_id)).one()
    if not hmac.compare_digest(stored.digest, fingerprint):
        raise AlreadySent(receipt, stored.received_at)


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
