"""Write, close, reopen and sign the minutes of an event (RDC-05)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from participa.channels.mentions import ATTENDANCE, EVALUATION, Mention
from participa.core import audit, clock, spanish
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.events.minutes import facts, head_count, reading
from participa.events.minutes.document import MinutesFacts, document, filling, hash_of
from participa.events.models import ChecklistMoment, Event
from participa.events.record_models import Minutes, MinutesSignature
from participa.events.service import require_unlocked
from participa.formats import service as formats
from participa.formats.queries import format_by_id
from participa.staff.models import Account

MOST_TRIES = 50
FORMAT_SOURCE = "events.minutes"  # of the uses of a format: the id is that of the event


class NumberTaken(Refused):
    """Another event took this number of the year at the same moment."""


def write(event: Event, by: Account, **written: Any) -> None:
    """Store what the staff wrote so far: columns of the draft.

    The caller has locked the event.
    """
    require_unlocked(event)
    if refusal := why_not_closed(event):
        raise Refused(refusal)
    draft = facts.draft_of(event)
    head_count.check(
        written.get("attended", draft.attended), written.get("by_group", draft.by_group)
    )
    for name, value in written.items():
        setattr(draft, name, value)
    db.session.add(draft)
    event.touch()
    audit.record("events.minutes_written", event, by, letters=len(draft.summary))


def missing_for_closing(event: Event, stated: MinutesFacts, has_no_commitments: bool) -> list[str]:
    """What the minutes lack to be closed, as phrases of a sentence. Pure."""
    has_list = bool(filling(stated.mentions, ATTENDANCE))
    has_commitments = bool(stated.commitments)
    checks = [
        (event.is_published, "convocar el evento"),
        (event.is_over, "que el evento termine"),
        (bool(stated.summary), "escribir qué pasó"),
        (has_list or stated.attended is not None, "decir cuántas personas asistieron"),
        (
            has_commitments or has_no_commitments,
            "anotar los compromisos, o marcar que no hubo",
        ),
        (
            not (has_commitments and has_no_commitments),
            "quitar la marca «No hubo compromisos», porque hay compromisos anotados",
        ),
    ]
    missing = [phrase for is_met, phrase in checks if not is_met]
    return missing + [mention.missing for mention in stated.mentions if mention.missing]


def warnings(event: Event, stated: MinutesFacts) -> Iterator[str]:
    """What is still open and keeps nobody from closing the minutes. Pure."""
    asked = stated.questions
    if asked.due:
        pending = spanish.several(asked.pending, "pregunta queda", "preguntas quedan")
        verb = "venció" if asked.late else "vence"
        yield f"{pending} por responder. La primera {verb} el {spanish.day(asked.due[0][0])}."
    if not filling(stated.mentions, EVALUATION):
        yield "El evento no se evaluó: ninguna encuesta lo hace. El acta lo dirá."
    for item in event.checklist:
        if item.done_at is None and item.moment is not ChecklistMoment.AFTER:
            yield f"Falta en la lista de pasos: {item.text}."


def why_not_closed(event: Event) -> str:
    """Why minutes of this event cannot be made at all; "" if they can."""
    if event.is_locked:
        return "El acta de este evento ya está cerrada."
    if event.is_off:
        return "Este evento está aplazado o cancelado: no lleva acta."
    return ""


def close(event: Event, by: Account, mentions: Sequence[Mention]) -> Minutes:
    """Make the minutes out of the totals as they are now; from here on the event is locked.

    They get the next number of the event's year, and closing again gets the next revision.
    `mentions` is what other features say about the event. The caller has locked the event.
    """
    if refusal := why_not_closed(event):
        raise Refused(refusal)
    stated, draft = facts.facts_of(event, mentions), facts.draft_of(event)
    if missing := missing_for_closing(event, stated, draft.has_no_commitments):
        raise Refused(f"Para cerrar el acta falta: {'; '.join(missing)}.")
    minutes = _next_revision(event, stated, by) or _numbered(event, stated, by)
    event.closed_at = minutes.made_at
    minutes.question_ids = list(stated.questions.question_ids)
    if (official := format_by_id(draft.format_id or 0)) is not None:
        minutes.format_id = official.id
        told = f"{reading.heading(minutes.document)}: {event.title}"
        path, day = f"/eventos/{event.code}/acta", clock.local(minutes.made_at).date()
        formats.register_use(official, FORMAT_SOURCE, event.id, told, path, day, by=by)
    event.touch()
    details = {"number": f"{minutes.number} ({minutes.year})", "revision": minutes.revision}
    audit.record("events.closed", event, by, part=minutes, sha256=minutes.sha256, **details)
    return minutes


def reopen(event: Event, by: Account, reason: str) -> None:
    """Unlock the event. Its minutes stay readable, with the reason, until the next revision."""
    minutes = facts.newest(event.id)
    if minutes is None or not event.is_locked:
        raise Refused("El acta de este evento no está cerrada.")
    if not reason.strip():
        raise Refused("Escriba por qué se reabre. La gente lo leerá.", "reason")
    minutes.reopened_at, minutes.reopened_by_id = clock.now(), by.id
    minutes.reopened_because = reason.strip()
    event.closed_at = None
    event.touch()
    details = {"reason": reason.strip(), "revision": minutes.revision}
    audit.record("events.reopened", event, by, part=minutes, **details)


def sign(minutes: Minutes, account: Account, position: str) -> MinutesSignature:
    """Sign the hash of the newest minutes, once per account."""
    if minutes.reopened_at is not None or facts.newest(minutes.event_id) is not minutes:
        raise Refused("Esta acta se reabrió. Firme la revisión nueva cuando se cierre.")
    if not position.strip():
        raise Refused("Escriba su cargo.", "position")
    signature = MinutesSignature(
        account_id=account.id, position=position.strip(), signed_as=role_and_office(account)
    )
    already = Refused("Usted ya firmó esta acta.", "position")
    with unique_or_refuse("uq_minutes_signature_minutes_id_account_id", already):
        minutes.signatures.append(signature)
        db.session.flush()
    minutes.event.touch()
    audit.record("events.minutes_signed", minutes.event, account, part=minutes)
    return signature


def role_and_office(account: Account) -> str:
    """Editor, Departamento Administrativo de Planeación; the role alone without an office."""
    office = account.office.name if account.office else ""
    return ", ".join(filter(None, (account.role.value, office)))


def _next_revision(event: Event, stated: MinutesFacts, by: Account) -> Minutes | None:
    """The next revision of minutes that were reopened; None if the event has none."""
    before = facts.newest(event.id)
    if before is None:
        return None
    return _store(event, stated, by, before.year, before.number, before.revision + 1)


def _numbered(event: Event, stated: MinutesFacts, by: Account) -> Minutes:
    """The first minutes of an event, with the next number of the year.

    The constraint decides between two closings at once; the other one takes the number after it.
    """
    for _ in range(MOST_TRIES):
        highest = select(func.max(Minutes.number)).where(Minutes.year == stated.year)
        number = (db.session.scalar(highest) or 0) + 1
        try:
            with unique_or_refuse("uq_minutes_year_number_revision", NumberTaken("")):
                return _store(event, stated, by, stated.year, number, 1)
        except NumberTaken:
            continue
    raise Refused("Varias actas se están cerrando a la vez. Espere un minuto y ciérrela otra vez.")


def _store(
    event: Event, stated: MinutesFacts, by: Account, year: int, number: int, revision: int
) -> Minutes:
    now = clock.now()
    made = document(replace(stated, year=year), number, revision, clock.local(now).date())
    minutes = Minutes(
        event_id=event.id,
        year=year,
        number=number,
        revision=revision,
        document=made,
        sha256=hash_of(made),
        made_by_id=by.id,
        made_at=now,
    )
    db.session.add(minutes)
    db.session.flush()
    return minutes
