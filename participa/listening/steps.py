"""The steps of a contribution, and what is told to the person about them."""

from participa.core.db import db
from participa.listening.models import CaseStage, CaseStep, Contribution, Message, MessageKind
from participa.staff.models import Account, Office


def take(
    contribution: Contribution,
    stage: CaseStage,
    author: Account | None,
    office: Office | None = None,
    reason: str = "",
) -> None:
    """Note a step, which the person reads with its day."""
    contribution.stage = stage
    contribution.steps.append(
        CaseStep(stage=stage, office=office, reason=reason, by_id=author.id if author else None)
    )
    db.session.flush()


def write(
    contribution: Contribution, kind: MessageKind, text: str, author: Account | None = None
) -> Message:
    """Add a message; the caller commits, and tells the person where there is a contact."""
    message = Message(kind=kind, text=text, by_id=author.id if author else None)
    contribution.messages.append(message)
    db.session.flush()
    return message
