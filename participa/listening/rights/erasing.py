"""Empty what says who somebody is and what was said. The row stays: no total moves (DAT-09).

The files of attachments go with the key that lay in their rows; `participa purge` unlinks them.
"""

from typing import Any

from sqlalchemy import delete, update

from participa.cases.models import CasePriority
from participa.citizens.models import Consent
from participa.core import clock
from participa.core.db import db
from participa.core.files import sealed_files
from participa.listening.models import (
    CaseStage,
    CaseStep,
    Contribution,
    HelpingOffice,
    Message,
    PublicationDraft,
    VerbalRecord,
)

CONTACT: dict[str, Any] = {
    "contact_name": "",
    "contact_email": "",
    "contact_phone": "",
    "email_digest": None,
    "phone_digest": None,
}
# `digest` is of what the form said: whoever has the key could test guesses against it.
CONTENT: dict[str, Any] = {"text": "", "comment": "", "digest": ""}
# What was written about a contribution, by table.
WRITTEN: tuple[tuple[type[Any], dict[str, Any]], ...] = (
    (Message, {"text": ""}),
    (CaseStep, {"reason": ""}),
    (HelpingOffice, {"question": "", "part": ""}),
    (PublicationDraft, {"text": "", "answer": "", "reason": ""}),
)


def is_pending(contribution: Contribution) -> bool:
    """Whether the city owes an answer, for which it needs what was said."""
    case = contribution.case
    is_over = case.is_answered or case.desisted_on is not None
    return case.term is not None and not is_over and contribution.stage is not CaseStage.CLOSED


def has_contact(contribution: Contribution) -> bool:
    return any(getattr(contribution, name) for name in CONTACT)


def forget_contact(contribution: Contribution) -> None:
    """Empty name and contact, with the proof of the consent to use them."""
    for name, value in CONTACT.items():
        setattr(contribution, name, value)
    consent_id, contribution.consent_id = contribution.consent_id, None
    db.session.flush()
    if consent_id:
        db.session.execute(delete(Consent).where(Consent.id == consent_id))


def erase(contribution: Contribution) -> None:
    """Empty everything personal, once. A published answer stays as it was published."""
    if contribution.erased_on is not None:
        return
    forget_contact(contribution)
    for name, value in CONTENT.items():
        setattr(contribution, name, value)
    for attachment in tuple(contribution.attachments):
        sealed_files.erase(attachment)
    for model, values in WRITTEN:
        db.session.execute(
            update(model).where(model.case_id == contribution.case_id).values(values)
        )
    for model in (VerbalRecord, CasePriority):
        db.session.execute(delete(model).where(model.case_id == contribution.case_id))
    case = contribution.case
    case.extension_reason = ""
    if not case.is_public:
        case.public_text = case.answer = ""
    contribution.erased_on = clock.today()
    db.session.flush()
    db.session.expire(contribution)
