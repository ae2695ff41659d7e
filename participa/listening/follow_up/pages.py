"""What the person's own page shows of a contribution."""

from dataclasses import dataclass
from typing import Any

from participa.cases import legal_clock
from participa.core import codes
from participa.listening import attachments
from participa.listening.answers import outcomes
from participa.listening.answers.outcomes import ToldOutcome
from participa.listening.follow_up import replying, story
from participa.listening.models import (
    Attachment,
    AttachmentKind,
    CaseStage,
    Contribution,
    MessageKind,
)
from participa.listening.rights import erasing

THREAD = (MessageKind.PERSON, MessageKind.REPLY)
LOOKS = {
    CaseStage.RECEIVED: "",
    CaseStage.IN_REVIEW: "going",
    CaseStage.TRANSFERRED: "going",
    CaseStage.ANSWERED: "done",
    CaseStage.CLOSED: "done",
}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A photograph or a voice note of the person's own, as the page offers it."""

    id: int
    label: str
    plays: bool  # inside the page, in every browser


def values_of(contribution: Contribution) -> dict[str, Any]:
    """Everything that `templates/listening_follow/show.html` draws."""
    case, messages = contribution.case, contribution.messages
    shared = contribution.analogous_to
    return {
        "contribution": contribution,
        "case": case,
        "number": codes.show(contribution.receipt),
        "look": LOOKS[contribution.stage],
        "story": story.of(contribution),
        "days": legal_clock.days_of(case),
        "time": legal_clock.time_to_complete(case) if case.is_waiting else None,
        "answers": [one for one in messages if one.kind is MessageKind.ANSWER],
        "messages": [one for one in messages if one.kind in THREAD],
        "PERSON": MessageKind.PERSON,
        "files": files_of(contribution),
        "shared_answer": shared if shared is not None and shared.is_public else None,
        "outcomes": outcomes_of(contribution),
        "comment": "" if contribution.is_life_risk else contribution.comment,  # not echoed
        "may_write": not replying.why_not_written(contribution),
        "may_judge": not replying.why_not_judged(contribution),
        "has_contact": erasing.has_contact(contribution),
    }


def files_of(contribution: Contribution) -> list[ShownFile]:
    """The person's own files, numbered by kind; those of a life at risk are not echoed."""
    if contribution.is_life_risk:
        return []
    counts: dict[AttachmentKind, int] = {}
    return [_shown(one, counts) for one in contribution.attachments]


def _shown(attachment: Attachment, counts: dict[AttachmentKind, int]) -> ShownFile:
    kind = attachment.kind
    counts[kind] = counts.get(kind, 0) + 1
    is_played = kind is AttachmentKind.VOICE and attachments.plays_everywhere(attachment)
    return ShownFile(attachment.id, f"{kind.value} {counts[kind]}", is_played)


def outcomes_of(contribution: Contribution) -> list[ToldOutcome]:
    """What changed because of it, and because of the petition whose answer it shares."""
    shared = contribution.analogous_to
    others = outcomes.of_case(shared.id) if shared is not None and shared.is_public else []
    return [*outcomes.of_case(contribution.case_id), *others]
