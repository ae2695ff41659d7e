"""What the page of one contribution shows, beside what is stored in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from participa.cases import legal_clock, traces
from participa.cases import service as cases
from participa.cases.calendar import closed_days
from participa.cases.models import Case
from participa.citizens import territories
from participa.core import clock, codes, spanish, workdays
from participa.core.audit import AuditEntry, name_of
from participa.core.db import db
from participa.events.models import Event
from participa.listening import acts, attachments, danger
from participa.listening.desk import kinds, listing
from participa.listening.models import (
    AnswerTemplate,
    Attachment,
    AttachmentKind,
    Contribution,
    HelpingOffice,
    Message,
    MessageKind,
)
from participa.plan.models import Task
from participa.staff.audit_words import act_in_words, details_in_words
from participa.staff.models import Account, Office, Role
from participa.staff.queries import offices

MOST_ACTS = 200
HIDDEN = "•••"
# What an answer may reveal of a person; a name or a mail of an office is often wanted in it.
REVEALING = ("phone", "document")


@dataclass(frozen=True, slots=True)
class DeskFile:
    """An attachment as its page names and shows it."""

    record: Attachment
    title: str
    is_photo: bool
    plays_everywhere: bool


@dataclass(frozen=True, slots=True)
class PastAct:
    """An entry of the audit trail, in words."""

    entry: AuditEntry
    words: str
    details: str


def context(contribution: Contribution, account: Account) -> dict[str, Any]:
    """The values of the page of the office that answers."""
    case = contribution.case
    suggestion = kinds.suggested(all_text(contribution), contribution.wants_answer)
    term, look = listing.term_in_words(contribution)
    return {
        **said(contribution),
        "term": term,
        "look": look,
        "suggestion": suggestion,
        "is_hidden_petition": suggestion.is_petition and case.kind.term is None,
        "risk_words": danger.risk_words(heard_of(contribution)),
        "contact": masked_contact(contribution),
        "days": legal_clock.days_of(case),
        "time": legal_clock.time_to_complete(case),
        "priorities": cases.priorities(case),
        "history": history(contribution),
        "why_not": {
            "transfer": acts.why_not_transferred(contribution),
            "write": acts.why_not_written(contribution),
            "answer": acts.why_not_answered(contribution),
            "extend": cases.why_not_extended(case),
            "complete": cases.why_not_asked_to_complete(case),
            "more_time": cases.why_no_more_time(case),
            "close": acts.why_not_closed(contribution),
        },
        "is_administrator": account.role is Role.ADMINISTRATOR,
    }


def said(contribution: Contribution) -> dict[str, Any]:
    """What the person said, with its attachments; an office that helps reads this much."""
    event = db.session.get(Event, contribution.event_id) if contribution.event_id else None
    task = db.session.get(Task, contribution.task_id) if contribution.task_id else None
    return {
        "contribution": contribution,
        "case": contribution.case,
        "number": codes.show(contribution.receipt),
        "files": shown_files(contribution.attachments),
        "territory": territories.label(contribution.case.territory),
        "event": event,
        "task": task,
    }


def all_text(contribution: Contribution) -> str:
    """What was written, and what was transcribed of the voice."""
    spoken = [one.transcript for one in contribution.attachments if one.transcript]
    return "\n".join([contribution.text, *spoken])


def heard_of(contribution: Contribution) -> str:
    """All that the person has said so far: at the beginning, and in their messages."""
    return "\n".join([all_text(contribution), *(one.text for one in wrote_after(contribution))])


def wrote_after(contribution: Contribution) -> list[Message]:
    """The person's messages, after what they said at first."""
    return [one for one in contribution.messages if one.kind is MessageKind.PERSON]


def shown_files(files: Sequence[Attachment]) -> list[DeskFile]:
    """The attachments with their numbers, each kind counted by itself."""
    numbers = dict.fromkeys(AttachmentKind, 0)
    shown = []
    for one in files:
        numbers[one.kind] += 1
        title = f"{one.kind.value} {numbers[one.kind]}"
        is_photo = one.kind is AttachmentKind.PHOTO
        shown.append(DeskFile(one, title, is_photo, attachments.plays_everywhere(one)))
    return shown


def masked_contact(contribution: Contribution) -> list[tuple[str, str]]:
    """Which contact there is, with no more than its first sign or its last two."""
    found = []
    if contribution.contact_name:
        found.append(("Nombre", f"{contribution.contact_name[0]}{HIDDEN}"))
    if contribution.contact_email:
        found.append(("Correo", f"{contribution.contact_email[0]}{HIDDEN}@{HIDDEN}"))
    if contribution.contact_phone:
        found.append(("Celular", f"{HIDDEN} {contribution.contact_phone[-2:]}"))
    return found


def history(contribution: Contribution) -> list[PastAct]:
    """The staff's acts on it, the newest first."""
    name, of_case = name_of(contribution), name_of(contribution.case)
    rows = select(AuditEntry).where(or_(AuditEntry.subject == name, AuditEntry.subject == of_case))
    rows = rows.order_by(AuditEntry.number.desc()).limit(MOST_ACTS)
    return [
        PastAct(
            entry,
            act_in_words(entry.action),
            details_in_words({key: one for key, one in entry.details.items() if key != "part"}),
        )
        for entry in db.session.scalars(rows)
    ]


def helper_of(contribution: Contribution, office_id: int | None) -> HelpingOffice | None:
    """What was asked of this office."""
    return next((one for one in contribution.helpers if one.office_id == office_id), None)


def late_transfer(contribution: Contribution) -> str:
    """That the five days to transfer are over; "" while they run (PQR-02)."""
    until = acts.transfer_until(contribution)
    if clock.today() <= until:
        return ""
    return (
        f"Los {acts.TRANSFER_WITHIN} días hábiles para trasladar terminaron el "
        f"{spanish.weekday(until)}. Si no le corresponde, trasládelo hoy: queda escrito que fue "
        "tarde."
    )


def other_offices(contribution: Contribution) -> list[Office]:
    """Those to which it can be given: not its own, not the one reported, and no group."""
    not_these = {contribution.case.office_id, contribution.accused_office_id}
    return [one for one in offices() if not one.is_group and one.id not in not_these]


def offices_to_ask(contribution: Contribution) -> list[Office]:
    """Those whose part may still be asked."""
    asked = {one.office_id for one in contribution.helpers}
    return [one for one in other_offices(contribution) if one.id not in asked]


def templates() -> list[AnswerTemplate]:
    rows = select(AnswerTemplate).order_by(AnswerTemplate.title, AnswerTemplate.id)
    return list(db.session.scalars(rows))


def revealed(text: str) -> list[str]:
    """What a text tells of a person, in words: ["un teléfono"]."""
    found = (trace.kind for trace in traces.found(text))
    return [traces.WORDS[kind] for kind in dict.fromkeys(found) if kind in REVEALING]


def to_call() -> list[Account]:
    """Who has to know at once of a danger to a life."""
    rows = select(Account).where(Account.active, Account.role == Role.ADMINISTRATOR)
    return list(db.session.scalars(rows.order_by(Account.name, Account.id)))


def until(case: Case, days: int) -> str:
    """The last day if the term had so many working days more, in words."""
    if case.due_on is None:
        return ""
    closures = closed_days() | case.stopped_days
    return spanish.weekday(workdays.add(case.due_on, days, closures))


def notes_of(contribution: Contribution) -> list[Message]:
    """What the staff wrote for themselves, the newest first."""
    return [one for one in reversed(contribution.messages) if one.kind is MessageKind.NOTE]
