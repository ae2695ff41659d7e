"""The acts on a commitment: note it, change it, report on it, remove it; each leaves a trace."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from participa.cases.models import Case
from participa.core import audit, clock, spanish
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.core.files import files
from participa.events.commitments.wording import changed, labelled
from participa.events.models import Event
from participa.events.record_models import (
    Commitment,
    CommitmentChange,
    CommitmentState,
    EventQuestion,
)
from participa.events.service import require_unlocked
from participa.staff.models import Account, Office

EVIDENCE = files.DOCUMENTS | files.IMAGES | files.SHEETS
PUBLIC_LABELS = ("Compromiso", "Fecha")  # a change of these is explained to whoever read them
WHY = "Escriba por qué cambia el texto o la fecha. La gente ya los leyó."
WHY_AGAIN = "Escriba por qué cambia un estado que ya era definitivo."


@dataclass(frozen=True, slots=True)
class CommitmentFacts:
    """What is noted of a commitment: the values of its form."""

    text: str
    office: Office
    due_on: date
    deliverable: str = ""
    position: str = ""  # a post, not a person's name
    case: Case | None = None  # the question of the event that it comes from


def add(event: Event, by: Account, promise: CommitmentFacts) -> Commitment:
    """Note a commitment of the event, with the next number."""
    versions.lock(event)
    if why_not := why_not_added(event):
        raise Refused(why_not)
    _check(event, promise)
    last = select(func.max(Commitment.number)).where(Commitment.event_id == event.id)
    number = (db.session.scalar(last) or 0) + 1
    commitment = Commitment(event=event, number=number, **_columns(promise))
    db.session.add(commitment)
    facts = {"number": number, "text": promise.text, "due_on": promise.due_on.isoformat()}
    audit.record("events.commitment_added", event, by, part=_stored(commitment), **facts)
    return commitment


def why_not_added(event: Event) -> str:
    """Why the event takes no more commitments; "" if it does."""
    if event.is_locked:
        return "El evento está cerrado con su acta. No recibe ni pierde compromisos."
    return "El evento se canceló: no hubo compromisos." if event.cancelled_at else ""


def change(commitment: Commitment, by: Account, promise: CommitmentFacts, reason: str = "") -> None:
    """Change what was promised. What the public read, its text and its date, needs a reason."""
    _check(commitment.event, promise)
    before = labelled(commitment)
    for name, value in _columns(promise).items():
        setattr(commitment, name, value)
    was, _ = changed(before, labelled(commitment))
    explains = commitment.event.is_published and any(label in was for label in PUBLIC_LABELS)
    if explains and not reason.strip():
        raise Refused(WHY, "reason")
    _note(commitment, by, "events.commitment_changed", before, reason)


def report(
    commitment: Commitment,
    by: Account,
    state: CommitmentState,
    progress: str,
    evidence_url: str = "",
    upload: FileStorage | None = None,
    reason: str = "",
    drops_file: bool = False,
) -> None:
    """Say how far it is. One that is kept shows what proves it; a new file replaces the old one,
    and `drops_file` takes it out without another.
    """
    before, old_file = labelled(commitment), commitment.evidence_file
    if commitment.state.is_settled and state is not commitment.state and not reason.strip():
        raise Refused(WHY_AGAIN, "reason")
    if state.is_settled and not progress:
        what = "qué se hizo" if state is CommitmentState.KEPT else "por qué no se cumplió"
        raise Refused(f"Escriba {what}.", "progress")
    if upload:
        commitment.evidence_file = files.store(upload, EVIDENCE)
    elif drops_file:
        commitment.evidence_file = None
    has_evidence = bool(evidence_url) or commitment.evidence_file is not None
    if state is CommitmentState.KEPT and not has_evidence:
        raise Refused("Ponga la dirección o el archivo que prueba que se cumplió.", "evidence_url")
    if state is not commitment.state:
        commitment.settled_on = clock.today() if state.is_settled else None
    commitment.state, commitment.progress = state, progress
    commitment.evidence_url = evidence_url
    _note(commitment, by, "events.commitment_reported", before, reason)
    if old_file is not None and commitment.evidence_file is not old_file:
        db.session.flush()
        files.release(old_file)


def remove(commitment: Commitment, by: Account, reason: str) -> None:
    """Take out a commitment that was noted by mistake, before the minutes."""
    event, stored = commitment.event, commitment.evidence_file
    require_unlocked(event)
    if not reason.strip():
        raise Refused("Escriba por qué se quita.", "reason")
    facts = {"number": commitment.number, "text": commitment.text, "reason": reason.strip()}
    audit.record("events.commitment_removed", event, by, part=commitment, **facts)
    db.session.delete(commitment)
    db.session.flush()
    if stored is not None:
        files.release(stored)


def _check(event: Event, promise: CommitmentFacts) -> None:
    if event.opens_at is not None and promise.due_on < clock.local(event.opens_at).date():
        day = spanish.day(event.opens_at)
        raise Refused(f"Ponga una fecha desde el día del evento, que es el {day}.", "due_on")
    if promise.case is not None:
        asked = select(EventQuestion.event_id).where(EventQuestion.case_id == promise.case.id)
        if db.session.scalar(asked) != event.id:
            raise Refused("Elija una pregunta de este evento.", "case")


def _columns(promise: CommitmentFacts) -> dict[str, Any]:
    names = ("text", "office", "due_on", "deliverable", "position", "case")
    return {name: getattr(promise, name) for name in names}


def _stored(commitment: Commitment) -> Commitment:
    db.session.flush()
    return commitment


def _note(
    commitment: Commitment, by: Account, act: str, before: Mapping[str, Any], reason: str
) -> None:
    """Leave the change with its values before and after (RDC-07); nothing if nothing changed."""
    was, now = changed(before, labelled(commitment))
    if not was:
        return
    commitment.version = Commitment.version + 1  # an SQL expression
    because = {"reason": reason.strip()} if reason.strip() else {}
    commitment.changes.append(
        CommitmentChange(before=was, after=now, reason=reason.strip(), changed_by=by)
    )
    facts = {"event": commitment.event.title, "before": was, "after": now, **because}
    audit.record(act, commitment, by, **facts)
