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
LOCKED = "El evento está cerrado con su acta. No recibe ni pierde compromisos."
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
        return LOCKED
    if event.cancelled_at is not None:
        return "El evento se canceló: no hubo compromisos."
    if not has_come(event):
        return "Los compromisos se anotan desde el día del evento. Ese día vuelva a esta página."
    return ""


def has_come(event: Event) -> bool:
    """Whether it is the day of the event, or later."""
    if event.opens_at is None or event.postponed_at is not None:
        return False
    return clock.local(event.opens_at).date() <= clock.today()


def why_not_changed(commitment: Commitment) -> str:
    """Why nothing of it changes any more; "" if it does."""
    if commitment.removed_at is None:
        return ""
    return f"Este compromiso se quitó el {spanish.day(commitment.removed_at)}. Ya no cambia."


def why_not_removed(commitment: Commitment) -> str:
    return LOCKED if commitment.event.is_locked else why_not_changed(commitment)


def change(commitment: Commitment, by: Account, promise: CommitmentFacts, reason: str = "") -> None:
    """Change what was promised. What the public read, its text and its date, needs a reason."""
    _require_standing(commitment)
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
    _require_standing(commitment)
    before, old_file = labelled(commitment), commitment.evidence_file
    _check_state(commitment, state, progress, reason)
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
    """Take out a commitment that was noted by mistake, before the minutes.

    Of a called event it stays as removed, with its number, the day and the reason; of a plan, which
    nobody has read, nothing stays but the entry in the trail.
    """
    event, stored = commitment.event, commitment.evidence_file
    require_unlocked(event)
    _require_standing(commitment)
    if not reason.strip():
        raise Refused("Escriba por qué se quita.", "reason")
    facts = {"number": commitment.number, "text": commitment.text, "reason": reason.strip()}
    audit.record("events.commitment_removed", event, by, part=commitment, **facts)
    if event.is_published:
        before = labelled(commitment)
        commitment.removed_at, commitment.removed_because = clock.now(), reason.strip()
        was, now = changed(before, labelled(commitment))
        commitment.version = Commitment.version + 1  # an SQL expression
        commitment.changes.append(
            CommitmentChange(before=was, after=now, reason=reason.strip(), changed_by=by)
        )
        return
    db.session.delete(commitment)
    db.session.flush()
    if stored is not None:
        files.release(stored)


def _check_state(
    commitment: Commitment, state: CommitmentState, progress: str, reason: str
) -> None:
    if commitment.state.is_settled and state is not commitment.state and not reason.strip():
        raise Refused(WHY_AGAIN, "reason")
    if state is CommitmentState.KEPT and not has_come(commitment.event):
        raise Refused("El evento no ha llegado: elija otro estado.", "state")
    if state.is_settled and not progress:
        what = "qué se hizo" if state is CommitmentState.KEPT else "por qué no se cumplió"
        raise Refused(f"Escriba {what}.", "progress")


def _require_standing(commitment: Commitment) -> None:
    if refusal := why_not_changed(commitment):
        raise Refused(refusal)


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
